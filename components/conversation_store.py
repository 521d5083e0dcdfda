"""Rasa tracker store on SQL whose turns cost the same however long a conversation is.

It is Rasa's own SQL store (the same table ``events``, everything said stays there), and besides keeps in ``tails`` where
the end of a conversation begins and what the part before it left (components/tail.py), and in ``heard`` the ids of
messages, so that one that comes again is recognised without reading all. Only new events are written.

``SHORTCUTS=off`` reads whole conversations as Rasa does. Leans on: ``SQLTrackerStore`` (its table, ``session_scope``),
``DialogueStateTracker.from_events``; tests/unit/components/test_conversation_store.py compares it with Rasa's.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, NamedTuple

import sqlalchemy as sa
import sqlalchemy.orm
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SessionStarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from components import tail

SHORTCUTS = "SHORTCUTS"
WAIT_S = 5

metadata = sa.MetaData()
TAILS = sa.Table(
    "tails",
    metadata,
    sa.Column("sender_id", sa.String(255), primary_key=True),
    sa.Column("after_id", sa.Integer, nullable=False),  # the tail's events have higher ids
    sa.Column("state", sa.Text, nullable=False),
)
HEARD = sa.Table(
    "heard",
    metadata,
    sa.Column("sender_id", sa.String(255), primary_key=True),
    sa.Column("message_id", sa.String(255), primary_key=True),
)
EVENTS: sa.Table = SQLTrackerStore.SQLEvent.__table__


class Stored(NamedTuple):
    """What a tracker has in the store: how many of its events at the beginning, and the ids of those of the tail."""

    known: int
    ids: tuple[int, ...]


class ConversationStore(SQLTrackerStore):
    """Set up as Rasa's SQL store is. A file of SQLite is shared by readers and a writer (WAL)."""

    def __init__(
        self,
        domain: Domain | None = None,
        event_broker: EventBroker | None = None,
        **settings: Any,
    ) -> None:
        self.engine: sa.engine.Engine
        super().__init__(domain, event_broker=event_broker, **settings)
        self._whole = os.environ.get(SHORTCUTS, "").lower() == "off"
        if self.engine.dialect.name == "postgresql":
            self.engine.execute(_INDEX)
        elif self.engine.url.database not in (None, "", ":memory:"):
            self.engine = _kept(self.engine.url)
            self.sessionmaker = sa.orm.sessionmaker(bind=self.engine)
        metadata.create_all(self.engine)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The end of the conversation with the state of the whole; None if there is no such conversation."""
        if self._whole:
            tracker = await super().retrieve(sender_id)
            return tracker and _noted(tracker, Stored(len(tracker.events), ()))
        with self.engine.connect() as connection:
            after, state = _tail(connection, sender_id)
            rows = _rows(connection, sender_id, after)
        if not rows:
            return None
        start = _session(rows)
        events = [tail.event_of(json.loads(row.data)) for row in rows[start:]]
        lead = [] if start else tail.head(state, events[0].timestamp)
        tracker = tail.replay(sender_id, [*lead, *events], self.domain.slots)
        return _noted(tracker, Stored(len(lead) + len(events), tuple(row.id for row in rows[start:])))

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Adds what is new of the conversation, all or nothing.

        Raises ``LookupError`` for a conversation that could not be read before the turn: its past may not get mixed up.
        """
        await self.stream_events(tracker)
        stored = self._stored(tracker)
        new = list(islice(tracker.events, stored.known, None))
        if not new:
            return
        place = tail.cut(list(islice(tracker.events, _lead(stored), None)), tracker.active_loop is not None)
        with self.engine.begin() as connection:
            connection.execute(EVENTS.insert(), [_row(tracker.sender_id, event) for event in new])
            if heard := _heard(tracker.sender_id, new):
                connection.execute(HEARD.insert(), heard)
            if 0 < place <= len(stored.ids):
                self._shorten(connection, tracker, stored, place)
        # The ids of what was just written are not known: whoever goes on with this tracker cuts nothing off.
        _noted(tracker, Stored(len(tracker.events), ()))

    def heard(self, sender_id: str, message_id: str) -> bool:
        """Whether this message is stored, and with it whatever was answered."""
        with self.engine.connect() as connection:
            return _is_heard(connection, sender_id, message_id)

    def last_events(self, sender_id: str, turns: int | None = None) -> list[dict[str, Any]]:
        """The events of the conversation as they are stored, or those of its last turns at least; none if there is none."""
        with self.engine.connect() as connection:
            after = 0 if turns is None else _before(connection, sender_id, turns)
            return [json.loads(row.data) for row in _rows(connection, sender_id, after)]

    def _stored(self, tracker: DialogueStateTracker) -> Stored:
        found: Stored | None = getattr(tracker, "stored", None)
        if found is None and self.last_events(tracker.sender_id, 1):
            raise LookupError("the conversation was not read before it was written")
        return found or Stored(0, ())

    def _shorten(
        self, connection: sa.engine.Connection, tracker: DialogueStateTracker, stored: Stored, place: int
    ) -> None:
        earlier = islice(tracker.events, _lead(stored) + place)
        state = tail.left_by(tail.replay(tracker.sender_id, earlier, self.domain.slots), self.domain.slots)
        values = {"after_id": stored.ids[place - 1], "state": json.dumps(state)}
        mine = TAILS.c.sender_id == tracker.sender_id
        if not connection.execute(TAILS.update().where(mine).values(values)).rowcount:
            connection.execute(TAILS.insert(), [{"sender_id": tracker.sender_id, **values}])


def _lead(stored: Stored) -> int:
    """How many events at the beginning of a tracker stand for the part that was left off."""
    return stored.known - len(stored.ids)


def _noted(tracker: DialogueStateTracker, stored: Stored) -> DialogueStateTracker:
    tracker.stored = stored
    return tracker


def _tail(connection: sa.engine.Connection, sender_id: str) -> tuple[int, tail.State]:
    row = connection.execute(_TAIL, {"sender": sender_id}).first()
    return (row.after_id, json.loads(row.state)) if row else (0, tail.NOTHING)


def _rows(connection: sa.engine.Connection, sender_id: str, after: int) -> Sequence[Any]:
    found: Sequence[Any] = connection.execute(_AFTER, {"sender": sender_id, "after": after}).all()
    return found


def _session(rows: Sequence[Any]) -> int:
    """Where the last session begins, as Rasa takes only its events into account; 0 if before these."""
    started = (
        place for place in range(len(rows) - 1, -1, -1) if rows[place].type_name == SessionStarted.type_name
    )
    return next(started, 0)


def _before(connection: sa.engine.Connection, sender_id: str, turns: int) -> int:
    found = connection.execute(_USERS, {"sender": sender_id, "turns": turns}).all()
    return found[-1].id - 1 if len(found) == turns else 0


def _is_heard(connection: sa.engine.Connection, sender_id: str, message_id: str) -> bool:
    found = connection.execute(_HEARD, {"sender": sender_id, "message": message_id}).first()
    return found is not None


def _heard(sender_id: str, events: Iterable[Event]) -> list[dict[str, Any]]:
    ids = {event.message_id for event in events if isinstance(event, UserUttered) and event.message_id}
    return [{"sender_id": sender_id, "message_id": name} for name in ids]


def _row(sender_id: str, event: Event) -> dict[str, Any]:
    data = event.as_dict()
    return {
        "sender_id": sender_id,
        "type_name": event.type_name,
        "timestamp": data.get("timestamp"),
        "intent_name": data.get("parse_data", {}).get("intent", {}).get("name"),
        "action_name": data.get("name"),
        "data": json.dumps(data),
    }


def _kept(url: sa.engine.URL) -> sa.engine.Engine:
    """SQLite with connections that stay open: opening one takes longer than most of what is asked of it."""
    engine = sa.create_engine(url, poolclass=sa.pool.QueuePool, connect_args={"check_same_thread": False})
    sa.event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    for pragma in (
        f"busy_timeout={WAIT_S * 1000}",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


_INDEX = "CREATE INDEX IF NOT EXISTS ix_events_sender_id_id ON events (sender_id, id)"
_TAIL = sa.select(TAILS.c.after_id, TAILS.c.state).where(TAILS.c.sender_id == sa.bindparam("sender"))
_AFTER = (
    sa.select(EVENTS.c.id, EVENTS.c.type_name, EVENTS.c.data)
    .where(EVENTS.c.sender_id == sa.bindparam("sender"), EVENTS.c.id > sa.bindparam("after"))
    .order_by(EVENTS.c.id)
)
_USERS = (
    sa.select(EVENTS.c.id)
    .where(EVENTS.c.sender_id == sa.bindparam("sender"), EVENTS.c.type_name == UserUttered.type_name)
    .order_by(EVENTS.c.id.desc())
    .limit(sa.bindparam("turns"))
)
_HEARD = sa.select(HEARD.c.message_id).where(
    HEARD.c.sender_id == sa.bindparam("sender"), HEARD.c.message_id == sa.bindparam("message")
)
