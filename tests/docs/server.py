"""Runs the commands and programs of the examples, each in a process of its own.

The processes are forked from this one, which has loaded what they all need, so that a
page takes seconds. Requests come as lines of JSON, answers are exit statuses.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
from typing import Any

import alembic.autogenerate
import alembic.command
import alembic.config
import alembic.operations
import alembic.runtime.environment


def run(request: dict[str, Any]) -> int:
    """Be the process of a command, and return its status."""
    os.chdir(request["folder"])
    os.environ.update(request["environment"])
    output = os.open(request["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    # what goes to the two streams stands in the order in which it was written
    sys.stdout.reconfigure(line_buffering=True)
    sys.stderr.reconfigure(line_buffering=True)
    make_up_identifier(request["identifier"])
    # a file that was edited within a second must not be taken from its bytecode
    sys.dont_write_bytecode = True
    try:
        if request["program"]:
            sys.path[0] = request["folder"]
            runpy.run_path(request["program"], run_name="__main__")
        else:
            sys.argv = ["alembic", *request["arguments"]]
            alembic.config.main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - it is the end of a process
        sys.excepthook(*sys.exc_info())
        return 1
    return 0


def make_up_identifier(identifier: str) -> None:
    """Let a new revision have an identifier that a page can show."""
    made_up, urandom = bytes.fromhex(identifier), os.urandom
    os.urandom = lambda size: made_up if size == len(made_up) else urandom(size)


def main() -> None:
    """Answer until nobody asks any more."""
    for line in sys.stdin:
        process = os.fork()
        if process == 0:
            status = run(json.loads(line))
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status & 255)
        _, ended = os.waitpid(process, 0)
        status = os.WEXITSTATUS(ended) if os.WIFEXITED(ended) else -1
        os.write(1, b"%d\n" % status)


main()
