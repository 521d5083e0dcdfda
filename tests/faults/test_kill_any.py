"""A short form of the trial beside this file: each process of `make run` is killed once under the turns of ten visitors."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from scripts import train

ROOT = Path(__file__).resolve().parents[2]


def test_conversations_go_on_whatever_process_is_killed_and_no_request_is_lost_or_doubled() -> None:
    train.ensure_trained()
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.kill_any", "--short"], cwd=ROOT, capture_output=True, text=True, timeout=400
    )
    assert done.returncode == 0, done.stdout + done.stderr
