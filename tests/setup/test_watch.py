"""What ends is started again, after a wait that grows; what ends again and again is given up, in words."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bot import run

sys.path.insert(0, str(Path(run.__file__).parent))
from watch import LONGEST_WAIT_S, MOST_QUICK_ENDS, START_LIMIT_S, STEADY_S, Watch

Make = Callable[..., run.Server]


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """A real process that runs a line of shell."""
    monkeypatch.setattr(run, "LOGS", tmp_path)

    def server(line: str, answers: Callable[[], bool] = lambda: True) -> run.Server:
        return run.Server("small", ["sh", "-c", line], {"PATH": "/usr/bin:/bin"}, answers)

    return server


def until(true: Callable[[], bool]) -> None:
    limit = time.monotonic() + 20
    while not true():
        assert time.monotonic() < limit
        time.sleep(0.01)


def end(watch: Watch, now: float) -> str | None:
    """Its process has ended; what is said of it."""
    watch.server.process.kill()
    watch.server.process.wait()
    return watch.look(now)


def test_the_wait_doubles_and_then_it_is_given_up_with_the_end_of_its_log(make: Make) -> None:
    watch, now, waits = Watch(make("echo at work; exec sleep 60"), 0.0), 1.0, []
    until(lambda: watch.server.log.stat().st_size > 0)  # it has come so far
    for _ in range(MOST_QUICK_ENDS - 1):
        line = end(watch, now)
        waits.append(float(re.findall(r"started again in ([\d.]+) s", str(line))[0]))
        assert watch.look(now + waits[-1] - 0.01) is None and watch.server.process.poll() is not None
        now += waits[-1]
        assert watch.look(now) is None and watch.server.process.poll() is None, "it is started again"
        assert watch.look(now) is None  # it is ready
    assert waits == [0.5, 1, 2, 4] and max(waits) <= LONGEST_WAIT_S
    with pytest.raises(SystemExit, match=r"(?s)small server ended \(status -9\).*at work.*5 times in a row"):
        end(watch, now)


def test_one_that_served_for_a_while_may_end_as_often_as_it_likes(make: Make) -> None:
    watch, now = Watch(make("exec sleep 60"), 0.0), 0.0
    for _ in range(2 * MOST_QUICK_ENDS):
        now += STEADY_S
        assert "again in 0.5 s" in str(end(watch, now))
        now += 0.5
        watch.look(now)
        watch.look(now)
    watch.server.stop()


def test_one_that_is_started_again_and_never_answers_counts_as_ended(make: Make) -> None:
    watch = Watch(make("exec sleep 60", lambda: False), 0.0)
    end(watch, STEADY_S)
    watch.look(STEADY_S + 1)
    assert watch.look(STEADY_S + 1 + START_LIMIT_S) is None
    assert "did not start in 180 s" in str(watch.look(STEADY_S + 2 + START_LIMIT_S))
    assert watch.server.process.poll() is not None
    assert watch.quick_ends == 1


def test_a_log_goes_on_where_it_was_and_is_bounded(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    server = make("echo first; exec sleep 60")
    until(lambda: "first" in server.log.read_text())
    server.process.kill()
    server.start()
    until(lambda: server.log.read_text().count("first") == 2)
    monkeypatch.setattr(run, "LONGEST_LOG", 5)
    server.bound_log()
    older = server.log.with_name("small.1.log")
    assert server.log.read_text() == "" and older.read_text() == "first\nfirst\n"
    server.stop()


def test_one_writes_on_at_the_new_beginning(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    server = make("echo long enough; sleep 0.5; echo after; exec sleep 60")
    monkeypatch.setattr(run, "LONGEST_LOG", 5)
    until(lambda: "long" in server.log.read_text())
    server.bound_log()
    until(lambda: bool(server.log.read_text()))
    assert server.log.read_bytes() == b"after\n", "no hole before it"
    server.stop()


def test_a_dead_worker_does_not_count_as_ready_by_the_file_it_left(tmp_path: Path, make: Make) -> None:
    file = tmp_path / "alive"
    ready = run.beats(file)
    assert not ready()
    server = make("exec sleep 60")
    file.write_text(f"{server.process.pid}\n")
    assert ready()
    server.stop()
    assert not ready()
