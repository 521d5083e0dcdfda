"""Who may ask over REST, on a real server with a parrot behind it: programs of this machine, or those with the token."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from components.rest import RestChannel
from components.sentences import Sentences
from knowledge.facts import Facts, load
from tests.channels.parrot import Parrot
from tests.channels.rest_client import JSON, PATH, Reply, ask, new_id, send
from tests.servers.sanic_app import SanicApp

TOKEN = "a-token-chosen-at-random"
SENT = {"Authorization": f"Bearer {TOKEN}"}
PROXIED = {"X-Forwarded-For": "203.0.113.9"}


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load()


@pytest.fixture
def parrot() -> Parrot:
    return Parrot()


@pytest.fixture
def opened(facts: Facts, parrot: Parrot) -> Iterator[str]:
    """The address of a channel without a token."""
    app = SanicApp(RestChannel(facts.firm, ""), parrot)
    yield app.url
    app.stop()


@pytest.fixture
def locked(facts: Facts, parrot: Parrot) -> Iterator[str]:
    """The address of one with a token."""
    app = SanicApp(RestChannel(facts.firm, TOKEN), parrot)
    yield app.url
    app.stop()


def assert_safe(reply: Reply) -> None:
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["cache-control"] == "no-store"
    assert not [name for name in reply.headers if name.startswith("access-control-") or name == "set-cookie"]


def test_without_a_token_a_program_on_this_machine_is_answered_and_a_proxys_visitor_is_not(
    opened: str, parrot: Parrot
) -> None:
    answered = ask(opened, new_id(), "hello")
    assert answered.status == 200 and answered.text == "You said: hello"
    assert_safe(answered)
    for headers in (PROXIED, {"X-Real-IP": "127.0.0.1"}, {"Forwarded": "for=127.0.0.1"}, PROXIED | SENT):
        refused = ask(opened, new_id(), "hello", headers)
        assert refused.status == 403 and refused.body["error"] == "forbidden" and "REST_TOKEN" in refused.body["text"]
        assert_safe(refused)
    assert parrot.texts == ["hello"]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("fr-CA,fr;q=0.9,en;q=0.5", "par un serveur mandataire"), ("de, es-MX;q=0.8, en;q=0.7", "a través de un proxy"),
        ("de", "through a proxy"), ("en;q=0.3, fr;q=x, es;q=0.4", "a través de un proxy"), (";;q=,", "through a proxy"),
    ],
)  # fmt: skip
def test_a_refusal_is_in_the_language_that_the_program_accepts(opened: str, asked: str, words: str) -> None:
    refused = ask(opened, new_id(), "hello", PROXIED | {"Accept-Language": asked})
    assert refused.status == 403 and words in refused.body["text"]


def test_a_refusal_is_in_the_language_of_the_message_if_that_is_known(opened: str) -> None:
    long = "Je voudrais savoir si je peux venir travailler avec ma famille. " * 200
    refused = ask(opened, new_id(), long, {"Accept-Language": "es"})
    assert refused.status == 413 and refused.body["text"] == Sentences(load().firm).say("too_long", "fr")


def test_with_a_token_who_does_not_send_it_is_refused_on_this_machine_too(locked: str, parrot: Parrot) -> None:
    for headers in ({}, {"Authorization": "Bearer"}, {"Authorization": f"Bearer {TOKEN}x"}, {"Authorization": TOKEN}, PROXIED):
        refused = ask(locked, new_id(), "hello", headers)
        assert refused.status == 401 and refused.body["error"] == "token"
        assert refused.headers["www-authenticate"] == "Bearer"
        assert_safe(refused)
    for headers in (SENT, SENT | PROXIED):
        assert ask(locked, new_id(), "hello", headers).status == 200
    assert parrot.texts == ["hello", "hello"]


def test_who_is_not_admitted_does_not_learn_what_would_be_wrong_with_the_message(locked: str) -> None:
    assert send(locked, b"not JSON").status == 401


def test_a_page_in_a_browser_can_neither_ask_nor_read(opened: str, parrot: Parrot) -> None:
    """Not even as a form or plain text, for which a browser asks nobody first."""
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/json"):
        reply = ask(opened, new_id(), "hello", {"Origin": "https://evil.example", "Content-Type": kind})
        assert reply.status == 403
        assert_safe(reply)
    assert parrot.texts == []


def test_there_is_one_address_and_one_way_to_ask(opened: str) -> None:
    import requests

    for method in ("GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"):
        reply = requests.request(method, f"{opened}{PATH}", timeout=10)
        assert reply.status_code == 405 and "access-control-allow-origin" not in reply.headers
    for path in ("/webhooks/rest/", "/webhooks/rest/webhook/x", f"{PATH}/../tracker"):
        assert send(opened, b"{}", JSON, path).status == 404


def test_an_error_of_ours_is_an_apology_and_names_no_line_of_code(
    opened: str, parrot: Parrot, caplog: pytest.LogCaptureFixture
) -> None:
    parrot.faults = [RuntimeError("canary-5e1f")]
    reply = ask(opened, new_id(), "canary-5e1f")
    assert reply.status == 503 and len(reply.body) == 1 and "+1 613-555-0100" in reply.text
    assert "canary" not in str(reply) and "Traceback" not in str(reply)
    assert "canary" not in caplog.text
    assert_safe(reply)


def test_before_the_assistant_is_loaded_it_says_so(facts: Facts) -> None:
    app = SanicApp(RestChannel(facts.firm, ""), agent=None)
    try:
        reply = ask(app.url, new_id(), "hello")
        assert reply.status == 503 and "+1 613-555-0100" in reply.text
    finally:
        app.stop()


def test_too_many_at_once_are_told_to_wait(facts: Facts, opened: str, parrot: Parrot) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from components.turns import MOST_WAITING

    parrot.seconds = 0.05
    sender = new_id()
    with ThreadPoolExecutor(MOST_WAITING + 20) as pool:
        replies = list(pool.map(lambda n: ask(opened, sender, f"number {n}"), range(MOST_WAITING + 20)))
    statuses = {reply.status for reply in replies}
    assert statuses == {200, 429}
    assert all(reply.body["error"] == "too_many" for reply in replies if reply.status == 429)
    assert max(reply.seconds for reply in replies) < 5
