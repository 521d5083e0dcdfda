"""Rasa tracker store on SQL whose turns cost the same however long a conversation is.

It is Rasa's own SQL store (the same table ``events``, everything said stays there), and besides keeps in ``tails`` where
the end of a conversation begins and what the part before it left (components/tail.py), and in ``heard`` the ids of
messages, so that one that comes again is recognised without reading all. Only new events are written, and only if
nobody else wrote in the conversation since it was read: so two processes never mix it up, even where a lock was lost.
A turn asks the database twice: ``look`` reads ahead what Rasa is about to retrieve, and ``save`` reads back what the
``look`` after the turn wants to know.

``SHORTCUTS=off`` reads whole conversations as Rasa does. Leans on: ``SQLTrackerStore`` (its table, ``sessionmaker``),
``DialogueStateTracker.from_events``; tests/unit/components/test_conversation_store.py compares it with Rasa's.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import islice
from typing import Any, NamedTuple

import sqlalchemy as sa
import sqlalchemy.orm
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SessionStarted
from rasa.shared.core.trackers import DialogueStateTracker

from components import conversation_tables as tables
from components import tail
from components.conversation_db import Database

SHORTCUTS = "SHORTCUTS"
Events = list[dict[str, Any]]


class Stored(NamedTuple):
    """What a tracker has in the store: how many of its events at the beginning, the ids of those of the tail, and the
    id of the conversation's last event, 0 if there is none.
    """

    known: int
    ids: tuple[int, ...]
    last: int


class _Turn(NamedTuple):
    """What a store knows of a conversation within the turn that is being taken, by the task that takes it.

    ``read``: whether its end was read ahead, and ``tracker`` is what was found; ``saved``: its last events as they were written.
    """

    store: ConversationStore
    sender_id: str
    turns: int
    read: bool = False
    tracker: DialogueStateTracker | None = None
    saved: Events | None = None


_turn: ContextVar[_Turn | None] = ContextVar("turn", default=None)


class Overtaken(Exception):
    """Somebody else wrote in the conversation after it was read. Nothing was written."""


class ConversationStore(SQLTrackerStore):
    """``db``: an SQLite file, or the address of a PostgreSQL database. It is not asked before it is used.

    Every method raises ``StoreUnavailable`` when it can't be reached in time, and none of them holds the event loop.
    """

    def __init__(
        self,
        domain: Domain | None = None,
        event_broker: EventBroker | None = None,
        db: str = "conversations.db",
        **settings: Any,
    ) -> None:
        # Not SQLTrackerStore's own: it waits for the database for ever, and opens it without time limits.
        TrackerStore.__init__(self, domain, event_broker, **settings)
        self._database = Database(db, tables.make)
        self.engine: sa.engine.Engine = self._database.engine
        self.sessionmaker = sa.orm.sessionmaker(bind=self.engine)
        self._whole = os.environ.get(SHORTCUTS, "").lower() == "off"

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The end of the conversation with the state of the whole; None if there is no such conversation."""
        turn = self._turn_of(sender_id)
        if turn and turn.read:
            _turn.set(turn._replace(read=False, tracker=None))
            return turn.tracker
        read = self._session if self._whole else self._end
        return await self._database.read(lambda connection: read(connection, sender_id))

    async def retrieve_full_tracker(self, conversation_id: str) -> DialogueStateTracker | None:
        """All of the conversation, its earlier sessions too; None if there is no such conversation."""
        return await self._database.read(lambda connection: self._session(connection, conversation_id, 0))

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Adds what is new of the conversation, all or nothing.

        Raises ``LookupError`` for a conversation that could not be read before the turn, and ``Overtaken``: its past
        may not get mixed up.
        """
        turn = self._turn_of(tracker.sender_id)

        def write(connection: sa.engine.Connection) -> Events | None:
            self._add(connection, tracker)
            return _last(connection, turn.sender_id, turn.turns) if turn else None

        await self.stream_events(tracker)
        saved = await self._database.write(write)
        if turn:
            _turn.set(turn._replace(read=False, tracker=None, saved=saved))

    async def look(self, sender_id: str, message_id: str, turns: int) -> tuple[bool, Events]:
        """Whether this message is stored, and with it whatever was answered; and what ``last_events`` returns."""
        turn = self._turn_of(sender_id)
        if turn and turn.turns == turns and turn.saved is not None:
            _turn.set(None)
            if any(event.get("message_id") == message_id for event in turn.saved):
                return True, turn.saved

        def read(connection: sa.engine.Connection) -> tuple[bool, Events, DialogueStateTracker | None]:
            is_heard = tables.is_heard(connection, sender_id, message_id)
            ahead = None if is_heard or self._whole else self._end(connection, sender_id)
            return is_heard, _last(connection, sender_id, turns), ahead

        is_heard, events, ahead = await self._database.read(read)
        _turn.set(_Turn(self, sender_id, turns, not is_heard and not self._whole, ahead))
        return is_heard, events

    def _turn_of(self, sender_id: str) -> _Turn | None:
        turn = _turn.get()
        return turn if turn and turn.store is self and turn.sender_id == sender_id else None

    async def last_events(self, sender_id: str, turns: int | None = None) -> Events:
        """The events of the conversation as they are stored, or those of its last turns at least; none if there is none."""
        return await self._database.read(lambda connection: _last(connection, sender_id, turns))

    @contextmanager
    def session_scope(self) -> Iterator[sa.orm.Session]:
        """A session. Rasa's own ends the process on any ValueError, such as the database makes of an odd id."""
        with self.sessionmaker() as session:
            yield session

    def _end(self, connection: sa.engine.Connection, sender_id: str) -> DialogueStateTracker | None:
        after, state = tables.tail_of(connection, sender_id)
        rows = tables.rows(connection, sender_id, after)
        if not rows:
            return None
        start = _session(rows)
        events = [tail.event_of(json.loads(row.data)) for row in rows[start:]]
        lead = [] if start else tail.head(state, events[0].timestamp)
        tracker = tail.replay(sender_id, [*lead, *events], self.domain.slots)
        ids = tuple(row.id for row in rows[start:])
        return _noted(tracker, Stored(len(lead) + len(events), ids, ids[-1]))

    def _session(
        self, connection: sa.engine.Connection, sender_id: str, start: int | None = None
    ) -> DialogueStateTracker | None:
        """As Rasa makes it of all events, from the last session's beginning on."""
        rows = tables.rows(connection, sender_id, 0)
        if not rows:
            return None
        events = [json.loads(row.data) for row in rows[_session(rows) if start is None else start :]]
        tracker = DialogueStateTracker.from_dict(sender_id, events, self.domain.slots)
        return _noted(tracker, Stored(len(tracker.events), (), rows[-1].id))

    def _add(self, connection: sa.engine.Connection, tracker: DialogueStateTracker) -> None:
        stored: Stored = getattr(tracker, "stored", None) or Stored(0, (), 0)
        new = list(islice(tracker.events, stored.known, None))
        if not new:
            return
        tables.add(connection, tracker.sender_id, new)
        last = _checked(connection, tracker, stored, len(new))
        place = tail.cut(list(islice(tracker.events, _lead(stored), None)), tracker.active_loop is not None)
        if 0 < place <= len(stored.ids):
            self._shorten(connection, tracker, stored, place)
        # The ids of what was just written are not known: whoever goes on with this tracker cuts nothing off.
        _noted(tracker, Stored(len(tracker.events), (), last))

    def _shorten(
        self, connection: sa.engine.Connection, tracker: DialogueStateTracker, stored: Stored, place: int
    ) -> None:
        earlier = islice(tracker.events, _lead(stored) + place)
        state = tail.left_by(tail.replay(tracker.sender_id, earlier, self.domain.slots), self.domain.slots)
        tables.shorten(connection, tracker.sender_id, stored.ids[place - 1], state)


def _last(connection: sa.engine.Connection, sender_id: str, turns: int | None) -> Events:
    after = 0 if turns is None else tables.before(connection, sender_id, turns)
    return [json.loads(row.data) for row in tables.rows(connection, sender_id, after)]


def _checked(
    connection: sa.engine.Connection, tracker: DialogueStateTracker, stored: Stored, added: int
) -> int:
    """The id of the last event, now that so many were added. Raises ``Overtaken`` and ``LookupError``."""
    count, last = tables.since(connection, tracker.sender_id, stored.last)
    if count != added:
        raise (
            Overtaken if hasattr(tracker, "stored") else LookupError("it was not read before it was written")
        )
    return last


def _lead(stored: Stored) -> int:
    """How many events at the beginning of a tracker stand for the part that was left off."""
    return stored.known - len(stored.ids)


def _noted(tracker: DialogueStateTracker, stored: Stored) -> DialogueStateTracker:
    tracker.stored = stored
    return tracker


def _session(rows: Sequence[Any]) -> int:
    """Where the last session begins, as Rasa takes only its events into account; 0 if before these."""
    started = (
        place for place in range(len(rows) - 1, -1, -1) if rows[place].type_name == SessionStarted.type_name
    )
    return next(started, 0)
