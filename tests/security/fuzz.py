"""Sends what nobody would send who means well to all that reads it, as often as one likes.

    .venv/bin/python -m tests.security.fuzz --cases 100000 [--seed 1] [--only REST]

REST bodies, the packets of a socket, Slack's signed posts, files of facts: each is read in this process, and some go to a
real server with a parrot behind it. The promises are those of fuzz_targets.py: nothing but the errors that are promised,
no status of 500 and above but our own 503 with an apology, never an empty answer, nothing of what was said in a log at DEBUG,
and the server goes on. Exit status 0 only if all of them held in all cases; a case that breaks one is made as small as it can be
and printed. `make test` runs a short form (test_fuzz.py), always with the same cases.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.security.fuzz_targets import Targets, check_log

BATCH = 1_000  # what Hypothesis remembers of its cases grows with them


@dataclass
class Found:
    """Of one target: what came of its cases, and what broke a promise."""

    came: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    fault: str = ""

    @property
    def cases(self) -> int:
        return sum(self.came.values())


def run(
    cases: int,
    start: int,
    inputs: st.SearchStrategy[Any],
    case: Callable[[Any], str],
    tell: Callable[[Found], None] | None = None,
    shrinks: bool = True,
) -> Found:
    """So many cases, the same ones for the same ``start``. Stops at a broken promise, and ``shrinks`` that case."""
    found, began = Found(), time.monotonic()
    while found.cases < cases and not found.fault:
        batch, here = min(BATCH, cases - found.cases), Counter[str]()
        try:
            _batch(batch, start + found.cases, inputs, case, here, shrinks)
        except BaseException as error:  # also what Hypothesis raises for several faults at once
            if isinstance(error, KeyboardInterrupt):
                raise
            found.fault = _told(error)
        if not here:
            break
        found.came += here
        found.seconds = time.monotonic() - began
        if tell:
            tell(found)
    return found


def _told(error: BaseException) -> str:
    """What was broken and by which case; of several, each."""
    several: tuple[BaseException, ...] = getattr(error, "exceptions", ())
    notes = "\n".join(getattr(error, "__notes__", ()))
    return "\n\n".join(map(_told, several)) if several else f"{type(error).__name__}: {error}\n{notes}"


def _batch(
    cases: int,
    start: int,
    inputs: st.SearchStrategy[Any],
    case: Callable[[Any], str],
    came: Counter[str],
    shrinks: bool,
) -> None:
    phases = [Phase.generate, *([Phase.shrink] if shrinks else [])]

    @seed(start)
    @settings(
        max_examples=cases,
        phases=phases,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    @given(inputs)
    def one(value: Any) -> None:
        came[case(value)] += 1

    one()


def report(name: str, found: Found) -> str:
    """One line, and what came of the cases below it."""
    came = ", ".join(f"{what} {count:,}" for what, count in found.came.most_common())
    rate = found.cases / found.seconds if found.seconds else 0
    return f"{name:15} {found.cases:8,} cases {found.seconds:7.0f} s {rate:6.0f}/s  {came}"


def tell(name: str, found: Found) -> None:
    """Progress."""
    print(f"  … {report(name, found)}", flush=True)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="tests.security.fuzz", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--only", default="", help="the targets whose name has this in it")
    asked = parser.parse_args()
    faults, total = 0, 0
    with tempfile.TemporaryDirectory() as folder, Targets(Path(folder)) as targets:
        print(f"seed {asked.seed}", flush=True)
        for name, (share, inputs, case) in targets.all().items():
            if asked.only.lower() not in name.lower():
                continue
            cases = asked.cases if asked.only else max(1, asked.cases * share // 100)
            # A server that hangs would do so at each try to make the case smaller.
            found = run(cases, asked.seed, inputs, case, partial(tell, name), shrinks="served" not in name)
            print(report(name, found), flush=True)
            total += found.cases
            if found.fault:
                faults += 1
                print(f"BROKEN, {name}:\n{found.fault}", flush=True)
        check_log()
    print(f"{total:,} cases, {faults} targets broke a promise", flush=True)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
