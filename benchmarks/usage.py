"""What processes use, from /proc: CPU in seconds and memory in bytes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

PROC = Path("/proc")


class Memory(NamedTuple):
    """Bytes. ``pss`` shares a page out among the processes that have it; ``rss`` counts it for each."""

    pss: int
    rss: int


def members(group: int) -> list[int]:
    """The ids of the processes of a process group, the leader's children included."""
    found = []
    for folder in PROC.iterdir():
        with suppress(OSError, ValueError):
            if int(_after_name(folder)[2]) == group:
                found.append(int(folder.name))
    return sorted(found)


def memory(pids: Iterable[int]) -> Memory:
    """What all of them use together."""
    kilobytes = {"Pss": 0, "Rss": 0}
    for pid in pids:
        for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines()[1:]:
            name, value = line.split(":")
            if name in kilobytes:
                kilobytes[name] += int(value.split()[0])
    return Memory(kilobytes["Pss"] * 1024, kilobytes["Rss"] * 1024)


class Cpu:
    """The CPU that processes have used so far, by the scheduler's own account (nanoseconds a thread).

    A thread that has ended counts with what it was last seen with; one that came and went unseen is missed, which
    ``by_ticks`` would show: that is exact about threads, but counts in hundredths of a second.
    """

    def __init__(self, pids: Sequence[int]) -> None:
        self.pids = pids
        self._seen: dict[tuple[int, str], int] = {}
        self._ended = 0

    def seconds(self) -> float:
        """Since they were started."""
        for pid in self.pids:
            for task in _tasks(pid):
                with suppress(OSError, ValueError):
                    used = int((PROC / str(pid) / "task" / task / "schedstat").read_text().split()[0])
                    before = self._seen.get((pid, task), 0)
                    self._ended += before if used < before else 0  # its number was given to a new thread
                    self._seen[pid, task] = used
        return (self._ended + sum(self._seen.values())) / 1e9

    def by_ticks(self) -> float:
        """The same from the processes' own totals."""
        fields = [_after_name(PROC / str(pid)) for pid in self.pids]
        return sum(int(user) + int(system) for *_, user, system in (f[:13] for f in fields)) / _TICKS


_TICKS = os.sysconf("SC_CLK_TCK")


def _tasks(pid: int) -> list[str]:
    with suppress(OSError):
        return os.listdir(PROC / str(pid) / "task")
    return []


def _after_name(folder: Path) -> list[str]:
    """The fields of ``stat`` after the name, which may hold blanks: state, parent, group …"""
    return (folder / "stat").read_text().rpartition(")")[2].split()
