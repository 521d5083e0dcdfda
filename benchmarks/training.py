"""Trains stock and ours on the same sample of our data, and tells what that took.

Why a sample: Rasa's default pipeline needs 100 rounds of DIET over the data. On all 21,000 lines one round takes minutes
on two cores, all of them hours (docs/speed.md has the figures); a twentieth of each intent's lines takes minutes. What
a message costs does not depend on how many lines a model was trained on, and accuracy is compared on the same sample.

The models stay in models/ with the figures beside them, and are made anew only when what they are made from has changed.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from benchmarks.bots import ROOT, STOCK, run

train: Any = importlib.import_module(
    "train"
)  # scripts/ is no package; benchmarks.bots has put it on the path

MODELS = ROOT / "models"
SHARE, SEED = 20, 42  # a twentieth
# Where the default pipeline is unsure it puts the intent nlu_fallback, which Rasa's manual has answered by a rule.
UNSURE: dict[str, Any] = {
    "version": "3.1",
    "intents": ["nlu_fallback"],
    "responses": {"utter_default": [{"text": "Sorry, I did not get that."}]},
}
UNSURE_RULE = {
    "rule": "somebody is not understood",
    "steps": [{"intent": "nlu_fallback"}, {"action": "action_decline"}],
}
CONFIGS = {"stock": STOCK / "config.yml", "sample": ROOT / "config.yml"}
Progress = Callable[[str], None]


class Trained(NamedTuple):
    """A model, and the seconds on the clock and of CPU that `rasa train` took for it."""

    model: Path
    wall_s: float
    cpu_s: float


def trained(name: str, progress: Progress) -> Trained:
    """``stock``, or ``sample``: ours on the same lines; as kept from last time, if made from the same files."""
    model, kept = MODELS / f"{name}.tar.gz", MODELS / f"{name}.json"
    made_from = fingerprint(name)
    if model.exists() and kept.exists():
        figures = json.loads(kept.read_text())
        if figures["made_from"] == made_from:
            return Trained(model, figures["wall_s"], figures["cpu_s"])
    wall_s, cpu_s = _train(name, progress)
    kept.write_text(json.dumps({"made_from": made_from, "wall_s": wall_s, "cpu_s": cpu_s}))
    return Trained(model, wall_s, cpu_s)


def measure(progress: Progress) -> dict[str, Any]:
    """Both on the same lines, one after the other."""
    found = {name: trained(name, progress) for name in CONFIGS}
    return {
        "lines": sum(1 for _ in sampled()),
        **{name: {"wall_s": one.wall_s, "cpu_s": one.cpu_s} for name, one in found.items()},
    }


def fingerprint(name: str) -> str:
    """The hash of all that goes into the model; of the domain the names alone, for no sentence is learnt."""
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    learnt = {
        key: sorted(map(str, domain[key])) for key in ("intents", "entities", "slots", "actions", "responses")
    }
    digest = hashlib.sha256(train.fingerprint().encode() if name == "sample" else json.dumps(learnt).encode())
    for file in (Path(__file__), CONFIGS[name], ROOT / "uv.lock", *_data_files()):
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def sampled() -> Iterator[tuple[str, str]]:
    """Intent and line: of every intent the same share of its lines, chosen by a seed; never fewer than five."""
    lines: dict[str, list[str]] = {}
    for file in _data_files():
        for entry in yaml.safe_load(file.read_text(encoding="utf-8")).get("nlu", []):
            if "intent" in entry:
                lines.setdefault(entry["intent"], []).extend(entry["examples"].splitlines())
    chance = random.Random(SEED)
    for intent, known in sorted(lines.items()):
        for line in chance.sample(known, min(len(known), max(5, len(known) // SHARE))):
            yield intent, line


def _data_files() -> list[Path]:
    return sorted((ROOT / "data").rglob("*.yml"))


def _train(name: str, progress: Progress) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as folder:
        data, domain, config = (Path(folder, part) for part in ("data", "domain", "config.yml"))
        _write_sample(data)
        domain.mkdir()
        shutil.copy(ROOT / "domain.yml", domain)
        if name == "stock":
            (domain / "unsure.yml").write_text(yaml.safe_dump(UNSURE))
            (data / "unsure.yml").write_text(yaml.safe_dump({"version": "3.1", "rules": [UNSURE_RULE]}))
        shutil.copy(CONFIGS[name], config)  # Rasa writes what it chose into an empty one
        files = ["--config", str(config), "--data", str(data), "--domain", str(domain)]
        out = ["--fixed-model-name", name, "--out", str(MODELS)]
        command = [sys.executable, "-m", "rasa", "train", *files, *out]
        environment = {**os.environ, **run.QUIET, "RASA_CACHE_DIRECTORY": f"{folder}/cache"}
        before, started = _cpu_of_children(), time.monotonic()
        with (MODELS / f"{name}.log").open("w") as log:
            child = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
            while child.poll() is None:
                time.sleep(1)
                progress(f"training {name} … {time.monotonic() - started:.0f} s")
        if child.returncode:
            raise SystemExit(f"Training {name} failed: see models/{name}.log")
        return round(time.monotonic() - started, 1), round(_cpu_of_children() - before, 1)


def _write_sample(data: Path) -> None:
    by_intent: dict[str, list[str]] = {}
    for intent, line in sampled():
        by_intent.setdefault(intent, []).append(line)
    data.mkdir()
    nlu = [{"intent": intent, "examples": "\n".join(lines)} for intent, lines in by_intent.items()]
    (data / "nlu.yml").write_text(yaml.safe_dump({"version": "3.1", "nlu": nlu}, allow_unicode=True))
    for file in ("rules.yml", "stories.yml"):
        shutil.copy(ROOT / "data" / file, data)


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
