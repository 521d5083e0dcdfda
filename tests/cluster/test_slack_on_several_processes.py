"""One Slack, two servers, one queue on a real PostgreSQL: each thing is heard once and said once, in order."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from components.slack_queue import Queue, Task
from leads.crypto import Keyring, new_key
from tests.channels.slack_app import SlackApp, until
from tests.servers import slack_says as says
from tests.servers.postgresql import Postgresql

EVENTS = 40


@pytest.fixture
def pair(postgresql: Postgresql, tmp_path: Path) -> Iterator[tuple[SlackApp, SlackApp]]:
    """Two servers that share all that is shared: Slack, the queue, and the conversations behind it."""
    address = postgresql.database()
    one = SlackApp(tmp_path, database=address)
    other = SlackApp(tmp_path, slack=one.slack, database=address)
    yield one, other
    one.stop()
    other.stop()
    one.slack.down()


def queues(postgresql: Postgresql, count: int = 2) -> list[Queue]:
    """As many processes have them."""
    address, keys = postgresql.database(), Keyring([new_key()])
    return [Queue.at(address, keys, time.time) for _ in range(count)]


def task(line: str, number: int = 0) -> Task:
    return Task("out", line, {"number": number})


def test_an_event_that_comes_to_both_is_heard_once_and_answered_once(pair: tuple[SlackApp, SlackApp]) -> None:
    events = [says.direct(f"message {n}", user=f"U0MAN{n % 7}") for n in range(EVENTS)]
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda n: pair[n % 2].tell(events[n // 2]).status_code, range(2 * EVENTS)))
    assert set(statuses) == {200}
    until(lambda: len(pair[0].posted) >= EVENTS, 30)
    time.sleep(1)  # whatever was to come twice
    said = Counter(message["text"] for message in pair[0].posted)
    assert said == {f"You said: message {n}": 1 for n in range(EVENTS)}


def test_what_one_took_the_other_does_when_the_first_is_gone(pair: tuple[SlackApp, SlackApp]) -> None:
    pair[0].parrot.seconds = 1.0
    assert pair[0].tell(says.direct("do not lose me", user="U0MAN")).status_code == 200
    pair[0].stop()
    until(lambda: len(pair[0].posted) >= 1, 15)
    assert [message["text"] for message in pair[0].posted] == ["You said: do not lose me"]


def test_a_line_is_one_processs_until_there_is_nothing_in_it(postgresql: Postgresql) -> None:
    ours, theirs = queues(postgresql)
    for number in range(2):
        assert ours.take([f"event {number}"], task("a", number))
    assert not theirs.take(["event 1"], task("a", 1))
    assert ours.lines("out") == ["a"] == ours.lines("out") and theirs.lines("out") == []
    for number in range(2):
        head = ours.head("out", "a")
        assert head and ours.read(head) == {"number": number}
        ours.done(head)
    assert ours.head("out", "a") is None
    assert theirs.take(["event 2"], task("a", 2)) and theirs.lines("out") == ["a"]
    assert ours.lines("out") == []


def test_the_lines_of_a_process_that_is_gone_are_free_at_once(postgresql: Postgresql) -> None:
    ours, theirs = queues(postgresql)
    ours.take(["event"], task("a"))
    assert ours.lines("out") == ["a"] and theirs.lines("out") == []
    postgresql.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
    )
    until(lambda: theirs.lines("out") == ["a"], 2)


def test_one_process_does_not_take_everything(postgresql: Postgresql) -> None:
    ours, theirs = queues(postgresql)
    for number in range(50):
        ours.take([f"event {number}"], task(f"line {number}"))
    first, second = ours.lines("out"), theirs.lines("out")
    assert len(first) == 32 and len(second) == 18 and not set(first) & set(second)
