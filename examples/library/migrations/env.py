"""Say how the migrations reach the database of the library."""

from logging.config import fileConfig

from sqlalchemy import create_engine, pool

from alembic import context

config = context.config
if config.config_file_name is not None:
    fileConfig(config.config_file_name, disable_existing_loggers=False)

url = config.get_main_option("sqlalchemy.url")


def print_sql():
    """Print the SQL of ``--sql``: nothing is connected."""
    context.configure(url=url, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


def migrate():
    """Migrate the database."""
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    print_sql()
else:
    migrate()
