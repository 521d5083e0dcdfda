"""The signed webhook, and what its answers mean."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from leads.settings import Webhook as Settings
from leads.targets import Refused, Retry, posting
from leads.targets.webhook import Webhook, signature
from tests.sample_leads import DELIVERY_ID, FORMULA, RECEIVED, delivery, hostile, stored_lead
from tests.servers.loopback import Answer, free_port, silent_port
from tests.servers.webhook import SECRET, WebhookServer


@pytest.fixture
def server() -> Iterator[WebhookServer]:
    with WebhookServer() as running:
        yield running


def target(url: str, secret: str = SECRET) -> Webhook:
    return Webhook(Settings(url, secret), lambda: RECEIVED)


def test_the_other_side_gets_the_whole_lead_and_knows_it_is_ours(server: WebhookServer) -> None:
    target(server.url).deliver(stored_lead(), delivery("webhook"))
    lead = server.leads[DELIVERY_ID]
    assert lead["event"] == "lead.new" and lead["number"] == "K7PM-3WX9"
    assert lead["name"] == "Maria Quill" and lead["phone"] == "+16135550142"
    assert lead["case"]["profession"] == "Pharmacist" and lead["consent"]["version"] == "2026-11-24"
    assert [turn["who"] for turn in lead["transcript"]] == ["visitor", "assistant"]
    assert server.received[0].headers["x-signature"].startswith(f"t={int(RECEIVED.timestamp())},v1=")


def test_a_signature_worked_out_by_hand() -> None:
    # printf '1795554540.{}' | openssl dgst -sha256 -hmac secret
    assert (
        signature("secret", b"{}", RECEIVED)
        == "t=1795554540,v1=904a706c7312b086f4e8194ab0ebab4036cdbb70082b59a139c292b1be7cd160"
    )


def test_a_lead_that_is_there_already_counts_as_sent(server: WebhookServer) -> None:
    server.lose_replies(1)
    with pytest.raises(Retry, match="no connection"):
        target(server.url).deliver(stored_lead(), delivery("webhook", attempt=1))
    target(server.url).deliver(stored_lead(), delivery("webhook", attempt=2))  # answered 409
    assert list(server.leads) == [DELIVERY_ID] and len(server.received) == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 413, 422, 301, 302, 307, 308])
def test_what_another_try_would_not_change_is_refused(server: WebhookServer, status: int) -> None:
    elsewhere = f"{server.url}/elsewhere"
    server.refuse_next(Answer(status, b"Maria", {"Location": elsewhere}))
    with pytest.raises(Refused, match=f"^answered {status}$"):
        target(server.url).deliver(stored_lead(), delivery("webhook"))
    assert len(server.received) == 1  # no redirect is followed


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again(server: WebhookServer, status: int) -> None:
    server.refuse_next(Answer(status, b"", {"Retry-After": "30"}))
    with pytest.raises(Retry, match=f"^answered {status}$") as raised:
        target(server.url).deliver(stored_lead(), delivery("webhook"))
    assert raised.value.after == 30


def test_a_wrong_secret_is_refused(server: WebhookServer) -> None:
    with pytest.raises(Refused, match="answered 401"):
        target(server.url, "other").deliver(stored_lead(), delivery("webhook"))


def test_nobody_there() -> None:
    with pytest.raises(Retry, match="no connection"):
        target(f"http://127.0.0.1:{free_port()}/").deliver(stored_lead(), delivery("webhook"))


def test_somebody_who_never_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "TIMEOUT_S", 0.3)
    with silent_port() as port, pytest.raises(Retry, match="no answer in 0.3 s"):
        target(f"http://127.0.0.1:{port}/").deliver(stored_lead(), delivery("webhook"))


def test_a_proxy_is_not_asked_about_this_machine(
    server: WebhookServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    target(server.url).deliver(stored_lead(), delivery("webhook"))


@pytest.mark.parametrize(
    ("header", "wait"),
    [("7", 7), (" 7 ", 7), ("Wed, 21 Oct", None), ("-1", None), ("９", None), ("9" * 9, None)],
)
def test_only_seconds_count_as_a_time_to_wait(header: str, wait: float | None) -> None:
    assert posting.seconds(header) == wait


def test_hostile_texts_arrive_as_text(server: WebhookServer) -> None:
    target(server.url).deliver(stored_lead(**hostile()), delivery("webhook"))
    shown = json.dumps(server.leads[DELIVERY_ID], ensure_ascii=False)
    assert not any(sign in shown for sign in ("\u202e", "\\u0000", "\\u001b", "\ud800", "\\r"))
    assert "👩\u200d⚖️" in shown


def test_formulas_are_no_formulas(server: WebhookServer) -> None:
    target(server.url).deliver(stored_lead(**hostile(FORMULA)), delivery("webhook"))
    lead = server.leads[DELIVERY_ID]
    texts = [lead[name] for name in ("name", "email", "best_time", "matter", "employer", "urgency", "person")]
    texts += [lead["case"][name] for name in ("profession", "residence", "destination")]
    assert all(text.startswith("'=") for text in texts)


def test_long_texts_are_cut(server: WebhookServer) -> None:
    target(server.url).deliver(stored_lead(**hostile("x" * 10_000)), delivery("webhook"))
    assert server.leads[DELIVERY_ID]["matter"].endswith("… [6,000 more characters cut]")
