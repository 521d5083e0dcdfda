"""Some seconds of the soak; `python -m tests.faults.soak` goes on for as long as it is told to."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.bot import Bot
from tests.faults.soak import Memory, resident, soak

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")


def test_growth_is_told_from_when_it_was_warm() -> None:
    assert Memory(start=100, warm=200, end=210).growth == 5


def test_the_memory_of_a_process_and_its_children_is_what_the_kernel_says() -> None:
    hungry = "import subprocess, sys; a = bytearray(60 << 20); a[::4096] = b'x' * len(a[::4096])"
    parent = f"{hungry}; subprocess.run([sys.executable, '-c', {hungry + '; print(1, flush=True); sys.stdin.read()'!r}])"
    process = subprocess.Popen(
        [sys.executable, "-c", parent], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    )
    try:
        assert process.stdout and process.stdout.readline()
        assert 120 < resident(process.pid) < 200
    finally:
        process.communicate()
    assert resident(os.getpgrp()) > 0 and resident(process.pid) == 0


def test_some_seconds_of_many_visitors_without_a_fault(bot: Bot) -> None:
    found, memory = soak(bot, minutes=0.1, visitors=4, seed=1)
    late = "status 503, with words"  # on a slow machine somebody may be told to try again, which is no fault of memory
    assert found.turns > 4 and not set(found.faults) - {late}
    assert set(memory) == {server.name for server in bot.servers}
    assert all(one.start > 20 and one.end > 20 for one in memory.values())
