"""Claims: who may, who wins, and who is shown what."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from knowledge.facts import Facts
from knowledge.records import Firm, Lawyer
from leads.claims import Click, press, read
from leads.crypto import Keyring, new_key
from leads.store import LeadStore
from leads.targets.slack_message import Message
from tests.sample_leads import RECEIVED, new_lead
from tests.servers.slack_says import click

ANNA = Lawyer(id="anna", name="Anna", email="anna@firm.example", slack="U0ANNA", languages=("en",))
BERT = Lawyer(id="bert", name="Bert", email="bert@firm.example", slack="U0BERT", languages=("en",))
NO_SLACK = Lawyer(id="cleo", name="Cleo", email="cleo@firm.example", languages=("en",))
PERSONAL = ("Maria", "quill@", "613-555-0142", "Rideau")


@pytest.fixture
def firm(all_facts: Facts) -> Firm:
    return all_facts.firm.copy(update={"lawyers": (ANNA, BERT, NO_SLACK), "fallback": "anna"})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LeadStore]:
    opened = LeadStore.open(f"sqlite:///{tmp_path / 'leads.db'}", Keyring([new_key()]))
    yield opened
    opened.close()


@pytest.fixture
def number(store: LeadStore) -> str:
    return store.accept(new_lead(), ("slack",), RECEIVED).number


def pressed(number: str, user: str = "U0ANNA", action: str = "claim") -> Click:
    assert action in ("claim", "refuse")
    return Click(action, number, user, "C0LEADS", "1700000000.000001")  # type: ignore[arg-type]


def shown(message: Message | None) -> str:
    return json.dumps(message.blocks if message else None, ensure_ascii=False)


def test_the_claimer_alone_is_shown_whom_to_call(store: LeadStore, firm: Firm, number: str) -> None:
    outcome = press(pressed(number), store, firm, RECEIVED)
    assert all(word in shown(outcome.alone) for word in PERSONAL)
    assert not any(word in shown(outcome.channel) for word in PERSONAL)
    assert "Claimed by Anna, Tuesday 24 November 2026, 4:09 PM EST" in shown(outcome.channel)
    assert [row.what for row in store.audit(number)] == ["created", "claimed", "opened"]


def test_the_second_learns_who_was_first_and_nothing_else(store: LeadStore, firm: Firm, number: str) -> None:
    press(pressed(number), store, firm, RECEIVED)
    outcome = press(pressed(number, "U0BERT"), store, firm, RECEIVED)
    assert "is already claimed by Anna" in shown(outcome.alone)
    assert not any(word in shown(outcome.alone) for word in PERSONAL)
    assert store.get(number).claimed_by == "anna"


def test_pressing_again_shows_the_same_again(store: LeadStore, firm: Firm, number: str) -> None:
    first = press(pressed(number), store, firm, RECEIVED)
    assert press(pressed(number), store, firm, RECEIVED) == first
    assert [row.what for row in store.audit(number)].count("claimed") == 1


@pytest.mark.parametrize("user", ["U0STRANGER", "anna", "ANNA", "anna@firm.example", "cleo", ""])
@pytest.mark.parametrize("action", ["claim", "refuse"])
def test_nobody_else_may(store: LeadStore, firm: Firm, number: str, user: str, action: str) -> None:
    outcome = press(pressed(number, user, action), store, firm, RECEIVED)
    assert "Only the firm's lawyers can claim leads" in shown(outcome.alone) and outcome.channel is None
    assert store.get(number).status == "new"


def test_not_a_fit_shows_no_contact_and_can_be_claimed_after_all(
    store: LeadStore, firm: Firm, number: str
) -> None:
    outcome = press(pressed(number, action="refuse"), store, firm, RECEIVED)
    assert "You marked lead" in shown(outcome.alone) and not any(
        word in shown(outcome.alone) for word in PERSONAL
    )
    assert "Marked “Not a fit” by Anna" in shown(outcome.channel) and "lead_claim" in shown(outcome.channel)
    second = press(pressed(number, "U0BERT", "refuse"), store, firm, RECEIVED)
    assert "Marked “Not a fit” by Anna" in shown(second.alone)
    third = press(pressed(number, "U0BERT"), store, firm, RECEIVED)
    assert "Maria" in shown(third.alone) and store.get(number).claimed_by == "bert"


def test_who_has_it_may_find_it_is_not_a_fit_and_nobody_else(
    store: LeadStore, firm: Firm, number: str
) -> None:
    press(pressed(number), store, firm, RECEIVED)
    press(pressed(number, "U0BERT", "refuse"), store, firm, RECEIVED)
    assert store.get(number).status == "claimed"
    press(pressed(number, "U0ANNA", "refuse"), store, firm, RECEIVED)
    assert store.get(number).status == "refused"


def test_a_lead_that_is_gone(store: LeadStore, firm: Firm) -> None:
    outcome = press(pressed("K7PM-3WX9"), store, firm, RECEIVED)
    assert "is no longer kept" in shown(outcome.alone) and outcome.channel is None


def test_a_click_as_slack_posts_it() -> None:
    read_click = read(click("lead_claim", "K7PM-3WX9", "U0ANNA"))
    assert read_click == Click("claim", "K7PM-3WX9", "U0ANNA", "C0LEADS", "1700000000.000001")
    refused = read(click("lead_refuse", "K7PM-3WX9", "U0ANNA"))
    assert refused is not None and refused.action == "refuse"


@pytest.mark.parametrize(
    "payload",
    [
        *(None, [], "x", 1, {}, {"type": "view_submission"}),
        {"type": "block_actions"},
        {"type": "block_actions", "actions": []},
        {"type": "block_actions", "actions": [{}, {}]},
        {"type": "block_actions", "actions": {"a": 1}},
        {"type": "block_actions", "actions": [{"action_id": ["lead_claim"]}]},
        click("another_button", "K7PM-3WX9", "U0ANNA"),
        click("lead_claim", "../../etc", "U0ANNA"),
        click("lead_claim", "", "U0ANNA"),
        click("lead_claim", "K7PM-3WX9\n", "U0ANNA"),
        click("lead_claim", "K7PM-3WX9", "<@U0ANNA>"),
        click("lead_claim", "K7PM-3WX9", "U0ANNA", channel=""),
        click("lead_claim", "K7PM-3WX9", "U0ANNA", ts="now"),
        click("lead_claim", None, "U0ANNA"),  # type: ignore[arg-type]
        click("lead_claim", 7, "U0ANNA"),  # type: ignore[arg-type]
    ],
)
def test_whatever_else_is_no_click(payload: Any) -> None:
    assert read(payload) is None
