"""New revisions: what is written, what is refused, what is left behind."""

from __future__ import annotations

import ast
import datetime
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from alembic.script import ScriptDirectory
from alembic.script.naming import creation_date, slug_of
from alembic.util.exc import CommandError

MESSAGES = {
    "plain": "add account table",
    "empty": "",
    "blank": "   ",
    "single quotes": "it's",
    "double quotes": 'say "hi" now',
    "only a quote": '"',
    "begins with a quote": '"hi',
    "ends with a quote": 'hi "there"',
    "triple quotes": 'has """ inside',
    "triple single quotes": "has ''' inside",
    "both triple quotes": '""" + \'\'\' + """',
    "four quotes": '""""',
    "leaves the docstring": '"""\nimport os\nos.abort()\n"""',
    "backslash": "C:\\new\\table",
    "ends with a backslash": "ends with \\",
    "escape": "a\\x41\\n\\N{DEGREE SIGN}\\u12",
    "newlines": "first line\nsecond line\n\nthird",
    "leading newline": "\n\nx",
    "carriage returns": "a\r\nb\rc",
    "mako": "${1/0} <%! import os %> % if x:",
    "mako lines": "a\n% if True:\n## gone\n<%def name='x()'>\n",
    "percent": "100% of %(rev)s %%",
    "braces": "{1/0} {{x}}",
    "nul": "a\0b",
    "escape sequences": "\x1b[31mred\x1b[0m\x07\x08\x9b",
    "path": "../../etc/passwd /etc\\shadow",
    "long": "word " * 2000,
    "long without blanks": "x" * 10_000,
    "long quotes": '"' * 10_000,
    "other scripts": "naïve ☃ 日本語 🎉",
    "right to left": "\u202eabc\u2066",
    "line separators": "a\u2028b\u2029c\x85d\x0bd\x0ce",
    "half a surrogate": "a\udc80b",
    "hash": "# not a comment\n# nor this",
    "semicolon": "a; import os",
    "tab": "a\tb",
}


def new(folder: Any, message: str | None = "a message", **kw: Any) -> Any:
    """Write a revision with the identifier ``new`` on top of nothing."""
    options = kw.pop("options", {})
    return folder.directory(**options).generate_revision(
        kw.pop("revid", "new"), message, **kw
    )


def docstring(path: str) -> str:
    return ast.get_docstring(ast.parse(Path(path).read_bytes()), clean=False) or ""


# -- what is written -----------------------------------------------------------------


def test_a_revision_is_written_and_returned(folder: Any) -> None:
    folder.add("a")

    script = new(folder, "Add Account: table!")

    assert Path(script.path) == folder.versions / "new_add_account_table.py"
    assert (script.revision, script.down_revision) == ("new", "a")
    assert script.doc == "Add Account: table!"
    assert script.module.down_revision == "a"
    assert "Revises: a\n" in script.longdoc
    assert folder.directory().get_heads() == ["new"]


def test_the_map_knows_it_at_once(folder: Any) -> None:
    directory = folder.directory()
    directory.generate_revision("a", None)

    second = directory.generate_revision("b", None)

    assert second.down_revision == "a"
    assert directory.get_heads() == ["b"]


def test_without_a_message_one_is_made_up(folder: Any) -> None:
    script = new(folder, None)

    assert os.path.basename(script.path) == "new_.py"
    assert script.doc == "empty message"


def test_a_merge_names_its_parents_in_order(folder: Any) -> None:
    for name in ("a", "b", "c"):
        folder.add(name)

    script = new(folder, head=["c", "a"])

    assert script.down_revision == ("c", "a")
    assert "Revises: c, a\n" in script.longdoc


def test_dependencies_become_full_identifiers_and_labels_stay(folder: Any) -> None:
    folder.add("abcdef1")
    folder.add("b2", branch_labels=("side",))

    script = new(folder, head="base", depends_on=["abcde", "side"])

    assert script.module.depends_on == ["abcdef1", "side"]


def test_one_dependency_is_written_as_text(folder: Any) -> None:
    folder.add("a")

    assert new(folder, head="base", depends_on="a").module.depends_on == "a"


def test_labels_are_written_as_a_tuple(folder: Any) -> None:
    script = new(folder, branch_labels="side")

    assert script.module.branch_labels == ("side",)
    assert script.branch_labels == {"side"}


def test_further_variables_reach_the_template(folder: Any) -> None:
    folder.template.write_text(folder.template.read_text() + "\nown = ${repr(own)}\n")

    assert new(folder, own=7, upgrades="x = 1").module.own == 7


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("%(rev)s", "new.py"),
        ("pre_%(slug)s_%(rev)s_post", "pre_some_words_new_post.py"),
        ("%(year)d_%(month).2d_%(day).2d_%(rev)s", "DATE_new.py"),
        ("%(epoch)d_%(hour)d%(minute)d%(second)d", "EPOCH"),
    ],
)
def test_the_file_is_named_by_its_template(
    template: str, name: str, folder: Any
) -> None:
    script = new(folder, "Some Words", options={"file_template": template})

    written = os.path.basename(script.path)
    today = datetime.date.today()
    if name == "EPOCH":
        assert re.fullmatch(r"\d{10}_\d{3,6}\.py", written)
    else:
        assert written == name.replace("DATE", today.strftime("%Y_%m_%d"))


def test_a_template_may_make_folders(
    folder: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    options = {
        "file_template": "%(year)d/x/%(rev)s",
        "recursive_version_locations": True,
        "messaging_opts": {},
    }
    year = datetime.date.today().year

    script = new(folder, options=options)

    assert Path(script.path) == folder.versions / str(year) / "x" / "new.py"
    assert capsys.readouterr().out == (
        f"Creating directory {folder.versions / str(year)} ...  done\n"
        f"Creating directory {folder.versions / str(year) / 'x'} ...  done\n"
        f"Generating {script.path} ...  done\n"
    )


def test_the_first_revision_may_come_before_its_folder(folder: Any) -> None:
    folder.versions.rmdir()

    new(folder)

    assert folder.files() == ["new_a_message.py"]


@pytest.mark.parametrize(
    ("message", "limit", "slug"),
    [
        ("Some Long Message with: punct!", 12, "some_long_"),
        ("short", 12, "short"),
        ("exactly12abc", 12, "exactly12abc"),
        ("abcdefghijklmnop", 12, "abcdefghijkl_"),
        ("one two three four", 0, "one_two_three_four"),
        ("a/b ../ ☃ É x", 40, "a_b_é_x"),
        ("", 40, ""),
    ],
)
def test_a_slug_is_cut_at_the_end_of_a_word(
    message: str, limit: int, slug: str
) -> None:
    assert slug_of(message, limit) == slug


# -- messages ------------------------------------------------------------------------


@pytest.mark.parametrize("message", MESSAGES.values(), ids=list(MESSAGES))
def test_a_message_is_data_and_nothing_else(message: str, folder: Any) -> None:
    script = new(folder, message)

    assert Path(script.path).parent == folder.versions
    assert docstring(script.path).startswith(f"{message}\n\nRevision ID: new\nRevis")
    assert names_bound(script.path) == NAMES
    assert folder.directory().get_revision("new").longdoc == script.longdoc


NAMES = [
    "Expr",
    "revision",
    "down_revision",
    "branch_labels",
    "depends_on",
    "upgrade",
    "downgrade",
]


def names_bound(path: str) -> list[str]:
    """Return what each statement of a file binds."""
    names = []
    for statement in ast.parse(Path(path).read_bytes()).body:
        target = (
            getattr(statement, "target", None)
            or (getattr(statement, "targets", None) or [statement])[0]
        )
        name = getattr(target, "id", None) or getattr(target, "name", None)
        names.append(name or type(statement).__name__)
    return names


@given(st.text(max_size=30) | st.text("\"'\\\n{}x$%#", max_size=8))
@example('"""')
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_a_message(folder: Any, message: str) -> None:
    for path in folder.versions.glob("*.py"):
        path.unlink()

    script = new(folder, message)

    assert docstring(script.path).startswith(f"{message}\n\nRevision ID")
    assert names_bound(script.path) == NAMES


@pytest.mark.parametrize(
    "message", ["add table", "50% (half): a/b, c & d!", "naïve ☃", 'say "hi" now']
)
def test_a_simple_message_stands_as_it_is(message: str, folder: Any) -> None:
    script = new(folder, message)

    text = Path(script.path).read_text(encoding="utf-8")
    assert text.startswith(f'"""{message}\n')


@pytest.mark.parametrize("message", MESSAGES.values(), ids=list(MESSAGES))
def test_no_control_character_reaches_the_file(message: str, folder: Any) -> None:
    text = Path(new(folder, message).path).read_text(encoding="utf-8")

    assert all(c.isprintable() or c == "\n" for c in text)


OWN_TEMPLATES = {
    "comment": "# ${message}\n",
    "comment behind code": "x = 1  # ${message}\n",
    "string": "x = '${message}'\n",
    "other string": 'x = "${message}"\n',
    "triple string": "x = '''${message}'''\n",
    "f-string": 'x = f"${message}"\n',
    "escaped": "x = ${repr(message)}\n",
    "shortened": "x = '''${message[:9]}'''\n",
    "louder": "x = '''${message.upper()}'''\n",
}


# text in capitals has escapes that Python does not know
@pytest.mark.filterwarnings("ignore:invalid escape|.*invalid escape")
@pytest.mark.parametrize("own", OWN_TEMPLATES.values(), ids=list(OWN_TEMPLATES))
@pytest.mark.parametrize("message", MESSAGES.values(), ids=list(MESSAGES))
def test_no_template_lets_a_message_become_code(
    own: str, message: str, folder: Any
) -> None:
    folder.template.write_text(own + folder.template.read_text())

    try:
        script = new(folder, message)
    except CommandError as error:
        assert "let this message become code" in str(error)
        assert folder.files() == []
        return

    bound = names_bound(script.path)
    bound = bound[1:] if bound[0] == "x" else bound
    assert bound == NAMES
    calls = [n for n in ast.walk(ast.parse(Path(script.path).read_bytes()))]
    assert not any(isinstance(n, (ast.Call, ast.BinOp)) for n in calls)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8", "utf-8-sig"])
def test_a_message_fits_every_encoding(encoding: str, folder: Any) -> None:
    script = new(folder, "naïve ☃", options={"output_encoding": encoding})

    assert docstring(script.path).startswith("naïve ☃\n")


# -- what is refused -----------------------------------------------------------------


def refused(folder: Any, said: str, **kw: Any) -> None:
    before = folder.files()

    with pytest.raises(CommandError) as failure:
        new(folder, **kw)

    assert re.search(said, str(failure.value))
    assert "\n" not in str(failure.value)
    assert folder.files() == before


@pytest.mark.parametrize(
    ("revid", "said"),
    [
        ("", "must not be empty"),
        ("a-b@c+d:e", r"Character\(s\) '\+, -, :, @' not allowed in revision ident"),
        ("a/b", r"Character\(s\) '/' not allowed in revision identifier 'a/b'"),
        ("../x", r"Character\(s\) '\., /' not allowed"),
        ("..", r"Character\(s\) '\.' not allowed"),
        (".hidden", r"Character\(s\) '\.' not allowed"),
        ("a\\b", "not allowed"),
        ("it's", "not allowed"),
        ('a"b', "not allowed"),
        ("a b", "not allowed"),
        ("a\nb", r"not allowed in revision identifier 'a\\nb'"),
        ("a\0b", "not allowed"),
        ("a\x1bb", "not allowed"),
        ("a\u202eb", "not allowed"),
        ("head", "reserved word"),
        ("heads", "reserved word"),
        ("base", "reserved word"),
        ("current", "reserved word"),
        ("taken", r"'taken' is already in use, by /.*versions/taken\.py"),
        ("side", "'side' is already in use as a branch label of revision taken"),
        ("x" * 300, "has 313 bytes, more than the 255"),
        ("__init__", "would not count as a revision"),
    ],
)
@pytest.mark.filterwarnings("ignore:Revision identifier:UserWarning")
def test_an_identifier_is_refused(revid: str, said: str, folder: Any) -> None:
    folder.add("taken", branch_labels="side")

    refused(folder, said, revid=revid)


def test_a_prefix_of_another_identifier_is_free(folder: Any) -> None:
    folder.add("abcdef")

    assert new(folder, revid="abcd").down_revision == "abcdef"


def test_a_long_identifier_is_warned_of(folder: Any) -> None:
    with pytest.warns(UserWarning, match="is longer than 32 characters"):
        new(folder, revid="x" * 33)

    assert folder.directory().get_heads() == ["x" * 33]


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("", "label must not be empty"),
        ("head", "reserved word"),
        ("base", "reserved word"),
        ("new", "also the identifier of the new revision"),
        ("taken", "Branch name 'taken' in revision new already used by .* taken"),
        ("side", "Branch name 'side' in revision new already used by revision taken"),
        ("a@b", "not allowed in branch label 'a@b'"),
        ("a:b", "not allowed"),
        ("a+1", "not allowed"),
        ("a b", "not allowed"),
        ("a\nb", "not allowed"),
        ("it's", "not allowed"),
        ("-x", "must not begin with '-'"),
    ],
)
def test_a_label_is_refused(label: str, said: str, folder: Any) -> None:
    folder.add("taken", branch_labels="side")

    refused(folder, said, branch_labels=label)


def test_a_number_of_steps_may_lead_to_base(folder: Any) -> None:
    folder.add("a")
    folder.add("b", "a")

    assert new(folder, head="-2").down_revision is None


def test_a_label_with_a_dash_is_allowed(folder: Any) -> None:
    new(folder, branch_labels=["feature-x", "feature-x"])

    assert folder.directory().get_revision("feature-x@head").revision == "new"


@pytest.mark.parametrize(
    ("kw", "said"),
    [
        ({}, "Multiple heads are present; please specify the head revision on which"),
        ({"head": "a"}, "Revision a is not a head revision; please specify --splice"),
        ({"head": ["b", "b"]}, "Duplicate head revisions specified"),
        ({"head": ["heads", "c"]}, "Duplicate head revisions specified"),
        ({"head": "nope"}, "Can't locate revision identified by 'nope'"),
        ({"head": "b", "depends_on": "nope"}, "Can't locate revision identified by"),
        ({"head": "b", "depends_on": "base"}, "Can't depend on 'base'"),
        ({"head": "b", "depends_on": "head"}, "present for given argument 'head'"),
        ({"head": "b", "version_path": "/nope"}, "Path /nope is not represented"),
    ],
)
def test_a_place_in_the_graph_is_refused(
    kw: dict[str, Any], said: str, folder: Any
) -> None:
    folder.add("a")
    folder.add("b", "a")
    folder.add("c", "a")

    refused(folder, said, **kw)


def test_splicing_starts_a_branch(folder: Any) -> None:
    folder.add("a")
    folder.add("b", "a")

    assert new(folder, head="a", splice=True).down_revision == "a"


def test_of_several_locations_that_of_the_parent_is_taken(
    folder: Any, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    folder.add("a")
    folder.add("b", folder=other / "deep")
    locations = [str(folder.versions), str(other)]
    options = {"version_locations": locations, "recursive_version_locations": True}

    assert Path(new(folder, head="b", options=options).path).parent == other
    refused(
        folder,
        "Multiple version locations present, please specify --version-path",
        head="base",
        revid="x",
        options=options,
    )
    given = new(
        folder, head="base", version_path=f"{other}/", revid="y", options=options
    )
    assert Path(given.path).parent == other


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"file_template": "%(nope)s"}, "names an unknown token 'nope'"),
        ({"file_template": "%(year)z"}, "is not a valid pattern"),
        ({"file_template": "100%"}, "is not a valid pattern"),
        ({"file_template": "../%(rev)s"}, "would not lie in the version folder"),
        ({"file_template": "/tmp/%(rev)s"}, "would not lie in the version folder"),
        ({"file_template": "sub/%(rev)s"}, "set 'recursive_version_locations'"),
        ({"file_template": "__init__%(rev)s"}, "would not count as a revision"),
        ({"file_template": "a"}, "a.py already exists"),
        ({"timezone": "Nowhere/Land"}, "Can't locate timezone: Nowhere/Land"),
        ({"timezone": "../x"}, "Can't locate timezone: ../x"),
        ({"timezone": ""}, "Can't locate timezone"),
    ],
)
def test_settings_are_refused(options: dict[str, Any], said: str, folder: Any) -> None:
    folder.add("a")

    refused(folder, said, options=options)


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("${nothing_of_that_name.x}", "Template rendering failed; see"),
        ("def (:", "has a syntax error in line 1"),
        ("x = 1\n", "Could not determine revision id"),
        (
            "revision = ${repr(up_revision)}\ndown_revision = 'other'\n",
            "did not write revision new with its down_revision",
        ),
    ],
)
def test_a_template_is_refused(template: str, said: str, folder: Any) -> None:
    folder.template.write_text(template)

    refused(folder, said)


def test_a_missing_template_is_named(folder: Any) -> None:
    folder.template.unlink()

    refused(folder, r"Can't find .*script\.py\.mako")


@pytest.mark.parametrize(
    ("kw", "variable"),
    [({"branch_labels": "side"}, "branch_labels"), ({"depends_on": "a"}, "depends_on")],
)
def test_an_old_template_without_a_variable_is_refused(
    kw: dict[str, Any], variable: str, folder: Any
) -> None:
    folder.add("a")
    lines = folder.template.read_text().splitlines()
    kept = [line for line in lines if not line.startswith(variable)]
    folder.template.write_text("\n".join(kept))

    refused(folder, f"have you upgraded your script.py.mako .* '{variable}'", **kw)
    assert new(folder, head="base").revision == "new"


def test_a_template_may_compute_identifiers(folder: Any) -> None:
    text = folder.template.read_text()
    text = text.replace("${repr(up_revision)}", "str(${repr(up_revision)})")
    folder.template.write_text(text)

    assert new(folder).revision == "new"


def test_a_full_disk_or_a_folder_in_the_way_is_one_sentence(folder: Any) -> None:
    folder.versions.rmdir()
    folder.versions.write_text("in the way")

    with pytest.raises(CommandError, match="versions is not a folder"):
        new(folder)


# -- what is left behind -------------------------------------------------------------


def failing_hook(code: str) -> dict[str, Any]:
    hook = {
        "_hook_name": "h",
        "type": "exec",
        "executable": sys.executable,
        "options": f'-c "{code}" REVISION_SCRIPT_FILENAME',
    }
    return {"hooks": [hook]}


def test_a_failing_hook_leaves_nothing(folder: Any) -> None:
    folder.add("a")
    options = failing_hook("raise SystemExit(7)")
    options["file_template"] = "deep/er/%(rev)s"
    options["recursive_version_locations"] = True

    refused(folder, "hook 'h' failed with exit status 7", options=options)

    assert not (folder.versions / "deep").exists()
    assert new(folder).down_revision == "a"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import sys, os; os.unlink(sys.argv[1])", "has removed the revision file"),
        ("import sys; open(sys.argv[1], 'w').close()", "Could not determine revision"),
        ("import sys; open(sys.argv[1], 'a').write('(')", "has a syntax error"),
        (
            "import sys; open(sys.argv[1], 'a').write('revision = 0')",
            "must be a non-empty string",
        ),
    ],
)
def test_a_hook_that_spoils_the_file_leaves_nothing(
    code: str, said: str, folder: Any
) -> None:
    refused(folder, said, options=failing_hook(code))


def test_a_hook_may_change_the_file(folder: Any) -> None:
    code = "import sys; open(sys.argv[1], 'a').write('own = 1')"

    assert new(folder, options=failing_hook(code)).module.own == 1


def test_an_existing_file_is_never_overwritten(folder: Any) -> None:
    path = folder.versions / "new_x.py"
    path.write_text("revision = 'other'\ndown_revision = None\n")

    refused(folder, "new_x.py already exists", message="x")

    assert "other" in path.read_text()


COMMAND = """
import sys
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
directory = ScriptDirectory(sys.argv[1], messaging_opts={"quiet": True})
directory.get_heads()
print("ready", flush=True)
sys.stdin.readline()
try:
    directory.generate_revision(sys.argv[2], sys.argv[3], head="a", splice=True)
except CommandError as error:
    print("failed", error)
else:
    print("written")
"""


def start(folder: Any, revid: str, message: str) -> subprocess.Popen[str]:
    command = subprocess.Popen(
        [sys.executable, "-c", COMMAND, str(folder.path), revid, message],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert command.stdout is not None
    assert command.stdout.readline() == "ready\n"
    return command


def both(one: subprocess.Popen[str], two: subprocess.Popen[str]) -> list[str]:
    for command in (one, two):
        assert command.stdin is not None
        command.stdin.write("\n")
        command.stdin.flush()
    return [command.communicate(timeout=60)[0] for command in (one, two)]


def test_two_commands_at_once_both_write(folder: Any) -> None:
    folder.add("a")

    said = both(start(folder, "one", "x"), start(folder, "two", "x"))

    assert said == ["written\n", "written\n"]
    assert folder.files() == ["a.py", "one_x.py", "two_x.py"]


def test_of_two_commands_at_once_one_gets_the_file(folder: Any) -> None:
    folder.add("a")

    said = both(start(folder, "same", "x"), start(folder, "same", "x"))

    assert sorted(text.split()[0] for text in said) == ["failed", "written"]
    assert folder.files() == ["a.py", "same_x.py"]


def test_two_commands_at_once_never_make_one_id_twice(folder: Any) -> None:
    folder.add("a")

    said = both(start(folder, "same", "x"), start(folder, "same", "y"))

    written = sum(text == "written\n" for text in said)
    assert written <= 1
    assert len(folder.files()) == 1 + written
    assert all(
        t == "written\n" or "'same' was taken by" in t or "already" in t for t in said
    )


@pytest.mark.skipif(os.name == "nt", reason="no such signal")
def test_a_command_killed_at_any_moment_breaks_no_later_one(folder: Any) -> None:
    folder.add("a")
    start_of = time.monotonic()
    whole = start(folder, "whole", "x")
    both(whole, start(folder, "whole2", "y"))
    taken = (time.monotonic() - start_of) / 2
    for number in range(8):
        command = start(folder, f"r{number}", 'a """ message')
        assert command.stdin is not None
        command.stdin.write("\n")
        command.stdin.flush()
        time.sleep(taken * number / 10)
        command.send_signal(signal.SIGKILL)
        command.communicate()

        directory = folder.directory()

        for script in directory.walk_revisions():
            assert script.module.upgrade() is None


# -- dates ---------------------------------------------------------------------------


def test_without_a_zone_the_date_is_local_and_naive() -> None:
    assert creation_date(None).tzinfo is None


@pytest.mark.parametrize(
    ("key", "offset"), [("UTC", 0), ("utc", 0), ("Asia/Tokyo", 9), ("est", -5)]
)
def test_a_zone_gives_aware_dates(key: str, offset: int) -> None:
    date = creation_date(key)

    assert date.utcoffset() == datetime.timedelta(hours=offset)


def test_the_date_is_in_the_file(folder: Any) -> None:
    script = new(folder, options={"timezone": "UTC"})

    assert re.search(
        r"Create Date: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d.*\+00:00", script.longdoc
    )


def test_the_public_module_offers_the_class_of_zones() -> None:
    from alembic.script import base

    assert str(base.ZoneInfo("Asia/Tokyo")) == "Asia/Tokyo"
    assert ScriptDirectory is base.ScriptDirectory
