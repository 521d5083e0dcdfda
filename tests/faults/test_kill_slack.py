"""A few moments of the Slack channel's kill -9 trial; the script beside this file does many."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("kill_slack.py")


@pytest.mark.skipif(sys.platform != "linux", reason="forks")
def test_no_kill_loses_what_was_acknowledged_or_hears_it_twice() -> None:
    command = [sys.executable, "-W", "ignore", str(SCRIPT), "--moments", "10"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
