"""Stands in for Rasa's agent: a real tracker store and lock store, and a processor that answers at once."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from rasa.core.channels.channel import UserMessage
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.tracker_store import InMemoryTrackerStore, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, UserUttered

from components.conversation_store import ConversationStore

BUTTONS = [{"title": "United States", "payload": "I'm from the US"}, {"title": "Other", "payload": "/other"}]
# What is said to what; all else is repeated.
ANSWERS: dict[str, dict[str, Any]] = {
    "which": {"text": "**Which** citizenship?\n_Source: IRCC, as of 2026_", "data": {"buttons": BUTTONS}},
    "lawyer": {"text": "In private, please.", "metadata": {"goes_on": "private"}},
    "nothing": {},
}


class Parrot:
    """``stored`` in this SQLite file, or only in memory. ``faults``: raised by the next turns."""

    def __init__(self, stored: Path | None = None) -> None:
        self.domain, self.lock_store = Domain.empty(), InMemoryLockStore()
        self.tracker_store: TrackerStore = (
            ConversationStore(self.domain, dialect="sqlite", db=str(stored))
            if stored
            else InMemoryTrackerStore(self.domain)
        )
        self.heard: list[UserMessage] = []
        self.faults: list[Exception] = []
        self.seconds = 0.0
        self.busy = self.busiest = 0  # with so many turns at once

    @property
    def processor(self) -> Parrot:
        return self

    async def parse_message(self, message: UserMessage) -> dict[str, Any]:
        """A parrot understands nothing."""
        return {"text": message.text, "intent": {}, "entities": []}

    async def handle_message(self, message: UserMessage) -> None:
        """One turn, stored."""
        if self.faults:
            raise self.faults.pop()
        self.busy += 1
        self.busiest = max(self.busiest, self.busy)
        await asyncio.sleep(self.seconds)
        self.busy -= 1
        self.heard.append(message)
        tracker = await self.tracker_store.get_or_create_tracker(
            message.sender_id, append_action_listen=False
        )
        said = ANSWERS.get(message.text or "", {"text": f"You said: {message.text}"})
        note = {"input_channel": message.input_channel, "message_id": message.message_id}
        tracker.update(UserUttered(message.text, metadata=message.metadata, **note), self.domain)
        if said:
            tracker.update(BotUttered(**said), self.domain)
        await self.tracker_store.save(tracker)

    @property
    def texts(self) -> list[str]:
        """What was heard, in order."""
        return [message.text or "" for message in self.heard]
