# The settings of a migration project, read by Alembic. The address of the database
# and the logging stand in its ini file.
#
# %(here)s stands for the folder of this file. A literal percent sign is written twice.
[tool.alembic]
# Where env.py and the folder of the revision files are; "package:folder" names a folder
# inside a Python package.
script_location = "${script_location}"

# The name of a new revision file, without the ".py". The date's parts are year, month,
# day, hour, minute, second and epoch.
# file_template = "%%(rev)s_%%(slug)s"
# With a slash, files go into folders: set recursive_version_locations as well.
# file_template = "%%(year)d/%%(month).2d/%%(day).2d_%%(rev)s_%%(slug)s"

# Folders to put in front of sys.path, so that env.py can import your models.
prepend_sys_path = ["."]

# The time zone of the dates in revision files and their names; without one, local time.
# (Needs: pip install alembic[tz])
# timezone = "UTC"

# How many characters of the message become part of a file's name.
# truncate_slug_length = 40

# Run env.py for "revision", "merge" and "history" too.
# revision_environment = false

# Accept compiled revision files (.pyc) whose source is missing.
# sourceless = false

# Folders of revision files, where there are several or another than "versions".
# version_locations = ["%(here)s/accounts/versions", "%(here)s/billing/versions"]

# Look for revision files in subfolders too.
# recursive_version_locations = false

# The encoding of new revision files.
# output_encoding = "utf-8"

# Programs to run over each new revision file, in this order.
# REVISION_SCRIPT_FILENAME stands for the file.
#
# A formatter, by the console script of an installed package:
# [[tool.alembic.post_write_hooks]]
# name = "black"
# type = "console_scripts"
# entrypoint = "black"
# options = "-l 79 REVISION_SCRIPT_FILENAME"
#
# A linter, by its Python module:
# [[tool.alembic.post_write_hooks]]
# name = "ruff"
# type = "module"
# module = "ruff"
# options = "check --fix REVISION_SCRIPT_FILENAME"
#
# The same linter, by its program:
# [[tool.alembic.post_write_hooks]]
# name = "ruff"
# type = "exec"
# executable = "ruff"
# options = "check --fix REVISION_SCRIPT_FILENAME"
