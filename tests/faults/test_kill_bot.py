"""A few moments of the real bot's kill -9 trial; the script beside this file does hundreds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).with_name("kill_bot.py")


def test_no_kill_of_a_process_loses_or_doubles_a_lead() -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--short"], capture_output=True, text=True, timeout=400
    )
    assert done.returncode == 0, done.stdout + done.stderr
