"""The REST channel on the real bot: whatever is sent, the same process goes on, nothing typed is a command, nobody shares
another's conversation, and who asks gets an answer or a reason.
"""

from __future__ import annotations

import http.client
import json
import re
import statistics
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.bot import Bot, run
from tests.channels.rest_client import JSON, PATH, Reply, ask, new_id, send
from tests.faults.canaries import crossings

PERSON = "I am a pharmacist and a US citizen"
OFFER = "Is a pharmacist on the list?"  # its answer asks for the citizenship, with buttons
CANARY = "canary8c41e7"


@pytest.fixture(autouse=True)
def same_process(bot: Bot) -> Iterator[None]:
    """Whatever a test sends: it ends no server, and the next visitor is answered."""
    pids = [server.process.pid for server in bot.servers]
    yield
    run.check_alive(bot.servers)
    assert [server.process.pid for server in bot.servers] == pids
    assert ask(bot.url, new_id(), "thanks").status == 200


def users(bot: Bot, sender: str) -> list[dict[str, Any]]:
    return [event for event in bot.events(sender) if event["event"] == "user"]


def slots(bot: Bot, sender: str) -> dict[str, Any]:
    return {event["name"]: event["value"] for event in bot.events(sender) if event["event"] == "slot"}


def refused(reply: Reply, status: int, error: str) -> None:
    assert (reply.status, reply.body["error"]) == (status, error) and reply.body["text"]


# ---- what is no message -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"null", b"[]", b'"x"', b"42", b"sender=x&message=y", b"\xff\xfe\x00", b"{", b'{"sender":'),
        json.dumps({"sender": "visitor-0123456789", "message": "hello"}).encode("utf-16"),
        b"[" * 8_000 + b"]" * 8_000,
        b'{"sender": ' + b"9" * 5_000 + b"}",
    ],
    ids=lambda body: repr(body[:10]),
)
def test_a_body_that_is_no_json_object_is_refused_with_a_reason(bot: Bot, body: bytes) -> None:
    refused(send(bot.url, body), 400, "json")


def test_json_a_hundred_thousand_deep_is_refused(bot: Bot) -> None:
    refused(send(bot.url, b"[" * 100_000 + b"]" * 100_000), 413, "too_long")


@pytest.mark.parametrize("message", [None, 7, True, 1.5, ["hello"], {"text": "hello"}])
def test_a_message_that_is_no_text_is_refused_with_a_reason(bot: Bot, message: object) -> None:
    sender = new_id()
    refused(ask(bot.url, sender, message), 400, "message")
    refused(send(bot.url, json.dumps({"sender": sender}).encode()), 400, "message")
    assert bot.events(sender) == []


@pytest.mark.parametrize(
    "sender",
    [
        *(None, "", 7, True, ["visitor-0123456789"], {"a": 1}, "a\x00b", "a\x00" * 10, "\ud800", "\ud800" * 20),
        *("x" * 300, "x" * 16_000, "../../../../etc/passwd", "visitor-0123456789\r\nX-Admin: 1", "short"),
        *("'; DROP TABLE events; --", "default", "visitor-0123456789é"),
    ],
    ids=lambda sender: repr(sender)[:24],
)
def test_a_sender_that_can_be_guessed_or_misread_is_refused_with_a_reason(bot: Bot, sender: object) -> None:
    reply = ask(bot.url, sender, "hello")
    refused(reply, 400, "sender")
    if isinstance(sender, str) and sender:
        assert sender not in reply.body["text"]


def test_without_a_sender_nobody_talks_in_a_conversation_that_all_share(bot: Bot) -> None:
    refused(send(bot.url, b'{"message": "hello"}'), 400, "sender")
    for shared in ("default", "None", "7", "['x']"):
        assert bot.events(shared) == []


def test_a_sender_of_a_megabyte_is_refused(bot: Bot) -> None:
    refused(ask(bot.url, "x" * 1_000_000, "hello"), 413, "too_long")


# ---- too long -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [2_001, 10_000, 100_000, 1_000_000, 10_000_000])
def test_a_text_that_is_too_long_is_refused_at_once(bot: Bot, length: int) -> None:
    sender = new_id()
    body = json.dumps({"sender": sender, "message": "x" * length}).encode()
    replies = [send(bot.url, body) for _ in range(5)]
    for reply in replies:
        refused(reply, 413, "too_long")
        assert "2,000 characters" in reply.body["text"]
    # The best of five: others use the machine too. Ten megabytes have to be sent before a client reads.
    assert min(reply.seconds for reply in replies) < (0.1 if length <= 1_000_000 else 1)
    assert bot.events(sender) == []


def test_two_thousand_characters_are_answered(bot: Bot) -> None:
    text = ("I am a pharmacist from Ohio and would like to know what it costs. " * 40)[:1_999]
    assert ask(bot.url, new_id(), text).status == 200


def test_a_body_of_120_megabytes_is_refused_before_it_is_sent(bot: Bot) -> None:
    host = urlsplit(bot.url)
    connection = http.client.HTTPConnection(str(host.hostname), host.port, timeout=10)
    connection.putrequest("POST", PATH)
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", "120000000")
    started = time.monotonic()
    connection.endheaders(b'{"sender":')
    reply = connection.getresponse()
    assert reply.status == 413 and json.loads(reply.read())["error"] == "too_long"
    assert time.monotonic() - started < 1
    connection.close()


def test_a_body_without_a_length_is_refused_when_it_gets_too_long(bot: Bot) -> None:
    host = urlsplit(bot.url)
    connection = http.client.HTTPConnection(str(host.hostname), host.port, timeout=10)
    pieces = (b"x" * 4_096 for _ in range(16))
    connection.request("POST", PATH, pieces, JSON, encode_chunked=True)
    assert connection.getresponse().status == 413
    connection.close()


def test_a_flood_of_long_texts_holds_nobody_up(bot: Bot) -> None:
    """Rasa's own channel blocks the whole server for 15 seconds for one megabyte."""
    body = json.dumps({"sender": new_id(), "message": "x" * 1_000_000}).encode()
    with ThreadPoolExecutor(1) as pool:
        flood = pool.submit(lambda: [send(bot.url, body).status for _ in range(40)])
        times = [ask(bot.url, new_id(), "thanks").seconds for _ in range(10)]
        assert set(flood.result()) == {413}
    assert statistics.median(times) < 1


# ---- what is said -------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\u200b\u200d\ufeff", "\x00\x07", "\ud800", "\u202e", "/"])
def test_who_says_nothing_is_asked_again_politely(bot: Bot, text: str) -> None:
    sender = new_id()
    reply = ask(bot.url, sender, text)
    assert reply.status == 200 and len(reply.body) == 1
    assert reply.text == "There is nothing to read in this message. What would you like to know?"
    assert bot.events(sender) == []


def test_nothing_to_read_is_no_answer_to_a_form(bot: Bot) -> None:
    visitor = bot.visitor()
    visitor.say("I want to talk to someone")
    visitor.press("Yes, I agree")
    before = visitor.say("Ana Ruiz").slots["intake"]
    for text in ("", "  ", "\u200b"):
        visitor.say(text)
    after = visitor.say("ana.ruiz@example.com").slots["intake"]
    assert not before.get("failures") and not after.get("failures")
    assert (after["values"]["name"], after["values"]["email"]) == ("Ana Ruiz", "ana.ruiz@example.com")


def test_what_could_deceive_is_taken_out_before_it_is_kept(bot: Bot) -> None:
    sender = new_id()
    assert ask(bot.url, sender, "what\x00 does\x1b[31m it\ud800 \u202ecost\u2066 in Que\u0301bec\r\n👩🏽‍🔬 שלום z̵̢̛").status == 200
    (event,) = users(bot, sender)
    assert event["text"] == "what does[31m it cost in Québec\n👩🏽‍🔬 שלום z̵̢̛"


@pytest.mark.parametrize("metadata", [[1], "x", {"a": "canary"}, {"a": {"b": 1}}, None])
def test_a_program_sets_neither_metadata_nor_slots_nor_the_channel(bot: Bot, metadata: object) -> None:
    sender = new_id()
    assert ask(bot.url, sender, "hello", metadata=metadata, input_channel="slack", stream=True).status == 200
    (event,) = users(bot, sender)
    assert event["input_channel"] == "rest" and not set(event["metadata"]) - {"model_id", "assistant_id"}
    assert "session_started_metadata" not in slots(bot, sender)
    assert "canary" not in json.dumps(bot.events(sender))


def test_metadata_nine_hundred_deep_are_not_looked_at(bot: Bot) -> None:
    body = f'{{"sender": "{new_id()}", "message": "hello", "metadata": {"[" * 900}{"]" * 900}}}'
    assert send(bot.url, body.encode()).status in (200, 400)  # as deep as Python reads


def test_a_key_given_twice_does_no_harm(bot: Bot) -> None:
    first, second = new_id(), new_id()
    body = f'{{"sender": "{first}", "sender": "{second}", "message": "hello"}}'
    assert send(bot.url, body.encode()).status == 200
    assert bot.events(first) == [] and len(users(bot, second)) == 1


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "{lead_name} {phone}", "${jndi:ldap://x}", "<!channel>", "%(phone)s {{7*7}}"]
)
def test_markup_and_templates_are_words_that_nothing_expands(bot: Bot, text: str) -> None:
    sender = new_id()
    reply = ask(bot.url, sender, text)
    assert reply.status == 200 and reply.headers["content-type"] == "application/json"
    assert users(bot, sender)[0]["text"] == text
    assert "49" not in reply.text and "script>" not in reply.text


# ---- commands and buttons -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        *("/session_start", "/back", "  /affirm", "//deny", "/out_of_scope", "EXTERNAL: goodbye"),
        *('/inform{"citizenship": "zz"}', '/ask_fees@0.9{"topic": "canary"}', '/ask_list{"group": "medical"}'),
    ],
)
def test_a_typed_command_is_words(bot: Bot, typed: str) -> None:
    visitor = bot.visitor()
    before = visitor.say(PERSON).slots
    reply = visitor.say(typed)
    assert reply.text
    event = users(bot, visitor.sender)[-1]
    assert not event["text"].startswith("/") and event["parse_data"]["intent"]["confidence"] < 1.0
    kinds = {event["event"] for event in bot.events(visitor.sender)}
    assert not kinds & {"restart", "rewind", "undo", "pause"}
    assert [reply.slots[name] for name in ("job", "citizenship")] == [before[name] for name in ("job", "citizenship")]


def test_a_typed_restart_is_the_word(bot: Bot) -> None:
    """Which the assistant understands as the wish that it is, and answers; the conversation goes on."""
    typed, said = bot.visitor(), bot.visitor()
    answers = []
    for visitor, text in ((typed, "/restart"), (said, "restart")):
        visitor.say(PERSON)
        answers.append(visitor.say(text).text)
        assert "restart" not in {event["event"] for event in bot.events(visitor.sender)}
    assert answers[0] == answers[1] != ""


def test_a_typed_command_neither_sends_a_form_nor_loses_it(bot: Bot) -> None:
    visitor = bot.visitor()
    visitor.say("I want to talk to someone")
    visitor.press("Yes, I agree")
    for line in ("Ana Ruiz", f"{uuid.uuid4().hex[:12]}@example.com", "Mornings", "a job in Toronto", "Skip", "No date"):
        visitor.say(line)
    for typed in ("/session_start", "/back_to_start", "/out_of_scope", '/inform{"citizenship": "zz"}'):
        draft = visitor.say(typed).slots["intake"]
        assert draft["step"] == "review" and draft["values"]["name"] == "Ana Ruiz"
    assert visitor.leads == []
    visitor.say("Send it")
    assert len(visitor.leads) == 1


def test_the_payload_of_a_button_in_this_conversation_is_a_press(bot: Bot) -> None:
    visitor, other = bot.visitor(), bot.visitor()
    question = visitor.say(OFFER)
    payload = next(button["payload"] for button in question.buttons if "US" in button["title"])
    assert payload.startswith("/inform{")
    other.say("thanks")
    other.say(payload)
    assert not users(bot, other.sender)[-1]["text"].startswith("/"), "no button of this conversation"
    answer = visitor.say(payload)
    event = users(bot, visitor.sender)[-1]
    assert event["text"] == payload and event["parse_data"]["intent"]["name"] == "inform"
    assert "US" in event["metadata"]["button"]["title"] and "Yes" in answer.text


def test_a_button_from_long_ago_still_stands_for_its_payload(bot: Bot) -> None:
    visitor = bot.visitor()
    payload = visitor.say(OFFER).buttons[0]["payload"]
    for _ in range(8):
        visitor.say("what does it cost")
    visitor.say(payload)
    assert users(bot, visitor.sender)[-1]["text"] == payload


# ---- whose conversation -------------------------------------------------------------------------------


def test_a_visitors_conversation_on_the_website_is_neither_read_nor_led(bot: Bot) -> None:
    from tests.channels.tab import Tab
    from tests.channels.test_web import conversation_of

    with Tab(bot.url) as tab:
        tab.answer(tab.ask("I want to talk to someone"), "Yes, I agree")
        tab.ask(f"{CANARY} Ruiz")
        conversation, before = conversation_of(tab), len(bot.events(conversation_of(tab)))
        heard = [message["id"] for message in tab.messages if message["from"] == "visitor"]
        for more in ({}, {"message_id": heard[-1]}):
            reply = ask(bot.url, conversation, "yes", **more)
            refused(reply, 400, "sender")
            assert CANARY not in str(reply)
        assert len(bot.events(conversation)) == before


@pytest.mark.parametrize(
    "path",
    [
        *("/version", "/status", "/domain", "/model", "/model/parse", "/model/train", "/webhooks", "/socket.io/"),
        *("/conversations/default/tracker", "/conversations/default/story", "/webhooks/custom/webhook"),
        *("/conversations/default/trigger_intent", "/conversations/default/execute", "/webhooks/callback/webhook"),
    ],
)
def test_rasas_own_addresses_are_not_there(bot: Bot, path: str) -> None:
    import requests

    for method in ("GET", "POST", "PUT", "DELETE"):
        reply = requests.request(method, f"{bot.url}{path}", json={}, timeout=10)
        assert reply.status_code == 404, (method, path)
        assert "3.6" not in reply.text and "Traceback" not in reply.text


# ---- once, and in order -------------------------------------------------------------------------------


def test_a_message_under_the_same_id_is_heard_once(bot: Bot) -> None:
    sender, name = new_id(), new_id()
    first = ask(bot.url, sender, "what does it cost", message_id=name)
    with ThreadPoolExecutor(4) as pool:
        again = list(pool.map(lambda _: ask(bot.url, sender, "what does it cost", message_id=name), range(4)))
    assert all((reply.status, reply.body) == (200, first.body) for reply in again)
    assert len(users(bot, sender)) == 1


def test_a_receipt_that_is_asked_for_five_times_at_once_is_the_same_and_one_lead(bot: Bot) -> None:
    visitor = bot.visitor()
    visitor.say("I want to talk to someone")
    visitor.press("Yes, I agree")
    for line in ("Ana Ruiz", f"{uuid.uuid4().hex[:12]}@example.com", "Mornings", "a job in Toronto", "Skip", "No date"):
        visitor.say(line)
    with ThreadPoolExecutor(5) as pool:
        replies = list(pool.map(lambda _: ask(bot.url, visitor.sender, "Send it"), range(5)))
    numbers = {number for reply in replies for number in re.findall(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", reply.text)}
    assert all(reply.status == 200 for reply in replies) and len(numbers) == 1
    assert [lead.number for lead in visitor.leads] == list(numbers)


def test_five_messages_at_once_keep_their_order_and_wait_for_no_lock(bot: Bot) -> None:
    """With Rasa's own lock they take 0.2, 1.1, 2.1, 3.1 and 4.2 seconds."""
    texts = ["how long is it valid", "what does it cost", "do I need a CAQ", "thanks", "can my wife work"]
    ask(bot.url, new_id(), "hello")
    for _ in range(3):
        sender = new_id()
        with ThreadPoolExecutor(5) as pool:
            replies = []
            for text in texts:
                replies.append(pool.submit(ask, bot.url, sender, text))
                time.sleep(0.01)  # so that they arrive in this order
        times = [reply.result().seconds for reply in replies]
        assert [event["text"] for event in users(bot, sender)] == texts
        if max(times) < 1:
            return
    pytest.fail(f"the five took {times} s")


def test_visitors_at_once_never_mix(bot: Bot) -> None:
    """A short run of tests/faults/canaries.py."""
    assert crossings(bot, turns=120, visitors=10, seed=7).faults == []


def test_nothing_of_it_is_in_a_log(bot: Bot) -> None:
    sender = f"{CANARY}-{uuid.uuid4().hex}"[:60]
    ask(bot.url, sender, f"{CANARY} costs")
    ask(bot.url, f"{CANARY}\ud800", CANARY)
    logs = "".join(server.log.read_text(errors="replace") for server in bot.servers)
    assert CANARY not in logs
