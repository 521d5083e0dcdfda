"""A conversation in Rasa's store: read whole, closed for good, and forgotten without a trace."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from rasa.core.agent import Agent
from rasa.core.tracker_store import FailSafeTrackerStore, InMemoryTrackerStore, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, SessionStarted, UserUttered

from components.conversation_store import ConversationStore
from components.remembered import close, erase, look, recall
from components.transcript import Transcript
from leads.errors import StoreUnavailable

NAME, OTHER = "web-" + "0" * 32, "web-" + "1" * 32
CANARY = "canary-91c4"


def agent_with(store: TrackerStore) -> Agent:
    return cast(Agent, SimpleNamespace(tracker_store=FailSafeTrackerStore(store), domain=Domain.empty()))


@pytest.fixture
def agent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Agent:
    file = str(tmp_path / "conversations.db")
    monkeypatch.setenv("CONVERSATIONS_DB", file)
    return agent_with(ConversationStore(Domain.empty(), db=file))


async def talk(agent: Agent, name: str, sessions: int = 1) -> None:
    for session in range(sessions):
        tracker = await agent.tracker_store.get_or_create_tracker(name, append_action_listen=False)
        tracker.update(SessionStarted())
        tracker.update(UserUttered(f"{CANARY} {session}", message_id=f"id-{session}", metadata={"a": [1]}))
        tracker.update(BotUttered("x", {"buttons": [{"title": "One", "payload": "/one"}]}))
        await agent.tracker_store.save(tracker)


async def test_it_is_read_whole_and_as_rasa_reads_it(agent: Agent) -> None:
    await talk(agent, NAME, sessions=3)
    await talk(agent, OTHER)
    events = await recall(agent, NAME)
    assert [event["message_id"] for event in events if event["event"] == "user"] == ["id-0", "id-1", "id-2"]
    tracker = await agent.tracker_store.retrieve_full_tracker(NAME)
    assert events == [event.as_dict() for event in tracker.events]
    assert await recall(agent, "web-nobody") == []


async def test_the_last_turns_are_read_alone(agent: Agent) -> None:
    await talk(agent, NAME, sessions=5)
    said = [event["text"] for event in await recall(agent, NAME, 2) if event["event"] == "user"]
    assert said == [f"{CANARY} 3", f"{CANARY} 4"]
    assert await recall(agent, NAME, 9) == await recall(agent, NAME)


async def test_a_message_is_known_by_its_id(agent: Agent) -> None:
    await talk(agent, NAME, sessions=3)
    assert await look(agent, NAME, "id-0", 2) == (True, await recall(agent, NAME, 2))
    assert await look(agent, OTHER, "id-0", 2) == (False, [])
    memory = agent_with(InMemoryTrackerStore(Domain.empty()))
    await talk(memory, NAME)
    assert (await look(memory, NAME, "id-0", 2))[0] and not (await look(memory, NAME, "id-1", 2))[0]


async def test_other_stores_are_read_by_rasas_own_way() -> None:
    agent = agent_with(InMemoryTrackerStore(Domain.empty()))
    await talk(agent, NAME)
    assert [message.text for message in Transcript(await recall(agent, NAME), "").messages] == [
        f"{CANARY} 0",
        "x",
    ]


async def test_a_closed_one_stays_and_is_ended(agent: Agent) -> None:
    await talk(agent, NAME, sessions=2)
    before = await recall(agent, NAME)
    await close(agent, NAME)
    after = await recall(agent, NAME)
    assert after[:-1] == before and Transcript(after, "").ended


async def test_one_without_a_message_can_be_closed_too(agent: Agent) -> None:
    await close(agent, NAME)
    assert Transcript(await recall(agent, NAME), "").ended


async def test_an_erased_one_is_gone_from_the_file_and_the_others_stay(agent: Agent, tmp_path: Path) -> None:
    await talk(agent, NAME)
    tracker = await agent.tracker_store.get_or_create_tracker(OTHER, append_action_listen=False)
    tracker.update(UserUttered("stays"))
    await agent.tracker_store.save(tracker)
    await erase(agent, NAME)
    assert await recall(agent, NAME) == []
    assert len(await recall(agent, OTHER)) == 1
    assert not [file for file in tmp_path.iterdir() if CANARY.encode() in file.read_bytes()]
    await erase(agent, NAME)  # again does no harm


async def test_it_is_not_called_erased_when_it_is_somewhere_else(
    agent: Agent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await talk(agent, NAME)
    monkeypatch.setenv("CONVERSATIONS_DB", str(tmp_path / "another.db"))
    with pytest.raises(RuntimeError, match="CONVERSATIONS_DB"):
        await erase(agent, NAME)


async def test_a_store_that_cannot_be_read_is_not_an_empty_one(agent: Agent) -> None:
    await talk(agent, NAME)
    ConversationStore.Base.metadata.drop_all(agent.tracker_store._tracker_store.engine)
    with pytest.raises(StoreUnavailable):
        await recall(agent, NAME)
