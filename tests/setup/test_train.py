"""Training happens when something it depends on has changed, and once; a failure keeps the old model."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import yaml

from scripts import train

ROOT = Path(__file__).parents[2]
# Stands in for `python -m rasa train … --out FOLDER`: notes that it ran, then does what the test wants.
TRAINER = """#!/bin/sh
for folder do :; done
echo run >> "$folder/runs"
{ends}
"""
SUCCEEDS = 'sleep 0.3; echo new > "$folder/next.tar.gz"'
FAILS = 'for line in $(seq 40); do echo "line $line"; done; exit 1'


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of everything that the model depends on, which ``train`` takes for the project."""
    for pattern in train.SOURCES:
        for file in ROOT.glob(pattern):
            if file.is_file():
                (tmp_path / file.relative_to(ROOT)).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, tmp_path / file.relative_to(ROOT))
    monkeypatch.setattr(train, "ROOT", tmp_path)
    monkeypatch.setattr(train, "MODEL", tmp_path / "models" / "assistant.tar.gz")
    monkeypatch.setattr(train, "STAMP", tmp_path / "models" / "assistant.trained-from")
    return tmp_path


def pretend(ends: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts a shell script in the place of the Python that trains."""
    trainer = folder / "trainer"
    trainer.write_text(TRAINER.format(ends=ends))
    trainer.chmod(0o755)
    monkeypatch.setattr(train.sys, "executable", str(trainer))


def runs(folder: Path) -> int:
    """How often the trainer ran."""
    file = folder / "models" / "runs"
    return len(file.read_text().splitlines()) if file.exists() else 0


@pytest.mark.parametrize(
    "file", ["config.yml", "domain.yml", "knowledge/job_titles.yml", "components/intents.py", "uv.lock"]
)
def test_a_changed_source_changes_the_fingerprint(file: str, copy: Path) -> None:
    before = train.fingerprint()
    with (copy / file).open("a") as source:
        source.write("# changed\n")
    assert train.fingerprint() != before


def test_a_channel_is_no_source_and_all_that_understands_is() -> None:
    pipeline = [step["name"] for step in yaml.safe_load((ROOT / "config.yml").read_text())["pipeline"]]
    modules = sorted({name.rpartition(".")[0] for name in pipeline})
    modules.append("components.encoder_graph")  # imported when a training needs it
    code = (
        f"import sys, {', '.join(modules)}; print(*(m for m in sys.modules if m.startswith('components.')))"
    )
    seen = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert {name.partition(".")[2] for name in seen.stdout.split()} == set(train.UNDERSTANDING)


def test_a_new_a_renamed_and_a_missing_source_change_the_fingerprint(copy: Path) -> None:
    seen = {train.fingerprint()}
    (copy / "data" / "deeper").mkdir()
    (copy / "data" / "deeper" / "more.yml").write_text("version: '3.1'\n")
    seen.add(train.fingerprint())
    (copy / "data" / "deeper" / "more.yml").rename(copy / "data" / "deeper" / "other.yml")
    seen.add(train.fingerprint())
    (copy / "config.yml").unlink()
    seen.add(train.fingerprint())
    assert len(seen) == 4


def test_nothing_else_changes_the_fingerprint(copy: Path) -> None:
    before = train.fingerprint()
    os.utime(copy / "config.yml", (0, 0))
    for other in ("README.md", "knowledge/firm.yml", "actions/actions.py", "data/notes.txt"):
        (copy / other).parent.mkdir(exist_ok=True)
        (copy / other).write_text("changed\n")
    assert train.fingerprint() == before


def test_the_copy_has_the_fingerprint_of_the_project(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copied = train.fingerprint()
    monkeypatch.setattr(train, "ROOT", ROOT)
    assert copied == train.fingerprint(), "a path outside the project is part of it"


def test_it_trains_once_and_again_only_after_a_change(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(SUCCEEDS, copy, monkeypatch)
    assert not train.is_trained()
    assert train.ensure_trained().read_text() == "new\n"
    assert train.is_trained()
    train.ensure_trained()
    assert runs(copy) == 1

    (copy / "config.yml").write_text("changed\n")
    assert not train.is_trained()
    train.ensure_trained()
    assert runs(copy) == 2

    train.MODEL.unlink()
    assert not train.is_trained()


def test_a_change_while_training_makes_it_due_again(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(f"{SUCCEEDS}; echo changed > {copy}/config.yml", copy, monkeypatch)
    train.ensure_trained()
    assert not train.is_trained()


def test_a_failure_shows_the_end_of_the_log_and_keeps_the_model(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend(FAILS, copy, monkeypatch)
    train.MODEL.parent.mkdir()
    train.MODEL.write_text("old\n")
    (train.MODEL.parent / "next.tar.gz").write_text("left over from an interrupted training\n")
    with pytest.raises(SystemExit) as failure:
        train.ensure_trained()
    said = str(failure.value)
    assert "Training failed" in said
    assert "line 40" in said
    assert "line 9\n" not in said, "the end of the log is enough"
    assert train.MODEL.read_text() == "old\n"
    assert not train.is_trained()


def test_a_training_that_leaves_no_model_is_a_failure(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend("exit 0", copy, monkeypatch)
    with pytest.raises(SystemExit, match="Training failed"):
        train.ensure_trained()


def test_two_at_a_time_train_once(
    copy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pretend(SUCCEEDS, copy, monkeypatch)
    both = [threading.Thread(target=train.ensure_trained) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert runs(copy) == 1
    assert "Waiting for a training that is under way" in capsys.readouterr().out
