"""The pause of the collector ends with its block."""

from __future__ import annotations

import gc
import subprocess
import sys

import pytest

from alembic.util.collecting import without_collecting


def test_collecting_pauses_for_the_block() -> None:
    assert gc.isenabled()

    with without_collecting():
        assert not gc.isenabled()

    assert gc.isenabled()


def test_collecting_goes_on_after_an_error() -> None:
    with pytest.raises(KeyError), without_collecting():
        raise KeyError

    assert gc.isenabled()


def test_who_had_switched_it_off_keeps_it_off() -> None:
    gc.disable()
    try:
        with without_collecting():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_what_is_spared_is_collected_no_more() -> None:
    code = (
        "import gc; from alembic.util.collecting import spare_what_is_loaded\n"
        "spare_what_is_loaded(); print(gc.get_freeze_count() > 1000)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )

    assert done.stdout == "True\n"
