"""A revision that fails: where, and what the database holds afterwards."""

from __future__ import annotations

import sys
from typing import Any

import pytest
import sqlalchemy as sa

from alembic.runtime.failing import statement_at
from alembic.util.exc import CommandError


@pytest.fixture
def record(project: Any, migrator: Any, caplog: pytest.LogCaptureFixture) -> Any:
    """A function that runs a failing upgrade and returns what was logged about it."""

    def fail(error: type[Exception], **options: Any) -> str:
        with pytest.raises(error):
            migrator.upgrade(**options)
        (found,) = [each for each in caplog.records if each.levelname == "ERROR"]
        assert found.name == "alembic.runtime.migration"
        return found.getMessage()

    return fail


def test_the_log_names_revision_file_line_and_statement(
    project: Any, record: Any
) -> None:
    path = project.revision(
        "b100", upgrade="op.execute('CREATE TABLE t (x)')\n\nop.add_column('t', 'x')"
    )

    said = record(CommandError)

    assert said.startswith(
        f"Revision b100 failed at {path}, line 16, in upgrade(): "
        "op.add_column('t', 'x'). "
    )


def test_an_error_of_the_database_stands_behind_the_statement(
    project: Any, record: Any
) -> None:
    project.revision("b100", upgrade="op.drop_table('nope')")

    said = record(sa.exc.OperationalError)

    assert "op.drop_table('nope') -> OperationalError: no such table: nope. " in said


def test_a_statement_over_several_lines_stands_in_one(
    project: Any, record: Any
) -> None:
    project.revision(
        "b100", upgrade="op.drop_column(\n    'nope',\n    'nothing',\n)\n"
    )

    said = record(sa.exc.OperationalError)

    assert "line 14, in upgrade(): op.drop_column( 'nope', 'nothing', ) -> " in said


@pytest.mark.parametrize(
    ("recreate", "directive", "error"),
    [
        ("auto", "batch_op.drop_column('nothing')", CommandError),
        ("auto", "batch_op.create_unique_constraint(None, ['id'])", ValueError),
        ("never", "batch_op.drop_column('nothing')", sa.exc.OperationalError),
        (
            "never",
            "batch_op.add_column(sa.Column('c', sa.Integer), insert_after='id')",
            CommandError,
        ),
    ],
)
def test_a_directive_of_a_batch_block_is_named_where_it_stands(
    project: Any, record: Any, recreate: str, directive: str, error: type[Exception]
) -> None:
    project.revision(
        "b100",
        upgrade=f"""
        op.create_table('t', sa.Column('id', sa.Integer))
        with op.batch_alter_table('t', recreate={recreate!r}) as batch_op:
            batch_op.create_index('i', ['id'])
            {directive}
            batch_op.create_index('j', ['id'])
        """,
    )

    assert f"upgrade(): {directive}" in record(error)


def test_a_line_of_another_file_in_a_batch_block_is_named_where_that_was_called(
    project: Any, record: Any
) -> None:
    (project.folder / "dropping.py").write_text(
        "def drop(batch_op):\n    batch_op.drop_column('nothing')\n", encoding="utf-8"
    )
    project.revision(
        "b100",
        upgrade=f"""
        import runpy
        dropping = runpy.run_path({str(project.folder / "dropping.py")!r})
        op.create_table('t', sa.Column('id', sa.Integer))
        with op.batch_alter_table('t') as batch_op:
            dropping['drop'](batch_op)
        """,
    )

    # before 3.10 the end of a block was its last line
    begun = "with op.batch_alter_table('t') as batch_op:"
    line = begun if sys.version_info >= (3, 10) else "dropping['drop'](batch_op)"
    assert f"upgrade(): {line}" in record(CommandError)


@pytest.mark.skipif(sys.version_info < (3, 10), reason="Python does not say the name")
@pytest.mark.parametrize(
    ("wrong", "error", "hint"),
    [
        ("op.creat_table('t')", AttributeError, "; did you mean 'create_table'? What"),
        ("sa.Integr", AttributeError, "'Integr'; did you mean 'Integer'? What"),
        ("upgrad()", NameError, "'upgrad' is not defined; did you mean 'upgrade'?"),
        ("postgresql", NameError, "defined; define it in the file, or import it there"),
        ("(None).foo", AttributeError, "no attribute 'foo'. What"),
    ],
)
def test_what_a_misspelt_name_may_have_meant_is_said(
    project: Any, record: Any, wrong: str, error: type[Exception], hint: str
) -> None:
    project.revision("b100", upgrade=wrong)

    assert hint in record(error)


def test_a_function_of_the_file_is_named_that_the_revision_calls(
    project: Any, record: Any
) -> None:
    path = project.revision("b100", upgrade="_drop('nope')")
    with path.open("a", encoding="utf-8") as file:
        file.write("\n\ndef _drop(name):\n    op.drop_table(name)\n")

    assert "in _drop(): op.drop_table(name) -> " in record(sa.exc.OperationalError)


def test_passwords_in_the_statement_are_hidden(project: Any, record: Any) -> None:
    project.revision("b100", upgrade="raise KeyError('postgresql://me:s3cret@host/db')")

    said = record(KeyError)

    assert "s3cret" not in said
    assert "postgresql://me:***@host/db" in said


def test_what_is_rolled_back_is_said(project: Any, record: Any, migrator: Any) -> None:
    project.revision(
        "b100", upgrade="op.execute('CREATE TABLE t (x)')\nraise ValueError"
    )

    said = record(ValueError)

    assert said.endswith(
        "What it did is rolled back; correct it, then run the command again."
    )
    assert project.tables() == ["alembic_version"]


def test_what_stays_after_an_autocommit_block_is_not_called_rolled_back(
    project: Any, record: Any
) -> None:
    project.revision(
        "b100",
        upgrade="""
        op.execute('CREATE TABLE t (x)')
        with op.get_context().autocommit_block():
            op.execute('VACUUM')
        raise ValueError
        """,
    )

    said = record(ValueError)

    assert "What it did before that may stay in the database" in said
    assert "t" in project.tables()


def test_what_stays_after_a_statement_outside_of_transactions_is_not_called_so(
    project: Any, record: Any
) -> None:
    project.revision(
        "b100",
        upgrade="""
        op.execute('CREATE TABLE t (x)')
        op.execute('VACUUM')
        raise ValueError
        """,
    )

    with pytest.warns(UserWarning, match="no longer atomic"):
        said = record(ValueError)

    assert "What it did before that may stay in the database" in said
    assert "t" in project.tables()


def test_a_transaction_of_the_program_around_it_is_left_to_that_program(
    project: Any, migrator: Any, caplog: pytest.LogCaptureFixture
) -> None:
    project.revision("b100", upgrade="raise ValueError")

    with migrator.connection() as connection:
        connection.begin()
        with pytest.raises(ValueError):
            migrator.upgrade(connection=connection)

    assert "belongs to the program that runs the migrations" in caplog.text


def test_a_script_that_ends_early_is_called_incomplete(
    project: Any, caplog: pytest.LogCaptureFixture
) -> None:
    project.revision("b100", upgrade="raise ValueError")

    done = project.run("upgrade", "head", "--sql")

    assert "The script ends there and is not complete." in done.stderr
    assert done.stderr.splitlines()[-1] == "ValueError"


def test_the_last_line_of_the_traceback_stays_the_exception(project: Any) -> None:
    project.revision("b100", upgrade="raise LookupError('a reason')")

    done = project.run("upgrade", "head")

    assert done.status == 1
    assert done.stderr.splitlines()[-1] == "LookupError: a reason"
    assert "Revision b100 failed at" in done.stderr.partition("Traceback")[0]


@pytest.mark.parametrize("source", [None, "def broken(:\n", "x = '\0'\n"])
def test_a_file_without_readable_source_has_no_statements(
    tmp_path: Any, source: str | None
) -> None:
    path = tmp_path / "a.py"
    if source is not None:
        path.write_text(source, encoding="utf-8")

    assert statement_at(str(path), 1) == ""


def test_a_long_statement_is_cut(tmp_path: Any) -> None:
    path = tmp_path / "a.py"
    path.write_text("x = [" + "12345, " * 100 + "]\n", encoding="utf-8")

    shown = statement_at(str(path), 1)

    assert len(shown) <= 100
    assert shown.endswith(" …")
