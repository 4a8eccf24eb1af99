"""Foreign keys, as autogenerate sees them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    Table,
    UniqueConstraint,
)
from sqlalchemy.testing.assertions import eq_
from sqlalchemy.testing.config import combinations

from ..fixtures import TestBase
from ._autogen_fixtures import AutogenFixtureTest
from ._requirements import requires

_ONE = ("guest", ["room_floor"]), ("room", ["floor"])
_OTHER = ("guest", ["room_number"]), ("room", ["number"])
_BOTH = ("guest", ["room_floor", "room_number"]), ("room", ["floor", "number"])
_CROSSED = ("guest", ["room_floor", "room_number"]), ("room", ["number", "floor"])


def _key(ends: Any = _ONE, name: str = "fk_room", **kw: Any) -> ForeignKeyConstraint:
    """Return a key between two ends, each a table with its columns."""
    (_, columns), (table, targets) = ends
    referred = [f"{table}.{target}" for target in targets]
    return ForeignKeyConstraint(columns, referred, name=name, **kw)


def _model(*keys: ForeignKeyConstraint) -> MetaData:
    """Return guests and their rooms, with these foreign keys of the guests."""
    metadata = MetaData()
    Table(
        "room",
        metadata,
        Column("floor", Integer, primary_key=True, autoincrement=False),
        Column("number", Integer, primary_key=True, autoincrement=False),
        UniqueConstraint("floor", name="uq_floor"),
        UniqueConstraint("number", name="uq_number"),
    )
    Table(
        "guest",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("room_floor", Integer),
        Column("room_number", Integer),
        Column("companion", Integer),
        *keys,
    )
    return metadata


class AutogenerateForeignKeysTest(AutogenFixtureTest, TestBase):
    """They are known by table, columns and target; a name alone is no difference."""

    __backend__ = True
    __requires__ = ("foreign_key_constraint_reflection",)

    def test_key_appears(self) -> None:
        (diff,) = self.fk_differences(_model(), _model(_key()))
        self.assert_fk(diff, "add_fk", *_ONE, name="fk_room")

    def test_key_disappears(self) -> None:
        (diff,) = self.fk_differences(_model(_key()), _model())
        self.assert_fk(diff, "remove_fk", *_ONE)

    def test_same_key(self) -> None:
        eq_(self.fk_differences(_model(_key()), _model(_key())), [])

    def test_other_name(self) -> None:
        other = _key(name="fk_other")
        eq_(self.fk_differences(_model(_key()), _model(other)), [])

    def test_key_moves_to_other_columns(self) -> None:
        removed, added = self.fk_differences(_model(_key()), _model(_key(_OTHER)))
        self.assert_fk(removed, "remove_fk", *_ONE)
        self.assert_fk(added, "add_fk", *_OTHER)

    def test_key_of_two_columns_appears(self) -> None:
        (diff,) = self.fk_differences(_model(), _model(_key(_BOTH)))
        self.assert_fk(diff, "add_fk", *_BOTH)

    def test_same_key_of_two_columns(self) -> None:
        eq_(self.fk_differences(_model(_key(_BOTH)), _model(_key(_BOTH))), [])

    def test_columns_are_paired_otherwise(self) -> None:
        removed, added = self.fk_differences(
            _model(_key(_BOTH)), _model(_key(_CROSSED))
        )
        self.assert_fk(removed, "remove_fk", *_BOTH)
        self.assert_fk(added, "add_fk", *_CROSSED)

    def test_key_of_a_table_to_itself(self) -> None:
        ends = ("guest", ["companion"]), ("guest", ["id"])
        eq_(self.fk_differences(_model(_key(ends)), _model(_key(ends))), [])
        (diff,) = self.fk_differences(_model(), _model(_key(ends)))
        self.assert_fk(diff, "add_fk", *ends)


class IncludeHooksTest(AutogenFixtureTest, TestBase):
    """``include_name`` and ``include_object`` leave foreign keys out."""

    __backend__ = True
    __requires__ = ("fk_names",)

    @combinations(("fk_one",), ("fk_two",), argnames="kept")
    def test_names_in_the_database(self, kept: str) -> None:
        def include_name(name: Any, type_: str, parents: Any) -> bool:
            return type_ != "foreign_key_constraint" or name == kept

        database = _model(_key(_ONE, "fk_one"), _key(_OTHER, "fk_two"))
        (diff,) = self.fk_differences(database, _model(), include_name=include_name)
        ends = _ONE if kept == "fk_one" else _OTHER
        self.assert_fk(diff, "remove_fk", *ends, name=kept)

    @combinations((True,), (False,), argnames="in_database")
    def test_objects_on_either_side(self, in_database: bool) -> None:
        def include_object(
            item: Any, name: Any, type_: str, reflected: bool, other: Any
        ) -> bool:
            return type_ != "foreign_key_constraint" or name == "fk_two"

        keys = _key(_ONE, "fk_one"), _key(_OTHER, "fk_two")
        models = [_model(*keys), _model()]
        (diff,) = self.fk_differences(
            *(models if in_database else reversed(models)),
            include_object=include_object,
        )
        kind = "remove_fk" if in_database else "add_fk"
        self.assert_fk(diff, kind, *_OTHER, name="fk_two")

    def test_what_is_told_of_an_object(self) -> None:
        seen = set()

        def include_object(
            item: Any, name: Any, type_: str, reflected: bool, other: Any
        ) -> bool:
            if type_ == "foreign_key_constraint":
                seen.add((type(item), name, reflected, other))
            return True

        database, wanted = _model(_key(_ONE, "fk_one")), _model(_key(_OTHER, "fk_two"))
        self.fk_differences(database, wanted, include_object=include_object)
        kind = ForeignKeyConstraint
        eq_(seen, {(kind, "fk_one", True, None), (kind, "fk_two", False, None)})


class AutogenerateFKOptionsTest(AutogenFixtureTest, TestBase):
    """A key whose options differ is removed and added, where the database tells them.

    The same options on both sides are no difference, whether it tells them or not.
    """

    __backend__ = True

    def assert_same(self, database: dict[str, Any], wanted: dict[str, Any]) -> None:
        """Demand that keys with such options do not differ."""
        models = _model(_key(**database)), _model(_key(**wanted))
        eq_(self.fk_differences(*models), [])

    def assert_replaced(self, database: dict[str, Any], wanted: dict[str, Any]) -> None:
        """Demand that the one is removed and the other added, options and all."""
        models = _model(_key(**database)), _model(_key(**wanted))
        removed, added = self.fk_differences(*models)
        self.assert_fk(removed, "remove_fk", *_ONE, **database)
        self.assert_fk(added, "add_fk", *_ONE, **wanted)

    # -- ON DELETE -----------------------------------------------------------

    def test_same_ondelete(self) -> None:
        self.assert_same({"ondelete": "CASCADE"}, {"ondelete": "CASCADE"})

    def test_ondelete_in_other_letters(self) -> None:
        self.assert_same({"ondelete": "CASCADE"}, {"ondelete": "cascade"})

    @requires("fk_ondelete_restrict")
    def test_same_ondelete_restrict(self) -> None:
        self.assert_same({"ondelete": "RESTRICT"}, {"ondelete": "RESTRICT"})

    @requires("fk_ondelete_noaction")
    def test_ondelete_no_action_is_none(self) -> None:
        self.assert_same({"ondelete": "NO ACTION"}, {})
        self.assert_same({}, {"ondelete": "NO ACTION"})

    @requires("fk_ondelete_is_reflected")
    def test_ondelete_appears(self) -> None:
        self.assert_replaced({"ondelete": None}, {"ondelete": "CASCADE"})

    @requires("fk_ondelete_is_reflected")
    def test_ondelete_disappears(self) -> None:
        self.assert_replaced({"ondelete": "CASCADE"}, {"ondelete": None})

    @requires("fk_ondelete_is_reflected")
    def test_ondelete_changes(self) -> None:
        self.assert_replaced({"ondelete": "CASCADE"}, {"ondelete": "SET NULL"})

    # -- ON UPDATE -----------------------------------------------------------

    @requires("fk_onupdate")
    def test_same_onupdate(self) -> None:
        self.assert_same({"onupdate": "CASCADE"}, {"onupdate": "CASCADE"})

    @requires("fk_onupdate")
    def test_onupdate_in_other_letters(self) -> None:
        self.assert_same({"onupdate": "CASCADE"}, {"onupdate": "cascade"})

    @requires("fk_onupdate_restrict")
    def test_same_onupdate_restrict(self) -> None:
        self.assert_same({"onupdate": "RESTRICT"}, {"onupdate": "RESTRICT"})

    @requires("fk_onupdate")
    def test_onupdate_no_action_is_none(self) -> None:
        self.assert_same({}, {"onupdate": "NO ACTION"})

    @requires("fk_onupdate", "fk_onupdate_is_reflected")
    def test_onupdate_appears(self) -> None:
        self.assert_replaced({"onupdate": None}, {"onupdate": "CASCADE"})

    @requires("fk_onupdate", "fk_onupdate_is_reflected")
    def test_onupdate_disappears(self) -> None:
        self.assert_replaced({"onupdate": "CASCADE"}, {"onupdate": None})

    @requires("fk_onupdate", "fk_onupdate_is_reflected")
    def test_onupdate_changes(self) -> None:
        self.assert_replaced({"onupdate": "CASCADE"}, {"onupdate": "SET NULL"})

    @requires("fk_onupdate", "fk_ondelete_is_reflected", "fk_onupdate_is_reflected")
    def test_one_of_two_options_changes(self) -> None:
        self.assert_replaced(
            {"onupdate": "CASCADE", "ondelete": "CASCADE"},
            {"onupdate": "CASCADE", "ondelete": "SET NULL"},
        )

    # -- DEFERRABLE and INITIALLY --------------------------------------------

    @requires("fk_deferrable")
    def test_same_deferrable(self) -> None:
        self.assert_same({"deferrable": True}, {"deferrable": True})

    @requires("fk_initially")
    def test_same_initially(self) -> None:
        deferred = {"deferrable": True, "initially": "DEFERRED"}
        self.assert_same(deferred, deferred)

    @requires("fk_initially")
    def test_initially_immediate_is_deferrable(self) -> None:
        self.assert_same(
            {"deferrable": True, "initially": "IMMEDIATE"}, {"deferrable": True}
        )

    @requires("fk_deferrable", "fk_deferrable_is_reflected")
    def test_deferrable_appears(self) -> None:
        self.assert_replaced({"deferrable": None}, {"deferrable": True})

    @requires("fk_deferrable", "fk_deferrable_is_reflected")
    def test_deferrable_disappears(self) -> None:
        self.assert_replaced({"deferrable": True}, {"deferrable": None})

    @requires("fk_initially", "fk_deferrable_is_reflected")
    def test_initially_appears(self) -> None:
        self.assert_replaced(
            {"deferrable": True, "initially": None},
            {"deferrable": True, "initially": "DEFERRED"},
        )

    @requires("fk_initially", "fk_deferrable_is_reflected")
    def test_initially_disappears(self) -> None:
        self.assert_replaced(
            {"deferrable": True, "initially": "DEFERRED"},
            {"deferrable": True, "initially": None},
        )
