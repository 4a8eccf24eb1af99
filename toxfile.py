"""Let tox find every interpreter that pyenv has, whichever of them is switched on.

The shims of pyenv answer only for versions that are switched on, by the variable
``PYENV_VERSION`` or for a folder. For tox and what it starts, all of them are.
"""

from __future__ import annotations

import os
import shutil
import subprocess


def _words(*command: str) -> list[str]:
    """Run a command and return the words it prints; none where it fails."""
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    return done.stdout.replace(":", " ").split() if done.returncode == 0 else []


def _every_version() -> str:
    """Return all versions that pyenv has, those switched on now first."""
    now = _words("pyenv", "version-name")
    installed = _words("pyenv", "versions", "--bare", "--skip-aliases")
    return ":".join(dict.fromkeys([*now, *installed]))


if "PYENV_VERSION" not in os.environ and shutil.which("pyenv"):
    os.environ["PYENV_VERSION"] = _every_version()
