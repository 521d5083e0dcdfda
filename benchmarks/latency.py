"""Time and CPU of a message, ours and stock turn by turn in one run, so that what else the machine does hits both alike.

Ten conversations go on in each bot, five turns around each point are taken: fifty messages, and in each window the same
fifty lines (messages.py). Turn 1 is measured in fifty fresh conversations. A message's CPU is all that the Rasa server
and the action server use from its sending to the next one's, background work included.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.bots import Bot
from benchmarks.client import Client
from benchmarks.messages import line, lines
from benchmarks.usage import Cpu

TURNS = (1, 10, 50, 200)
CONVERSATIONS, WIDTH = 10, 5  # 50 messages a window
Progress = Callable[[str], None]


@dataclass
class Samples:
    """Of each message around a turn: seconds on the clock, seconds of CPU."""

    seconds: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)

    def figures(self) -> dict[str, float]:
        """Milliseconds."""
        ordered = sorted(self.seconds)
        return {
            "n": len(ordered),
            "p50_ms": round(statistics.median(ordered) * 1000, 2),
            "p95_ms": round(quantile(ordered, 0.95) * 1000, 2),
            "cpu_ms": round(statistics.fmean(self.cpu_s) * 1000, 2),
        }


def quantile(ordered: Sequence[float], share: float) -> float:
    """Between the two values nearest to it."""
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


class Meter:
    """A bot, and the samples of it by turn."""

    def __init__(self, bot: Bot) -> None:
        self.name, self.samples = bot.name, dict[int, Samples]()
        self.first_s = self.ticks_s = 0.0
        self._client, self._cpu = Client(bot.port), Cpu(bot.pids)
        self._point: int | None = None
        self._before = self._cpu.seconds()
        self._start = self._before, self._cpu.by_ticks()

    def say(self, sender: str, text: str, point: int | None) -> None:
        """One message; counts for the turn ``point``, if any. An empty answer ends the run: its time means nothing."""
        self.settle()
        said = self._client.say(sender, text)
        if said.empty:
            raise SystemExit(f"{self.name} said nothing to {text!r}: no figures")
        self._point = point
        if point is not None:
            self.samples.setdefault(point, Samples()).seconds.append(said.seconds)

    def settle(self) -> None:
        """Puts the CPU used since the last message down to it."""
        now = self._cpu.seconds()
        if self._point is not None:
            self.samples[self._point].cpu_s.append(now - self._before)
        self._before, self._point = now, None

    def accounts(self) -> dict[str, float]:
        """The CPU of the whole run by both of the kernel's accounts, in seconds: they should be nearly equal."""
        by_scheduler, by_ticks = self._start
        return {
            "by_scheduler_s": round(self._cpu.seconds() - by_scheduler, 2),
            "by_ticks_s": round(self._cpu.by_ticks() - by_ticks, 2),
        }


def schedule(turns: Sequence[int], conversations: int) -> Iterator[tuple[str, str, int | None]]:
    """Who says what, and for which point it counts."""
    around = {
        turn + step: turn for turn in turns if turn > 1 for step in range(-(WIDTH // 2), WIDTH // 2 + 1)
    }
    last = max(around, default=0)
    for number in range(conversations):
        for fresh in range(WIDTH if 1 in turns else 0):
            yield f"fresh-{number}-{fresh}", lines()[(number * WIDTH + fresh) % len(lines())], 1
        for turn in range(1, last + 1):
            yield f"long-{number}", line(turn, number, WIDTH), around.get(turn)


def play(bots: Sequence[Bot], turns: Sequence[int], conversations: int, progress: Progress) -> list[Meter]:
    """Every message to each bot in turn; who is first alternates."""
    meters = [Meter(bot) for bot in bots]
    for meter in meters:
        meter.say("warm-up", lines()[0], None)
    plan = list(schedule(turns, conversations))
    for number, (sender, text, point) in enumerate(plan):
        for meter in meters if number % 2 else reversed(meters):
            meter.say(sender, text, point)
        if number % 100 == 0:
            progress(f"{number} of {len(plan)} messages")
    for meter in meters:
        meter.settle()
    return meters


def figures(meters: Sequence[Meter]) -> dict[str, Any]:
    """By bot and turn."""
    return {
        meter.name: {
            "turns": {str(turn): samples.figures() for turn, samples in sorted(meter.samples.items())},
            "cpu_accounts": meter.accounts(),
        }
        for meter in meters
    }


def measure(ours: Bot, stock: Bot, short: bool, progress: Progress) -> dict[str, Any]:
    """The figures of both; ``short`` goes to turn 50 with two conversations, for trying out."""
    turns, conversations = (TURNS[:3], 2) if short else (TURNS, CONVERSATIONS)
    return figures(play((ours, stock), turns, conversations, progress))
