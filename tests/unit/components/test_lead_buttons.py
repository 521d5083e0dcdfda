"""The buttons in Slack, over a real server: signed requests alone count, and one lawyer wins."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Thread

import pytest
import requests
from rasa.core.channels.channel import register
from sanic import Sanic

from components.lead_buttons import LeadButtons
from knowledge.facts import Facts
from knowledge.records import Firm, Lawyer
from leads.crypto import Keyring, new_key
from leads.desk import Desk, patient
from leads.errors import StoreUnavailable
from leads.settings import Slack
from leads.store import LeadStore
from leads.targets.slack import Slack as Target
from tests.sample_leads import RECEIVED, ZONE, delivery, new_lead
from tests.servers.loopback import HOST, Answer, free_port
from tests.servers.slack import TOKEN, SlackServer, click, signed

SECRET = "signing-secret"
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


class Endpoint:
    """The channel on a real server."""

    def __init__(self, channel: LeadButtons) -> None:
        self.port = free_port()
        self.url = f"http://{HOST}:{self.port}/webhooks/lead_buttons/interactive"
        self._app = Sanic(f"buttons_{self.port}", configure_logging=False)
        self._app.config.TOUCHUP = False  # it rewrites Sanic's classes, once a process
        register([channel], self._app, route="/webhooks/")
        self._loop, ready = asyncio.new_event_loop(), Event()
        Thread(target=self._run, args=(ready,), daemon=True).start()
        assert ready.wait(10)

    def _run(self, ready: Event) -> None:
        asyncio.set_event_loop(self._loop)

        async def serve() -> None:
            server = await self._app.create_server(
                HOST, self.port, return_asyncio_server=True, access_log=False
            )
            await server.startup()
            ready.set()

        self._loop.run_until_complete(serve())
        self._loop.run_forever()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)

    def post(self, body: bytes, headers: dict[str, str] | None = None) -> int:
        """The status; signed now, unless other headers are given."""
        headers = signed(body, SECRET, time.time()) if headers is None else headers
        return requests.post(self.url, data=body, headers=headers, timeout=10).status_code


class Office:
    """The firm: Slack with one lead posted, the store, and the endpoint."""

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

        self.endpoint = Endpoint(LeadButtons(settings, open_desk))

    def press(self, user: str, action: str = "lead_claim") -> int:
        return self.endpoint.post(click(action, self.number, user))

    def stop(self) -> None:
        self.endpoint.stop()
        self.slack.down()
        self.store.close()


@pytest.fixture
def firm(tmp_path: Path, all_facts: Facts) -> Iterator[Office]:
    running = Office(tmp_path, all_facts.firm.copy(update={"lawyers": LAWYERS, "fallback": LAWYERS[0].id}))
    yield running
    running.stop()


def until(true: Callable[[], bool], limit: float = 15) -> None:
    """Waits, and fails when it takes too long."""
    end = time.monotonic() + limit
    while not true():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.01)


def said(message: dict[str, object]) -> str:
    return json.dumps(message["blocks"], ensure_ascii=False)


def test_a_claim_is_shown_to_all_and_the_contact_to_the_claimer(firm: Office) -> None:
    assert firm.press("U0LAW03") == 200
    until(lambda: bool(firm.slack.called("chat.update")))
    (alone,) = firm.slack.ephemeral
    assert alone["user"] == "U0LAW03" and "maria.quill@example.com" in said(alone)
    (channel,) = firm.slack.messages.values()
    assert "Claimed by Lawyer 3, Tuesday 24 November 2026, 4:09 PM EST" in said(channel)
    assert "Maria" not in said(channel) and "lead_claim" not in said(channel)


def test_twenty_press_at_once_and_one_wins(firm: Office) -> None:
    with ThreadPoolExecutor(20) as threads:
        assert set(threads.map(firm.press, [lawyer.slack or "" for lawyer in LAWYERS])) == {200}
    until(lambda: len(firm.slack.ephemeral) == 20 and len(firm.slack.called("chat.update")) == 20)
    told = [message["user"] for message in firm.slack.ephemeral if "Maria" in said(message)]
    assert len(told) == 1
    winner = next(lawyer for lawyer in LAWYERS if lawyer.slack == told[0])
    assert firm.store.get(firm.number).claimed_by == winner.id
    losers = [message for message in firm.slack.ephemeral if message["user"] != told[0]]
    assert all(f"already claimed by {winner.name}" in said(message) for message in losers)
    assert f"Claimed by {winner.name}" in said(next(iter(firm.slack.messages.values())))
    assert [row.what for row in firm.store.audit(firm.number)].count("claimed") == 1


def test_not_a_fit(firm: Office) -> None:
    firm.press("U0LAW03", "lead_refuse")
    until(lambda: bool(firm.slack.called("chat.update")))
    assert "Not a fit” by Lawyer 3" in said(next(iter(firm.slack.messages.values())))
    assert "Maria" not in said(firm.slack.ephemeral[0])


def test_somebody_else_learns_nothing_and_changes_nothing(firm: Office) -> None:
    assert firm.press("U0OTHER") == 200
    until(lambda: bool(firm.slack.ephemeral))
    assert "Only the firm's lawyers" in said(firm.slack.ephemeral[0])
    assert firm.store.get(firm.number).status == "new" and not firm.slack.called("chat.update")


def test_it_answers_within_a_second_however_slow_slack_is(firm: Office) -> None:
    with firm.slack._lock:  # Slack answers nobody
        began = time.monotonic()
        assert firm.press("U0LAW01") == 200
        assert time.monotonic() - began < 1
        assert not firm.slack.ephemeral
    until(lambda: bool(firm.slack.ephemeral))


def test_a_busy_slack_is_asked_again(firm: Office) -> None:
    firm.slack.refuse_next(Answer(429, b"", {"Retry-After": "1"}), Answer(503))
    firm.press("U0LAW01")
    until(lambda: bool(firm.slack.called("chat.update")))
    assert "Maria" in said(firm.slack.ephemeral[0])


def test_a_replayed_click_is_harmless(firm: Office) -> None:
    body = click("lead_claim", firm.number, "U0LAW01")
    headers = signed(body, SECRET, time.time())
    assert [firm.endpoint.post(body, headers) for _ in range(3)] == [200, 200, 200]
    until(lambda: len(firm.slack.called("chat.update")) == 3)
    assert [row.what for row in firm.store.audit(firm.number)].count("claimed") == 1
    assert {message["user"] for message in firm.slack.ephemeral} == {"U0LAW01"}


def test_only_what_slack_has_signed_in_the_last_five_minutes_counts(firm: Office) -> None:
    body, now = click("lead_claim", firm.number, "U0LAW01"), time.time()
    good = signed(body, SECRET, now)
    stamp, signature = "X-Slack-Request-Timestamp", "X-Slack-Signature"
    for bad in (
        {},
        signed(body, "another secret", now),
        signed(body, SECRET, now - 302),
        signed(body, SECRET, now + 302),
        signed(body + b" ", SECRET, now),
        {**good, stamp: "now"},
        {**good, stamp: ""},
        {**good, stamp: str(int(now) + 1)},
        {**good, signature: ""},
        {**good, signature: "v0="},
        {**good, signature: "v0=\xe9"},
        {stamp: good[stamp]},
        {signature: good[signature]},
    ):
        assert firm.endpoint.post(body, bad) == 401, bad
    assert firm.desks == 0 and firm.store.get(firm.number).status == "new"
    assert firm.endpoint.post(body, signed(body, SECRET, now - 290)) == 200


@pytest.mark.parametrize(
    "body", [b"", b"\xff", b"payload=%7B%7D", b"payload=null", click("other_button", "K7PM-3WX9", "U0LAW01")]
)
def test_signed_nonsense_is_refused(firm: Office, body: bytes) -> None:
    assert firm.endpoint.post(body) in (400, 401)
    assert firm.desks == 0


def test_a_huge_form_is_refused(firm: Office) -> None:
    assert firm.endpoint.post(b"payload=" + b"x" * 200_000) == 413


def test_trouble_at_the_first_click_is_no_trouble_at_the_next(firm: Office) -> None:
    firm.faults.append(StoreUnavailable("down"))
    firm.press("U0LAW01")
    until(lambda: firm.desks == 1)
    firm.press("U0LAW01")
    until(lambda: bool(firm.slack.ephemeral))
    assert firm.desks == 2


def test_when_the_store_is_down_the_lawyer_is_told(firm: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: object) -> None:
        raise StoreUnavailable("down")

    monkeypatch.setattr(firm.store, "claim", down)
    firm.press("U0LAW01")
    until(lambda: bool(firm.slack.ephemeral))
    assert "press the button again" in said(firm.slack.ephemeral[0])


@pytest.mark.parametrize("environment", [{}, {"SLACK_LEADS_CHANNEL": "#leads"}])
def test_without_slack_there_is_nothing(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLACK_LEADS_CHANNEL", "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    endpoint = Endpoint(LeadButtons.from_credentials(None))
    assert endpoint.post(click("lead_claim", "K7PM-3WX9", "U0LAW01")) == 404
    endpoint.stop()
