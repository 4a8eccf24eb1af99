"""Columns that change, as autogenerate sees them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    text,
)
from sqlalchemy.testing.assertions import eq_, is_, is_true
from sqlalchemy.testing.config import combinations

from ...operations.columns import AlterColumnOp
from ...operations.containers import UpgradeOps
from ...util.sqla_compat import affinity
from ..fixtures import TestBase
from ._autogen_fixtures import AutogenFixtureTest
from ._requirements import requires


def _shelf(*args: Any, **kw: Any) -> MetaData:
    """Return a table with one column beside its key."""
    metadata = MetaData()
    Table(
        "shelf",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("label", *args, **kw),
    )
    return metadata


class AlterColumnTest(AutogenFixtureTest, TestBase):
    """A column's facts are compared one by one."""

    __backend__ = True

    @combinations((True, False), (False, True), argnames="old,new")
    def test_nullability(self, old: bool, new: bool) -> None:
        database = _shelf(String(20), nullable=old)
        diffs = self.differences(database, _shelf(String(20), nullable=new))
        self.assert_column(diffs, "modify_nullable", "shelf.label", old, new)

    @combinations((String(20), String(40)), (Integer(), String(40)), argnames="old,new")
    def test_type(self, old: Any, new: Any) -> None:
        ((diff,),) = self.differences(_shelf(old), _shelf(new))
        eq_((diff[0], diff[2], diff[3]), ("modify_type", "shelf", "label"))
        is_(affinity(diff[-2]), affinity(old))
        is_(diff[-1], new)

    @combinations((None, "5"), ("5", "6"), argnames="old,new")
    def test_server_default(self, old: str | None, new: str) -> None:
        database = _shelf(Integer, server_default=old and text(old))
        wanted = _shelf(Integer, server_default=text(new))
        ((diff,),) = self.differences(database, wanted)
        eq_((diff[0], diff[2], diff[3]), ("modify_default", "shelf", "label"))
        is_(diff[-1], wanted.tables["shelf"].c.label.server_default)

    @combinations((True,), (False,), argnames="nullable_changes")
    def test_what_stays_is_told(self, nullable_changes: bool) -> None:
        """Some databases want all of a column repeated where one thing changes."""
        database = _shelf(String(20), nullable=False, server_default="x")
        if nullable_changes:
            wanted = _shelf(String(20), nullable=True, server_default="x")
        else:
            wanted = _shelf(String(40), nullable=False, server_default="x")
        op = _altered(self.operations(database, wanted))
        eq_(op.existing_nullable, False)
        eq_(str(op.existing_type), "VARCHAR(20)")
        is_true(op.existing_server_default is not None)


def _altered(found: UpgradeOps) -> AlterColumnOp:
    """Return the operation where it is the only one."""
    (op,) = _all_altered(found)
    return op


def _all_altered(found: UpgradeOps) -> list[AlterColumnOp]:
    """Return the operations where they do nothing else."""
    tables: list[Any] = list(found.ops)
    ops = [op for table in tables for op in table.ops]
    assert all(isinstance(op, AlterColumnOp) for op in ops), ops
    return ops


class AutoincrementTest(AutogenFixtureTest, TestBase):
    """A key that counts by itself stays one, and another does not become one."""

    __backend__ = True
    __requires__ = ("integer_subtype_comparisons",)

    def test_same_key(self) -> None:
        eq_(self.differences(_key(Integer), _key(Integer)), [])

    def test_same_key_that_says_so(self) -> None:
        models = [_key(Integer, autoincrement=True) for _ in range(2)]
        eq_(self.differences(*models), [])

    def test_same_key_that_does_not_count(self) -> None:
        models = [_key(Integer, autoincrement=False) for _ in range(2)]
        eq_(self.differences(*models), [])

    def test_same_key_of_two_columns(self) -> None:
        models = [_pair(Integer, autoincrement=False) for _ in range(2)]
        eq_(self.differences(*models), [])

    @requires("autoincrement_on_composite_pk")
    def test_same_key_of_two_columns_that_counts(self) -> None:
        models = [_pair(Integer, autoincrement=True) for _ in range(2)]
        eq_(self.differences(*models), [])

    def test_key_that_counts_gets_another_type(self) -> None:
        found = self.operations(_key(Integer), _key(BigInteger))
        is_true(_is_bigger(_altered(found)))
        eq_(_altered(found).kw.get("autoincrement"), True)

    def test_key_that_does_not_count_gets_another_type(self) -> None:
        found = self.operations(
            _key(Integer, autoincrement=False), _key(BigInteger, autoincrement=False)
        )
        is_true(_is_bigger(_altered(found)))
        eq_(_altered(found).kw.get("autoincrement"), False)

    def test_key_of_two_columns_gets_another_type(self) -> None:
        found = self.operations(
            _pair(Integer, autoincrement=False), _pair(BigInteger, autoincrement=False)
        )
        is_true(_is_bigger(_altered(found)))
        eq_(_altered(found).kw.get("autoincrement"), False)

    def test_key_that_refers_to_another_gets_another_type(self) -> None:
        found = self.operations(_child(Integer), _child(BigInteger))
        ops = _all_altered(found)
        is_true(all(_is_bigger(op) for op in ops))
        counts = {op.table_name: op.kw.get("autoincrement") for op in ops}
        eq_(counts, {"person": True, "portrait": None})

    def test_other_column_gets_another_type(self) -> None:
        found = self.operations(_shelf(Integer), _shelf(BigInteger))
        is_true(_is_bigger(_altered(found)))
        is_(_altered(found).kw.get("autoincrement"), None)


def _is_bigger(op: AlterColumnOp) -> bool:
    """Say whether an operation makes INTEGER into BIGINT."""
    return isinstance(op.existing_type, Integer) and isinstance(
        op.modify_type, BigInteger
    )


def _key(type_: Any, **kw: Any) -> MetaData:
    metadata = MetaData()
    Table("person", metadata, Column("id", type_, primary_key=True, **kw))
    return metadata


def _pair(type_: Any, **kw: Any) -> MetaData:
    """Return a table whose key has two columns; the first one may count."""
    metadata = MetaData()
    Table(
        "person",
        metadata,
        Column("id", type_, primary_key=True, **kw),
        Column("branch", Integer, primary_key=True, autoincrement=False),
    )
    return metadata


def _child(type_: Any) -> MetaData:
    """Return a table whose key is that of a person, by a foreign key."""
    metadata = _key(type_)
    Table(
        "portrait",
        metadata,
        Column("id", type_, ForeignKey("person.id"), primary_key=True),
    )
    return metadata
