"""How much several processes take, and what kills do to it for longer than a test has time.

    .venv/bin/python -m tests.cluster.load [growth] [wait] [overload] [kills] [--minutes 5]

growth    turns a second with 1, 2 and 4 Rasa processes, from visitors who write without a pause
wait      how long 50 visitors wait who think for two seconds between their messages
overload  400 who write at once and without a pause: how soon is refused what cannot be answered
kills     a process of each kind killed every few seconds, one after the other, while 20 visitors send requests

Exit status 0 only if no turn failed and each request was kept once.
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable

from tests.bot import run
from tests.channels.rest_client import ask, new_id
from tests.cluster.crowd import Crowd
from tests.cluster.running import KINDS, TOKEN, Running

FACTS = (
    ("Can a pharmacist from Mexico get a permit?", "harmacist"),
    ("what does it cost", "$"),
    ("how long does it last", "3 years"),
)
AUTHORIZED = {"Authorization": f"Bearer {TOKEN}"}
WARM_S, MEASURED_S = 5.0, 20.0
KILL_EVERY_S = 12.0  # longer than what the supervisor takes for an end at once


def growth() -> bool:
    """Of the whole machine: the processes share its cores with the visitors and the databases."""
    for count in (1, 2, 4):
        cluster = Running(run.ensure_trained(), rasa=count)
        try:
            crowd = Crowd(cluster.url, 0.0, FACTS, send=False).start(8 * count)
            time.sleep(WARM_S)
            before = len(crowd.seconds)
            time.sleep(MEASURED_S)
            turns = len(crowd.seconds) - before
            crowd.finish()
        finally:
            cluster.stop()
        report(rasa=count, visitors=8 * count, turns_per_s=round(turns / MEASURED_S, 1), **waits(crowd.seconds[before:]))
        if crowd.failed:
            return failed(crowd)
    return True


def wait() -> bool:
    """The form and facts, over REST and two websockets."""
    cluster = Running(run.ensure_trained())
    try:
        crowd = Crowd(cluster.url, 2.0).start(48, 2)
        time.sleep(WARM_S)
        before = len(crowd.seconds)
        time.sleep(3 * MEASURED_S)
        measured = crowd.seconds[before:]
        crowd.finish()
    finally:
        cluster.stop()
    report(visitors=50, think_s=2, turns_per_s=round(len(measured) / (3 * MEASURED_S), 1), **waits(measured))
    return failed(crowd)


def overload() -> bool:
    """Every answer counts with its status; none may take longer than a turn may."""
    cluster = Running(run.ensure_trained())
    found: list[tuple[str, float]] = []
    until = time.monotonic() + MEASURED_S

    def press() -> None:
        while time.monotonic() < until:
            try:
                reply = ask(cluster.url, new_id(), "what does it cost", AUTHORIZED)
                found.append((str(reply.status), reply.seconds))
            except OSError as error:
                found.append((type(error).__name__, 0.0))
            time.sleep(0.05)

    try:
        threads = [threading.Thread(target=press) for _ in range(400)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        cluster.stop()
    for status, count in sorted(Counter(status for status, _ in found).items()):
        report(status=status, count=count, **waits([seconds for each, seconds in found if each == status]))
    return {status for status, _ in found} <= {"200", "429", "503"}


def kills(minutes: float) -> bool:
    """Every kind in turn, and either of its processes."""
    cluster = Running(run.ensure_trained())
    try:
        crowd = Crowd(cluster.url, 1.0).start(18, 2)
        until, killed = time.monotonic() + 60 * minutes, 0
        for kind, number in itertools.cycle(itertools.product(KINDS, (0, -1))):
            if time.monotonic() > until or crowd.failed:
                break
            time.sleep(KILL_EVERY_S)
            cluster.kill(kind, number)
            killed += 1
        crowd.finish()
        leads = cluster.store().find()
        kept = Counter(lead.email for lead in leads)
        numbers = {lead.email: lead.number for lead in leads}
        lost = sum(numbers.get(mail) != number for mail, number in crowd.receipts.items())
        doubled = sum(count > 1 for count in kept.values())
    finally:
        cluster.stop()
    report(kills=killed, turns=len(crowd.seconds), again=crowd.again, apologies=crowd.apologies, **waits(crowd.seconds))
    report(receipts=len(crowd.receipts), lost=lost, doubled=doubled, failed=len(crowd.failed))
    return failed(crowd) and not lost and not doubled


def waits(seconds: list[float]) -> dict[str, float]:
    """In milliseconds."""
    if len(seconds) < 2:
        return {}
    cuts = statistics.quantiles(seconds, n=100)
    return {f"p{n}_ms": round(1000 * cuts[n - 1]) for n in (50, 95, 99)} | {"max_ms": round(1000 * max(seconds))}


def report(**figures: float | str) -> None:
    print(json.dumps(figures), flush=True)


def failed(crowd: Crowd) -> bool:
    """True if nothing did; else says what."""
    for line in crowd.failed:
        print(f"FAILED {line}", flush=True)
    return not crowd.failed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", help="growth, wait, overload, kills (default: all)")
    parser.add_argument("--minutes", type=float, default=5, help="of kills (5)")
    asked = parser.parse_args()
    steps: dict[str, Callable[[], bool]] = {
        "growth": growth, "wait": wait, "overload": overload, "kills": lambda: kills(asked.minutes)
    }  # fmt: skip
    if unknown := set(asked.what) - set(steps):
        parser.error(f"there is no {', '.join(unknown)}")
    broken = [name for name in asked.what or steps if not steps[name]()]
    raise SystemExit(f"not kept: {', '.join(broken)}" if broken else 0)


if __name__ == "__main__":
    main()
