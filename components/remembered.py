"""What Rasa's tracker store keeps of a conversation: read whole, closed, and forgotten."""

from __future__ import annotations

import asyncio
from datetime import datetime, timezone
from typing import Any

from rasa.core.agent import Agent
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.events import ConversationPaused

from components.conversation_store import ConversationStore
from components.transcript import ids
from leads.conversations import Conversations
from leads.settings import Settings


async def recall(agent: Agent, conversation: str, turns: int | None = None) -> list[dict[str, Any]]:
    """Every event of the conversation, of earlier sessions too, or at least those of the last turns; none if there is
    no such conversation. Raises when the store cannot be read.
    """
    store = store_of(agent)
    if isinstance(store, ConversationStore):
        return await store.last_events(conversation, turns)
    tracker = await store.retrieve_full_tracker(conversation)
    return [event.as_dict() for event in tracker.events] if tracker else []


async def session(agent: Agent, conversation: str, turns: int) -> list[dict[str, Any]]:
    """The events of its last session, of its last turns at least. Raises when the store cannot be read."""
    events = await recall(agent, conversation, turns)
    starts = (
        place for place in range(len(events) - 1, -1, -1) if events[place]["event"] == "session_started"
    )
    return events[next(starts, 0) :]


async def look(
    agent: Agent, conversation: str, message_id: str, turns: int
) -> tuple[bool, list[dict[str, Any]]]:
    """Whether this message is stored, and the events of the last turns at least. Raises when the store cannot be read."""
    store = store_of(agent)
    if isinstance(store, ConversationStore):
        return await store.look(conversation, message_id, turns)
    events = await recall(agent, conversation)
    return message_id in ids(events), events


async def close(agent: Agent, conversation: str) -> None:
    """Nothing is answered in it any more. What was said stays as long as retention says."""
    store = store_of(agent)
    tracker = await store.get_or_create_tracker(conversation, append_action_listen=False)
    tracker.update(ConversationPaused(), agent.domain)
    await store.save(tracker)


async def erase(agent: Agent, conversation: str) -> None:
    """Nothing is left of it, as after `python -m leads erase`. Raises when that cannot be done."""
    # Rasa's stores cannot delete. In a thread: the database may be busy for seconds.
    await asyncio.to_thread(_erase, conversation)
    if await recall(agent, conversation):
        raise RuntimeError("CONVERSATIONS_DB is not where Rasa keeps its conversations")


async def forget(conversation: str, at: float) -> None:
    """Nothing is left of it, and the worker deletes what was sent from it to the lawyers until then (``at``, seconds
    since 1970). Raises when that cannot be done; then nothing is deleted.
    """
    await asyncio.to_thread(_forget, conversation, datetime.fromtimestamp(at, timezone.utc))


def _forget(conversation: str, at: datetime) -> None:
    # Within the limit of a turn: what cannot be deleted now must not be deleted after we have said so.
    Conversations(Settings.from_environment().conversations, wait_s=2, limit_s=2).forget(conversation, at)


def _erase(conversation: str) -> None:
    Conversations(Settings.from_environment().conversations).erase(conversation)


def store_of(agent: Agent) -> TrackerStore:
    """The store itself. Rasa wraps it in one that answers "no such conversation" when it is out of order."""
    return getattr(agent.tracker_store, "_tracker_store", agent.tracker_store)
