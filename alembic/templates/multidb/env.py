"""Run the migrations on every database of the settings, or write their SQL."""

import logging
import re
from contextlib import ExitStack
from logging.config import fileConfig
from typing import Any, Dict

from sqlalchemy import engine_from_config, pool

from alembic import context
from alembic.util import CommandError

# Commit in two phases, so that either every database is migrated or none.
# The databases must be able to; PostgreSQL and MySQL are.
USE_TWOPHASE = False

# The settings: the ini file, pyproject.toml and what a program has set.
config = context.config

# Logging as the ini file describes it, where it does.
if config.config_file_name is not None and config.file_config.has_section("loggers"):
    fileConfig(config.file_config)
logger = logging.getLogger("alembic.env")

# The databases, in the order to migrate them; each has a section in the ini file.
names = [
    name
    for name in re.split(r",\s*", config.get_main_option("databases", "").strip())
    if name
]
if not names:
    raise CommandError("No 'databases' in the ini file; please name one at least.")

# What the tables of each database should look like; "revision --autogenerate"
# compares it with the database. Import the MetaData of your models here:
#
#     from myapp import models
#     target_metadata = {
#         "engine1": models.accounts_metadata,
#         "engine2": models.billing_metadata,
#     }
target_metadata: Dict[str, Any] = {}

# Options of your own, written into the ini file, are read so:
#
#     answer = config.get_main_option("my_option")


def options_of(name: str) -> Dict[str, str]:
    """Return the options in the section of one database."""
    options = config.get_section(name, {})
    if "sqlalchemy.url" not in options:
        raise CommandError(
            f"No 'sqlalchemy.url' in section [{name}] of the ini file; please give one."
        )
    return options


def run_migrations_offline() -> None:
    """Write the SQL of each database to a file of its name."""
    for name in names:
        file_name = f"{name}.sql"
        logger.info("Migrating database %s", name)
        logger.info("Writing output to %s", file_name)
        url = options_of(name)["sqlalchemy.url"]

        with open(file_name, "w", encoding="utf-8") as output:
            context.configure(
                url=url,
                output_buffer=output,
                target_metadata=target_metadata.get(name),
                literal_binds=True,
                dialect_opts={"paramstyle": "named"},
            )

            with context.begin_transaction():
                context.run_migrations(engine_name=name)


def run_migrations_online() -> None:
    """Connect to all databases, migrate each, then commit all."""
    connections = {}
    transactions = {}

    # Closing a connection rolls back what was not committed on it.
    with ExitStack() as stack:
        for name in names:
            engine = engine_from_config(
                options_of(name), prefix="sqlalchemy.", poolclass=pool.NullPool
            )
            connection = stack.enter_context(engine.connect())
            connections[name] = connection
            transactions[name] = (
                connection.begin_twophase() if USE_TWOPHASE else connection.begin()
            )

        for name in names:
            logger.info("Migrating database %s", name)
            context.configure(
                connection=connections[name],
                upgrade_token=f"{name}_upgrades",
                downgrade_token=f"{name}_downgrades",
                target_metadata=target_metadata.get(name),
            )
            context.run_migrations(engine_name=name)

        if USE_TWOPHASE:
            for name in names:
                transactions[name].prepare()
        for name in names:
            transactions[name].commit()


if context.is_offline_mode():
    run_migrations_offline()
else:
    run_migrations_online()
