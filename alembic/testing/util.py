"""Small tools for tests: combinations of flags, lambdas with names to fill in."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any, Callable, Iterator

from sqlalchemy import MetaData
from sqlalchemy.testing import config
from sqlalchemy.testing.engines import testing_engine as testing_engine

from ..util.compat import inspect_getfullargspec

if TYPE_CHECKING:
    from typing import Literal


def flag_combinations(*combinations: dict[str, bool]) -> Callable[..., Any]:
    """Return a decorator that runs a test once for each set of flags.

    The test has a parameter for each flag; a flag that a set does not name is False::

        @flag_combinations({}, {"unique": True}, {"unique": True, "quoted": True})
        def test_index(self, quoted, unique): ...

    :param combinations: flags by name; those that are set make the test's id
    """
    names = sorted({name for flags in combinations for name in flags})
    rows = [
        (
            "_".join(name for name in names if flags.get(name)),
            *(flags.get(name, False) for name in names),
        )
        for flags in combinations
    ]
    decorate: Callable[..., Any] = config.combinations(
        *rows, id_="i" + "a" * len(names), argnames=",".join(names)
    )
    return decorate


def resolve_lambda(__fn: Callable[..., Any], **kw: Any) -> Any:  # noqa: PYI063
    """Call a lambda with names that did not exist where it was written.

    Tests that are parametrized outside of the class can so refer to what a fixture
    makes::

        resolve_lambda(lambda: table.c.x > 5, table=table)

    :param __fn: a lambda without closure; its arguments are taken from ``kw`` too
    :param kw: values by name
    """
    arguments = {name: kw.pop(name) for name in inspect_getfullargspec(__fn)[0]}
    globals_ = {**__fn.__globals__, **kw}
    return types.FunctionType(__fn.__code__, globals_)(**arguments)


def metadata_fixture(
    ddl: Literal["function", "class", "module", "session"] = "function",
) -> Callable[[Callable[..., Any]], Any]:
    """Return a decorator: a method that fills a ``MetaData`` becomes a fixture.

    The tables are created on the test database, and dropped afterwards; the test
    receives what the method returns::

        @metadata_fixture()
        def account(self, metadata):
            return Table("account", metadata, Column("id", Integer))

    :param ddl: the scope of the fixture, as pytest names it
    """

    def decorate(fill: Callable[..., Any]) -> Any:
        def create(self: Any) -> Iterator[Any]:
            metadata = self.metadata = MetaData()
            try:
                made = fill(self, metadata)
                metadata.create_all(config.db)  # type: ignore[arg-type]  # set by now
                yield made
            finally:
                metadata.drop_all(config.db)  # type: ignore[arg-type]

        return config.fixture(scope=ddl)(create)

    return decorate
