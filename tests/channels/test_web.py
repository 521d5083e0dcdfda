"""The website's chat on the real bot: a conversation belongs to who has its token, every message is heard once, and
nothing that a visitor sends is a command, ends the server or reaches another visitor.
"""

from __future__ import annotations

import json
import re
import statistics
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import pytest
import requests
import websockets.client

from components.web_sessions import Sessions
from components.widget_file import FILE as WIDGET
from tests.bot import Bot, run
from tests.channels.tab import PATH, Message, Tab, Wire, new_id

OFFER = "Is a pharmacist on the list?"  # its answer asks for the citizenship, with buttons


def conversation_of(tab: Tab) -> str:
    """Read from the token, which is signed and not secret to its holder."""
    from itsdangerous.encoding import base64_decode

    found: str = json.loads(base64_decode(tab.token.split(".")[0]))[0]
    return found


def users(bot: Bot, tab: Tab) -> list[dict[str, Any]]:
    return [event for event in bot.events(conversation_of(tab)) if event["event"] == "user"]


def slots(bot: Bot, conversation: str) -> dict[str, Any]:
    return {e["name"]: e["value"] for e in bot.events(conversation) if e["event"] == "slot"}


def rows(bot: Bot, conversation: str) -> int:
    return len(bot.events(conversation))


# ---- a conversation ---------------------------------------------------------------------------------


def test_an_answer_is_one_message_with_its_buttons(bot: Bot) -> None:
    with Tab(bot.url) as tab:
        assert tab.session == {"token": tab.token, "resumed": False, "messages": []}
        name = new_id()
        assert tab.say("hello", name)["ok"]
        own, again, answer = tab.messages
        assert own == {**again, "at": own["at"]} and own["from"] == "visitor" and own["text"] == "hello"
        assert answer["id"] == f"{name}.0" and answer["reply_to"] == name and answer["from"] == "assistant"
        assert "\n\n" in answer["text"], "Rasa's own channels send the paragraphs one by one"
        assert len(answer["buttons"]) == 3 and answer["used"] is None
        assert set(answer) == {"id", "from", "text", "at", "buttons", "used", "reply_to"}
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", answer["at"])


def test_what_was_shown_live_is_what_is_shown_after_a_reload(bot: Bot) -> None:
    with Tab(bot.url) as tab:
        answer = tab.ask("hello")
        tab.answer(answer, "Do I need a CAQ")
        tab.ask("/restart")
        live = {message["id"]: message for message in tab.messages}
        with Tab(bot.url, tab.token) as reloaded:
            assert reloaded.session["resumed"]
            assert reloaded.session["token"] == tab.token
            assert len(reloaded.history) == 6
            assert reloaded.history[1].pop("used") == 1
            live[reloaded.history[1]["id"]].pop("used")
            assert reloaded.history == list(live.values())
            assert [m["text"] for m in reloaded.history if m["from"] == "visitor"] == [
                "hello",
                "Do I need a CAQ for Quebec?",
                "/restart",
            ]


def test_a_second_tab_hears_both_sides(bot: Bot) -> None:
    with Tab(bot.url) as first, Tab(bot.url, first.token) as second:
        assert second.session["resumed"] is True
        name = new_id()
        first.say("do I need a CAQ", name)
        assert second.hears(name) == first.hears(name)
        assert [m["from"] for m in second.hears(name)][:1] == ["visitor"]


def test_messages_sent_without_waiting_are_answered_in_order(bot: Bot) -> None:
    with Tab(bot.url) as tab:
        texts = ["how long is it valid", "what does it cost", "do I need a CAQ", "thanks"]
        names = [new_id() for _ in texts]
        for text, name in zip(texts, names, strict=True):
            tab._client.emit("say", {"id": name, "text": text})
        assert tab.hears(names[-1], 30)
        order = list(dict.fromkeys(message["id"] for message in tab.messages))
        assert order == [made for name in names for made in (name, f"{name}.0")]
        assert [event["message_id"] for event in users(bot, tab)] == names


def test_the_form_leads_to_a_receipt(bot: Bot) -> None:
    mail = f"{uuid.uuid4().hex[:12]}@example.com"
    with Tab(bot.url) as tab:
        said = tab.ask("I want to talk to someone")
        said = tab.answer(said, "Yes, I agree")
        for line in ("Ana Ruiz", mail, "Mornings", "work permit for a job in Toronto", "Skip", "No date"):
            said = tab.ask(line)
        assert mail in said["text"]
        receipt = tab.answer(said, "Send it")
        assert re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", receipt["text"])
        (lead,) = bot.store.of_conversation(conversation_of(tab))
        assert (lead.email, lead.channel) == (mail, "web")


# ---- who hears what ---------------------------------------------------------------------------------


def test_without_a_good_token_it_is_a_new_conversation(bot: Bot) -> None:
    with Tab(bot.url) as victim:
        victim.ask(OFFER)
        forged = Sessions(["x" * 32])
        stolen_name = conversation_of(victim)
        signed = forged.token(forged.new(""), time.time())
        changed = victim.token[:-4] + ("AAAA" if not victim.token.endswith("AAAA") else "BBBB")
        for token in (
            signed,
            changed,
            stolen_name,
            "",
            "x" * 5_000,
            7,
            [victim.token],
            {"token": victim.token},
        ):
            with Tab(bot.url, token) as thief:
                assert thief.session["resumed"] is False
                assert thief.history == []
                assert conversation_of(thief) != stolen_name


def test_a_claim_to_a_conversation_is_ignored_everywhere(bot: Bot) -> None:
    with Tab(bot.url) as victim:
        name = conversation_of(victim)
        claims = {
            key: name for key in ("sender_id", "session_id", "sender", "conversation", "room", "id", "sid")
        }
        with Tab(bot.url, headers={"X-Session-Id": name, "Cookie": f"session={name}"}, **claims) as spy:
            assert spy.session["resumed"] is False
            for event in ("session_request", "join", "enter_room", "subscribe", "user_uttered", "connect"):
                spy._client.emit(event, claims)
            said = spy.emit(
                "say", {**claims, "id": new_id(), "text": "hello", "metadata": {"sender_id": name}}
            )
            assert said["ok"]
            victim.ask("what does it cost")
            victim.ask("thanks")
            time.sleep(0.3)
            assert len({message["id"] for message in spy.messages}) == 2  # his own, and its answer
            assert [event["text"] for event in users(bot, victim)] == ["what does it cost", "thanks"]
            (event,) = users(bot, spy)
            assert event["input_channel"] == "web"
            assert not set(event["metadata"]) - {"model_id", "assistant_id", "language"}
            assert event["metadata"]["language"] == "en", "the page's, which goes with the first message"
            assert slots(bot, conversation_of(spy)).get("session_started_metadata", {"language": "en"}) == {
                "language": "en"
            }


def test_visitors_at_once_never_mix(bot: Bot) -> None:
    """Each asks with a word of their own; nobody hears another's, neither live nor in the history."""
    crowd = 8

    def chat(number: int) -> tuple[str, list[Message], list[Message]]:
        canary = f"canary{number}x{uuid.uuid4().hex[:8]}"
        with Tab(bot.url) as tab:
            for text in (
                f"I am a nurse and {canary} costs",
                f"how long is it valid {canary}",
                f"thanks {canary}",
            ):
                assert tab.say(text)["ok"]
            with Tab(bot.url, tab.token) as again:
                return canary, tab.messages, again.history

    with ThreadPoolExecutor(crowd) as pool:
        heard = list(pool.map(chat, range(crowd)))
    for canary, live, history in heard:
        others = [other for other, _, _ in heard if other != canary]
        assert not [other for other in others if other in str(live) + str(history)]
        assert str(history).count(canary) >= 3
        assert len(history) == 6


def test_a_foreign_site_gets_nothing(bot: Bot) -> None:
    host = bot.url.removeprefix("http://")
    before = stored_conversations(bot)
    for origin in (
        "https://evil.example",
        "null",
        f"https://{host}.evil.example",
        f"https://evil.example/{host}",
    ):
        for headers in ({"Origin": origin}, {"Origin": origin, "X-Forwarded-Host": "evil.example"}):
            reply = Wire(bot.url, headers, greet=False).opening
            assert reply.status_code in (400, 403) and "sid" not in reply.text
            assert "access-control-allow-origin" not in reply.headers
    assert stored_conversations(bot) == before


def stored_conversations(bot: Bot) -> int:
    import sqlite3

    with sqlite3.connect(bot.database) as connection:
        (count,) = connection.execute("select count(distinct sender_id) from events").fetchone()
        return int(count)


def test_a_browser_may_read_the_answers_on_the_servers_own_site(bot: Bot) -> None:
    wire = Wire(bot.url, {"Origin": bot.url})
    assert wire.opening.headers["access-control-allow-origin"] == bot.url
    assert "access-control-allow-credentials" not in wire.opening.headers
    assert "set-cookie" not in wire.opening.headers


async def test_it_speaks_over_a_websocket_too(bot: Bot) -> None:
    address = f"{bot.url.replace('http', 'ws')}{PATH}/?EIO=4&transport=websocket"
    async with websockets.client.connect(address, origin=bot.url) as socket:
        assert str(await socket.recv()).startswith("0{")
        await socket.send("40{}")
        assert str(await socket.recv()).startswith("40{")
        assert '"session"' in str(await socket.recv())
        await socket.send(f'421["say",{{"id":"{new_id()}","text":"hello"}}]')
        while not (heard := str(await socket.recv())).startswith("431"):
            pass
        assert '"ok":true' in heard
    with pytest.raises(Exception, match="400"):
        async with websockets.client.connect(address, origin="https://evil.example"):
            pass


# ---- once -------------------------------------------------------------------------------------------


def test_the_same_id_again_is_not_heard_again(bot: Bot) -> None:
    with Tab(bot.url) as tab:
        name = new_id()
        assert tab.say("what does it cost", name)["ok"]
        heard = tab.hears(name)
        tab.messages.clear()
        started = time.monotonic()
        assert tab.say("what does it cost", name)["ok"]
        assert time.monotonic() - started < 1
        assert tab.messages == heard[1:]
        with Tab(bot.url, tab.token) as reconnected:
            assert reconnected.say("something else under this id", name)["ok"]
            assert reconnected.messages == heard[1:]
        assert len(users(bot, tab)) == 1


def test_the_same_id_twice_at_once_is_heard_once(bot: Bot) -> None:
    with Tab(bot.url) as first, Tab(bot.url, first.token) as second:
        name = new_id()
        with ThreadPoolExecutor(2) as pool:
            acks = list(pool.map(lambda tab: tab.say("do I need a CAQ", name), (first, second)))
        assert [ack["ok"] for ack in acks] == [True, True]
        assert len(users(bot, first)) == 1
        for tab in (first, second):
            assert {m["id"] for m in tab.hears(name)} == {name, f"{name}.0"}


# ---- words and buttons --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "/session_start",
        "/back",
        "/out_of_scope",
        "/goodbye",
        "  /affirm",
        "//deny",
        '/inform{"citizenship": "zz"}',
        '/ask_fees@0.9{"topic": "canary"}',
        "/",
        "EXTERNAL: goodbye",
    ],
)
def test_a_typed_command_is_words(bot: Bot, typed: str) -> None:
    with Tab(bot.url) as tab:
        tab.ask("I am a pharmacist and a US citizen")
        conversation = conversation_of(tab)
        before = slots(bot, conversation)
        ack = tab.say(typed)
        if typed == "/":
            assert ack["error"] == "empty"
            return
        assert ack["ok"]
        assert tab.messages[-2]["text"] == typed.strip()
        assert tab.messages[-1]["from"] == "assistant" and tab.messages[-1]["text"]
        event = users(bot, tab)[-1]
        assert not event["text"].startswith("/")
        assert event["parse_data"]["intent"]["confidence"] < 1.0, "taken for a command"
        assert not [
            e for e in bot.events(conversation) if e["event"] in ("restart", "rewind", "undo", "pause")
        ]
        kept = {name: slots(bot, conversation)[name] for name in ("job", "citizenship")}
        assert kept == {name: before[name] for name in ("job", "citizenship")}


def test_a_typed_restart_is_the_word(bot: Bot) -> None:
    """Which the assistant understands as the wish that it is; the conversation goes on."""
    with Tab(bot.url) as typed, Tab(bot.url) as said:
        for tab, text in ((typed, "/restart"), (said, "restart")):
            tab.ask("I am a pharmacist and a US citizen")
            tab.ask(text)
            assert "restart" not in {event["event"] for event in bot.events(conversation_of(tab))}
        assert typed.messages[-1]["text"] == said.messages[-1]["text"] != ""
        with Tab(bot.url, typed.token) as reloaded:
            assert [m["text"] for m in reloaded.history if m["from"] == "visitor"][1] == "/restart"


def test_a_button_stands_for_its_payload_and_is_pressed_once(bot: Bot) -> None:
    with Tab(bot.url) as tab, Tab(bot.url, tab.token) as other:
        question = tab.ask(OFFER)
        title = next(title for title in question["buttons"] if "US" in title)
        name = new_id()
        assert tab.press(question, title, name)["ok"]
        assert tab.hears(name)[0]["text"] == title
        event = users(bot, tab)[-1]
        assert event["text"].startswith("/inform{") and event["parse_data"]["intent"]["name"] == "inform"
        assert event["metadata"]["button"]["title"] == title
        assert "/inform" not in str(tab.messages), "payloads never leave the server"
        for again in (tab, other):
            assert again.press(question, title)["error"] == "used"
        assert tab.press(question, title, name)["ok"]  # the same press sent again
        assert len(users(bot, tab)) == 2
        with Tab(bot.url, tab.token) as reloaded:
            asked = next(message for message in reloaded.history if message["id"] == question["id"])
            assert asked["used"] == question["buttons"].index(title)


def test_two_tabs_that_press_at_once_press_once(bot: Bot) -> None:
    with Tab(bot.url) as tab, Tab(bot.url, tab.token) as other:
        question = tab.ask(OFFER)
        with ThreadPoolExecutor(2) as pool:
            acks = list(
                pool.map(lambda pair: pair[0].press(question, pair[1]), ((tab, "US"), (other, "Mex")))
            )
        assert sorted(ack.get("error", "") for ack in acks) == ["", "used"]
        assert len(users(bot, tab)) == 2


def test_a_buttons_time_is_over_when_something_else_was_said(bot: Bot) -> None:
    with Tab(bot.url) as tab:
        question = tab.ask(OFFER)
        tab.ask("what does it cost")
        assert tab.press(question, "US")["error"] == "used"


def test_only_this_conversations_buttons_can_be_pressed(bot: Bot) -> None:
    with Tab(bot.url) as tab, Tab(bot.url) as stranger:
        question = tab.ask(OFFER)
        stranger.ask("thanks")
        assert stranger.press(question, "US")["error"] == "unknown_button"
        for message, index in ((question["id"], 99), (question["reply_to"], 0), ("", 0), ("start.0", 0)):
            ack = tab.emit("say", {"id": new_id(), "button": {"message": message, "index": index}})
            assert ack["error"] == "unknown_button"
        assert len(users(bot, tab)) == len(users(bot, stranger)) == 1


# ---- too much ---------------------------------------------------------------------------------------


def test_what_is_too_long_is_said_at_once_while_other_visitors_turns_run(bot: Bot) -> None:
    long_text = (
        "I am a pharmacist from Ohio and would like to know how long it takes, and what it costs. " * 22
    )[:1_990]
    with ExitStack() as tabs, ThreadPoolExecutor(10) as pool:
        tab, *others = (tabs.enter_context(Tab(bot.url)) for _ in range(11))
        turns = [pool.submit(other.say, long_text) for other in others]
        time.sleep(0.05)
        times = []
        while not all(turn.done() for turn in turns) and len(times) < 15:
            started = time.monotonic()
            ack = tab.say("x" * 2_001)
            times.append(time.monotonic() - started)
            assert (ack["ok"], ack["error"]) == (False, "too_long")
            time.sleep(0.05)
        assert all(turn.result()["ok"] for turn in turns)
        assert len(times) > 3, "the turns were over too soon to tell"
        assert statistics.median(times) < 0.1
        assert not users(bot, tab)


def test_two_thousand_characters_of_any_script_are_not_too_long(bot: Bot) -> None:
    """As a browser sends them: in UTF-8. The Python client would write six letters for each half of one."""
    wire = Wire(bot.url)
    wire.heard('"session"')
    assert wire.post(f'420["say",{{"id":"{new_id()}","text":"{"👍" * 1_999}?"}}]') == 200
    assert '430[{"ok":true' in wire.heard("430[")


def test_who_writes_without_end_is_asked_to_wait(bot: Bot) -> None:
    with Tab(bot.url) as tab, Tab(bot.url) as other:
        name = new_id()
        acks = [tab.say("thanks", name) for _ in range(40)]
        assert all(ack["ok"] for ack in acks[:15])
        assert acks[-1]["error"] == "too_many" and "wait" in acks[-1]["text"]
        assert other.say("thanks")["ok"]
        assert len(users(bot, tab)) == 1


def test_refusals_are_in_the_visitors_language(bot: Bot) -> None:
    for wish, word in (
        ("fr", "caractères"),
        ("es", "caracteres"),
        ("en", "characters"),
        ("xx", "characters"),
    ):
        with Tab(bot.url, language=wish) as tab:
            assert word in tab.say("x" * 2_001)["text"]


# ---- the end ------------------------------------------------------------------------------------------


def test_deleting_leaves_no_row(bot: Bot) -> None:
    with Tab(bot.url) as tab, Tab(bot.url, tab.token) as other:
        said = tab.ask("I want to talk to someone")
        tab.answer(said, "Yes, I agree")
        tab.ask("Zoe Canary")
        old, token = conversation_of(tab), tab.token
        assert rows(bot, old) > 10
        assert tab.emit("delete")["ok"]
        assert rows(bot, old) == 0
        assert b"Zoe Canary" not in bot.database.read_bytes()
        assert other.ended.wait(5)
        assert other.say("hello")["error"] == "ended"
        assert conversation_of(tab) != old
        assert tab.ask("thanks")["from"] == "assistant"
        with Tab(bot.url, token) as back:
            assert back.session["resumed"] is False and back.history == []
            assert conversation_of(back) != old
        assert rows(bot, old) == 0


def test_starting_over_closes_the_old_conversation_and_keeps_it(bot: Bot) -> None:
    with Tab(bot.url) as tab, Tab(bot.url, tab.token) as other:
        tab.ask("I am a pharmacist and a US citizen")
        old, token, kept = conversation_of(tab), tab.token, rows(bot, conversation_of(tab))
        tab.messages.clear()
        assert tab.emit("start_over")["ok"]
        assert other.ended.wait(5)
        assert rows(bot, old) == kept + 1 and bot.events(old)[-1]["event"] == "pause"
        with Tab(bot.url, token) as back:
            assert back.session["resumed"] is False and back.history == []
        with Tab(bot.url, tab.token) as new:
            assert new.session["resumed"] is True
            tab.ask("thanks")
            assert new.hears(tab.messages[0]["id"])
        assert not other.messages[3:], "who was turned out hears nothing of the new one"
        assert slots(bot, conversation_of(tab)).get("job") is None
        assert other.emit("start_over")["ok"] and other.ask("thanks")


# ---- nonsense -----------------------------------------------------------------------------------------

NONSENSE: list[str | bytes] = [
    *("42", "42[]", "42{}", '42"say"', "42null", "42[[1],2]", '42[{"a":1}]', '42["connect",{},{}]'),
    *('42["disconnect"]', '42["say"]', '420["say"]', '420["say",1]', '420["say",null]', '420["say",[]]'),
    *(
        '420["say",{}]',
        '420["say",{"id":1,"text":2}]',
        '420["start_over"',
        "40",
        "40[1]",
        "44",
        "41/x,",
        "43999[]",
    ),
    *('42/x,["say"]', "42" + "1" * 200 + '["say"]', "4", "x", "", "b", "bAAAA", "9zzz", "3", "3probe"),
    *(
        '451-["say",{"_placeholder":true,"num":0}]',
        '459999999-["say"]',
        '451-["say",{"_placeholder":true,"num":9}]',
    ),
    '420["say",' + "[" * 7_000 + "]" * 7_000 + "]",
    "42" + "[" * 16_000,
    '420["say",{"id":"' + "a" * 10_000 + '","text":"x"}]',
    '420["say",{"id":"aaaaaaaaaaaaaaaa","text":"\\u0000\\ud800\\udc00\\ud800"}]',
    '420["say",{"id":"aaaaaaaaaaaaaaab","button":{"message":[],"index":{}}}]',
    '420["say",{"id":"aaaaaaaaaaaaaaac","button":{"message":"\\u0000\\ud800","index":0}}]',
    '420["say",{"id":"\\ud800aaaaaaaaaaaaaaac","text":"x"}]',
    '42["say",{"id":"aaaaaaaaaaaaaaad","text":"thanks"},1,2,3]',  # no acknowledgement is asked for
    b"\xff\xfe\x00",
    b"4" + b"\x80" * 100,
    "\x1e".join(["42[]"] * 16),
    "\x1e".join(["42[]"] * 17),
]


@pytest.mark.parametrize("packet", NONSENSE, ids=range(len(NONSENSE)))
def test_nonsense_ends_nothing(bot: Bot, packet: str | bytes) -> None:
    pid, wire = bot.servers[1].process.pid, Wire(bot.url)
    wire.heard('"session"')
    wire.post(packet)
    with Tab(bot.url) as tab:
        assert tab.say("x" * 2_001)["error"] == "too_long"
    assert bot.servers[1].process.poll() is None and bot.servers[1].process.pid == pid


def test_after_nonsense_the_same_socket_still_works(bot: Bot) -> None:
    wire = Wire(bot.url)
    wire.heard('"session"')
    for packet in (
        "42[]",
        '42["connect",{},{}]',
        '451-["say"]',
        '420["say",' + "[" * 7_000,
        '421["say",{"id":1}]',
    ):
        assert wire.post(packet) == 200
    assert '431[{"ok":false,"error":"invalid"' in wire.heard("431[")
    wire.post(f'422["say",{{"id":"{new_id()}","text":"thanks"}}]')
    assert '"ok":true' in wire.heard("432[")


def test_what_is_huge_is_refused_at_once(bot: Bot) -> None:
    wire = Wire(bot.url)
    wire.heard('"session"')
    for size in (17_000, 1_000_000, 20_000_000):
        started = time.monotonic()
        assert wire.post('420["say",{"text":"' + "x" * size) == 413
        assert time.monotonic() - started < 2
    wire.post(f'422["say",{{"id":"{new_id()}","text":"thanks"}}]')
    assert '"ok":true' in wire.heard("432[")


async def test_nonsense_over_a_websocket_ends_nothing(bot: Bot) -> None:
    address = f"{bot.url.replace('http', 'ws')}{PATH}/?EIO=4&transport=websocket"
    for packet in ("x", "", b"\x00\xff", "42[", "4" * 15_000, "y" * 100_000):
        async with websockets.client.connect(address) as socket:
            await socket.recv()
            await socket.send("40{}")
            await socket.send(packet)
    assert bot.servers[1].process.poll() is None


def test_nothing_that_was_said_is_in_a_log(bot: Bot) -> None:
    canary = f"canary{uuid.uuid4().hex}"
    with Tab(bot.url) as tab:
        for text in (
            f"my name is {canary}",
            f"/{canary}",
            f'/inform{{"{canary}": "x"}}',
            f"/restart{canary}{{",
        ):
            assert tab.say(text)["ok"]
        tab.say(canary * 200)
        tab.say([canary])
        tab.emit("delete")
    wire = Wire(bot.url)
    wire.heard('"session"')
    for packet in (f'42["{canary}"]', f'42["say","{canary}', f'451-["say","{canary}"]', f"b{canary}", canary):
        wire.post(packet)
    logs = "".join(log.read_text(errors="replace") for log in run.LOGS.glob("*.log"))
    assert "components" in logs or logs, "there is a log"
    assert canary not in logs


# ---- the widget's file ----------------------------------------------------------------------------------


def test_the_widget_is_served_to_any_site_and_sent_again_only_when_it_changed(bot: Bot) -> None:
    address = f"{bot.url}/webhooks/web/widget.js"
    if not WIDGET.exists():
        reply = requests.get(address, timeout=10)
        assert reply.status_code == 404 and "make widget" in reply.text
        return
    reply = requests.get(address, headers={"Origin": "https://any.example"}, timeout=10)
    assert reply.status_code == 200 and reply.content == WIDGET.read_bytes()
    assert reply.headers["content-type"].startswith("text/javascript")
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["cache-control"] == "no-cache"
    assert reply.headers["cross-origin-resource-policy"] == "cross-origin"
    assert reply.headers["content-encoding"] == "gzip"
    tag = reply.headers["etag"]
    again = requests.get(address, headers={"If-None-Match": tag}, timeout=10)
    assert (again.status_code, again.content) == (304, b"")
    plain = requests.get(address, headers={"Accept-Encoding": "identity"}, timeout=10)
    assert plain.content == WIDGET.read_bytes() and "content-encoding" not in plain.headers
    assert requests.get(address, headers={"If-None-Match": 'W/"0"'}, timeout=10).status_code == 200
