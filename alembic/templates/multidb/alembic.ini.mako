# The settings of a migration project, read by Alembic.
#
# %(here)s stands for the folder of this file. A literal percent sign is written twice.

[alembic]
# Where env.py and the folder of the revision files are; package:folder names a folder
# inside a Python package.
script_location = ${script_location}

# The name of a new revision file, without the ".py". The date's parts are year, month,
# day, hour, minute, second and epoch.
# file_template = %%(rev)s_%%(slug)s
# With a slash, files go into folders: set recursive_version_locations as well.
# file_template = %%(year)d/%%(month).2d/%%(day).2d_%%(rev)s_%%(slug)s

# Folders to put in front of sys.path, so that env.py can import your models.
# They are separated as path_separator says.
prepend_sys_path = .

# The time zone of the dates in revision files and their names, for example UTC or
# Europe/Paris; without one, local time. (Needs: pip install alembic[tz])
# timezone =

# How many characters of the message become part of a file's name.
# truncate_slug_length = 40

# Run env.py for "revision", "merge" and "history" too.
# revision_environment = false

# Accept compiled revision files (.pyc) whose source is missing.
# sourceless = false

# Folders of revision files, where there are several or another than "versions";
# separated as path_separator says.
# version_locations = %(here)s/accounts/versions:%(here)s/billing/versions

# What separates the folders of version_locations and of prepend_sys_path:
# a character, "space", "newline", or "os" for what PATH uses on this system.
# path_separator = :
# path_separator = ;
# path_separator = space
# path_separator = newline
path_separator = os

# Look for revision files in subfolders too.
# recursive_version_locations = false

# The encoding of new revision files.
# output_encoding = utf-8

# The databases, in the order to migrate them. Each has a section of its name below.
databases = engine1, engine2

# The addresses of the databases, as SQLAlchemy takes them; env.py reads them.
[engine1]
sqlalchemy.url = driver://user:pass@localhost/dbname

[engine2]
sqlalchemy.url = driver://user:pass@localhost/dbname2

# Programs to run over each new revision file. REVISION_SCRIPT_FILENAME stands for it.
[post_write_hooks]
# A formatter, by the console script of an installed package:
# hooks = black
# black.type = console_scripts
# black.entrypoint = black
# black.options = -l 79 REVISION_SCRIPT_FILENAME

# A linter, by its Python module:
# hooks = ruff
# ruff.type = module
# ruff.module = ruff
# ruff.options = check --fix REVISION_SCRIPT_FILENAME

# The same linter, by its program:
# hooks = ruff
# ruff.type = exec
# ruff.executable = ruff
# ruff.options = check --fix REVISION_SCRIPT_FILENAME

# Logging, as logging.config.fileConfig() of Python reads it; env.py switches it on.
[loggers]
keys = root,sqlalchemy,alembic

[handlers]
keys = console

[formatters]
keys = generic

[logger_root]
level = WARNING
handlers = console
qualname =

[logger_sqlalchemy]
level = WARNING
handlers =
qualname = sqlalchemy.engine

[logger_alembic]
level = INFO
handlers =
qualname = alembic

[handler_console]
class = StreamHandler
args = (sys.stderr,)
level = NOTSET
formatter = generic

[formatter_generic]
format = %(levelname)-5.5s [%(name)s] %(message)s
datefmt = %H:%M:%S
