"""Kills, with kill -9 at random moments, a process that accepts leads and one that delivers them.

    .venv/bin/python tests/faults/kill_leads.py --moments 100 [--postgres] [--seed 7]

Then counts: leads lost or doubled after the visitor was told a number, other numbers on asking again, rows
without their fellows, deliveries that came twice. Exit status 0 only if every promise was kept.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from sqlalchemy import func, select

from leads.crypto import Keyring, new_key
from leads.outbox import Outbox
from leads.report import deliveries
from leads.store import LeadStore
from leads.tables import AUDIT, CONSENTS, LEADS
from tests.sample_leads import new_lead
from tests.servers.postgresql import Postgresql, binaries, why_not

TARGET = "file"
LEASE = timedelta(milliseconds=50)
LONGEST_S = 0.25


class Trial:
    """One database, and what is known from outside: the numbers that visitors read, and what arrived."""

    def __init__(self, url: str, folder: Path, chance: random.Random) -> None:
        self.url, self.key, self.chance = url, new_key(), chance
        self.told = folder / "told"  # form and number, a line each, written when the visitor reads the number
        self.arrived = folder / "arrived"  # delivery and number, a line each
        self.forms = 0
        self.most_twice = 0

    def open(self) -> LeadStore:
        return LeadStore.open(self.url, Keyring([self.key]))

    def accept(self) -> None:
        """Accepts one form after the other until it is killed."""
        store = self.open()
        for form in range(self.forms, self.forms + 10_000):
            receipt = store.accept(new_lead(form=str(form)), [TARGET], now())
            append(self.told, f"{form} {receipt.number}")

    def deliver(self) -> None:
        """Delivers until it is killed."""
        outbox = Outbox(self.open(), f"worker-{os.getpid()}", LEASE)
        while True:
            self.deliver_one(outbox)

    def deliver_one(self, outbox: Outbox) -> bool:
        """Takes the next delivery to its target; False when there is none."""
        due = outbox.due(now())
        for delivery in due:
            append(self.arrived, f"{delivery.id} {delivery.number}")
            outbox.sent(delivery, now())
        return bool(due)

    def kill_one_accepting(self) -> None:
        """After the crash the visitor sends again the form that was on its way, and the one before."""
        before = dict(pairs(self.told))
        kill_at_random(self.accept, self.chance)
        new = {form: number for form, number in pairs(self.told) if form not in before}
        again = [*new, str(self.forms + len(new))]
        store = self.open()
        for form in again[-2:]:
            number = store.accept(new_lead(form=form), [TARGET], now()).number
            append(self.told, f"{form} {number}")
        store.close()
        self.forms += len(again)

    def kill_one_delivering(self) -> None:
        twice = self.twice()
        kill_at_random(self.deliver, self.chance)
        self.most_twice = max(self.most_twice, self.twice() - twice)

    def finish(self) -> None:
        """Delivers what is left, as the next worker does."""
        store = self.open()
        outbox = Outbox(store, "last", LEASE)
        while any(one.state == "waiting" for one in deliveries(store)):
            while self.deliver_one(outbox):
                pass
            time.sleep(LEASE.total_seconds())
        store.close()

    def twice(self) -> int:
        """How many deliveries came once too often so far."""
        return sum(count - 1 for count in Counter(name for name, _ in pairs(self.arrived)).values())

    def figures(self) -> dict[str, int]:
        """All that can be counted; the promises are about those in ``MUST_BE_ZERO``."""
        store, told = self.open(), set(pairs(self.told))
        with store.engine.connect() as connection:
            kept = {tuple(row) for row in connection.execute(select(LEADS.c.form, LEADS.c.number))}
            fellows = [
                connection.execute(select(func.count()).select_from(t)).scalar() for t in (CONSENTS, AUDIT)
            ]
        sent = deliveries(store)
        store.close()
        return {
            "told": len(told),
            "kept": len(kept),
            "told_but_lost": len(told - kept),
            "doubled": len(kept) - len({form for form, _ in kept}),
            "another_number_when_asking_again": len(told) - len({form for form, _ in told}),
            "without_consent": len(kept) - fellows[0],
            "without_audit": 2 * len(kept) - fellows[1],  # created and sent
            "without_delivery": len(kept) - len({one.number for one in sent if one.state == "sent"}),
            "delivered_twice": self.twice(),
            "most_twice_for_one_crash": self.most_twice,
            "not_in_order": not_in_order(pairs(self.arrived), [one.number for one in sent]),
            "another_number_when_delivered_twice": len(set(pairs(self.arrived))) - len(sent),
        }


MUST_BE_ZERO = (
    "told_but_lost",
    "doubled",
    "another_number_when_asking_again",
    "without_consent",
    "without_audit",
    "without_delivery",
    "not_in_order",
    "another_number_when_delivered_twice",
)


def now() -> datetime:
    return datetime.now(timezone.utc)


def append(file: Path, line: str) -> None:
    """One write: the line is there whole, or not at all, whenever the process is killed."""
    descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(descriptor, f"{line}\n".encode())
    os.close(descriptor)


def pairs(file: Path) -> list[tuple[str, str]]:
    rows = [line.split() for line in file.read_text().splitlines()] if file.exists() else []
    return [(first, second) for first, second in rows]


def not_in_order(arrived: list[tuple[str, str]], order: list[str]) -> int:
    """How many leads came, for the first time, after one that was accepted later."""
    firsts = list(dict.fromkeys(order.index(number) for _, number in arrived))
    return sum(later < earlier for earlier, later in zip(firsts, firsts[1:], strict=False))


def kill_at_random(work: Callable[[], None], chance: random.Random) -> None:
    """Runs it in a process of its own, and kills that at any moment of its first quarter of a second."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(1)  # it never ends by itself
    time.sleep(chance.uniform(0, LONGEST_S))
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "the process ended before it was killed"


def run(url: str, moments: int, chance: random.Random) -> dict[str, int]:
    """So many kills of either process; the figures."""
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(url, Path(folder), chance)
        for _ in range(moments):
            trial.kill_one_accepting()
            trial.kill_one_delivering()
        trial.finish()
        return trial.figures()


def kept(figures: dict[str, int]) -> bool:
    """True if every promise was kept."""
    return figures["most_twice_for_one_crash"] <= 1 and not any(figures[name] for name in MUST_BE_ZERO)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--moments", type=int, default=100, help="kills of either process (default: 100)")
    parser.add_argument("--postgres", action="store_true", help="on a real PostgreSQL instead of SQLite")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10_000, help="to repeat a run")
    wanted = parser.parse_args()
    chance = random.Random(wanted.seed)
    if not wanted.postgres:
        with tempfile.TemporaryDirectory() as folder:
            figures = run(f"{folder}/leads.db", wanted.moments, chance)
    else:
        programs, reason = binaries(), why_not()
        if programs is None or reason:
            raise SystemExit(reason)
        server = Postgresql(programs)
        try:
            figures = run(server.database(), wanted.moments, chance)
        finally:
            server.remove()
    print(json.dumps({"seed": wanted.seed, "kills": 2 * wanted.moments, **figures}, indent=2))
    return 0 if kept(figures) else 1


if __name__ == "__main__":
    sys.exit(main())
