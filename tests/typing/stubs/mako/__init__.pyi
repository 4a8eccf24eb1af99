# What we use of Mako, which brings no types of its own.
