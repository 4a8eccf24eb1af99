"""Run the migrations through an asyncio driver, or write their SQL."""

import asyncio
from logging.config import fileConfig

from sqlalchemy import pool
from sqlalchemy.engine import Connection

from alembic import context
from alembic.util import CommandError

try:
    from sqlalchemy.ext.asyncio import async_engine_from_config
except ImportError as error:
    raise CommandError(
        "This env.py needs SQLAlchemy 1.4.29 or newer, with its asyncio extension; "
        "please install 'sqlalchemy[asyncio]', or use the env.py of the template "
        "'generic'."
    ) from error

# The settings: the ini file, pyproject.toml and what a program has set.
config = context.config

# Logging as the ini file describes it, where it does.
if config.config_file_name is not None and config.file_config.has_section("loggers"):
    fileConfig(config.file_config)

# What the tables should look like; "revision --autogenerate" compares it with the
# database. Import the MetaData of your models here:
#
#     from myapp.models import Base
#     target_metadata = Base.metadata
target_metadata = None

# Options of your own, written into the ini file, are read so:
#
#     answer = config.get_main_option("my_option")


def run_migrations_offline() -> None:
    """Write the SQL of the migrations; no database is needed, only its address."""
    context.configure(
        url=config.get_main_option("sqlalchemy.url"),
        target_metadata=target_metadata,
        literal_binds=True,
        dialect_opts={"paramstyle": "named"},
    )

    with context.begin_transaction():
        context.run_migrations()


def do_run_migrations(connection: Connection) -> None:
    """Migrate over a connection that speaks as an ordinary one does."""
    context.configure(connection=connection, target_metadata=target_metadata)

    with context.begin_transaction():
        context.run_migrations()


async def run_async_migrations() -> None:
    """Connect to the database and migrate it."""
    options = config.get_section(config.config_ini_section, {})
    if "sqlalchemy.url" not in options:
        raise CommandError("No 'sqlalchemy.url' in the ini file; please give one.")
    engine = async_engine_from_config(
        options, prefix="sqlalchemy.", poolclass=pool.NullPool
    )

    async with engine.connect() as connection:
        await connection.run_sync(do_run_migrations)

    await engine.dispose()


def run_migrations_online() -> None:
    """Migrate the database, in an event loop made for it."""
    asyncio.run(run_async_migrations())


if context.is_offline_mode():
    run_migrations_offline()
else:
    run_migrations_online()
