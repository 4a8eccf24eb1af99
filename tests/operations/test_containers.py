from __future__ import annotations

from typing import Any

import pytest

from alembic.operations import MigrationScript, ops

A = ops.RenameTableOp("a", "b")
B = ops.RenameTableOp("c", "d")


def renames(container: Any) -> list[tuple[str, str]]:
    return [(each.table_name, each.new_table_name) for each in container.ops]


def test_a_container_knows_whether_it_is_empty() -> None:
    assert ops.UpgradeOps().is_empty()
    assert not ops.UpgradeOps([ops.ModifyTableOps("t", [])]).is_empty()


def test_a_container_has_a_list_of_its_own() -> None:
    given = [A]
    container = ops.UpgradeOps(given)

    container.ops.append(B)

    assert given == [A]


def test_differences_of_nested_containers_are_one_list() -> None:
    inner = ops.ModifyTableOps(
        "t", [ops.ExecuteSQLOp("1"), ops.UpgradeOps([ops.ExecuteSQLOp("2")])]
    )

    assert ops.UpgradeOps([inner, ops.ExecuteSQLOp("3")]).as_diffs() == [
        ("execute", "1"),
        ("execute", "2"),
        ("execute", "3"),
    ]


def test_the_way_back_is_in_reverse_order() -> None:
    down = ops.UpgradeOps([A, ops.ModifyTableOps("t", [A, B], schema="s")]).reverse()

    modify, rename = down.ops
    assert isinstance(down, ops.DowngradeOps)
    assert isinstance(modify, ops.ModifyTableOps)
    assert (modify.table_name, modify.schema) == ("t", "s")
    assert renames(modify) == [("d", "c"), ("b", "a")]
    assert rename.table_name == "b"  # type: ignore[attr-defined]


def test_a_given_container_is_filled_with_the_way_back() -> None:
    down = ops.DowngradeOps([B], downgrade_token="x")

    assert ops.UpgradeOps([A]).reverse_into(down) is down
    assert renames(down) == [("b", "a")]
    assert down.downgrade_token == "x"


def test_the_way_forth_of_a_downgrade() -> None:
    up = ops.DowngradeOps([A, B]).reverse()

    assert isinstance(up, ops.UpgradeOps)
    assert renames(up) == [("d", "c"), ("b", "a")]


def test_tokens_have_defaults() -> None:
    assert ops.UpgradeOps().upgrade_token == "upgrades"
    assert ops.DowngradeOps().downgrade_token == "downgrades"


def test_a_script_has_operations_both_ways() -> None:
    up, down = ops.UpgradeOps(), ops.DowngradeOps()

    script = MigrationScript("ae10", up, down, message="m", head="h", splice=True)

    assert (script.upgrade_ops, script.downgrade_ops) == (up, down)
    assert (script.upgrade_ops_list, script.downgrade_ops_list) == ([up], [down])
    assert (script.rev_id, script.message, script.head) == ("ae10", "m", "h")
    assert (script.branch_label, script.version_path, script.depends_on) == (None,) * 3


def test_a_script_for_several_databases_is_read_as_a_list() -> None:
    downs = [ops.DowngradeOps(), ops.DowngradeOps()]
    script = MigrationScript(None, ops.UpgradeOps(), downs)

    assert script.downgrade_ops_list == downs
    with pytest.raises(ValueError, match="use the downgrade_ops_list attribute"):
        _ = script.downgrade_ops
    script.upgrade_ops = [ops.UpgradeOps(), ops.UpgradeOps()]  # type: ignore[assignment]
    with pytest.raises(ValueError, match="use the upgrade_ops_list attribute"):
        _ = script.upgrade_ops


def test_a_script_may_be_emptied() -> None:
    script = MigrationScript(None, ops.UpgradeOps(), ops.DowngradeOps())

    script.upgrade_ops = []  # type: ignore[assignment]

    assert script.upgrade_ops is None
    assert script.upgrade_ops_list == []


def test_a_script_takes_containers_of_the_right_kind_only() -> None:
    with pytest.raises(TypeError, match="UpgradeOps expected"):
        MigrationScript(None, ops.DowngradeOps(), ops.DowngradeOps())  # type: ignore[arg-type]


def test_imports_are_shared_with_whoever_gave_them() -> None:
    imports = {"import a"}
    script = MigrationScript(
        None, ops.UpgradeOps(), ops.DowngradeOps(), imports=imports
    )
    one = MigrationScript(None, ops.UpgradeOps(), ops.DowngradeOps())
    other = MigrationScript(None, ops.UpgradeOps(), ops.DowngradeOps())

    one.imports.add("import b")

    assert script.imports is imports
    assert other.imports == set()
