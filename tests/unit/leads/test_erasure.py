"""What is erased is gone from every table and every byte; only the audit stays."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from leads.conversations import Conversations
from leads.crypto import Keyring
from leads.database import connect
from leads.erasure import erase, grant
from leads.errors import OnHold, SettingsError, StoreUnavailable
from leads.outbox import Outbox
from leads.records import Consent
from leads.store import LeadStore
from leads.tables import METADATA
from tests.sample_leads import RECEIVED, new_lead

EVENTS = (
    "CREATE TABLE events (id INTEGER PRIMARY KEY, sender_id VARCHAR(255) NOT NULL, type_name VARCHAR(255)"
    " NOT NULL, timestamp FLOAT, intent_name VARCHAR(255), action_name VARCHAR(255), data TEXT)"
)
ADD = (
    "INSERT INTO events (id, sender_id, type_name, timestamp, data) VALUES (:id, :sender, 'user', :at, :data)"
)
NOW = RECEIVED + timedelta(days=100)


def fill(url: str) -> None:
    """Three conversations as Rasa keeps them: two old ones and a new one."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(EVENTS))
        for number, (sender, at) in enumerate(
            [("conversation-1", RECEIVED), ("conversation-1", NOW), ("silent", RECEIVED), ("fresh", NOW)] * 20
        ):
            data = f"canary-{sender} {'x' * 300}"
            connection.execute(
                text(ADD), {"id": number, "sender": sender, "at": at.timestamp(), "data": data}
            )
    engine.dispose()


def senders(url: str) -> set[str]:
    with create_engine(url).connect() as connection:
        return set(connection.execute(text("SELECT sender_id FROM events")).scalars())


@pytest.fixture
def tracker(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a tracker store of the same kind as the leads' database."""
    kind = "sqlite" if "://" not in database else "postgresql"
    address = (
        str(tmp_path / "conversations.db") if kind == "sqlite" else request.getfixturevalue(kind).database()
    )
    fill(f"sqlite:///{address}" if kind == "sqlite" else address)
    yield address


def url_of(address: str) -> str:
    return address if "://" in address else f"sqlite:///{address}"


def raw(*addresses: str) -> bytes:
    """Every byte of SQLite databases and their journals."""
    files = [file for address in addresses for file in Path(address).parent.glob(f"{Path(address).name}*")]
    return b"".join(file.read_bytes() for file in files)


def test_erasing_leaves_no_row_but_the_audit(store: LeadStore, tracker: str) -> None:
    gone = store.accept(new_lead(), ["email", "slack"], RECEIVED)
    kept = store.accept(new_lead(conversation="fresh"), ["email"], RECEIVED)
    outbox = Outbox(store, "w1")
    outbox.refused(outbox.due(RECEIVED)[0], "SMTP 550", RECEIVED)
    store.amend(gone.number, {"name": "Mary"}, RECEIVED)

    erased = erase(store, Conversations(tracker), [store.get(gone.number)], "anna", NOW)
    assert (erased.numbers, erased.events) == ((gone.number,), 40)
    assert senders(url_of(tracker)) == {"silent", "fresh"}
    assert [lead.number for lead in store.find()] == [kept.number]
    with store.engine.connect() as connection:
        for table in set(METADATA.sorted_tables) - {METADATA.tables[name] for name in ("audit", "seal")}:
            assert all(gone.lead_id not in map(str, row) for row in connection.execute(table.select())), table
        assert connection.execute(METADATA.tables["consents"].select()).all()[0].lead_id == kept.lead_id
    assert [row.what for row in store.audit(gone.number)][-1] == "erased"


def test_erasing_leaves_no_byte_either(sqlite: str, keys: Keyring, tmp_path: Path) -> None:
    store, tracker = LeadStore.open(sqlite, keys), str(tmp_path / "conversations.db")
    fill(f"sqlite:///{tracker}")
    lead = new_lead(consent=Consent("canary-v", "canary-text", RECEIVED, "en", "web"))
    receipt = store.accept(lead, ["canary-target"], RECEIVED)
    with store.engine.connect() as connection:
        sealed = connection.execute(text("SELECT sealed FROM leads")).scalar()
    marks = [
        str(sealed)[60:120].encode(),
        receipt.lead_id.encode(),
        b"canary-target",
        b"canary-conversation-1",
    ]
    assert all(mark in raw(sqlite, tracker) for mark in marks)

    erase(store, Conversations(tracker), [store.get(receipt.number)], "anna", NOW)
    store.close()
    for file in (sqlite, tracker):
        with sqlite3.connect(file) as connection:
            connection.execute("VACUUM")
    assert not [mark for mark in marks if mark in raw(sqlite, tracker)]
    assert b"canary-fresh" in raw(tracker) and receipt.number.encode() in raw(sqlite)


def test_erasing_overwrites_without_a_vacuum(sqlite: str, keys: Keyring, tmp_path: Path) -> None:
    store, tracker = LeadStore.open(sqlite, keys), str(tmp_path / "conversations.db")
    fill(f"sqlite:///{tracker}")
    lead = store.get(store.accept(new_lead(), ["email"], RECEIVED).number)
    erase(store, Conversations(tracker), [lead], "anna", NOW)
    assert b"canary-conversation-1" not in raw(tracker) and lead.id.encode() not in raw(sqlite)


def test_of_a_consent_its_text_and_time_stay_and_nothing_of_the_person(
    store: LeadStore, tracker: str
) -> None:
    lead = store.get(store.accept(new_lead(), ["email"], RECEIVED).number)
    erase(store, Conversations(tracker), [lead], "anna", NOW)
    with store.engine.connect() as connection:
        (proof,) = connection.execute(METADATA.tables["consent_proofs"].select()).all()
    assert tuple(proof) == (lead.number, "2026-11-24", "You agree …", RECEIVED, "en", "web", NOW)


def test_what_is_on_legal_hold_is_not_erased_until_released(store: LeadStore, tracker: str) -> None:
    number = store.accept(new_lead(), ["email"], RECEIVED).number
    assert store.hold(number, "anna", NOW) and not store.hold(number, "anna", NOW)
    with pytest.raises(OnHold, match=number):
        erase(store, Conversations(tracker), [store.get(number)], "anna", NOW)
    assert store.get(number).held_at == NOW and "conversation-1" in senders(url_of(tracker))
    assert store.hold(number, "anna", NOW, release=True)
    erase(store, Conversations(tracker), [store.get(number)], "anna", NOW)
    assert [row.what for row in store.audit(number)] == ["created", "held", "released", "erased"]


def test_who_asked_in_the_chat_is_forgotten_with_the_request_to_the_lawyers(
    store: LeadStore, tracker: str
) -> None:
    gone = store.accept(new_lead(), ["email"], RECEIVED).number
    later = store.accept(new_lead(form="form-2"), ["email"], NOW + timedelta(seconds=1)).number
    kept = store.accept(new_lead(conversation="fresh"), ["email"], RECEIVED).number
    conversations = Conversations(tracker)
    conversations.forget("conversation-1", NOW)
    assert senders(url_of(tracker)) == {"silent", "fresh"} and len(conversations.wishes()) == 1
    assert grant(store, conversations, NOW) == 1 and grant(store, conversations, NOW) == 0
    assert {lead.number for lead in store.find()} == {kept, later}
    assert [(row.what, row.who) for row in store.audit(gone)][-1] == ("erased", "visitor")


def test_a_wish_survives_while_the_leads_cannot_be_reached(tracker: str, store: LeadStore) -> None:
    conversations = Conversations(tracker)
    conversations.forget("conversation-1", NOW)
    conversations.forget("nobody", NOW)
    broken = LeadStore(connect("postgresql://u@127.0.0.1:9/x"), store.keys)
    with pytest.raises(StoreUnavailable):
        grant(broken, conversations, NOW)
    assert [wish.conversation for wish in conversations.wishes()] == ["conversation-1", "nobody"]


def test_of_a_request_on_hold_the_conversation_goes_and_the_lead_stays(store: LeadStore, tracker: str) -> None:
    number = store.accept(new_lead(), ["email"], RECEIVED).number
    store.hold(number, "anna", RECEIVED)
    conversations = Conversations(tracker)
    conversations.forget("conversation-1", NOW)
    assert grant(store, conversations, NOW) == 1 and not conversations.wishes()
    assert store.get(number) and [row.what for row in store.audit(number)] == ["created", "held", "kept"]


def test_a_tracker_store_that_is_not_there_holds_nothing_and_is_not_made(tmp_path: Path) -> None:
    missing, empty = tmp_path / "missing.db", tmp_path / "empty.db"
    sqlite3.connect(empty).close()
    assert Conversations(str(missing)).erase("conversation-1") == 0 and not missing.exists()
    assert Conversations(str(empty)).erase("conversation-1") == 0


def test_while_the_conversations_cannot_be_reached_the_lead_stays(store: LeadStore, tmp_path: Path) -> None:
    lead = store.get(store.accept(new_lead(), [], RECEIVED).number)
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"no database" * 100)
    for address in (str(broken), "postgresql://u:secret@127.0.0.1:9/x"):
        with pytest.raises(StoreUnavailable) as unreachable:
            erase(store, Conversations(address), [lead], "anna", NOW)
        assert "secret" not in str(unreachable.value)
    assert store.find()


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(SettingsError, match="^CONVERSATIONS_DB"):
        Conversations("nothing://")


def test_a_conversation_that_goes_on_is_waited_for(tmp_path: Path) -> None:
    tracker = str(tmp_path / "conversations.db")
    fill(f"sqlite:///{tracker}")
    with sqlite3.connect(tracker) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        reading = sqlite3.connect(tracker)
        reading.execute("BEGIN")
        reading.execute("SELECT count(*) FROM events").fetchone()
        started = time.monotonic()
        assert Conversations(tracker).erase("conversation-1") == 40
        assert time.monotonic() - started < 20
        reading.close()
