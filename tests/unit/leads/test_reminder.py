"""Reminders: once for each lead that is still unclaimed when its visitor was promised an answer, and never before."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import pytest

from knowledge.facts import Facts
from knowledge.records import Firm
from leads.courier import Courier
from leads.firm import promise
from leads.outbox import Outbox
from leads.reminder import remind
from leads.settings import Slack as Settings
from leads.store import LeadStore
from leads.targets.slack import Slack
from tests.sample_leads import ZONE, new_lead
from tests.servers.loopback import Answer
from tests.servers.slack import TOKEN, SlackServer

FRIDAY = datetime(
    2026, 11, 27, 21, 30, tzinfo=timezone.utc
)  # half past four at the firm, which closes at five
MINUTE = timedelta(minutes=1)


@pytest.fixture
def firm(all_facts: Facts) -> Firm:
    return all_facts.firm


def accept(store: LeadStore, *targets: str, form: str = "1") -> str:
    return store.accept(new_lead(form=form), targets or ("slack",), FRIDAY).number


def test_it_is_due_when_the_promise_is_and_counts_business_hours(store: LeadStore, firm: Firm) -> None:
    accept(store)
    by = promise(firm, FRIDAY).by
    assert by.weekday() == 0  # Monday
    assert remind(store, firm, "w1", by - MINUTE) == 0
    assert remind(store, firm, "w1", by + MINUTE) == 1
    assert remind(store, firm, "w1", by + 2 * MINUTE) == 0


@pytest.mark.parametrize("taken", ["claim", "refuse"])
def test_a_lead_that_is_taken_needs_none(store: LeadStore, firm: Firm, taken: str) -> None:
    getattr(store, taken)(accept(store), "intake", FRIDAY)
    assert remind(store, firm, "w1", promise(firm, FRIDAY).by + MINUTE) == 0


def test_nor_does_one_that_was_not_sent_to_slack_or_is_old(store: LeadStore, firm: Firm) -> None:
    accept(store, "email")
    accept(store, "slack", form="2")
    assert remind(store, firm, "w1", FRIDAY + timedelta(days=8)) == 0


def test_workers_at_once_remind_once(store: LeadStore, firm: Firm) -> None:
    number, late = accept(store), promise(firm, FRIDAY).by + MINUTE
    with ThreadPoolExecutor(5) as threads:
        assert sum(threads.map(lambda who: remind(store, firm, f"w{who}", late), range(5))) == 1
    assert [row.what for row in store.audit(number)].count("reminded") == 1


def test_it_comes_below_the_lead_for_all_to_see_and_names_nobody(store: LeadStore, firm: Firm) -> None:
    number, late = accept(store), promise(firm, FRIDAY).by + MINUTE
    with SlackServer() as slack:
        courier = _courier(store, slack, late)
        assert courier.step() and remind(store, firm, "w1", late) == 1
        slack.refuse_next(Answer(503))
        courier.step()
        later = _courier(store, slack, late + 10 * MINUTE)
        assert later.step() and not later.step()
        lead, reminder = slack.called("chat.postMessage")
    assert "thread_ts" not in lead
    assert reminder["thread_ts"] == "1700000000.000001" and reminder["reply_broadcast"] in (True, "1")
    assert reminder["text"].startswith(f"Nobody has claimed lead {number} yet")
    assert "Maria" not in json.dumps(reminder)


def test_one_that_is_claimed_while_the_reminder_waits_is_not_mentioned(store: LeadStore, firm: Firm) -> None:
    number, late = accept(store), promise(firm, FRIDAY).by + MINUTE
    with SlackServer() as slack:
        courier = _courier(store, slack, late)
        courier.step()
        remind(store, firm, "w1", late)
        store.claim(number, "intake", late)
        assert courier.step() and not courier.step()
        assert len(slack.called("chat.postMessage")) == 1


def _courier(store: LeadStore, slack: SlackServer, now: datetime) -> Courier:
    target = Slack(Settings(TOKEN, "#leads", "secret", slack.api), ZONE, str)
    return Courier(target, Outbox(store, "w1"), store, lambda: now)
