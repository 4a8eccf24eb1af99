"""A migration folder for tests, made and removed: ``scratch`` in the current folder.

The scripts stand in ``scratch/scripts``, the settings in ``scratch/test_alembic.ini``
and, for some templates, ``scratch/pyproject.toml``. Each worker of pytest-xdist has a
folder of its own, ``scratch_<ident>``.
"""

from __future__ import annotations

import os
import py_compile
import shutil
import textwrap
from importlib.util import cache_from_source
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.testing import provision

from .. import command
from ..script.base import ScriptDirectory
from ..script.reader import read_revision_file
from ..script.script import Script
from ..settings.config import Config
from ..util.exc import CommandError
from ..util.langhelpers import rev_id
from ..util.pyfiles import pyc_file_from_path

if TYPE_CHECKING:
    from typing import Literal, Union

    _Style = Literal["simple", "pep3147_envonly", "pep3147_everything"]
    _Sourceless = Union[_Style, Literal[False]]


def _staging_folder() -> Path:
    ident = getattr(provision, "FOLLOWER_IDENT", None)
    return Path(f"scratch_{ident}" if ident else "scratch")


def _scripts() -> Path:
    return _staging_folder() / "scripts"


def database_file() -> Path:
    """Return the SQLite file of the folder, which SQLAlchemy makes when it connects."""
    return (_scripts() / "foo.db").resolve()


def staging_env(
    create: bool = True,
    template: str = "generic",
    sourceless: _Sourceless = False,
) -> ScriptDirectory:
    """Make the folder as ``alembic init`` does, and return its scripts.

    :param create: False takes the folder as it is
    :param template: the template's name
    :param sourceless: how ``env.py`` is replaced by its compiled file, see
        :func:`make_sourceless`
    :raises CommandError: there is such a folder already, left by a test before
    """
    ini = _staging_folder() / "test_alembic.ini"
    toml = _staging_folder() / "pyproject.toml"
    if create:
        new = Config(str(ini), toml_file=str(toml))
        command.init(new, str(_scripts()), template=template)
        if sourceless:
            make_sourceless(_scripts() / "env.py", sourceless)
    return ScriptDirectory.from_config(Config(str(ini), toml_file=str(toml)))


def clear_staging_env() -> None:
    """Remove the folder with everything in it, where there is one."""
    if _staging_folder().exists():
        shutil.rmtree(_staging_folder())


def script_file_fixture(txt: str) -> None:
    """Replace the template of new revisions, ``script.py.mako``.

    :param txt: the whole file
    """
    _write(_scripts() / "script.py.mako", txt, "utf-8")


_ENV_BEGINS = """\
from alembic import context

config = context.config
"""


def env_file_fixture(txt: str) -> None:
    """Replace ``env.py``; ``context`` and ``config`` are imported already.

    :param txt: the rest of the file, which may be indented
    """
    env = _scripts() / "env.py"
    _forget_compiled(env)
    _write(env, _ENV_BEGINS + textwrap.dedent(txt), "utf-8")


def write_script(
    scriptdir: ScriptDirectory,
    rev_id: str,
    content: str,
    encoding: str = "ascii",
    sourceless: _Sourceless = False,
) -> None:
    """Replace the file of a revision, and what the script directory knows of it.

    :param scriptdir: the script directory
    :param rev_id: the identifier
    :param content: the whole file, which may be indented
    :param encoding: that of the file
    :param sourceless: how the file is replaced by its compiled one; the style
        ``pep3147_envonly`` puts it beside the source
    :raises CommandError: the file is no revision, or follows another one than before
    """
    known = scriptdir.get_revision(rev_id)
    path = Path(known.path)
    _forget_compiled(path)
    _write(path, textwrap.dedent(content), encoding)
    facts, _ = read_revision_file(str(path))
    if facts.down_revision != known.down_revision:
        raise CommandError(
            f"write_script() can't change down_revision of {rev_id} from "
            f"{known.down_revision!r} to {facts.down_revision!r}"
        )
    script = Script.from_facts(facts, str(path))
    scriptdir.revision_map.add_revision(script, _replace=True)
    if sourceless:
        everything = sourceless == "pep3147_everything"
        make_sourceless(path, "pep3147_everything" if everything else "simple")


def make_sourceless(path: str | os.PathLike[str], style: _Style) -> None:
    """Replace a Python file by its compiled one.

    :param path: the source file
    :param style: ``simple`` puts it beside the source; the others below
        ``__pycache__``, which for revision files ``pep3147_everything`` alone does
    :raises ValueError: there is no such style
    """
    if style == "simple":
        compiled = f"{os.fspath(path)}c"
    elif style in ("pep3147_envonly", "pep3147_everything"):
        compiled = cache_from_source(os.fspath(path))
    else:
        raise ValueError(f"{style!r} is no way to do without sources")
    py_compile.compile(os.fspath(path), cfile=compiled, doraise=True)
    os.remove(path)


def three_rev_fixture(cfg: Config) -> tuple[str, str, str]:
    """Add three revisions in a line, and return their identifiers.

    Their bodies execute ``CREATE STEP 1`` and ``DROP STEP 1``, and so on.

    :param cfg: a config whose ``script_location`` is that of the folder
    """
    a, b, c = rev_id(), rev_id(), rev_id()
    scripts = ScriptDirectory.from_config(cfg)
    _add_step(scripts, 1, a, None, "revision a", "Rev A")
    _add_step(scripts, 2, b, a, "revision b", "Rev B, naïve, 100 %s")
    _add_step(scripts, 3, c, b, "revision c", "Rev C")
    return a, b, c


def multi_heads_fixture(cfg: Config, a: str, b: str, c: str) -> tuple[str, str, str]:
    """Add three revisions to those of :func:`three_rev_fixture`, for three heads.

    The first follows ``b``, the second the first, the third ``b`` again.

    :param cfg: as for :func:`three_rev_fixture`
    :param a: its first revision
    :param b: its second one
    :param c: its third one
    """
    d, e, f = rev_id(), rev_id(), rev_id()
    scripts = ScriptDirectory.from_config(cfg)
    _add_step(scripts, 4, d, b, "revision d from b", "Rev D")
    _add_step(scripts, 5, e, d, "revision e from d", "Rev E")
    _add_step(scripts, 6, f, b, "revision f from b", "Rev F")
    return d, e, f


_STEP = """\
'''{doc}'''
revision = {id!r}
down_revision = {down!r}

from alembic import op


def upgrade():
    op.execute("CREATE STEP {step}")


def downgrade():
    op.execute("DROP STEP {step}")
"""


def _add_step(
    scripts: ScriptDirectory,
    step: int,
    id: str,
    down: str | None,
    message: str,
    doc: str,
) -> None:
    scripts.generate_revision(id, message, head=down or "base", splice=True)
    content = _STEP.format(doc=doc, id=id, down=down, step=step)
    write_script(scripts, id, content, encoding="utf-8")


def _write(path: Path, text: str, encoding: str) -> None:
    path.write_bytes(text.encode(encoding))


def _forget_compiled(source: Path) -> None:
    """Remove compiled files: a new source may have the old one's time and size."""
    compiled = pyc_file_from_path(source)
    while compiled is not None:
        compiled.unlink()
        compiled = pyc_file_from_path(source)
