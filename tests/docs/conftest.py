"""Reads the examples of a page, and runs them in a project of their own.

Every ``code-block`` of ``docs/`` is run, in the order of the page. The language says
how; a comment before the block may say otherwise:

``console``
    Lines after ``$`` are commands. What follows them is compared with what they print,
    where ``...`` stands for anything; without it, anything may be printed. A command
    may fail only where the page shows ``FAILED`` or ``ERROR``.
with ``:caption:``
    The block is the file of that name.
``python``
    A program, run in the folder of the project.
``text``
    What the program before it printed.
``.. example: replaces the line NAME = …``
    The block takes the place of the line with that beginning in the file of the
    caption; also ``replaces the paragraph …`` (to the next empty line), ``replaces the
    function NAME`` and ``goes after the line …``.
``.. example: operations``
    Directives of ``op``, run on an SQLite database of the page.
``.. example: operations on DIALECT``
    The same in offline mode, for that database; a ``sql`` block after them is compared
    with what they print.
``.. example: not run, REASON``
    For what needs more than a folder.

Between blocks, ``.. example: new folder`` begins again in an empty folder, and
``.. example: new project`` in one with the project of the first chapter.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import re
import shlex
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any, Callable, Iterator, NamedTuple

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
HELPERS = Path(__file__).parent
#: What the pages call the folder of the project.
SHOWN_FOLDER = "/home/ada/shop"

FIRST_LINES = re.compile(
    r"^INFO .+\] (Context impl|Will assume|setting up autogenerate) .+\n", re.MULTILINE
)

# Commands that need no shell: variables, "alembic" and its arguments.
PLAIN = re.compile(r"(?P<environment>(?:\w+=\S+ )*)alembic (?P<arguments>[^|<>;&$`*]+)")

BLOCK = re.compile(
    r"^\.\. example: (?P<alone>new \w+)$"
    r"|(?:^\.\. example: (?P<note>(?:.+\n)(?:   .+\n)*)\n)?"
    r"^\.\. code-block:: (?P<language>\w+)\n(?P<options>(?:   :.+\n)*)\n"
    r"(?P<text>(?:(?:   .*)?\n)+)",
    re.MULTILINE,
)


def check(right: object, message: str) -> None:
    """Fail with a message of our own, without what pytest would add to it."""
    if not right:
        raise AssertionError(message)


class Block(NamedTuple):
    """An example of a page, or a comment that begins anew."""

    line: int
    language: str
    caption: str
    note: str
    text: str


def blocks_of(text: str) -> Iterator[Block]:
    """Return the examples of a page in their order."""
    for found in BLOCK.finditer(text if text.endswith("\n") else text + "\n"):
        start = found.start("language" if found["language"] else "alone")
        caption = re.search(r":caption: (.+)", found["options"] or "")
        yield Block(
            text.count("\n", 0, start) + 1,
            found["language"] or "",
            caption[1] if caption else "",
            " ".join((found["note"] or found["alone"] or "").split()),
            textwrap.dedent(found["text"] or "").strip("\n") + "\n",
        )


def agree(expected: str, printed: str) -> bool:
    """Return whether a text is what the page shows; where lines end counts for nothing.

    Pages leave out the lines with which the log of every run begins.
    """
    if "Context impl" not in expected:
        printed = FIRST_LINES.sub("", printed)
    words = " ".join(expected.split())
    pattern = ".*?".join(re.escape(piece) for piece in words.split("..."))
    return re.fullmatch(pattern, " ".join(printed.split())) is not None


class Page:
    """The state in which a page leaves its reader from one example to the next."""

    def __init__(self, folder: Path, name: str, ask: Callable[[str], int]) -> None:
        self.top = folder
        self.ask = ask
        self.name = name
        self.folders = 0
        self.printed = ""
        self.sqlite: Any = None
        self.begin("new folder")

    def run(self, block: Block) -> None:
        """Do what the reader would do with an example."""
        where = f"docs/{self.name}:{block.line}"
        try:
            self._action(block)(block)
        except AssertionError as error:
            raise AssertionError(f"{where}: {error}") from None
        except Exception as error:
            raise AssertionError(f"{where}: {type(error).__name__}: {error}") from error

    def _action(self, block: Block) -> Callable[[Block], None]:
        if not block.language:
            return lambda block: self.begin(block.note)
        if block.note.startswith("not run, "):
            return lambda block: None
        if block.note.startswith("operations"):
            return self.operations
        if block.caption:
            return self.edit if block.note else self.write
        known = {"console": self.console, "python": self.program}
        return known.get(block.language, self.compare)

    def begin(self, note: str) -> None:
        self.folders += 1
        self.folder = self.top / f"{self.folders}" / "shop"
        self.folder.mkdir(parents=True)
        if note == "new project":
            check(self.shell("alembic init migrations") == 0, self.printed)
            ini = self.folder / "alembic.ini"
            text = ini.read_text(encoding="utf-8")
            url = "sqlalchemy.url = sqlite:///shop.db"
            ini.write_text(re.sub(r"^sqlalchemy\.url.+", url, text, flags=re.MULTILINE))

    def shell(self, command: str) -> int:
        """Run a command, keep what it prints and return its status."""
        found = PLAIN.fullmatch(command.replace("\\\n", " "))
        if found:
            given = dict(word.split("=", 1) for word in found["environment"].split())
            return self.server(shlex.split(found["arguments"]), environment=given)
        places = [HELPERS / "bin", Path(sys.executable).parent, os.environ["PATH"]]
        path = os.pathsep.join(map(str, places))
        done = subprocess.run(
            ["bash", "-c", command],
            check=False,
            cwd=self.folder,
            env={**os.environ, "PATH": path},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        return self.keep(done.returncode, done.stdout)

    def server(
        self, arguments: list[str], program: str = "", environment: Any = None
    ) -> int:
        """Run ``alembic`` or a program, and return its status."""
        output = self.folder.parent / "output"
        request = {
            "arguments": arguments,
            "program": program,
            "folder": str(self.folder),
            "output": str(output),
            "environment": environment or {},
            "identifier": hashlib.sha256(repr(arguments).encode()).hexdigest()[:12],
        }
        status = self.ask(json.dumps(request))
        return self.keep(status, output.read_text(encoding="utf-8"))

    def keep(self, status: int, printed: str) -> int:
        self.printed = printed.replace(str(self.folder), SHOWN_FOLDER)
        return status

    def console(self, block: Block) -> None:
        for piece in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
            joined = piece.replace("\\\n", "\\\0")
            command, _, expected = joined.partition("\n")
            command = command.replace("\\\0", "\\\n")
            expected = expected.replace("\\\0", "\\\n")
            status = self.shell(command)
            may_fail = "FAILED" in expected or "ERROR" in expected
            check(status == 0 or may_fail, f"{command}: {status}\n{self.printed}")
            if expected.strip():
                shown = f"{command}\nprints\n{self.printed}"
                check(agree(expected, self.printed), shown)

    def write(self, block: Block) -> None:
        path = self.folder / block.caption
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, encoding="utf-8")

    def edit(self, block: Block) -> None:
        (path,) = self.folder.glob(block.caption.replace("…", "*"))
        text = path.read_text(encoding="utf-8")
        how, _, what = block.note.partition(" the ")
        kind, _, name = what.partition(" ")
        patterns = {
            "line": rf"^(?P<margin> *){re.escape(name)}.*\n",
            "paragraph": rf"^(?P<margin>){re.escape(name)}.*\n(?:.+\n)*",
            "function": rf"^(?P<margin>)(?:async )?def {name}\(.*\n(?:(?:    .*)?\n)*",
        }
        found = re.findall(patterns[kind], text, re.MULTILINE)
        check(len(found) == 1, f"{block.caption} has {what} {len(found)} times")

        def changed(match: re.Match[str]) -> str:
            added = textwrap.indent(block.text, match["margin"])
            if kind == "function":
                added += "\n\n"
            return added if how == "replaces" else match[0] + added

        path.write_text(
            re.sub(patterns[kind], changed, text, flags=re.MULTILINE), "utf-8"
        )

    def program(self, block: Block) -> None:
        path = self.folder.parent / "program.py"
        path.write_text(block.text, encoding="utf-8")
        status = self.server([], str(path))
        check(status == 0, self.printed)

    def compare(self, block: Block) -> None:
        check(block.language in ("text", "sql"), "nobody knows how to run this")
        shown = f"the page shows\n{block.text}\nand this was printed:\n{self.printed}"
        check(agree(block.text, self.printed), shown)

    def operations(self, block: Block) -> None:
        import sqlalchemy as sa

        from alembic.operations import Operations
        from alembic.runtime.migration import MigrationContext

        buffer = io.StringIO()
        dialect = block.note.partition(" on ")[2]
        if dialect:
            opts = {"as_sql": True, "output_buffer": buffer, "literal_binds": True}
            context = MigrationContext.configure(dialect_name=dialect, opts=opts)
        else:
            self.sqlite = self.sqlite or sa.create_engine("sqlite://").connect()
            context = MigrationContext.configure(self.sqlite)
        with Operations.context(context) as op:
            code = compile(block.text, f"docs/{self.name}", "exec")
            exec(code, {"op": op, "sa": sa})  # noqa: S102
        self.printed = buffer.getvalue()


@contextlib.contextmanager
def server_of_examples() -> Iterator[Callable[[str], int]]:
    """Start the server, and yield a function that asks it."""
    command = [sys.executable, str(HELPERS / "server.py")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, encoding="utf-8", **pipes) as process:

        def ask(request: str) -> int:
            process.stdin.write(f"{request}\n")
            process.stdin.flush()
            return int(process.stdout.readline())

        yield ask
        process.stdin.close()


@pytest.fixture(scope="session")
def ask() -> Iterator[Callable[[str], int]]:
    """A function that has a command or program of the examples run."""
    with server_of_examples() as function:
        yield function


@pytest.fixture
def run_page(tmp_path: Path, ask: Any) -> Callable[[str, str], None]:
    """Return a function that runs every example of a page."""

    def run(name: str, text: str) -> None:
        page = Page(tmp_path, name, ask)
        for block in blocks_of(text):
            page.run(block)
        if page.sqlite is not None:
            page.sqlite.close()
            page.sqlite.engine.dispose()

    return run


@pytest.fixture
def blocks() -> Callable[[str], list[Block]]:
    """Return the function that reads the examples of a page."""
    return lambda text: list(blocks_of(text))


@pytest.fixture
def docs() -> Path:
    """Return the folder of the pages."""
    return DOCS
