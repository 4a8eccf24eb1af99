"""What went wrong, in one sentence without passwords."""

from __future__ import annotations

import sqlite3
import traceback
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy.exc

from alembic.cli.failures import as_sentence, hide_passwords_in
from alembic.config import CommandLine, Config
from alembic.util import CommandError

SECRET = "s3cr3t-Pa55"

# Logging as loud as it gets, on the screen.
LOUD = """
import logging
logging.basicConfig(level=1, force=True)
for name in ("sqlalchemy", "alembic", "sqlalchemy.engine", "sqlalchemy.pool"):
    logging.getLogger(name).setLevel(1)
"""


@pytest.fixture
def loud(project: Any) -> Any:
    """A project that logs all there is to log."""
    project.line("a1")
    project.change_ini(path_separator="os")
    text = project.env.read_text(encoding="utf-8")
    parts = text.partition("target_metadata")
    project.env.write_text(parts[0] + LOUD + "".join(parts[1:]), encoding="utf-8")
    return project


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        (
            f"nodialect://u:{SECRET}@h/d",
            "FAILED: The database URL names a dialect that is not installed: ",
        ),
        (
            f"sqlite+nodriver://u:{SECRET}@h/d",
            "FAILED: The database URL names a dialect that is not installed: ",
        ),
        (
            f"firebird//u:{SECRET}@h",
            "FAILED: Could not parse ",
        ),
        (
            f"postgresql://u:{SECRET}@h:port/d",
            "FAILED: The database URL can't be understood: its port is not a number",
        ),
        ("sqlite:////no/such/folder/x.db", "FAILED: Can't connect to the database: "),
        ("", "FAILED: Could not parse "),
    ],
)
@pytest.mark.parametrize("command", [["current", "-v"], ["upgrade", "head"]])
# SQLAlchemy 1.3 looks for dialects with it
@pytest.mark.filterwarnings("ignore:pkg_resources is deprecated:DeprecationWarning")
def test_a_database_that_cannot_be_reached_is_one_sentence(
    loud: Any, url: str, sentence: str, command: list[str]
) -> None:
    loud.change_ini(sqlalchemy__url=url.replace("%", "%%"))
    done = loud.main(*command)

    assert done.status == 255
    assert done.lines[-1].startswith(sentence)
    assert "Traceback" not in done.stderr
    assert SECRET not in done.stdout + done.stderr


def test_a_missing_driver_is_one_sentence(loud: Any, tmp_path: Path) -> None:
    # a package that is not there, whatever this environment has installed
    (tmp_path / "pymysql.py").write_text("import a_driver_that_is_missing\n")
    loud.change_ini(sqlalchemy__url=f"mysql+pymysql://u:{SECRET}@h/d")
    text = loud.env.read_text(encoding="utf-8")
    first = f"import sys\nsys.path.insert(0, {str(tmp_path)!r})\n"
    loud.env.write_text(first + text, encoding="utf-8")
    done = loud.run("current")

    assert done.status == 255
    (line,) = done.lines
    assert line == (
        "FAILED: The database driver can't be loaded: No module named "
        "'a_driver_that_is_missing'; please install it, or name another one in the "
        "database URL"
    )
    assert SECRET not in done.stderr


def test_a_server_that_refuses_connections_is_one_sentence(loud: Any) -> None:
    pytest.importorskip("psycopg2")
    url = f"postgresql+psycopg2://u:{SECRET}@127.0.0.1:1/d?connect_timeout=5"
    loud.change_ini(sqlalchemy__url=url)
    done = loud.main("current")

    assert done.status == 255
    (line,) = done.lines
    assert line.startswith("FAILED: Can't connect to the database: connection to")
    assert SECRET not in done.stdout + done.stderr


def test_a_server_that_refuses_a_pure_python_driver_is_one_sentence(loud: Any) -> None:
    pytest.importorskip("pymysql")
    loud.change_ini(sqlalchemy__url=f"mysql+pymysql://u:{SECRET}@127.0.0.1:1/d")
    done = loud.main("current")

    assert done.status == 255
    assert done.lines[-1].startswith("FAILED: Can't connect to the database: ")
    assert SECRET not in done.stdout + done.stderr


def test_a_file_that_is_no_database_is_one_sentence(loud: Any) -> None:
    loud.database.write_bytes(b"not a database, but long enough to look like one" * 40)
    done = loud.main("upgrade", "head")

    assert done.status == 255
    assert done.lines[-1] == (
        "FAILED: The database can't be used: file is not a database"
    )


@pytest.mark.parametrize(
    ("upgrade", "reason"),
    [
        ("op.execute('select * from nowhere')", "no such table: nowhere"),
        ("op.get_bind().execute(sa.text('select c'))", "no such column: c"),
        ("op.add_column('t', sa.Column('c'))", "CompileError: "),
        ("op.create_unique_constraint('u', 't', ['c'])", "NotImplementedError: "),
        ("op.create_index('i', 't')", "TypeError: create_index() missing"),
    ],
)
def test_what_a_revision_asks_in_vain_is_told_without_a_traceback(
    loud: Any, upgrade: str, reason: str
) -> None:
    loud.revision("b2", "a1", upgrade=f"import sqlalchemy as sa; {upgrade}")
    done = loud.run("upgrade", "head")

    assert done.status == 1
    assert "Traceback" not in done.stderr
    place, _, text = done.stderr.partition("then run the command again.\n")
    assert ", line " in place
    assert upgrade in place
    assert reason in text


def test_a_traceback_of_a_failing_revision_can_be_asked_for(loud: Any) -> None:
    loud.revision("b2", "a1", upgrade="op.execute('select * from nowhere')")
    done = loud.run("--raiseerr", "upgrade", "head")

    assert done.status == 1
    assert "Traceback" in done.stderr
    assert "no such table: nowhere" in done.stderr


@pytest.mark.parametrize(
    ("upgrade", "last"),
    [
        ("op.creat_table('t')", "AttributeError: module 'alembic.op' has no attribute"),
        ("sa.Integr", "AttributeError: module 'sqlalchemy' has no attribute 'Integr'"),
        ("nothing.at_all", "NameError: name 'nothing' is not defined"),
        ("import nothing_at_all", "ModuleNotFoundError: No module named"),
        ("sa.Column('a', nulable=True)", "TypeError: Additional arguments"),
        ("op.get_bind().exec('select 1')", "AttributeError: 'Connection' object has"),
        ("op.execute(sa.table('t').select().where(sa.table('t').c.x))", "Attribute"),
        (
            "with op.batch_alter_table('t') as b: b.add_colum()",
            "AttributeError: 'BatchOperations' object has no attribute 'add_colum'",
        ),
    ],
)
def test_a_name_or_call_that_means_nothing_is_told_without_a_traceback(
    loud: Any, upgrade: str, last: str
) -> None:
    loud.revision("b2", "a1", upgrade=f"import sqlalchemy as sa\n{upgrade}")
    done = loud.run("upgrade", "head")

    assert done.status == 1
    assert "Traceback" not in done.stderr
    assert f", in upgrade(): {upgrade} -> " in done.stderr
    assert done.stderr.splitlines()[-1].startswith(last)


@pytest.mark.parametrize(
    "upgrade",
    [
        "1 / 0",
        "{}['x']",
        "raise RuntimeError('no data')",
        "def ask(row):\n    return row.name\nask(None)",
        "op.execute(helper.SELECT_ONE)",
    ],
)
def test_an_error_of_the_authors_own_calculations_stays_a_traceback(
    loud: Any, upgrade: str
) -> None:
    helper = """
import sqlalchemy as sa

class Own(sa.types.TypeDecorator):
    impl = sa.Integer
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return int("one")

ONE = sa.bindparam("one", 1, type_=Own())
SELECT_ONE = sa.text("select :one").bindparams(ONE)
"""
    (loud.folder / "helper.py").write_text(helper, encoding="utf-8")
    loud.change_ini(prepend_sys_path=".")
    imports = "import helper\nimport sqlalchemy as sa\n"
    loud.revision("b2", "a1", upgrade=imports + upgrade)
    done = loud.run("upgrade", "head")

    assert done.status == 1
    assert "Traceback" in done.stderr


def test_where_the_log_is_silent_the_traceback_tells_the_place(loud: Any) -> None:
    text = loud.env.read_text(encoding="utf-8")
    silent = "import logging\nlogging.getLogger('alembic').setLevel('CRITICAL')\n"
    loud.env.write_text(
        text.replace("target_metadata", f"{silent}target_metadata", 1).replace(
            "logging.getLogger(name).setLevel(1)", "pass"
        ),
        encoding="utf-8",
    )
    path = loud.revision("b2", "a1", upgrade="op.creat_table('t')")
    done = loud.run("upgrade", "head")

    assert f'File "{path}", line' in done.stderr


def test_a_way_through_the_projects_own_code_stays_a_traceback(loud: Any) -> None:
    helper = "def ask(op):\n    op.execute('select * from nowhere')\n"
    (loud.folder / "helper.py").write_text(helper, encoding="utf-8")
    loud.change_ini(prepend_sys_path=".")
    loud.revision("b2", "a1", upgrade="import helper; helper.ask(op)")
    done = loud.run("upgrade", "head")

    assert 'helper.py", line 2, in ask' in done.stderr


def test_the_error_of_a_driver_reaches_a_program(loud: Any) -> None:
    loud.revision("b2", "a1", upgrade="op.execute('select * from nowhere')")

    with pytest.raises(sqlalchemy.exc.OperationalError):
        CommandLine().main(["-c", str(loud.ini), "upgrade", "head"])


@pytest.mark.parametrize("sql", [[], ["--sql"]])
def test_a_file_without_downgrade_is_one_line_on_stderr_and_status_1(
    loud: Any, sql: list[str]
) -> None:
    path = loud.revision("b2", "a1")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.partition("def downgrade")[0], encoding="utf-8")
    loud.run("upgrade", "head")

    done = loud.run("downgrade", "b2:a1" if sql else "a1", *sql)

    assert done.status == 1
    assert "FAILED" not in done.stdout
    assert "Traceback" not in done.stderr
    last = done.stderr.splitlines()[-1]
    assert last.startswith("AttributeError: Revision file ")
    assert "b2_.py has no function downgrade(); add one" in last


def test_a_password_in_an_exception_of_env_py_is_hidden(loud: Any) -> None:
    loud.change_ini(sqlalchemy__url=f"postgresql://u:{SECRET}@h/d")
    loud.env.write_text(
        "from alembic import context\n"
        "url = context.config.get_main_option('sqlalchemy.url')\n"
        "try:\n    raise LookupError('inner: ' + url)\n"
        "except LookupError as error:\n"
        f"    raise ValueError(f'bad url {{url!r}}, pw {SECRET[:2]}{{url[17:-4]}}')"
        " from error\n"
    )
    done = loud.run("current")

    assert done.status == 1
    assert "ValueError: bad url 'postgresql://u:***@h/d'" in done.stderr
    assert "LookupError: inner: postgresql://u:***@h/d" in done.stderr


def test_the_url_of_the_database_is_shown_without_its_password(loud: Any) -> None:
    text = loud.env.read_text(encoding="utf-8")
    loud.env.write_text(
        text.replace(
            "with engine.connect()",
            "from sqlalchemy.engine.url import make_url\n"
            f"    engine.url = make_url('postgresql://u:{SECRET}@h/d')\n"
            "    with engine.connect()",
        ),
        encoding="utf-8",
    )
    done = loud.main("current", "-v")

    assert done.lines[0] == "Current revision(s) for postgresql://u:***@h/d:"
    assert SECRET not in done.stdout + done.stderr


def config_with(url: str) -> Config:
    config = Config()
    config.set_main_option("sqlalchemy.url", url)
    return config


def test_a_known_password_is_hidden_in_all_its_spellings() -> None:
    config = config_with("postgresql://u:p%40ss-w0rd@h/d")
    failure = ValueError("sent p@ss-w0rd as p%40ss-w0rd", 3)
    hide_passwords_in(failure, config)

    assert failure.args == ("sent *** as ***", 3)


def test_the_whole_chain_of_exceptions_is_masked() -> None:
    config = config_with(f"postgresql://u:{SECRET}@h/d")
    try:
        try:
            raise KeyError(SECRET)
        except KeyError:
            raise ValueError(f"no {SECRET}")
    except ValueError as error:
        hide_passwords_in(error, config)
        shown = "".join(traceback.format_exception(ValueError, error, None))
        assert SECRET not in shown
        assert SECRET not in str(error.__context__)


def test_the_error_of_a_driver_is_masked_inside_its_wrapper() -> None:
    orig = sqlite3.OperationalError(f"login with password={SECRET} failed")
    failure = sqlalchemy.exc.OperationalError("select 1", None, orig)
    hide_passwords_in(failure, config_with("sqlite://"))

    assert SECRET not in str(failure)
    assert SECRET not in str(failure.orig)


def test_an_exception_of_nobodys_making_has_no_sentence() -> None:
    assert as_sentence(ZeroDivisionError("x")) is None


def test_a_file_that_cannot_be_written_has_one() -> None:
    failure = PermissionError(13, "Permission denied", "/x/y.py")

    assert as_sentence(failure) == "Can't read or write /x/y.py: Permission denied"
    assert as_sentence(OSError("odd")) == "A file can't be read or written: odd"


def test_an_error_raised_on_purpose_is_its_own_sentence() -> None:
    assert as_sentence(CommandError("This is it.\nReally.")) == "This is it.\nReally."


@pytest.mark.parametrize(
    "text", ["database is locked", "database or disk is full", "disk I/O error"]
)
def test_the_condition_of_a_database_file_is_one_sentence(text: str) -> None:
    orig = sqlite3.OperationalError(text)
    failure = sqlalchemy.exc.OperationalError("INSERT", None, orig)

    assert as_sentence(failure) == f"The database can't be used: {text}"


def test_settings_that_cannot_be_read_do_not_get_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "x.ini").write_text("no section\n")
    failure = ValueError("postgresql://u:pw@h")
    hide_passwords_in(failure, Config(tmp_path / "x.ini"))

    assert str(failure) == "postgresql://u:***@h"
