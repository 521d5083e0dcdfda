"""What is deleted when its time is over, and what is not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from components.slack_queue import Queue, Task
from leads.conversations import Conversations
from leads.crypto import Keyring
from leads.errors import SettingsError
from leads.retention import Retention, purge
from leads.settings import Settings
from leads.slack_waiting import SlackWaiting
from leads.store import LeadStore
from leads.tables import METADATA
from tests.sample_leads import RECEIVED, new_lead
from tests.unit.leads.test_erasure import ADD, EVENTS, senders, url_of

NOW = RECEIVED + timedelta(days=400)
DAYS = Retention(leads=90, silent=30, proofs=365)
TAILS = "CREATE TABLE tails (sender_id VARCHAR(255) PRIMARY KEY, after_id INTEGER NOT NULL, state TEXT NOT NULL)"
HEARD = "CREATE TABLE heard (sender_id VARCHAR(255), message_id VARCHAR(255))"


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


@pytest.fixture
def tracker(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty tracker store of the same kind as the leads' database."""
    is_file = "://" not in database
    address = (
        str(tmp_path / "conversations.db")
        if is_file
        else str(request.getfixturevalue("postgresql").database())
    )
    engine = create_engine(url_of(address))
    with engine.begin() as connection:
        for table in (EVENTS, TAILS, HEARD):
            connection.execute(text(table))
    engine.dispose()
    yield address


def say(tracker: str, sender: str, *days: float, tail_after: int | None = None) -> None:
    """Something said so many days ago, each time."""
    engine = create_engine(url_of(tracker))
    with engine.begin() as connection:
        first = connection.execute(text("SELECT coalesce(max(id), 0) FROM events")).scalar() or 0
        for number, day in enumerate(days, first + 1):
            event = {"id": number, "sender": sender, "at": ago(day).timestamp(), "data": "{}"}
            connection.execute(text(ADD), event)
        connection.execute(text("INSERT INTO heard VALUES (:sender, 'id')"), {"sender": sender})
        if tail_after is not None:
            tail = {"sender": sender, "after": first + tail_after}
            connection.execute(text("INSERT INTO tails VALUES (:sender, :after, '{}')"), tail)
    engine.dispose()


def rows(tracker: str, query: str) -> list[tuple[object, ...]]:
    engine = create_engine(url_of(tracker))
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(query))]
    engine.dispose()
    return found


def clean_up(store: LeadStore, tracker: str, slack: str | None = None) -> tuple[str, ...]:
    return purge(store, Conversations(tracker), SlackWaiting(slack), DAYS, "worker", NOW).numbers


def test_a_conversation_that_led_to_nothing_goes_after_thirty_silent_days(
    store: LeadStore, tracker: str
) -> None:
    say(tracker, "silent", 60, 30.1)
    say(tracker, "spoke", 60, 29.9)
    assert clean_up(store, tracker) == ()
    assert senders(url_of(tracker)) == {"spoke"}
    assert rows(tracker, "SELECT sender_id FROM heard") == [("spoke",)]


def test_one_that_led_to_a_request_goes_with_the_request_after_ninety_days(
    store: LeadStore, tracker: str
) -> None:
    old = store.accept(new_lead(conversation="old"), ["email"], ago(90.1)).number
    new = store.accept(new_lead(conversation="new"), ["email"], ago(89.9)).number
    say(tracker, "old", 91)
    say(tracker, "new", 89.9)
    assert clean_up(store, tracker) == (old,)
    assert [lead.number for lead in store.find()] == [new] and senders(url_of(tracker)) == {"new"}
    assert [row.what for row in store.audit(old)] == ["created", "purged"]
    assert clean_up(store, tracker) == ()


def test_a_request_on_hold_stays_with_its_conversation_until_released(store: LeadStore, tracker: str) -> None:
    held = store.accept(new_lead(conversation="held"), ["email"], ago(200)).number
    store.hold(held, "anna", ago(199))
    say(tracker, "held", 200, 199, 198, tail_after=2)
    assert clean_up(store, tracker) == ()
    assert len(rows(tracker, "SELECT id FROM events")) == 3
    store.hold(held, "anna", NOW, release=True)
    assert clean_up(store, tracker) == (held,)
    assert not senders(url_of(tracker))


def test_of_a_conversation_that_goes_on_for_months_the_old_part_goes(store: LeadStore, tracker: str) -> None:
    say(tracker, "goes-on", 100, 95, 80, 1, tail_after=3)
    say(tracker, "short", 100, 1, tail_after=0)
    clean_up(store, tracker)
    kept = rows(tracker, "SELECT sender_id, count(*) FROM events GROUP BY sender_id ORDER BY sender_id")
    assert kept == [("goes-on", 2), ("short", 2)]  # what the next answer needs is never taken away


def test_hundreds_of_conversations_go_at_once_and_only_they(store: LeadStore, tracker: str) -> None:
    with_lead = "web-000250"
    store.accept(new_lead(conversation=with_lead), [], ago(40))
    engine = create_engine(url_of(tracker))
    with engine.begin() as connection:
        for number in range(501):
            event = {"id": number, "sender": f"web-{number:06}", "at": ago(40).timestamp(), "data": "{}"}
            connection.execute(text(ADD), event)
    clean_up(store, tracker)
    assert senders(url_of(tracker)) == {with_lead}


def test_proof_of_consent_and_audit_outlast_a_request_and_then_go_too(store: LeadStore, tracker: str) -> None:
    number = store.accept(new_lead(), ["email"], ago(200)).number
    kept = store.accept(new_lead(form="2"), ["email"], ago(1)).number
    clean_up(store, tracker)
    proofs = METADATA.tables["consent_proofs"].select()
    with store.engine.connect() as connection:
        assert [row.number for row in connection.execute(proofs)] == [number]
    later = NOW + timedelta(days=364)
    purge(store, Conversations(tracker), SlackWaiting(None), Retention(900, 30, 365), "worker", later)
    assert store.audit(number)
    last = NOW + timedelta(days=366)
    purge(store, Conversations(tracker), SlackWaiting(None), Retention(900, 30, 365), "worker", last)
    with store.engine.connect() as connection:
        assert not connection.execute(proofs).all()
    assert not store.audit(number) and store.audit(kept)


def test_what_waited_in_slacks_queue_while_slack_was_off_goes_too(
    store: LeadStore, tracker: str, database: str, tmp_path: Path, keys: Keyring
) -> None:
    address = database if "://" in database else str(tmp_path / "slack.db")
    times = iter([ago(31).timestamp(), ago(29).timestamp()])
    at = [next(times)]
    queue = Queue.at(address, keys, lambda: at[0])
    queue.take(["a"], Task("in", "slack-old", {"text": "old"}))
    at[0] = next(times)
    queue.take(["b"], Task("in", "slack-new", {"text": "new"}))
    clean_up(store, tracker, address)
    assert queue.lines("in") == ["slack-new"]
    SlackWaiting(address).erase("slack-new", "slack-other")
    assert queue.lines("in") == []
    queue.close()


def test_without_a_queue_or_conversations_there_is_nothing_to_delete_and_nothing_is_made(
    store: LeadStore, tmp_path: Path
) -> None:
    files = set(tmp_path.iterdir())
    missing = [str(tmp_path / name) for name in ("missing.db", "slack.db")]
    purge(store, Conversations(missing[0]), SlackWaiting(missing[1]), DAYS, "worker", NOW)
    assert set(tmp_path.iterdir()) - files <= {tmp_path / "leads.db-shm", tmp_path / "leads.db-wal"}


@pytest.mark.parametrize(
    ("environment", "promised", "days"),
    [
        ({}, 90, Retention(90, 30, 1095)),
        ({}, 14, Retention(14, 14, 1095)),
        ({"CONVERSATION_DAYS": "90", "PROOF_DAYS": "90"}, 90, Retention(90, 90, 90)),
    ],
)
def test_the_days_are_those_of_the_settings_and_never_more_than_promised(
    environment: dict[str, str], promised: int, days: Retention
) -> None:
    assert Retention.of(Settings.from_environment(environment), promised) == days


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"CONVERSATION_DAYS": "91"}, "CONVERSATION_DAYS may be 90 at most"),
        ({"CONVERSATION_DAYS": "0"}, "CONVERSATION_DAYS must be a number"),
        ({"CONVERSATION_DAYS": "thirty"}, "CONVERSATION_DAYS must be a number"),
        ({"CONVERSATION_DAYS": "9" * 5000}, "CONVERSATION_DAYS must be a number"),
        ({"PROOF_DAYS": "٣٠"}, "PROOF_DAYS must be a number"),
        ({"PROOF_DAYS": "89"}, "PROOF_DAYS must be 90 at least"),
    ],
)
def test_days_that_cannot_be_right_are_refused_at_the_start(environment: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        Retention.of(Settings.from_environment(environment), 90)
