"""What the tests of this room share: a dialect's class that prints or records."""

from __future__ import annotations

import io
from typing import Any, Callable, Iterator, NamedTuple

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import url as sa_url

from alembic.ddl.builtin import impl_class
from alembic.ddl.impl import DefaultImpl
from alembic.util import sqla_compat

DRIVERS = {"postgresql": "postgresql+psycopg2"}


def dialect_named(name: str) -> Any:
    """Return a dialect that needs no driver."""
    if name == "mariadb" and not sqla_compat.sqla_1_4:
        pytest.skip("SQLAlchemy 1.3 has no dialect named mariadb")
    if name == "default":
        from sqlalchemy.engine.default import DefaultDialect

        return DefaultDialect()
    driver = DRIVERS.get(name, name)
    return sa_url.make_url(f"{driver}://").get_dialect()()


class Script:
    """A dialect's class in offline mode, with what it printed."""

    def __init__(self, name: str, **options: Any) -> None:
        self.buffer = io.StringIO()
        dialect = options.pop("dialect", None) or dialect_named(name)
        opts = options.pop("context_opts", {})
        transactional = options.pop("transactional_ddl", None)
        cls = options.pop("cls", None) or impl_class(name)
        # As the migration context does: what asks the connection of a script to
        # run something has it printed.
        mock = sqla_compat.mock_connection(
            dialect, lambda construct, *args, **kw: self.impl._exec(construct)
        )
        self.impl: DefaultImpl = cls(
            dialect, mock, True, transactional, self.buffer, opts
        )

    @property
    def text(self) -> str:
        """Everything printed so far."""
        return self.buffer.getvalue()

    @property
    def statements(self) -> list[str]:
        """What was printed, blocks between empty lines, without the terminator."""
        blocks = self.text.split("\n\n")
        return [block.rstrip(";") for block in blocks if block]


@pytest.fixture
def script() -> Callable[..., Script]:
    """Make a printing class: ``script("sqlite")``."""
    return Script


class Live(NamedTuple):
    """A dialect's class with a database in memory."""

    impl: DefaultImpl
    connection: Any

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of a SELECT as tuples."""
        return [tuple(row) for row in self.connection.execute(sa.text(sql))]


@pytest.fixture
def live() -> Iterator[Live]:
    """Return SQLite's class on a database in memory."""
    # 1.4 warns about what its connections do of themselves in the old style.
    style = {"future": True} if sqla_compat.sqla_1_4 else {}
    engine = sa.create_engine("sqlite://", **style)
    with engine.connect() as connection:
        impl = impl_class("sqlite")(engine.dialect, connection, False, None, None, {})
        yield Live(impl, connection)
    engine.dispose()
