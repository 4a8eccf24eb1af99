"""``CommandLine`` and ``main``: arguments in, exit status out."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from types import FunctionType
from typing import TYPE_CHECKING, Any, Iterator, NoReturn, Sequence, TextIO

from alembic import __version__, command
from alembic.cli.parser import add_subcommand, new_parser
from alembic.settings.config import Config
from alembic.settings.sources import choose_files
from alembic.util.collecting import spare_what_is_loaded, without_collecting
from alembic.util.exc import CommandError, MissingFunction
from alembic.util.messaging import err, speak_on_stderr

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction

    from alembic.cli.parser import CommandFunction

_INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells have it: 128 + SIGINT."""


_RUN_ENV = {
    command.current,
    command.downgrade,
    command.ensure_version,
    command.stamp,
    command.upgrade,
}


class CommandLine:
    """The command line: parses arguments and runs the function they name.

    :param prog: the program's name in help texts; by default that of ``sys.argv[0]``

    Interface of Alembic 1.20. A program may add commands of its own::

        def greet(config, directory, verbose=False):
            \"\"\"Say hello.\"\"\"

        line = CommandLine("alembic")
        line.register_command(greet)
        line.main(["greet", "somewhere", "--verbose"])
    """

    parser: ArgumentParser
    subparsers: _SubParsersAction[ArgumentParser]

    _is_whole_process = False

    def __init__(self, prog: str | None = None) -> None:
        self.parser = new_parser(prog, __version__)
        self.subparsers = self.parser.add_subparsers()
        for fn in _built_in_commands():
            self.register_command(fn)

    def register_command(self, fn: CommandFunction) -> None:
        """Make a function a subcommand.

        Its name is the subcommand's, the first paragraph of its docstring the help
        text. A parameter without default becomes a positional argument; one with a
        default becomes the option that the other commands have under that name, and is
        ``None`` where there is no such option.

        :param fn: the function; its first parameter is the ``Config``
        """
        add_subcommand(self.subparsers, fn)

    def run_cmd(self, config: Config, options: Namespace) -> None:
        """Run the function that the arguments name.

        :param config: its first argument
        :param options: the parsed arguments, ``cmd`` among them
        :raises SystemExit: it failed, with one sentence: status 255, or 1 where a
            revision file lacks the function to run
        :raises CommandError: it failed, and ``--raiseerr`` was given
        """
        fn, positional, optional = options.cmd
        try:
            if self._is_whole_process and fn in _RUN_ENV:
                _load_what_lasts()
            fn(
                config,
                *[getattr(options, name, None) for name in positional],
                **{name: getattr(options, name, None) for name in optional},
            )
        except Exception as failure:
            # here, because most commands succeed
            from alembic.cli.failures import (
                as_sentence,
                hide_passwords_in,
                is_told_by_log,
            )

            hide_passwords_in(failure, config)
            sentence = as_sentence(failure)
            at_end = self._is_whole_process and not options.raiseerr
            if sentence is None and at_end and is_told_by_log(failure):
                _end_without_frames(failure)
            if sentence is None or options.raiseerr or _reader_is_gone(failure):
                raise
            if isinstance(failure, MissingFunction):
                sys.exit(f"AttributeError: {sentence}")
            _fail(sentence, **config.messaging_opts)

    def main(self, argv: Sequence[str] | None = None) -> None:
        """Parse arguments and run what they name.

        :param argv: the arguments after the program's name; by default those of the
            process
        :raises SystemExit: the command failed (255), the arguments are wrong (2), the
            user interrupted it (130)
        """
        self._is_whole_process = argv is None
        _open_closed_streams()
        options = self.parser.parse_args(argv)
        if not hasattr(options, "cmd"):
            # argparse shows the usage and ends with status 2
            self.parser.error("too few arguments")
        try:
            self._run(options)
        except KeyboardInterrupt:
            print("Interrupted", file=sys.stderr)
            sys.exit(_INTERRUPTED)
        except BrokenPipeError as failure:
            if not _reader_is_gone(failure):
                raise
        except SystemExit:
            _give_up_output()
            raise
        _finish_output()

    def _run(self, options: Namespace) -> None:
        with ExitStack() as stack:
            stdout = sys.stdout
            if getattr(options, "sql", False):
                # stdout carries SQL, so everything else goes to stderr
                stdout = sys.stderr
                stack.enter_context(speak_on_stderr())
            config = self._config(options, stdout)
            self.run_cmd(config, options)

    def _config(self, options: Namespace, stdout: TextIO) -> Config:
        try:
            ini, toml = choose_files(options.config, os.environ)
        except CommandError as failure:
            if options.raiseerr:
                raise
            _fail(str(failure), quiet=options.quiet)
        return Config(
            file_=ini,
            toml_file=toml,
            ini_section=options.name,
            stdout=stdout,
            cmd_opts=options,
        )


def _open_closed_streams() -> None:
    """Let output go nowhere where the program was started without a stream for it.

    Services do that; Python has None in the place of such a stream.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            nowhere = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  (stays)
            setattr(sys, name, nowhere)


def main(
    argv: Sequence[str] | None = None, prog: str | None = None, **kwargs: Any
) -> None:
    """Run the command line.

    :param argv: the arguments after the program's name; by default those of the process
    :param prog: the program's name in help texts
    :param kwargs: accepted and ignored, as in Alembic 1.20
    :raises SystemExit: see :meth:`CommandLine.main`
    """
    CommandLine(prog=prog).main(argv=argv)


def _load_what_lasts() -> None:
    """Load what works on a database, and spare the collector the sight of it."""
    with without_collecting():
        # here, because most commands need no database
        import alembic.runtime.environment  # pyright: ignore[reportUnusedImport]
        import alembic.script.base  # noqa: F401 # pyright: ignore[reportUnusedImport]

        # before the collector is back, which would first look at all of it
        spare_what_is_loaded()


def _built_in_commands() -> Iterator[Any]:
    """Return the public functions that ``alembic.command`` defines, by name."""
    for name, fn in sorted(vars(command).items()):
        is_public = isinstance(fn, FunctionType) and not name.startswith("_")
        if is_public and fn.__module__ == command.__name__:
            yield fn


def _fail(sentence: str, quiet: bool) -> NoReturn:
    """Say what went wrong and end with status 255, even where stdout is broken."""
    try:
        err(sentence, quiet=quiet)
    except OSError:
        _end_on_stderr(sentence)


def _end_without_frames(failure: BaseException) -> None:
    """End with status 1 as an exception does, and show its text, not its traceback."""
    # here, because most commands succeed
    import traceback

    sys.stderr.writelines(traceback.format_exception_only(type(failure), failure))
    sys.exit(1)


def _finish_output() -> None:
    """Write what is left in the buffer of stdout.

    :raises SystemExit: that is not possible; a reader that has gone away is no failure
    """
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _discard_output()
    except OSError as failure:
        _end_on_stderr(f"Can't write the output: {failure.strerror}")


def _give_up_output() -> None:
    """Write what is left in the buffer of stdout, or drop it.

    The command has failed and said so. Where the buffer cannot be written, Python would
    try again when it ends, complain, and change the status to 120.
    """
    try:
        sys.stdout.flush()
    except OSError:
        _discard_output()


def _end_on_stderr(sentence: str) -> NoReturn:
    _discard_output()
    print(f"FAILED: {sentence}", file=sys.stderr)
    sys.exit(-1)


def _reader_is_gone(failure: BaseException) -> bool:
    """Say whether a broken pipe is that of stdout, not that of a database."""
    if not isinstance(failure, BrokenPipeError):
        return False
    # here, because this is about to end
    import select

    if not hasattr(select, "poll"):
        return True  # on Windows; its databases are reached through sockets
    poll = select.poll()
    try:
        poll.register(sys.stdout.fileno(), 0)
    except (OSError, ValueError):
        return False
    # asked for nothing, it tells about errors and hang-ups
    return bool(poll.poll(0))


def _discard_output() -> None:
    """Let what is left in the buffer of stdout go nowhere when Python ends."""
    try:
        descriptor = sys.stdout.fileno()
    except (OSError, ValueError, AttributeError):
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)
