"""The tracker store against Rasa's own SQL store: the same state after every turn, from a bounded part of the events."""

from __future__ import annotations

import asyncio
import copy
import json
import sqlite3
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rasa.core.tracker_store import SQLTrackerStore, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    ConversationPaused,
    ConversationResumed,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from components import tail
from components.conversation_db import LIMIT_S
from components.conversation_store import ConversationStore, Overtaken
from components.conversation_tables import EVENTS, TAILS
from leads.errors import StoreUnavailable

DOMAIN = Domain.from_yaml(
    """
    intents: [ask]
    actions: [answer, form]
    slots:
      job: {type: any, influence_conversation: false, mappings: [{type: custom}]}
      language: {type: any, initial_value: en, influence_conversation: false, mappings: [{type: custom}]}
    """
)
WHO = "someone"
VALUES = st.one_of(st.none(), st.sampled_from(["en", "fr"]), st.lists(st.integers(), max_size=2))
HAPPENS = st.one_of(
    st.builds(SlotSet, st.sampled_from(["job", "language"]), VALUES),
    st.sampled_from(["form", None]).map(ActiveLoop),
    st.sampled_from([ActionExecuted("answer"), ActionExecuted("form")]),
    st.builds(BotUttered, st.text(max_size=5), st.just({"buttons": [{"title": "é", "payload": "/x"}]})),
    st.sampled_from([ConversationPaused(), ConversationResumed()]),
)
TURNS = st.lists(st.tuples(st.booleans(), st.lists(HAPPENS, max_size=4)), min_size=1, max_size=30)


def turn(number: int, new_session: bool, happens: list[Event]) -> list[Event]:
    start = [ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")]
    said = UserUttered(f"question {number}", {"name": "ask"}, input_channel="rest", message_id=f"id-{number}")
    events = [
        *(start if new_session or number == 0 else []),
        said,
        *map(copy.copy, happens),
        ActionExecuted("action_listen"),
    ]
    for event in events:
        event.timestamp = time.time()  # Rasa tells sessions apart by it
    return events


async def play(store: TrackerStore, events: list[Event]) -> None:
    tracker = await store.get_or_create_tracker(WHO, append_action_listen=False)
    for event in events:
        tracker.update(event, DOMAIN)
    await store.save(tracker)


def state(tracker: DialogueStateTracker) -> dict[str, Any]:
    found = tracker.current_state()
    loop = found.pop("active_loop")
    return found | {"loop": loop.get("name")}


@settings(max_examples=25, deadline=None)
@given(turns=TURNS)
def test_the_state_is_that_of_the_whole_conversation(
    turns: list[tuple[bool, list[Event]]], tmp_path_factory: Any
) -> None:
    folder = tmp_path_factory.mktemp("store")
    ours = ConversationStore(DOMAIN, db=str(folder / "ours.db"))
    rasas = SQLTrackerStore(DOMAIN, db=str(folder / "rasas.db"))

    async def compare() -> None:
        for number, (new_session, happens) in enumerate(turns):
            events = turn(number, new_session and number % 11 == 0, happens)
            await play(ours, events)
            await play(rasas, events)
            mine, whole = await ours.retrieve(WHO), await rasas.retrieve(WHO)
            assert mine and whole
            assert state(mine) == state(whole)
            last = len(happens) + 2  # the message, and the listening after it
            kept = [event.as_dict() for event in list(mine.events)[-last:]]
            assert kept == [event.as_dict() for event in list(whole.events)[-last:]]
        full = await ours.retrieve_full_tracker(WHO)
        assert full and sum(isinstance(event, UserUttered) for event in full.events) == len(turns)

    asyncio.run(compare())
    ours.engine.dispose()


@pytest.fixture
def store(tmp_path: Path) -> ConversationStore:
    return ConversationStore(DOMAIN, db=str(tmp_path / "conversations.db"))


async def test_what_is_read_for_a_turn_does_not_grow(store: ConversationStore) -> None:
    for number in range(100):
        await play(store, turn(number, False, [SlotSet("job", {"title": number}), ActionExecuted("answer")]))
        tracker = await store.retrieve(WHO)
        assert (
            tracker
            and len(tracker.events) < 6 * (tail.MOST + 1)
            and tracker.get_slot("job") == {"title": number}
        )
    assert len(await store.last_events(WHO)) == 403


async def test_a_form_is_cut_late_and_goes_on(store: ConversationStore) -> None:
    await play(store, turn(0, False, [ActiveLoop("form")]))
    for number in range(1, tail.MOST_IN_FORM + 5):
        await play(store, turn(number, False, [ActionExecuted("form")]))
        tracker = await store.retrieve(WHO)
        assert tracker and tracker.active_loop_name == "form"
        said = sum(isinstance(event, UserUttered) for event in tracker.events)
        assert said == number + 1 if number < tail.MOST_IN_FORM else said < tail.MOST_IN_FORM


async def test_what_rasas_store_wrote_is_read_on(tmp_path: Path) -> None:
    file = str(tmp_path / "conversations.db")
    rasas = SQLTrackerStore(DOMAIN, db=file)
    for number in range(20):
        await play(rasas, turn(number, False, [SlotSet("job", number)]))
    ours = ConversationStore(DOMAIN, db=file)
    await play(ours, turn(20, False, []))
    tracker = await ours.retrieve(WHO)
    assert tracker and tracker.get_slot("job") == 19 and len(tracker.events) < 30
    again = await SQLTrackerStore(DOMAIN, db=file).retrieve(WHO)
    assert again and sum(isinstance(event, UserUttered) for event in again.events) == 21


async def test_the_switch_reads_whole_conversations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHORTCUTS", "off")
    store = ConversationStore(DOMAIN, db=str(tmp_path / "conversations.db"))
    for number in range(30):
        await play(store, turn(number, False, []))
    tracker = await store.retrieve(WHO)
    assert tracker and sum(isinstance(event, UserUttered) for event in tracker.events) == 30
    assert (await store.look(WHO, "id-29", 1))[0]


async def test_a_turn_is_written_whole_or_not_at_all(store: ConversationStore) -> None:
    await play(store, turn(0, False, []))
    before = await store.last_events(WHO)
    with pytest.raises(Exception, match="IntegrityError"):
        await play(store, turn(0, True, []))  # the message is known already
    assert await store.last_events(WHO) == before


async def test_a_conversation_that_was_not_read_is_not_written(store: ConversationStore) -> None:
    await play(store, turn(0, False, []))
    blind = DialogueStateTracker(WHO, DOMAIN.slots)
    blind.update(UserUttered("lost"), DOMAIN)
    with pytest.raises(LookupError):
        await store.save(blind)


async def test_a_lost_tail_loses_nothing(store: ConversationStore) -> None:
    for number in range(30):
        await play(store, turn(number, False, [SlotSet("job", number)]))
    with store.engine.begin() as connection:
        connection.execute(TAILS.delete())
    tracker = await store.retrieve(WHO)
    assert tracker and tracker.get_slot("job") == 29
    with store.engine.connect() as connection:
        rows = connection.execute(EVENTS.select()).all()
    assert all(json.loads(row.data)["event"] == row.type_name for row in rows)


async def test_who_was_overtaken_writes_nothing(store: ConversationStore) -> None:
    await play(store, turn(0, False, []))
    slow = await store.retrieve(WHO)
    assert slow
    await play(store, turn(1, False, []))
    before = await store.last_events(WHO)
    slow.update(UserUttered("too late", message_id="id-late"), DOMAIN)
    with pytest.raises(Overtaken):
        await store.save(slow)
    assert await store.last_events(WHO) == before and not (await store.look(WHO, "id-late", 1))[0]


def asked(store: ConversationStore, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the database is asked from here on."""
    found: list[str] = []
    for name in ("read", "write"):
        ask = getattr(store._database, name)

        def noting(deed: Any, name: str = name, ask: Any = ask) -> Any:
            found.append(name)
            return ask(deed)

        monkeypatch.setattr(store._database, name, noting)
    return found


async def test_a_turn_asks_the_database_twice(
    store: ConversationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await play(store, turn(0, True, []))
    questions = asked(store, monkeypatch)
    for number in (1, 2):
        is_heard, before = await store.look(WHO, f"id-{number}", 3)
        assert not is_heard and before[-2]["message_id"] == f"id-{number - 1}"
        await play(store, turn(number, False, []))
        is_heard, after = await store.look(WHO, f"id-{number}", 3)
        assert is_heard and questions == ["read", "write"]
        assert after == await store.last_events(WHO, 3)
        assert (await store.look(WHO, f"id-{number}", 3))[0]
        questions.clear()


async def test_what_was_read_ahead_is_given_once_and_to_its_conversation_alone(
    store: ConversationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await play(store, turn(0, True, []))
    await store.look(WHO, "id-1", 3)
    questions = asked(store, monkeypatch)
    assert await store.retrieve("somebody-else") is None and questions == ["read"]
    assert await store.retrieve(WHO) and questions == ["read"]
    assert await store.retrieve(WHO) and questions == ["read", "read"]


async def test_who_was_overtaken_after_reading_ahead_writes_nothing(
    store: ConversationStore, tmp_path: Path
) -> None:
    await play(store, turn(0, True, []))
    await store.look(WHO, "id-1", 3)
    other = ConversationStore(DOMAIN, db=store.engine.url.database)
    await play(other, turn(7, False, []))
    with pytest.raises(Overtaken):
        await play(store, turn(1, False, []))
    assert not (await store.look(WHO, "id-1", 3))[0]
    other.engine.dispose()


async def test_a_message_that_was_not_written_is_asked_for(store: ConversationStore) -> None:
    await store.look(WHO, "id-0", 3)
    await play(store, turn(0, True, []))
    is_heard, events = await store.look(WHO, "id-5", 3)
    assert not is_heard and events == await store.last_events(WHO, 3)


async def test_a_tracker_may_be_saved_again(store: ConversationStore) -> None:
    await play(store, turn(0, False, []))
    tracker = await store.retrieve(WHO)
    assert tracker
    for number in (1, 2):
        tracker.update(UserUttered(f"more {number}", message_id=f"id-{number}"), DOMAIN)
        await store.save(tracker)
    assert len(await store.last_events(WHO)) == 7


async def test_an_id_that_the_database_cannot_hold_ends_no_process(store: ConversationStore) -> None:
    for odd in ("\ud800", "a\x00b"):
        with suppress(Exception):  # an error, or nothing found: never SystemExit
            await store.retrieve(odd)
        with suppress(Exception):
            await store.retrieve_full_tracker(odd)
    with suppress(Exception):
        await store.keys()


async def test_a_locked_file_holds_nobody_else_up(store: ConversationStore) -> None:
    await play(store, turn(0, False, []))
    lock = sqlite3.connect(str(store.engine.url.database))
    lock.execute("BEGIN IMMEDIATE")
    try:
        saving = asyncio.create_task(play(store, turn(1, False, [])))
        started = time.monotonic()
        for _ in range(50):
            await asyncio.sleep(0.01)
        assert time.monotonic() - started < 1.5 and (await store.look(WHO, "id-0", 1))[0]
        with pytest.raises(StoreUnavailable):
            await saving
        assert time.monotonic() - started < LIMIT_S + 1
    finally:
        lock.close()
