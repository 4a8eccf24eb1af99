# The settings of one installation: the database and the logging.
# Those of the source code stand in pyproject.toml.
#
# %(here)s stands for the folder of this file. A literal percent sign is written twice.

[alembic]
# The address of the database, as SQLAlchemy takes it; env.py reads it.
sqlalchemy.url = driver://user:pass@localhost/dbname

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
