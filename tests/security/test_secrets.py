"""A file with a secret in it is its owner's alone; one that others may open is refused, and nothing starts with it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from components.action_secret import secrets
from components.web_settings import WebSettings
from leads.crypto import Keyring
from leads.errors import SettingsError

ROOT = Path(__file__).parents[2]
READERS: dict[str, Callable[[Path], object]] = {
    "LEADS_KEY_FILE": lambda file: Keyring.load((), file),
    "WEB_KEY_FILE": lambda file: WebSettings.from_environment({"WEB_KEY_FILE": str(file)}),
}


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o660, 0o666, 0o601])
@pytest.mark.parametrize("setting", READERS)
def test_a_file_that_others_may_open_is_refused_by_name(tmp_path: Path, setting: str, mode: int) -> None:
    file = tmp_path / "a.key"
    READERS[setting](file)  # made at the first start
    assert file.stat().st_mode & 0o777 == 0o600
    READERS[setting](file)
    file.chmod(mode)
    with pytest.raises(SettingsError) as refused:
        READERS[setting](file)
    assert setting in str(refused.value) and "chmod 600" in str(refused.value)
    assert file.read_text().strip() not in str(refused.value)


def test_so_is_that_of_the_action_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "action.key"
    monkeypatch.delenv("ACTION_SECRET", raising=False)
    monkeypatch.setenv("ACTION_KEY_FILE", str(file))
    secrets()
    file.chmod(0o644)
    started = subprocess.run(
        [sys.executable, "-m", "components.action_server", "--port", "0"],
        cwd=ROOT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert started.returncode != 0 and "chmod 600" in started.stderr
    assert file.read_text().strip() not in started.stderr
