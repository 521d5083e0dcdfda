"""The tables of the conversations: Rasa's ``events``, and what is kept beside them; and what is asked of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.events import Event, UserUttered
from sqlalchemy.engine import Connection

from components import tail
from leads.conversations import make_wishes

LOCK = 3_620_263  # PostgreSQL knows a lock by a number; no other program should use this one
INDEX = "ix_events_sender_id_id"

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


def make(connection: Connection) -> None:
    """The tables, if they are not there; any number of processes may do so at the same time."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    SQLTrackerStore.Base.metadata.create_all(connection)
    metadata.create_all(connection)
    indexes = {index["name"] for index in sa.inspect(connection).get_indexes("events")}
    if connection.dialect.name == "postgresql" and INDEX not in indexes:
        connection.execute(sa.text(f"CREATE INDEX {INDEX} ON events (sender_id, id)"))
    make_wishes(connection)


def tail_of(connection: Connection, sender_id: str) -> tuple[int, tail.State]:
    """After which event the tail begins, and what the part before it left."""
    found = connection.execute(_TAIL, {"sender": sender_id}).first()
    return (found.after_id, json.loads(found.state)) if found else (0, tail.NOTHING)


def rows(connection: Connection, sender_id: str, after: int) -> Sequence[Any]:
    """The conversation's events with higher ids than this, in order."""
    found: Sequence[Any] = connection.execute(_AFTER, {"sender": sender_id, "after": after}).all()
    return found


def before(connection: Connection, sender_id: str, turns: int) -> int:
    """The id before that of the first event of the last turns; 0 when there are not so many."""
    found = connection.execute(_USERS, {"sender": sender_id, "turns": turns}).all()
    return found[-1].id - 1 if len(found) == turns else 0


def is_heard(connection: Connection, sender_id: str, message_id: str) -> bool:
    """Whether this message of the conversation is stored."""
    found = connection.execute(_HEARD, {"sender": sender_id, "message": message_id}).first()
    return found is not None


def add(connection: Connection, sender_id: str, events: Sequence[Event]) -> None:
    """Writes these events, with nobody else writing in the conversation until the transaction ends."""
    if connection.dialect.name == "postgresql":  # SQLite has one writer at a time as it is
        connection.execute(_ONE_AT_A_TIME, {"sender": sender_id})
    connection.execute(EVENTS.insert(), [_row(sender_id, event) for event in events])
    ids = {event.message_id for event in events if isinstance(event, UserUttered) and event.message_id}
    if ids:
        connection.execute(HEARD.insert(), [{"sender_id": sender_id, "message_id": name} for name in ids])


def since(connection: Connection, sender_id: str, after: int) -> tuple[int, int]:
    """How many events have a higher id than this, and the id of the last; at least one has."""
    count, last = connection.execute(_SINCE, {"sender": sender_id, "after": after}).one()
    return int(count), int(last)


def shorten(connection: Connection, sender_id: str, after: int, state: tail.State) -> None:
    """From now on the tail begins after this event."""
    values = {"after_id": after, "state": json.dumps(state)}
    mine = TAILS.c.sender_id == sender_id
    if not connection.execute(TAILS.update().where(mine).values(values)).rowcount:
        connection.execute(TAILS.insert(), [{"sender_id": sender_id, **values}])


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


_ONE_AT_A_TIME = sa.text(f"SELECT pg_advisory_xact_lock({LOCK}, hashtext(:sender))")
_SINCE = sa.select(sa.func.count(), sa.func.max(EVENTS.c.id)).where(
    EVENTS.c.sender_id == sa.bindparam("sender"), EVENTS.c.id > sa.bindparam("after")
)
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
