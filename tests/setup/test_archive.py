"""No model is loaded but the one that was trained."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from components.archive import WrongArchive, check, hash_file
from scripts import train

ROOT = Path(__file__).parents[2]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """One with its hash, as `sha256sum` writes it."""
    model = tmp_path / "assistant.tar.gz"
    model.write_bytes(b"trained")
    with hash_file(model).open("w") as output:
        subprocess.run(["sha256sum", model.name], cwd=tmp_path, stdout=output, check=True)
    return model


def serve(model: Path, shortcuts: str = "") -> subprocess.CompletedProcess[str]:
    """Where it should end at once."""
    command = [sys.executable, "-m", "components.serve", "--port", "1", "--model", str(model)]
    environment = {**os.environ, "SHORTCUTS": shortcuts, "ACTION_SECRET": "x" * 32}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)


def test_the_right_archive_is_taken(archive: Path) -> None:
    check(archive)


@pytest.mark.parametrize("shortcuts", ["", "off"])
def test_a_changed_archive_is_refused_in_a_sentence(archive: Path, shortcuts: str) -> None:
    archive.write_bytes(b"trained, and something put in")
    done = serve(archive, shortcuts)
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.startswith("The assistant cannot start. ") and "was changed or damaged" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("shortcuts", ["", "off"])
def test_one_without_a_hash_is_refused_and_told_how_to_make_it(archive: Path, shortcuts: str) -> None:
    hash_file(archive).unlink()
    done = serve(archive, shortcuts)
    assert done.returncode == 1 and "is missing" in done.stderr
    how = done.stderr.strip().rpartition("make the file: ")[2]
    subprocess.run(["sh", "-c", how], check=True)
    check(archive)


@pytest.mark.parametrize("content", ["", "\n", "nonsense\n", "é\n", "0" * 64])
def test_a_file_that_is_no_hash_is_refused(archive: Path, content: str) -> None:
    hash_file(archive).write_text(content)
    with pytest.raises(WrongArchive):
        check(archive)


def test_a_folder_is_no_way_around_it(archive: Path) -> None:
    with pytest.raises(WrongArchive, match="Name one archive"):
        check(archive.parent)


def test_a_link_is_checked_by_what_it_leads_to(archive: Path) -> None:
    other = archive.with_name("other.tar.gz")
    other.write_bytes(b"other")
    archive.unlink()
    archive.symlink_to(other)
    with pytest.raises(WrongArchive):
        check(archive)


def test_what_make_train_makes_is_taken(tmp_path: Path) -> None:
    train.ensure_trained()
    for file in (train.MODEL, train.hash_file()):
        shutil.copy(file, tmp_path)
    check(tmp_path / train.MODEL.name)
