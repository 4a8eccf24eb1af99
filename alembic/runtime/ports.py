"""What the parts of a run ask of the context that holds them together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Dialect

    from ..ddl.impl import DefaultImpl


class DatabaseContext(Protocol):
    """A dialect, and a connection or a script to write to."""

    impl: DefaultImpl
    dialect: Dialect
    connection: Connection | None
    as_sql: bool


class Versions(Protocol):
    """The rows of the version table."""

    def insert(self, version: str) -> None: ...

    def update(self, from_: str, to_: str) -> None: ...

    def delete(self, version: str) -> None: ...


class VersionedContext(Protocol):
    """A context whose version table can be written."""

    @property
    def _versions(self) -> Versions: ...
