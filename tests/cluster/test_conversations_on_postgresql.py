"""The conversations on a real PostgreSQL: the same as in a file, shared by several processes, never waited for too long."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
from rasa.shared.core.events import ActionExecuted, SlotSet, UserUttered

from components.conversation_db import LIMIT_S
from components.conversation_store import ConversationStore, Overtaken
from leads.errors import StoreUnavailable
from tests.servers.postgresql import Postgresql, one_of_its_own
from tests.unit.components.test_conversation_store import DOMAIN, WHO, play, turn


@pytest.fixture(scope="module")
def mortal_postgresql() -> Iterator[Postgresql]:
    """One to be stopped."""
    yield from one_of_its_own()


def opened(address: str) -> ConversationStore:
    return ConversationStore(DOMAIN, db=address)


async def test_a_conversation_moves_between_processes(postgresql: Postgresql) -> None:
    address = postgresql.database()
    processes = [opened(address) for _ in range(3)]
    for number in range(30):
        await play(processes[number % 3], turn(number, False, [SlotSet("job", number)]))
    tracker = await processes[0].retrieve(WHO)
    assert tracker and tracker.get_slot("job") == 29 and len(tracker.events) < 60
    full = await processes[1].retrieve_full_tracker(WHO)
    assert full and sum(isinstance(event, UserUttered) for event in full.events) == 30
    assert (await processes[2].look(WHO, "id-17", 1))[0]


async def test_processes_that_start_together_make_the_tables_once(postgresql: Postgresql) -> None:
    address = postgresql.database()
    stores = [opened(address) for _ in range(6)]
    found = await asyncio.gather(*(store.look(WHO, "x", 1) for store in stores))
    assert found == [(False, [])] * 6


async def test_of_two_turns_at_once_one_is_written(postgresql: Postgresql) -> None:
    """As after a lock that was lost."""
    address = postgresql.database()
    ours, theirs = opened(address), opened(address)
    await play(ours, turn(0, False, []))
    for number in range(1, 21):
        trackers = [await ours.retrieve(WHO), await theirs.retrieve(WHO)]
        for place, tracker in enumerate(trackers):
            assert tracker
            tracker.update(UserUttered("hello", message_id=f"id-{number}-{place}"), DOMAIN)
            tracker.update(ActionExecuted("action_listen"), DOMAIN)
        done = await asyncio.gather(
            ours.save(trackers[0]), theirs.save(trackers[1]), return_exceptions=True
        )
        assert sorted(type(result) for result in done if result) == [Overtaken], done
    full = await ours.retrieve_full_tracker(WHO)
    assert full and sum(isinstance(event, UserUttered) for event in full.events) == 21


async def test_of_two_beginnings_at_once_one_is_written(postgresql: Postgresql) -> None:
    address = postgresql.database()
    done = await asyncio.gather(
        *(play(opened(address), turn(0, True, [])) for _ in range(4)), return_exceptions=True
    )
    assert sum(result is None for result in done) == 1
    assert len([e for e in await opened(address).last_events(WHO) if e["event"] == "user"]) == 1


@pytest.mark.parametrize("odd", ["\ud800", "a\x00b", "x" * 300])
async def test_an_odd_id_fails_its_turn_alone(postgresql: Postgresql, odd: str) -> None:
    store = opened(postgresql.database())
    for deed in (store.retrieve, store.retrieve_full_tracker):
        with suppress(ValueError, StoreUnavailable):
            assert await deed(odd) is None
    await play(store, turn(0, False, []))
    assert await store.retrieve(WHO)


async def test_the_connection_is_named_and_has_its_limits(postgresql: Postgresql) -> None:
    store = opened(postgresql.database())
    names = ("application_name", "statement_timeout", "lock_timeout")
    shown = await store._database.read(
        lambda connection: [connection.exec_driver_sql(f"SHOW {name}").scalar() for name in names]
    )
    assert shown == ["conversations", "3s", "2s"]
    started = time.monotonic()
    with pytest.raises(StoreUnavailable):
        await store._database.read(lambda connection: connection.exec_driver_sql("SELECT pg_sleep(9)").all())
    assert time.monotonic() - started < LIMIT_S + 0.5


@pytest.mark.parametrize("fault", ["stopped", "hung"])
async def test_a_database_that_is_away_is_told_of_within_its_limit_and_found_again(
    mortal_postgresql: Postgresql, fault: str
) -> None:
    server = mortal_postgresql
    store = opened(server.database())
    await play(store, turn(0, False, []))
    kept = await store.retrieve(WHO)
    assert kept
    server.stop() if fault == "stopped" else server.hang()
    try:
        for deed in (store.retrieve(WHO), store.look(WHO, "id-0", 1), store.last_events(WHO)):
            late = asyncio.create_task(loops_slowest())
            started = time.monotonic()
            with pytest.raises(StoreUnavailable):
                await deed
            assert time.monotonic() - started <= LIMIT_S + 0.5
            late.cancel()
    finally:
        server.start() if fault == "stopped" else server.wake()
    started = time.monotonic()
    while True:
        try:
            await play(store, turn(1, False, []))
            break
        except StoreUnavailable:
            assert time.monotonic() - started < 5
    full = await store.retrieve_full_tracker(WHO)
    assert full and sum(isinstance(event, UserUttered) for event in full.events) == 2


async def loops_slowest() -> None:
    """Fails when the loop is held up."""
    while True:
        started = time.monotonic()
        await asyncio.sleep(0.02)
        assert time.monotonic() - started < 0.5


async def test_a_process_may_start_before_its_database(mortal_postgresql: Postgresql) -> None:
    address = mortal_postgresql.database()
    mortal_postgresql.stop()
    store = opened(address)
    with pytest.raises(StoreUnavailable):
        await store.retrieve(WHO)
    mortal_postgresql.start()
    await play(store, turn(0, False, []))
    assert (await store.look(WHO, "id-0", 1))[0]
