"""Messages a second when several visitors write at once, each in a conversation of their own.

The bots take turns, in short rounds; a visitor begins a new conversation after ten turns, so that both bots have
conversations of the same lengths however many messages they get through.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.bots import Bot
from benchmarks.client import Client
from benchmarks.latency import quantile
from benchmarks.messages import line
from benchmarks.usage import Cpu

PARALLEL = (1, 8, 32)
ROUNDS, ROUND_S = 3, 8.0
TURNS = 10  # of a conversation


@dataclass
class Crowd:
    """What visitors that write at once were answered: all waits, and the time and CPU it took, in seconds."""

    waits: list[float] = field(default_factory=list)
    seconds: float = 0.0
    cpu_s: float = 0.0
    faults: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, float]:
        """Messages a second; waits and CPU of a message in milliseconds."""
        ordered = sorted(self.waits)
        return {
            "messages": len(ordered),
            "per_s": round(len(ordered) / self.seconds, 2),
            "p50_ms": round(quantile(ordered, 0.5) * 1000, 1),
            "p95_ms": round(quantile(ordered, 0.95) * 1000, 1),
            "cpu_ms": round(self.cpu_s / len(ordered) * 1000, 2),
        }


def measure(bots: Sequence[Bot], short: bool, progress: Callable[[str], None]) -> dict[str, Any]:
    """By bot and by how many write at once."""
    return crowds(bots, PARALLEL, 1 if short else ROUNDS, 2.0 if short else ROUND_S, progress)


def crowds(
    bots: Sequence[Bot],
    sizes: Sequence[int],
    rounds: int,
    round_s: float,
    progress: Callable[[str], None],
) -> dict[str, Any]:
    """Rounds of ``round_s`` seconds, the bots in turn."""
    found = {bot.name: {size: Crowd() for size in sizes} for bot in bots}
    cpus = {bot.name: Cpu(bot.pids) for bot in bots}
    for number in range(rounds):
        for size in sizes:
            for bot in bots if number % 2 else reversed(bots):
                write_at_once(bot, cpus[bot.name], f"{number}-{size}", size, round_s, found[bot.name][size])
                progress(f"round {number + 1} of {rounds}, {size} at once: {bot.name}")
    return {
        name: {str(size): crowd.figures() for size, crowd in by_size.items()}
        for name, by_size in found.items()
    }


def write_at_once(bot: Bot, cpu: Cpu, label: str, size: int, seconds: float, crowd: Crowd) -> None:
    """Adds to ``crowd``. A message begun in time is waited for, and counts with the time that took."""
    visitors, before, started = [], cpu.seconds(), time.monotonic()
    for number in range(size):
        arguments = (bot, f"{label}-{number}", number, started + seconds, crowd)
        visitors.append(threading.Thread(target=_visit, args=arguments))
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    if crowd.faults:
        raise SystemExit(f"{bot.name}, {size} at once: {crowd.faults[0]}; no figures")
    crowd.seconds += time.monotonic() - started
    crowd.cpu_s += cpu.seconds() - before


def _visit(bot: Bot, sender: str, number: int, until: float, crowd: Crowd) -> None:
    client, turn = Client(bot.port), 0
    try:
        while time.monotonic() < until:
            text = line(turn, number)
            said = client.say(f"{sender}-{turn // TURNS}", text)
            if said.empty:
                raise ValueError(f"nothing said to {text!r}")
            crowd.waits.append(said.seconds)
            turn += 1
    except Exception as error:  # a thread's fault is told by who waits for it
        crowd.faults.append(f"{type(error).__name__}: {error}")
    finally:
        client.close()
