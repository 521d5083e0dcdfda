"""Writes every training line, jobs masked, with its topics as JSON for scripts/tune_encoder.py: ``training_lines.py FILE``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from components import understanding  # noqa: E402


def training_lines() -> list[tuple[str, list[str]]]:
    """(masked text, topics) of every line of data/nlu*.yml."""
    reader, found = understanding.shared(), []
    for file in sorted((ROOT / "data").glob("nlu*.yml")):
        for block in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            labels = [block["intent"], *block.get("metadata", {}).get("also", [])]
            texts = [line.strip()[2:] for line in block["examples"].splitlines() if line.strip()]
            found += [(reader.read(text).masked or text, labels) for text in texts]
    return found


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(training_lines()), encoding="utf-8")
