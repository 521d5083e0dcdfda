"""What is personal is nowhere in clear, and keys can be changed without losing anything."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from leads.crypto import Keyring, new_key
from leads.errors import LeadsError, SettingsError, WrongKey
from leads.rotation import rotate
from leads.store import LeadStore
from tests.sample_leads import HOSTILE, RECEIVED, new_lead

KEY_MAKER = """
import sys
from pathlib import Path
from leads.crypto import Keyring
print(Keyring.load((), Path(sys.argv[1])).hash("kind", "value"))
"""
PERSONAL = (
    "Maria",
    "Quill",
    "example.com",
    "6135550142",
    "mornings",
    "Ottawa",
    "Rideau",
    "Pharmacist",
    "Buffalo",
)


def test_nothing_personal_stands_in_the_database_or_its_journal(sqlite: str, keys: Keyring) -> None:
    store = LeadStore.open(sqlite, keys)
    number = store.accept(new_lead(urgency="canary-urgency"), ["email"], RECEIVED).number
    store.amend(number, {"name": "canary-name"}, RECEIVED)
    raw = b"".join(file.read_bytes() for file in Path(sqlite).parent.glob("leads.db*"))
    assert number.encode() in raw
    for word in (*PERSONAL, "canary", "conversation-1"):
        assert word.encode() not in raw, word


def test_nothing_personal_stands_in_a_record_or_an_error_as_text(store: LeadStore, keys: Keyring) -> None:
    lead = new_lead()
    number = store.accept(lead, [], RECEIVED).number
    shown = f"{lead!r} {store.get(number)} {lead.case} {lead.transcript[0]!r} {keys!r}"
    with pytest.raises(LeadsError) as missing:
        store.get("maria.quill@example.com")
    for word in (*PERSONAL, "maria"):
        assert word not in f"{shown} {missing.value}"


def test_whatever_can_be_typed_comes_back_unchanged(store: LeadStore) -> None:
    lead = new_lead(name=HOSTILE, matter="x" * 10_000, urgency="\udcff\x00", email=f"{HOSTILE}@b.example")
    stored = store.get(store.accept(lead, [], RECEIVED).number)
    assert (stored.name, stored.matter, stored.urgency) == (lead.name, lead.matter, lead.urgency)
    assert (stored.case, stored.transcript, stored.consent) == (lead.case, lead.transcript, lead.consent)


def test_a_new_key_takes_over_and_the_old_one_can_go(database: str) -> None:
    old, new = new_key(), new_key()
    first = LeadStore.open(database, Keyring([old]))
    receipts = [first.accept(new_lead(form=str(n)), ["email"], RECEIVED) for n in range(3)]

    both = LeadStore.open(database, Keyring([new, old]))
    assert not both.accept(new_lead(form="1"), ["email"], RECEIVED).new
    assert both.find(contact="maria.quill@example.com")
    assert rotate(both) == 3

    after = LeadStore.open(database, Keyring([new]))
    assert [lead.number for lead in after.of_conversation("conversation-1")] == [r.number for r in receipts]
    assert after.find(contact="+16135550142") and not after.accept(new_lead(form="1"), [], RECEIVED).new
    with pytest.raises(WrongKey):
        LeadStore.open(database, Keyring([old]))


def test_a_store_refuses_keys_that_it_was_not_filled_with(database: str, keys: Keyring) -> None:
    LeadStore.open(database, keys)
    with pytest.raises(WrongKey):
        LeadStore.open(database, Keyring([new_key()]))


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "leads.key"
    sealed = Keyring.load((), file).seal("word")
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600
    assert Keyring.load((), file).unseal(sealed) == "word"
    assert [path.name for path in tmp_path.iterdir()] == ["leads.key"]


def test_processes_that_start_together_share_one_key(tmp_path: Path) -> None:
    file = tmp_path / "leads.key"
    command = [sys.executable, "-c", KEY_MAKER, str(file)]
    starting = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert len({process.communicate()[0] for process in starting}) == 1


@pytest.mark.parametrize("keys", [[], ["short"], [new_key(), "x" * 44], ["ключ"]])
def test_what_is_no_key_is_refused_without_being_shown(keys: list[str]) -> None:
    with pytest.raises(SettingsError) as refused:
        Keyring(keys)
    assert refused.value.name == "LEADS_KEYS" and not any(key in str(refused.value) for key in keys)


def test_a_key_file_that_cannot_be_used_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="^LEADS_KEY_FILE cannot be read or made"):
        Keyring.load((), tmp_path / "missing" / "leads.key")


def test_a_hash_tells_kinds_and_keys_apart() -> None:
    one, other = Keyring([new_key()]), Keyring([new_key()])
    hashes = {one.hash("email", "a"), one.hash("phone", "a"), other.hash("email", "a")}
    assert len(hashes) == 3 and all(re.fullmatch("[0-9a-f]{64}", value) for value in hashes)
