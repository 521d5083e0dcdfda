"""What a program may send over REST, and which programs may. Whatever is sent is read or refused, by name."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from components.gate import Refused
from components.rest_request import Asked, admit, read

WHO = "visitor-0123456789"


def refused(body: object) -> str:
    with pytest.raises(Refused) as caught:
        read(body if isinstance(body, bytes) else json.dumps(body).encode())
    return caught.value.error


def test_a_message_names_its_sender_and_maybe_itself() -> None:
    assert read(json.dumps({"sender": WHO, "message": "¿Sí?"}).encode()) == Asked(WHO, None, "¿Sí?")
    named = {"sender": WHO, "message": "hi", "message_id": "A_b-0123456789ab"}
    assert read(json.dumps(named).encode()) == Asked(WHO, "A_b-0123456789ab", "hi")


def test_what_else_is_sent_is_not_looked_at() -> None:
    extra = {"metadata": {"a": 1}, "input_channel": "slack", "stream": True, "sender_id": "x"}
    assert read(json.dumps({"sender": WHO, "message": "hi", **extra}).encode()) == Asked(WHO, None, "hi")


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"null", b"[]", b'"x"', b"42", b"{", b"\xff\xfe", b"{'sender': 1}", b"\xef\xbb\xbf{}"),
        '{"sender": "x"}'.encode("utf-16"),
        b"[" * 16_000,
        b'{"a":' * 3_000 + b"1" + b"}" * 3_000,
        b'{"a": ' + b"9" * 5_000 + b"}",
    ],
    ids=lambda body: repr(body[:12]),
)
def test_what_is_no_json_object_is_refused(body: bytes) -> None:
    assert refused(body) == "rest_json"


@pytest.mark.parametrize(
    "sender",
    [
        *(None, "", 7, 1.5, True, [WHO], {"a": WHO}, "short", "x" * 65, "x" * 300, "default"),
        *("../../../../etc/passwd", WHO + "\n", WHO + "\r\nX: y", "a\x00" * 10, "\ud800" * 16, WHO + "é"),
        *("' OR 1=1 --------", "１２３４５６７８９０１２３４５６７"),
    ],
)
def test_a_name_that_can_be_guessed_or_misread_is_refused(sender: object) -> None:
    assert refused({"sender": sender, "message": "hello"}) == "rest_sender"
    if sender is not None:
        assert refused({"sender": WHO, "message": "hello", "message_id": sender}) == "rest_message_id"


def test_without_a_sender_nobody_shares_a_conversation() -> None:
    assert refused({"message": "hello"}) == "rest_sender"


@pytest.mark.parametrize("message", [None, 7, True, ["hello"], {"text": "hello"}])
def test_a_message_that_is_no_text_is_refused(message: object) -> None:
    assert refused({"sender": WHO, "message": message}) == "rest_message"


def test_it_is_quick_about_nonsense() -> None:
    started = time.perf_counter()
    for body in (b"[" * 16_000, b'{"a":' * 3_000, b"9" * 16_000, b'"\\ud800' * 2_000):
        assert refused(body) == "rest_json"
    assert time.perf_counter() - started < 0.2


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
@example(b'{"sender": NaN, "message": Infinity}')
def test_whatever_bytes_come_are_read_or_refused(body: bytes) -> None:
    try:
        read(body)
    except Refused as refusal:
        assert refusal.error.startswith("rest_")


# ---- who may ask --------------------------------------------------------------------------------------

TOKEN = "a-token-chosen-at-random"


def admitted(headers: dict[str, str], peer: str = "127.0.0.1", token: str = "") -> str:
    try:
        admit(headers, peer, token)
    except Refused as refusal:
        return refusal.error
    return ""


@pytest.mark.parametrize("peer", ["127.0.0.1", "::1", "127.8.8.8", "::ffff:127.0.0.1"])
def test_a_program_on_this_machine_may_ask(peer: str) -> None:
    assert admitted({}, peer) == ""


@pytest.mark.parametrize("peer", ["10.0.0.7", "203.0.113.9", "::ffff:10.0.0.7", "2001:db8::1", "", "nonsense"])
def test_one_elsewhere_may_not_without_a_token(peer: str) -> None:
    assert admitted({}, peer) == "rest_forbidden"
    assert admitted({"authorization": f"Bearer {TOKEN}"}, peer, TOKEN) == ""


@pytest.mark.parametrize("name", ["x-forwarded-for", "x-real-ip", "forwarded"])
def test_what_came_through_a_proxy_may_not_without_a_token(name: str) -> None:
    assert admitted({name: "127.0.0.1"}) == "rest_forbidden"
    assert admitted({name: "127.0.0.1", "authorization": f"Bearer {TOKEN}"}, token=TOKEN) == ""


@pytest.mark.parametrize(
    "given", ["", TOKEN, f"bearer {TOKEN}", "Bearer ", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", "Bearer é", "Basic eDp5"]
)
def test_where_there_is_a_token_it_is_needed_even_on_this_machine(given: str) -> None:
    assert admitted({"authorization": given}, token=TOKEN) == "rest_token"
    assert admitted({}, token=TOKEN) == "rest_token"


@pytest.mark.parametrize("token", ["", TOKEN])
def test_no_page_in_a_browser_may(token: str) -> None:
    for origin in ("https://evil.example", "null", "http://127.0.0.1:5005"):
        assert admitted({"origin": origin, "authorization": f"Bearer {TOKEN}"}, token=token) == "rest_forbidden"
