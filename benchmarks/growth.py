"""What a message costs as the work grows: longer conversations, more of them stored, more titles, more facts, more visitors.

Each curve has ``x`` and one or more costs; the slope is that of a straight line through them in log-log: 0 is flat, 1 is
in proportion. What is logarithmic keeps below ``LOGARITHMIC`` over these ranges; what is worse has a reason in ``WHY``.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy

from benchmarks import grown_facts, latency, throughput
from benchmarks.bots import Bot, running
from benchmarks.client import conversation

LENGTHS = (1, 10, 50, 100, 200, 500, 1000)
STORED = (1, 100, 1_000, 10_000, 100_000)
VISITORS = (1, 2, 5, 10, 20, 50, 100, 200)
LOGARITHMIC = 0.15
WHY = {
    "loading_s": "every fact is read and checked once, at the start of a server; no message waits for it",
    "p50_ms": "visitors that write at the same moment wait for one another: one process, two cores; CPU a message is flat",
}
Progress = Callable[[str], None]
Curve = dict[str, Any]


def measure(folder: Path, short: bool, progress: Progress) -> dict[str, Curve]:
    """All curves, each with its slopes."""
    with running("ours", folder) as bot:
        found = {
            "conversation_turns": conversation_lengths(bot, LENGTHS[:3] if short else LENGTHS, progress),
            "visitors_at_once": visitors(bot, VISITORS[:4] if short else VISITORS, progress),
            "stored_conversations": stored(
                bot, folder / "ours" / "conversations.db", STORED[:3] if short else STORED, progress
            ),
        }
    progress("job titles")
    found["job_titles"] = grown_facts.titles(short)
    progress("facts")
    found["facts_times"] = grown_facts.facts(folder, short)
    return {name: judged(curve) for name, curve in found.items()}


def conversation_lengths(bot: Bot, turns: Sequence[int], progress: Progress) -> Curve:
    """A message at the given turns, the same fifty each time."""
    meter = latency.play([bot], turns, latency.CONVERSATIONS, progress)[0]
    return _of(turns, [meter.samples[turn].figures() for turn in turns])


def visitors(bot: Bot, sizes: Sequence[int], progress: Progress) -> Curve:
    """A message when so many write at once."""
    found = throughput.crowds([bot], sizes, 1, 6.0, progress)[bot.name]
    curve = _of(sizes, [found[str(size)] for size in sizes])
    return {**curve, "per_s": [found[str(size)]["per_s"] for size in sizes]}


def stored(bot: Bot, database: Path, counts: Sequence[int], progress: Progress) -> Curve:
    """A message of a young conversation when so many others are stored: copies, put into the database behind its back."""
    latency.play([bot], (1,), 1, progress)
    figures = []
    for before, count in zip((0, *counts), counts, strict=False):
        copy_conversation(database, conversation("fresh-0-0"), before, count)
        meter = latency.play([bot], (10,), latency.CONVERSATIONS, _silent)[0]
        _forget(database, "long-%")
        figures.append(meter.samples[10].figures())
        progress(f"{count} conversations stored, {database.stat().st_size / 1e6:.0f} MB")
    return _of(counts, figures)


def copy_conversation(database: Path, sender: str, first: int, last: int, batch: int = 5_000) -> None:
    """Copies of a conversation in all tables that name conversations, numbered from ``first`` to below ``last``."""
    with sqlite3.connect(database, timeout=60) as connection:
        for start in range(first, last, batch):
            for table, columns in _tables(connection).items():
                names = ", ".join(columns)
                values = ", ".join("'copy-' || i" if name == "sender_id" else name for name in columns)
                connection.execute(
                    f"with recursive n(i) as (select ? union all select i + 1 from n where i + 1 < ?)"
                    f" insert into {table} ({names}) select {values} from n cross join {table}"
                    f" where sender_id = ? order by i, {table}.rowid",
                    (start, min(start + batch, last), sender),
                )
            connection.commit()


def _tables(connection: sqlite3.Connection) -> dict[str, list[str]]:
    """The tables with a ``sender_id``, and their columns but for the number that SQLite gives."""
    names = [row[0] for row in connection.execute("select name from sqlite_master where type = 'table'")]
    columns = {
        name: [row[1] for row in connection.execute(f"pragma table_info({name})") if row[1] != "id"]
        for name in names
    }
    return {name: found for name, found in columns.items() if "sender_id" in found}


def _forget(database: Path, senders: str) -> None:
    with sqlite3.connect(database, timeout=60) as connection:
        for table in _tables(connection):
            connection.execute(f"delete from {table} where sender_id like ?", (senders,))


def _of(sizes: Sequence[int], figures: Sequence[Mapping[str, float]]) -> Curve:
    return {"x": list(sizes), **{name: [f[name] for f in figures] for name in ("p50_ms", "p95_ms", "cpu_ms")}}


def judged(curve: Curve) -> Curve:
    """The curve with the slope of each cost, and why it is worse than logarithmic where it is."""
    costs = [name for name in curve if name not in ("x", "per_s", "p95_ms")]
    slopes = {name: slope(curve["x"], curve[name]) for name in costs}
    worse = {name: WHY.get(name, "") for name in costs if slopes[name] > LOGARITHMIC}
    return {**curve, "slopes": slopes, "worse_than_logarithmic": worse}


def slope(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """Of the straight line through the points in log-log."""
    fitted = numpy.polyfit([math.log(x) for x in sizes], [math.log(max(y, 1e-9)) for y in costs], 1)
    return round(float(fitted[0]), 3)


def _silent(_line: str) -> None:
    """Says nothing."""
