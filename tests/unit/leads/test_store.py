"""None lost, none doubled, whoever asks at the same time."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from leads import numbers
from leads.crypto import Keyring, new_key
from leads.database import reading
from leads.errors import NoSuchLead, SettingsError, StoreUnavailable
from leads.report import deliveries
from leads.store import LeadStore
from leads.tables import METADATA
from tests.sample_leads import RECEIVED, new_lead

LATER = RECEIVED + timedelta(hours=1)
RACER = """
import sys
from leads.crypto import Keyring
from leads.store import LeadStore
from tests.sample_leads import RECEIVED, new_lead
store = LeadStore.open(sys.argv[1], Keyring([sys.argv[2]]))
for form in range(10):
    print(store.accept(new_lead(form=str(form)), ["email", "slack"], RECEIVED).number)
"""


def test_lead_consent_deliveries_and_audit_are_there_together(store: LeadStore) -> None:
    receipt = store.accept(new_lead(), ["email", "slack", "email"], RECEIVED, "intake")
    assert receipt.new and receipt.created_at == RECEIVED
    lead = store.get(receipt.number)
    assert (lead.id, lead.status, lead.lawyer, lead.claimed_by) == (receipt.lead_id, "new", "intake", None)
    assert {name: getattr(lead, name) for name in vars(new_lead())} == vars(new_lead())
    assert [(one.target, one.state) for one in deliveries(store)] == [
        ("email", "waiting"),
        ("slack", "waiting"),
    ]
    assert [(row.who, row.what, row.at) for row in store.audit(receipt.number)] == [
        ("visitor", "created", RECEIVED)
    ]


def test_the_same_form_again_gets_the_same_receipt_and_changes_nothing(store: LeadStore) -> None:
    first = store.accept(new_lead(), ["email"], RECEIVED)
    again = store.accept(new_lead(name="Somebody Else"), ["email", "slack"], LATER)
    assert (again.number, again.lead_id, again.created_at, again.new) == (
        first.number,
        first.lead_id,
        RECEIVED,
        False,
    )
    assert len(store.find()) == len(deliveries(store)) == len(store.audit()) == 1
    assert store.get(first.number).name == "Maria Quill"


def test_another_form_of_the_conversation_is_another_lead(store: LeadStore) -> None:
    one, two = (store.accept(new_lead(form=form), [], RECEIVED) for form in "12")
    other = store.accept(new_lead(conversation="conversation-2"), [], RECEIVED)
    assert [lead.number for lead in store.of_conversation("conversation-1")] == [one.number, two.number]
    assert len({one.number, two.number, other.number}) == 3


def test_of_many_threads_with_one_form_one_makes_the_lead(store: LeadStore) -> None:
    with ThreadPoolExecutor(12) as pool:
        receipts = list(pool.map(lambda _: store.accept(new_lead(), ["email"], RECEIVED), range(24)))
    assert len({receipt.number for receipt in receipts}) == 1
    assert sum(receipt.new for receipt in receipts) == 1
    assert len(deliveries(store)) == len(store.audit()) == 1


def test_processes_that_start_together_make_the_tables_once_and_each_lead_once(database: str) -> None:
    key = new_key()
    command = [sys.executable, "-c", RACER, database, key]
    racers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    said = [racer.communicate()[0].split() for racer in racers]
    assert [racer.returncode for racer in racers] == [0, 0, 0, 0]
    assert said[0] == said[1] == said[2] == said[3] and len(set(said[0])) == 10
    assert len(deliveries(LeadStore.open(database, Keyring([key])))) == 20


def test_a_number_that_is_taken_is_drawn_again(store: LeadStore, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["K7PM-3WXM", "K7PM-3WXM", "2222-2229"])
    monkeypatch.setattr(numbers, "new_number", lambda: next(drawn))
    assert [store.accept(new_lead(form=form), [], RECEIVED).number for form in "12"] == [
        "K7PM-3WXM",
        "2222-2229",
    ]


def test_a_correction_reaches_every_target_once(store: LeadStore) -> None:
    number = store.accept(new_lead(), ["email", "slack"], RECEIVED).number
    assert store.amend(number, {"phone": None, "name": "Mary Quill"}, LATER).new
    assert not store.amend(number, {"name": "Mary Quill"}, LATER).new
    lead = store.get(number)
    assert (lead.name, lead.phone, lead.amended_at, lead.created_at) == ("Mary Quill", None, LATER, RECEIVED)
    assert [(one.target, one.kind) for one in deliveries(store)][2:] == [
        ("email", "amended"),
        ("slack", "amended"),
    ]
    assert not store.find(contact="+16135550142")
    assert [row.what for row in store.audit(number)] == ["created", "amended"]


def test_only_what_the_visitor_gave_can_be_corrected(store: LeadStore) -> None:
    number = store.accept(new_lead(), [], RECEIVED).number
    with pytest.raises(ValueError, match="status"):
        store.amend(number, {"status": "claimed"}, LATER)


def test_leads_are_found_by_status_time_and_contact(store: LeadStore) -> None:
    old = store.accept(new_lead(form="1"), [], RECEIVED).number
    new = store.accept(new_lead(form="2", email="Bo@Mail.example", phone=None), [], LATER).number
    store.claim(old, "anna", LATER)
    assert [lead.number for lead in store.find()] == [new, old]
    assert [lead.number for lead in store.find(status="new")] == [new]
    assert [lead.number for lead in store.find(since=LATER)] == [new]
    assert [lead.number for lead in store.find(contact=" bo@mail.EXAMPLE")] == [new]
    assert [lead.number for lead in store.find(limit=1)] == [new]


def test_one_of_many_lawyers_gets_the_lead(store: LeadStore) -> None:
    number = store.accept(new_lead(), [], RECEIVED).number
    with ThreadPoolExecutor(8) as pool:
        claims = list(pool.map(lambda n: store.claim(number, f"lawyer{n}", LATER), range(16)))
    winner = store.get(number).claimed_by
    assert sum(claim.won for claim in claims) == 1 and {claim.by for claim in claims} == {winner}
    assert store.claim(number, str(winner), LATER).won
    assert [row.what for row in store.audit(number)] == ["created", "claimed"]


def test_a_lead_that_was_no_fit_may_still_be_claimed(store: LeadStore) -> None:
    number = store.accept(new_lead(), [], RECEIVED).number
    assert store.refuse(number, "anna", LATER).won and store.get(number).status == "refused"
    assert not store.refuse(number, "bob", LATER).won
    assert store.claim(number, "bob", LATER).won
    assert not store.refuse(number, "anna", LATER).won and store.get(number).status == "claimed"
    assert store.refuse(number, "bob", LATER).won


@pytest.mark.parametrize("what", ["get", "claim", "refuse", "amend", "opened"])
def test_an_unknown_number_is_said_to_be_one(store: LeadStore, what: str) -> None:
    rest = {"get": (), "amend": ({}, RECEIVED)}.get(what, ("anna", RECEIVED))
    with pytest.raises(NoSuchLead):
        getattr(store, what)("K7PM-3WXM", *rest)


def test_a_time_without_its_zone_is_refused(store: LeadStore) -> None:
    with pytest.raises(Exception, match="a time without its zone"):
        store.accept(new_lead(), [], datetime(2026, 11, 24))
    assert not store.find()


def test_the_migrations_make_the_tables_that_the_code_knows(store: LeadStore) -> None:
    with reading(store.engine) as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_a_store_of_a_newer_version_is_left_alone(database: str, keys: Keyring) -> None:
    store = LeadStore.open(database, keys)
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreUnavailable, match="newer version"):
        LeadStore.open(database, keys)


def test_what_is_committed_on_sqlite_survives_the_loss_of_power(sqlite: str, keys: Keyring) -> None:
    with reading(LeadStore.open(sqlite, keys).engine) as connection:
        found = [
            connection.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous")
        ]
    assert found == ["wal", 2]
    assert Path(sqlite).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://a@b/c", "://", "postgresql://h"])
def test_an_address_that_is_none_is_refused(url: str, keys: Keyring) -> None:
    with pytest.raises(SettingsError, match="^LEADS_DB"):
        LeadStore.open(url, keys)


@pytest.mark.parametrize("url", ["/missing/folder/leads.db", "postgresql://u:secret@127.0.0.1:9/leads"])
def test_a_store_that_cannot_be_reached_is_said_so_without_secrets(url: str, keys: Keyring) -> None:
    with pytest.raises(StoreUnavailable) as unreachable:
        LeadStore.open(url, keys)
    assert "secret" not in str(unreachable.value)


def test_a_database_that_goes_away_and_comes_back_loses_nothing(
    store: LeadStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("ALTER TABLE audit RENAME TO elsewhere"))
    with pytest.raises(StoreUnavailable):
        store.accept(new_lead(), ["email"], RECEIVED)
    assert not store.find() and not deliveries(store)
    with store.engine.begin() as connection:
        connection.execute(text("ALTER TABLE elsewhere RENAME TO audit"))
    assert store.accept(new_lead(), ["email"], RECEIVED).new


def test_a_number_with_an_extension_is_found_without_it(store: LeadStore) -> None:
    number = store.accept(new_lead(form="ext", phone="+16135550188;ext=12"), [], RECEIVED).number
    assert [lead.number for lead in store.find(contact="+16135550188")] == [number]
