"""Trains the assistant, unless trained from exactly these files. ``python scripts/train.py [--force]``.

The model is ``models/assistant.tar.gz``. The hash of what it was trained from stands beside it, so that
nothing is trained twice, and its own (``models/assistant.sha256``), without which components/serve.py does not load it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "models" / "assistant.tar.gz"
STAMP = ROOT / "models" / "assistant.trained-from"
# What understands, of components/; the channels there have no part in the model.
UNDERSTANDING = (
    *("encoder", "encoder_graph", "extractor", "featurizer", "intents", "models", "nations"),
    *("language_wish", "persons", "phrases", "reading", "understanding", "years"),
)
SOURCES = (
    "config.yml",
    "domain.yml",
    "data/**/*.yml",
    *(f"components/{name}.py" for name in UNDERSTANDING),
    "components/phrases.yml",
    "encoder/*.safetensors",
    "knowledge/*.py",
    "knowledge/gloss_*.tsv",
    "knowledge/job_titles.yml",
    "knowledge/titles_fr_es.yml",
    "knowledge/places.yml",
    "knowledge/vocabulary.yml",
    "uv.lock",
)
QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONWARNINGS": "ignore",
}


def fingerprint() -> str:
    """The hash of every file that the model depends on."""
    digest = hashlib.sha256()
    for file in _sources():
        digest.update(
            str(file.relative_to(ROOT)).encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest()
        )
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    for pattern in SOURCES:
        yield from sorted(path for path in ROOT.glob(pattern) if path.is_file())


def hash_file() -> Path:
    """Where the hash of the model stands, as ``sha256sum`` writes it; components/archive.py looks there."""
    return MODEL.with_name(MODEL.name.removesuffix(".tar.gz") + ".sha256")


def is_trained() -> bool:
    """True if the model there is was trained from the files there are."""
    return MODEL.exists() and hash_file().exists() and STAMP.exists() and STAMP.read_text().strip() == fingerprint()


def train() -> None:
    """Trains anew and replaces the model, or keeps it and raises ``SystemExit`` with the end of the log."""
    started, log = time.monotonic(), ROOT / "models" / "training.log"
    log.parent.mkdir(exist_ok=True)
    (MODEL.parent / "next.tar.gz").unlink(missing_ok=True)
    before = fingerprint()
    command = [
        sys.executable,
        "-m",
        "rasa",
        "train",
        "--fixed-model-name",
        "next",
        "--out",
        str(MODEL.parent),
    ]
    with log.open("w") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **QUIET}, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            while process.poll() is None:
                _progress(
                    f"Training the assistant (some minutes, once) … {time.monotonic() - started:.0f} s"
                )
                with suppress(subprocess.TimeoutExpired):
                    process.wait(1 if sys.stdout.isatty() else 15)
        except BaseException:
            process.terminate()
            raise
    trained = MODEL.parent / "next.tar.gz"
    if process.returncode or not trained.exists():
        raise SystemExit(
            f"\nTraining failed. The end of {log}:\n" + "\n".join(log.read_text().splitlines()[-25:])
        )
    digest = hashlib.sha256(trained.read_bytes()).hexdigest()
    trained.replace(MODEL)
    hash_file().write_text(f"{digest}  {MODEL.name}\n")
    STAMP.write_text(before + "\n")
    _progress(f"Trained in {time.monotonic() - started:.0f} s: {MODEL.relative_to(ROOT)}", end="\n")


def _progress(line: str, end: str = "") -> None:
    if sys.stdout.isatty():
        print(f"\r\033[K{line}", end=end, flush=True)
    else:
        print(line, flush=True)


def ensure_trained(force: bool = False) -> Path:
    """The path of a model trained from the files as they are."""
    if force or not is_trained():
        with _one_at_a_time():
            if force or not is_trained():
                train()
    return MODEL


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Waits while another process trains, whose model may then do for this one too."""
    MODEL.parent.mkdir(exist_ok=True)
    with (MODEL.parent / "training.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Waiting for a training that is under way …", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    ensure_trained(force="--force" in sys.argv[1:])
    print("The model is up to date.")
