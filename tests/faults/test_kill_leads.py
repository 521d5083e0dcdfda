"""A few moments of the kill -9 trial; the script beside this file does hundreds."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers.postgresql import why_not

SCRIPT = Path(__file__).with_name("kill_leads.py")


@pytest.mark.skipif(sys.platform != "linux", reason="forks")
@pytest.mark.parametrize("kind", [[], ["--postgres"]], ids=["sqlite", "postgresql"])
def test_no_kill_loses_or_doubles_a_lead(kind: list[str]) -> None:
    if kind and (reason := why_not()):
        assert os.environ.get("CI") != "true", reason
        pytest.skip(reason)
    command = [sys.executable, str(SCRIPT), "--moments", "12", "--seed", "7", *kind]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
