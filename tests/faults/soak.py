"""Many visitors for a long time: does the memory of any process grow, does anything go wrong, does anybody read another's words?

    nice -n 5 .venv/bin/python -m tests.faults.soak --minutes 60 [--visitors 20] [--seed 1] [--most 5]

The visitors of tests/faults/canaries.py, on the assistant as `make run` starts it. Memory is what the kernel counts as resident
(VmRSS) of each process with its children: at the start, after the first fifth of the time, in which caches fill, and at the end.
Exit status 0 only without faults, and if no process has grown by more than ``--most`` per cent since the first fifth.
"""

from __future__ import annotations

import argparse
import http.client
import random
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.bot import Bot
from tests.faults.canaries import Found, Talker, crossings_in

WARM_UP = 0.2  # of the time
A_WHILE = 25  # turns, before somebody looks at the clock again: some conversations, of which the last is cut off


@dataclass(frozen=True)
class Memory:
    """MB of one process and its children: at the start, when warm, and at the end."""

    start: float
    warm: float
    end: float

    @property
    def growth(self) -> float:
        """Per cent since it was warm."""
        return 100 * (self.end - self.warm) / self.warm


def resident(group: int) -> float:
    """MB that the processes of this group have in memory."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(status.read_text().rpartition(")")[2].split()[2]) == group:
                lines = (status.parent / "status").read_text().splitlines()
                total += sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
        except (OSError, ValueError):  # it has ended meanwhile
            continue
    return total / 1024


def soak(bot: Bot, minutes: float, visitors: int, seed: int) -> tuple[Found, dict[str, Memory]]:
    """All that went wrong, and the memory of each process."""

    def memory() -> dict[str, float]:
        return {server.name: resident(server.process.pid) for server in bot.servers}

    started = time.monotonic()
    until = started + 60 * minutes
    talkers = [Talker(bot, random.Random(f"{seed}-{number}")) for number in range(visitors)]

    def talk(talker: Talker) -> None:
        while time.monotonic() < until:
            talker.talk(talker.found.turns + A_WHILE)

    start = memory()
    with ThreadPoolExecutor(visitors) as pool:
        talking = [pool.submit(talk, talker) for talker in talkers]
        time.sleep(60 * minutes * WARM_UP)
        warm = memory()
        for one in talking:
            one.result()
    end = memory()
    found = crossings_in(bot, talkers, seed, time.monotonic() - started)
    return found, {name: Memory(start[name], warm[name], end[name]) for name in start}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--visitors", type=int, default=20, help="at once")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--most", type=float, default=5, help="per cent that a process may grow")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Bot.apart(Path(folder)) as bot:
        found, memory = soak(bot, wanted.minutes, wanted.visitors, wanted.seed)
    print(
        f"{found.turns} turns in {found.conversations} conversations, {wanted.visitors} visitors at once, {found.seconds:.0f} s,"
        f" slowest {found.slowest_s:.1f} s; {found.leads} leads; {len(found.faults)} faults"
    )
    for fault in sorted(set(found.faults)):
        print(f"{found.faults.count(fault)} × {fault}")
    for name, one in memory.items():
        print(f"{name:8} {one.start:6.0f} MB, warm {one.warm:6.0f} MB, end {one.end:6.0f} MB: {one.growth:+.1f} %")
    return bool(found.faults) or any(one.growth > wanted.most for one in memory.values())


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (OSError, http.client.HTTPException) as error:
        raise SystemExit(f"The bot is not there: {type(error).__name__}") from None
