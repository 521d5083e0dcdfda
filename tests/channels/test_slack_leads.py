"""The buttons under leads in Slack, by signed requests to a running server: one lawyer wins, and is shown whom to
call.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests

from components.slack import SlackChannel
from knowledge.facts import load
from knowledge.records import Firm, Lawyer
from leads.crypto import Keyring, new_key
from leads.desk import Desk, patient
from leads.errors import StoreUnavailable
from leads.settings import Slack
from leads.store import LeadStore
from leads.targets.slack import Slack as Target
from tests.channels.slack_app import SECRET, SlackApp, shown, until
from tests.sample_leads import RECEIVED, ZONE, delivery, new_lead
from tests.servers import slack_says as says
from tests.servers.loopback import Answer
from tests.servers.sanic_app import SanicApp
from tests.servers.slack import TOKEN, SlackServer

LAWYERS = tuple(
    Lawyer(
        id=f"lawyer_{n}",
        name=f"Lawyer {n}",
        email=f"l{n}@firm.example",
        slack=f"U0LAW{n:02}",
        languages=("en",),
    )
    for n in range(20)
)


class Office:
    """The firm: Slack with one lead posted, the store, and the server."""

    def __init__(self, folder: Path, firm: Firm) -> None:
        self.slack = SlackServer()
        self.store = LeadStore.open(f"sqlite:///{folder / 'leads.db'}", Keyring([new_key()]))
        self.number = self.store.accept(new_lead(), ("slack",), RECEIVED).number
        settings = Slack(TOKEN, "#leads", SECRET, self.slack.api)
        Target(settings, ZONE, str).deliver(self.store.get(self.number), delivery("slack"))
        self.desks = 0
        self.faults: list[Exception] = []

        def open_desk() -> Desk:
            self.desks += 1
            if self.faults:
                raise self.faults.pop()
            return Desk(self.store, firm, patient(settings), lambda: RECEIVED)

        self._folder, self._open_desk = folder, open_desk
        self.app = SlackApp(folder, self.slack, open_desk)

    def restart(self) -> None:
        self.app.stop()
        self.app = SlackApp(self._folder, self.slack, self._open_desk)

    def press(self, user: str, action: str = "lead_claim") -> int:
        return self.app.interact(says.click(action, self.number, user)).status_code

    def stop(self) -> None:
        self.app.stop()
        self.slack.down()
        self.store.close()

    @property
    def channel(self) -> dict[str, Any]:
        """The lead's message as it stands now."""
        (message,) = self.slack.messages.values()
        return message


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    firm = load().firm.copy(update={"lawyers": LAWYERS, "fallback": LAWYERS[0].id})
    running = Office(tmp_path, firm)
    yield running
    running.stop()


def test_a_claim_is_shown_to_all_and_the_contact_to_the_claimer(office: Office) -> None:
    assert office.press("U0LAW03") == 200
    until(lambda: bool(office.slack.called("chat.update")))
    (alone,) = office.slack.ephemeral
    assert alone["user"] == "U0LAW03" and "maria.quill@example.com" in shown(alone)
    assert "Claimed by Lawyer 3, Tuesday 24 November 2026, 4:09 PM EST" in shown(office.channel)
    assert "Maria" not in shown(office.channel) and "lead_claim" not in shown(office.channel)


def test_twenty_press_at_once_and_one_wins(office: Office) -> None:
    with ThreadPoolExecutor(20) as threads:
        assert set(threads.map(office.press, [lawyer.slack or "" for lawyer in LAWYERS])) == {200}
    until(lambda: len(office.slack.ephemeral) == 20 and len(office.slack.called("chat.update")) == 20)
    told = [message["user"] for message in office.slack.ephemeral if "Maria" in shown(message)]
    assert len(told) == 1
    winner = next(lawyer for lawyer in LAWYERS if lawyer.slack == told[0])
    assert office.store.get(office.number).claimed_by == winner.id
    losers = [message for message in office.slack.ephemeral if message["user"] != told[0]]
    assert all(f"already claimed by {winner.name}" in shown(message) for message in losers)
    assert f"Claimed by {winner.name}" in shown(office.channel)
    assert [row.what for row in office.store.audit(office.number)].count("claimed") == 1


def test_not_a_fit(office: Office) -> None:
    office.press("U0LAW03", "lead_refuse")
    until(lambda: bool(office.slack.called("chat.update")))
    assert "Not a fit” by Lawyer 3" in shown(office.channel)
    assert "Maria" not in shown(office.slack.ephemeral[0])


def test_somebody_else_learns_nothing_and_changes_nothing(office: Office) -> None:
    assert office.press("U0OTHER") == 200
    until(lambda: bool(office.slack.ephemeral))
    assert "Only the firm's lawyers" in shown(office.slack.ephemeral[0])
    assert office.store.get(office.number).status == "new" and not office.slack.called("chat.update")


def test_it_answers_within_a_second_however_slow_slack_is(office: Office) -> None:
    with office.slack._lock:  # Slack answers nobody
        began = time.monotonic()
        assert office.press("U0LAW01") == 200
        assert time.monotonic() - began < 1
        assert not office.slack.ephemeral
    until(lambda: bool(office.slack.ephemeral))


def test_a_busy_slack_is_asked_again(office: Office) -> None:
    office.slack.refuse_next(Answer(429, b"", {"Retry-After": "1"}), Answer(503))
    office.press("U0LAW01")
    until(lambda: bool(office.slack.called("chat.update")))
    assert "Maria" in shown(office.slack.ephemeral[0])


def test_a_replayed_click_counts_once(office: Office) -> None:
    body = says.as_form(says.click("lead_claim", office.number, "U0LAW01"))
    headers = says.signed(body, SECRET, time.time())
    assert [office.app.post(body, says.FORM, headers).status_code for _ in range(3)] == [200, 200, 200]
    office.app.settle()
    assert len(office.slack.ephemeral) == 1 and len(office.slack.called("chat.update")) == 1


def test_a_click_survives_the_end_of_the_server(office: Office) -> None:
    with office.slack._lock:  # Slack answers nobody
        office.press("U0LAW01")
        until(lambda: office.store.get(office.number).status == "claimed")
        assert office.app.queue.lines("in")
        office.restart()
    until(lambda: bool(office.slack.called("chat.update")))
    office.app.settle()
    assert "Maria" in shown(office.slack.ephemeral[-1])


def test_a_click_that_nobody_signed_does_nothing(office: Office) -> None:
    body = says.as_form(says.click("lead_claim", office.number, "U0LAW01"))
    for bad in (
        {},
        says.signed(body, "another secret", time.time()),
        says.signed(body, SECRET, time.time() - 302),
    ):
        assert office.app.post(body, says.FORM, bad).status_code == 401
    assert office.desks == 0 and office.store.get(office.number).status == "new"


def test_trouble_with_the_desk_is_over_when_it_is_over(office: Office) -> None:
    office.faults.append(StoreUnavailable("down"))
    office.press("U0LAW01")
    until(lambda: bool(office.slack.ephemeral))
    assert office.desks == 2 and office.store.get(office.number).status == "claimed"


def test_when_the_store_is_down_the_lawyer_is_told(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: object) -> None:
        raise StoreUnavailable("down")

    monkeypatch.setattr(office.store, "claim", down)
    office.press("U0LAW01")
    until(lambda: bool(office.slack.ephemeral))
    assert "press the button again" in shown(office.slack.ephemeral[0])


@pytest.mark.parametrize(
    "environment",
    [{}, {"SLACK_BOT_TOKEN": TOKEN}, {"SLACK_BOT_TOKEN": "nonsense", "SLACK_SIGNING_SECRET": "x"}],
)
def test_without_slack_there_is_nothing(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLACK_LEADS_CHANNEL", "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    server = SanicApp(SlackChannel.from_credentials(None))
    body = says.as_form(says.click("lead_claim", "K7PM-3WX9", "U0LAW01"))
    reply = requests.post(
        f"{server.url}/webhooks/slack/webhook", body, headers=says.signed(body, SECRET, time.time())
    )
    assert reply.status_code == 404
    server.stop()
