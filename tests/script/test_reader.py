"""What is read from a revision file is what executing it would give."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alembic.script.reader import read_revision_file
from alembic.script.scan import scan
from alembic.util.exc import CommandError

HEADER = '''"""a message

Revision ID: a1
Revises: b2
Create Date: 2026-11-21 00:14:22.417347

"""
from typing import Sequence, Union

from os import path as op
import string as sa


# revision identifiers, used by Alembic.
revision: str = 'a1'
down_revision: Union[str, Sequence[str], None] = ('b2', 'c3')
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = "d4"


def upgrade() -> None:
    """Upgrade schema."""
    op.create_table("t", sa.Column("id", sa.Integer))


def downgrade() -> None:
    pass
'''

PLAIN = "revision = 'a1'\ndown_revision = None\n"

# Sources that a scan of lines reads alone.
SCANNED = {
    "the template's": HEADER,
    "no docstring": PLAIN,
    "single quotes": PLAIN.replace("'", '"'),
    "comment first": "# a comment\n\n" + PLAIN,
    "list": "revision = 'a1'\ndown_revision = ['b', 'c']\n",
    "labels": PLAIN + "branch_labels = ('x', 'y')\ndepends_on = ()\n",
    "string in parentheses": "revision = ('a1')\ndown_revision = None\n",
    "trailing comment": "revision = 'a1'  # mine\ndown_revision = None # first\n",
    "no final newline": "revision = 'a1'\ndown_revision = None",
    "crlf": HEADER.replace("\n", "\r\n"),
    "bare carriage returns": HEADER.replace("\n", "\r"),
    "bom": "\ufeff" + HEADER,
    "other quotes": HEADER.replace('"""', "'''", 2),
    "imports in parentheses": "from os import (\n    path,\n    sep,\n)\n" + PLAIN,
    "imports after": PLAIN + "\nimport os\n\ndef upgrade():\n    os.sep\n",
    "not ascii in the docstring": HEADER.replace("message", "naïve ☃"),
    "quotes in the docstring": HEADER.replace("message", 'say "hi"'),
    "not ascii behind the identifiers": PLAIN + "x = 'ü'\n",
    "annotation of newer Python": (
        "from __future__ import annotations\n"
        "revision: str = 'a1'\ndown_revision: str | None = None\n"
    ),
}

# Sources that need the syntax tree.
PARSED = {
    "inside a string": "x = '''\nrevision = 'no'\n'''\n" + PLAIN,
    "inside a later string": PLAIN + "x = '''\nrevision = 'no'\n'''\n",
    "inside a later docstring": (
        PLAIN + 'def upgrade():\n    """\nrevision = \'no\'\n    """\n'
    ),
    "several lines": "revision = 'a1'\ndown_revision = (\n    'b',\n    'c',\n)\n",
    "later again": PLAIN + "revision = 'a2'\n",
    "twice in the header": "revision = 'a0'\n" + PLAIN,
    "backslash in the docstring": HEADER.replace("message", "a\\tb"),
    "raw docstring": 'r"""a\\b"""\n' + PLAIN,
    "docstring in plain quotes": "'a message'\n" + PLAIN,
    "docstring joined": "'a ' 'message'\n" + PLAIN,
    "docstring with a semicolon": "'''a'''; revision = 'a1'; down_revision = None\n",
    "semicolon": "revision = 'a1'; down_revision = None\n",
    "escape": "revision = 'a\\x31'\ndown_revision = None\n",
    "joined": "revision = 'a' '1'\ndown_revision = None\n",
    "triple quotes": 'revision = """a1"""\ndown_revision = None\n',
    "bytes docstring": "b'no docstring'\n" + PLAIN,
    "set": "revision = 'a1'\ndown_revision = None\ndepends_on = {'x'}\n",
    "continued": "revision = \\\n    'a1'\ndown_revision = None\n",
    "declared only": "branch_labels: str\n" + PLAIN,
    "named in a function": PLAIN + "def upgrade():\n    revision = 'no'\n",
    "a column of that name": PLAIN + "def upgrade():\n    op.add('revision')\n",
    "an argument of that name": PLAIN + "def upgrade(revision=1): pass\n",
    "like the template for several databases": (
        PLAIN + "def upgrade(e):\n    globals()['upgrade_%s' % e]()\n"
    ),
    "exec in a function": PLAIN + "def upgrade():\n    exec('pass')\n",
    "no value": "revision = 'a1'\ndown_revision: str = None\ndepends_on: str\n",
    "cookie": "# -*- coding: latin-1 -*-\n'''caf\u00e9'''\n" + PLAIN,
}

# Sources that only tell when they are executed.
EXECUTED = {
    "name": "_x = 'a1'\nrevision = _x\ndown_revision = None\n",
    "concatenation": "revision = 'a' + '1'\ndown_revision = None\n",
    "f-string": "x = 1\nrevision = f'a{x}'\ndown_revision = None\n",
    "call": "revision = str('a1')\ndown_revision = None\n",
    "if": "if True:\n    revision = 'a1'\ndown_revision = None\n",
    "else": PLAIN + "if not revision:\n    pass\nelse:\n    revision = 'a2'\n",
    "try": PLAIN + "try:\n    1/0\nexcept ZeroDivisionError:\n    revision = 'a2'\n",
    "except as": PLAIN.replace("a1", "a2")
    + ("try:\n    1/0\nexcept Exception as depends_on:\n    pass\n"),
    "for": PLAIN + "for revision in ('a2', 'a3'):\n    pass\n",
    "with": PLAIN
    + ("import contextlib\nwith contextlib.nullcontext('a2') as revision:\n    pass\n"),
    "several targets": "revision = depends_on = 'a1'\ndown_revision = None\n",
    "unpacking": "revision, down_revision = 'a1', None\n",
    "augmented": PLAIN + "revision += '2'\n",
    "deleted": PLAIN + "depends_on = 'x'\ndel depends_on\n",
    "walrus": PLAIN + "x = (revision := 'a2')\n",
    "walrus in a comprehension": PLAIN + "[(revision := c) for c in ('a2', 'a3')]\n",
    "walrus in a default": PLAIN + "def f(x=(revision := 'a2')):\n    pass\n",
    "imported": PLAIN + "from os import sep as depends_on\n",
    "imported by star": PLAIN + "from string import *\n",
    "global": PLAIN + "def f():\n    global revision\n    revision = 'a2'\nf()\n",
    "globals": PLAIN + "globals()['revision'] = 'a2'\n",
    "globals in a function": (
        PLAIN + "def f():\n    globals()['revision'] = 'a2'\nf()\n"
    ),
    "exec": PLAIN + "exec(\"revision = 'a2'\")\n",
    "exec of pieces": PLAIN + "exec('revi' + 'sion = \"a2\"')\n",
    "vars": PLAIN + "vars().update(depends_on='q')\n",
    "modules": PLAIN + "import sys\nsys.modules\n",
    "own docstring": PLAIN + "__doc__ = 'another'\n",
    "class of that name": PLAIN + "class x:\n    revision = 'no'\n",
    "function of that name": PLAIN.replace("a1", "a2")
    + ("def depends_on(): pass\ndepends_on = None\n"),
    "another spelling": PLAIN.replace("a1", "a0") + "\uff52evision = str('a1')\n",
}
if sys.version_info < (3, 14):  # from there on an annotation can bind no name
    EXECUTED["walrus in an annotation"] = (
        "down_revision: (depends_on := 'd') = None\nrevision = 'a1'\n"
    )


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., str]:
    def write_file(source: str | bytes, name: str = "some.py") -> str:
        if isinstance(source, str):
            encoding = "latin-1" if "latin-1" in source else "utf-8"
            source = source.encode(encoding)
        (tmp_path / name).write_bytes(source)
        return str(tmp_path / name)

    return write_file


def executed(path: str) -> dict[str, Any]:
    """Return the names as Python sees them, docstring by its own rules."""
    names: dict[str, Any] = {"__name__": "x"}
    data = Path(path).read_bytes()
    exec(compile(data, path, "exec", dont_inherit=True), names)  # noqa: S102 - the subject
    return names


def as_tuple(value: Any) -> Any:
    return value if value is None or isinstance(value, str) else tuple(value)


def undented(text: str | None) -> list[str] | None:
    # Python 3.13 takes indentation and tabs out of a docstring
    if text is None:
        return None
    return [line.expandtabs().strip() for line in text.split("\n")]


@pytest.mark.parametrize("source", [*SCANNED.values(), *PARSED.values()])
def test_a_file_says_without_being_executed_what_executing_it_says(
    source: str, write: Callable[..., str]
) -> None:
    path = write(source)
    names = executed(path)

    facts, decided_by_file = read_revision_file(path)

    assert decided_by_file
    assert_same(facts, names)


@pytest.mark.parametrize("source", EXECUTED.values(), ids=list(EXECUTED))
def test_a_file_that_computes_an_identifier_is_executed(
    source: str, write: Callable[..., str]
) -> None:
    path = write(source)
    names = executed(path)

    facts, decided_by_file = read_revision_file(path)

    assert not decided_by_file
    assert_same(facts, names)


def assert_same(facts: Any, names: dict[str, Any]) -> None:
    assert facts.revision == names["revision"]
    assert facts.down_revision == as_tuple(names["down_revision"])
    assert facts.branch_labels == as_tuple(names.get("branch_labels"))
    assert facts.depends_on == as_tuple(names.get("depends_on"))
    assert undented(facts.docstring) == undented(names.get("__doc__"))


@pytest.mark.parametrize("source", SCANNED.values(), ids=list(SCANNED))
def test_a_file_as_templates_write_it_is_only_scanned(source: str) -> None:
    assert scan(source.encode()) is not None


@pytest.mark.parametrize(
    "source", [*PARSED.values(), *EXECUTED.values()], ids=[*PARSED, *EXECUTED]
)
def test_scanning_gives_up_where_it_is_not_certain(source: str) -> None:
    assert scan(source.encode()) is None


PIECES = [
    '"""doc"""\n',
    "'''doc\nrevision = 'in the docstring'\n'''\n",
    "# a comment with revision = 'x'\n",
    "\n",
    "import os\n",
    "from os import path as down_revision\n",
    "revision = 'a1'\n",
    'revision: str = "a2"\n',
    "revision = None or 'a3'\n",
    "down_revision = None\n",
    "down_revision = 'b1'\n",
    "down_revision = ('b1', 'b2')\n",
    "down_revision = (\n  'b1',  # one\n  'b2',\n)\n",
    "branch_labels = ['x']\n",
    "depends_on = 'd1'\n",
    "depends_on = None\n",
    "x = '''\n",
    "'''\n",
    'y = """\n',
    '"""\n',
    "if 1:\n    pass\n",
    "if 1:\n    depends_on = 'in if'\n",
    "def upgrade():\n    revision = 'local'\n",
    "def upgrade():\n    pass\n",
    "z = [\n",
    "]\n",
    "x = 1 \\\n",
    "+ 1\n",
    "revision = 'a4'; down_revision = 'b4'\n",
]


@given(st.lists(st.sampled_from(PIECES), max_size=9), st.sampled_from(["\n", "\r\n"]))
@settings(max_examples=1500, deadline=None)
def test_scanning_never_disagrees_with_python(pieces: list[str], end: str) -> None:
    data = "".join(pieces).replace("\n", end).encode()
    names: dict[str, Any] = {"__name__": "x"}
    try:
        exec(compile(data, "x.py", "exec", dont_inherit=True), names)  # noqa: S102 - the subject
    except (SyntaxError, TypeError):
        # broken behind the identifiers: told when the revision is run
        return

    found = scan(data)

    if found is not None:
        for name in ("revision", "down_revision", "branch_labels", "depends_on"):
            assert (name in found) == (name in names)
            assert found.get(name) == names.get(name)
        assert undented(found["__doc__"]) == undented(names.get("__doc__"))


def test_identifiers_in_a_docstring_are_not_taken(write: Callable[..., str]) -> None:
    path = write("'''\nrevision = 'no'\ndown_revision = 'no'\n'''\n" + PLAIN)

    assert read_revision_file(path)[0].revision == "a1"


def test_nothing_of_a_plain_file_is_executed(
    write: Callable[..., str], tmp_path: Path
) -> None:
    path = write(PLAIN + f"\nopen({str(tmp_path / 'trace')!r}, 'w')\n")

    read_revision_file(path)

    assert not (tmp_path / "trace").exists()


def test_an_old_file_may_have_its_id_in_its_name(write: Callable[..., str]) -> None:
    path = write("down_revision = None\n", "1a2b.py")

    assert read_revision_file(path)[0].revision == "1a2b"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("x = 1\n", "Could not determine revision id from filename some.py"),
        ("", "Could not determine revision id from filename some.py"),
        ("revision = 'a'\n", "has no 'down_revision' variable"),
        ("revision = 5\ndown_revision = None\n", "must be a non-empty string, not 5"),
        ("revision = ''\ndown_revision = None\n", "must be a non-empty string, not ''"),
        ("revision = b'a'\ndown_revision = None\n", "must be a non-empty string"),
        ("revision = 'a'\ndown_revision = 7\n", "'down_revision' variable of"),
        ("revision = 'a'\ndown_revision = ('b', 3)\n", "None, a string or a tuple"),
        (PLAIN + "branch_labels = (None,)\n", "'branch_labels' variable of"),
        ("revision = = 'a'\n", "has a syntax error in line 1"),
        ("revision = 'a'\n  down_revision = None\n", "has a syntax error in line 2"),
        (b"revision = 'a'\0\n", "holds NUL bytes"),
        (b"'''caf\xe9'''\nrevision = 'a'\ndown_revision = None\n", "is not UTF-8"),
        ("# coding: no-such\nrevision = 'a'\n", "has a syntax error"),
        ("(" * 500 + ")" * 500 + "\nrevision = 'a'\n", "some.py"),
        ("revision = 1/0\ndown_revision = None\n", "some.py, line 1: ZeroDivisionErr"),
        ("import nowhere.at_all\nrevision = nowhere\n", "No module named 'nowhere'"),
        ("import sys\nrevision = sys.exit(0)\n", "ends the program with sys.exit()"),
    ],
)
def test_what_is_wrong_with_a_file_is_one_sentence_that_names_it(
    source: str | bytes, said: str, write: Callable[..., str]
) -> None:
    path = write(source)

    with pytest.raises(CommandError) as failure:
        read_revision_file(path)

    text = str(failure.value)
    assert said in text
    assert "some.py" in text
    assert "\n" not in text


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read every file"
)
def test_an_unreadable_file_is_named(write: Callable[..., str]) -> None:
    path = write(PLAIN)
    os.chmod(path, 0)

    with pytest.raises(CommandError, match="some.py: Permission denied"):
        read_revision_file(path)


def test_a_file_that_vanished_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="gone.py: No such file"):
        read_revision_file(str(tmp_path / "gone.py"))


def test_an_invalid_escape_does_not_warn(write: Callable[..., str]) -> None:
    path = write(PLAIN + "x = 'revision \\d'\n")

    assert read_revision_file(path)[0].revision == "a1"
