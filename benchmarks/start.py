"""Memory, and how long from the start of the processes to the first answer; one bot at a time, the kinds in turn.

The files are in the machine's cache, as they are when a server is started again; the processes are new each time. Memory is
that of the Rasa server and the action server together (PSS: pages that they share count once).
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.bots import Bot, start
from benchmarks.client import Client
from benchmarks.messages import line
from benchmarks.usage import Memory, memory

KINDS = ("stock", "ours", "unshortened")
TIMES, MESSAGES = 3, 50
MB = 1_000_000


def measure(folder: Path, model: Path, short: bool, progress: Callable[[str], None]) -> dict[str, Any]:
    """By kind; ``model`` is stock's."""
    runs: dict[str, list[dict[str, float]]] = {kind: [] for kind in KINDS}
    for number in range(1 if short else TIMES):
        for kind in KINDS:
            bot = start(kind, folder / f"start-{number}", model)
            try:
                runs[kind].append(_one(bot))
            finally:
                bot.stop()
            progress(f"start {number + 1}: {kind} after {runs[kind][-1]['first_answer_s']:.1f} s")
    return {kind: _medians(found) for kind, found in runs.items()}


def _one(bot: Bot) -> dict[str, float]:
    seconds = bot.first_answer()
    loaded, client = memory(bot.pids), Client(bot.port)
    for turn in range(MESSAGES):
        if client.say(f"memory-{turn // 10}", line(turn, 0)).empty:
            raise SystemExit(f"{bot.name} said nothing: no figures")
    groups = bot.groups
    worker = memory(groups.get("leads", []))
    return {
        "first_answer_s": seconds,
        **_megabytes("loaded", loaded),
        **_megabytes("used", memory(bot.pids)),
        "rasa_pss_mb": memory(groups["rasa"]).pss / MB,
        "actions_pss_mb": memory(groups["actions"]).pss / MB,
        "leads_worker_pss_mb": worker.pss / MB,
    }


def _megabytes(when: str, found: Memory) -> dict[str, float]:
    return {f"{when}_pss_mb": found.pss / MB, f"{when}_rss_mb": found.rss / MB}


def _medians(runs: Sequence[dict[str, float]]) -> dict[str, float]:
    return {name: round(statistics.median(run[name] for run in runs), 2) for name in runs[0]}
