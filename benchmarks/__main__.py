"""``make bench``: our bot against stock Rasa in one run. ``ARGS="latency start"``: these steps; ``--short``: a trial of each.

Equality comes first: unless the fast bot answers what plain Rasa answers, nothing is measured. The figures of a step replace
those of its last run in benchmarks/results.json; steps that were not run keep theirs.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks import accuracy, equality, growth, latency, report, start, throughput, training
from benchmarks.bots import ROOT, run, running

RESULTS = ROOT / "benchmarks" / "results.json"
PAGE, PICTURE = ROOT / "docs" / "speed.md", ROOT / "docs" / "speed.png"
STEPS = ("equality", "training", "accuracy", "latency", "throughput", "start", "growth")


class Run:
    """The steps; ``short``: a trial of each whose figures are not kept."""

    def __init__(self, folder: Path, short: bool) -> None:
        self.folder, self.short, self.began = folder, short, time.monotonic()

    def say(self, line: str) -> None:
        """Progress on one line of a terminal, or every line of a file."""
        text = f"{time.monotonic() - self.began:6.0f} s  {line}"
        print(
            f"\r\033[K{text}" if sys.stdout.isatty() else text,
            end="" if sys.stdout.isatty() else "\n",
            flush=True,
        )

    def equality(self) -> dict[str, Any]:
        """Ends the run unless all answers are equal."""
        played = equality.compare(self.folder / "equality", self.short, self.say)
        if not played.equal:
            differences = "\n".join(played.differences[:10])
            raise SystemExit(f"\nAnswers differ from plain Rasa's, so there are no figures:\n{differences}")
        return played.as_dict()

    def training(self) -> dict[str, Any]:
        """Both on one sample of the lines."""
        return training.measure(self.say)

    def accuracy(self) -> dict[str, Any]:
        """On the same test lines."""
        models = {name: training.trained(name, self.say).model for name in training.CONFIGS}
        return accuracy.measure({**models, "ours": run.ensure_trained()})

    def latency(self) -> dict[str, Any]:
        """Turn by turn."""
        return self._both(lambda ours, stock: latency.measure(ours, stock, self.short, self.say), "latency")

    def throughput(self) -> dict[str, Any]:
        """In rounds."""
        return self._both(
            lambda ours, stock: throughput.measure((ours, stock), self.short, self.say), "crowd"
        )

    def start(self) -> dict[str, Any]:
        """One bot at a time."""
        return start.measure(self.folder, self._stock(), self.short, self.say)

    def growth(self) -> dict[str, Any]:
        """Ours alone."""
        return growth.measure(self.folder / "growth", self.short, self.say)

    def _both(self, measure: Callable[[Any, Any], dict[str, Any]], name: str) -> dict[str, Any]:
        place = self.folder / name
        with running("ours", place) as ours, running("stock", place, self._stock()) as stock:
            return measure(ours, stock)

    def _stock(self) -> Path:
        return training.trained("stock", self.say).model


def results(measured: dict[str, Any]) -> dict[str, Any]:
    """What results.json holds: ratios on top, all that was measured below."""
    made = {
        "on": str(date.today()),
        "machine": f"{platform.machine()}, {platform.system()}",
        **report.ratios(measured),
    }
    for name in ("growth", "accuracy"):
        if name in measured:
            made[name] = measured[name]
    return {**made, "answers_equal": measured["equality"]["equal"], "measured": measured}


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="benchmarks", description="Ours against stock Rasa.")
    parser.add_argument("steps", nargs="*", choices=[*STEPS, []], help="default: all")
    parser.add_argument("--short", action="store_true", help="a trial of minutes; nothing is written")
    asked = parser.parse_args()
    steps = [name for name in STEPS if name == "equality" or not asked.steps or name in asked.steps]
    measured = json.loads(RESULTS.read_text())["measured"] if RESULTS.exists() and not asked.short else {}
    with tempfile.TemporaryDirectory() as folder:
        one = Run(Path(folder), asked.short)
        for name in steps:
            one.say(f"{name} …")
            measured[name] = getattr(one, name)()
            if not asked.short:
                RESULTS.write_text(json.dumps(results(measured), indent=1) + "\n")
    made = results(measured)
    print("\n" + report.table(made))
    if not asked.short and {"latency", "throughput"} <= measured.keys():
        report.draw(made, PICTURE)
        report.write(made, PAGE)


if __name__ == "__main__":
    main()
