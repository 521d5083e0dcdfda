"""The website's chat when something is out of order, on a real bot of its own that can be killed: what was said stays,
is heard once, and whoever said it hears of it. Its visitors come through a proxy, from the firm's site.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from components.web_limits import MOST_SOCKETS_THERE
from tests.channels.tab import Tab, Wire, new_id
from tests.channels.test_web import OFFER, conversation_of, users
from tests.faults.kill_bot import MortalBot, run
from tests.faults.passing import hanging, without_table

FIRM = "https://www.firm.example"
OTHER = "https://partner.firm.example"
CANARY = "canary2d7c"


@pytest.fixture(scope="module")
def mortal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MortalBot]:
    """A bot of its own. What it changes, the environment and the place of the logs, is put back."""
    folder = tmp_path_factory.mktemp("mortal")
    environment, logs, server = dict(os.environ), run.LOGS, run.Server
    os.environ.update(WEB_ORIGINS=f"{FIRM}, {OTHER}", WEB_PROXIES="1", WEB_KEY_FILE=str(folder / "web.key"))
    try:
        bot = MortalBot(folder, f"sqlite:///{folder / 'leads.db'}", {}, None)
        yield bot
        bot.stop()
    finally:
        os.environ.clear()
        os.environ.update(environment)
        run.LOGS, run.Server = logs, server


def site(origin: str = FIRM, address: str = "203.0.113.1") -> dict[str, str]:
    return {"Origin": origin, "X-Forwarded-For": address}


def restart(bot: MortalBot, name: str) -> None:
    server = bot.named(name)
    server.kill()
    bot.restart(server)


# ---- sites and addresses ----------------------------------------------------------------------------


def test_the_firms_sites_may_embed_the_chat_and_read_its_answers(mortal: MortalBot) -> None:
    for origin in (FIRM, OTHER, mortal.url):
        reply = Wire(mortal.url, site(origin), greet=False).opening
        assert reply.status_code == 200
        assert reply.headers["access-control-allow-origin"] == origin
    assert Wire(mortal.url, site("https://evil.example"), greet=False).opening.status_code == 400


def test_a_token_of_one_site_is_of_no_use_on_another(mortal: MortalBot) -> None:
    with Tab(mortal.url, headers=site()) as tab:
        tab.ask("thanks")
        for headers in (site(OTHER), site(mortal.url), {}):
            with Tab(mortal.url, tab.token, headers=headers) as thief:
                assert thief.session["resumed"] is False and thief.history == []
        with Tab(mortal.url, tab.token, headers=site(address="198.51.100.7")) as moved:
            assert moved.session["resumed"] is True  # the same person, by another network


def test_one_address_has_only_so_many_sockets_and_others_have_theirs(mortal: MortalBot) -> None:
    crowd = site(address="192.0.2.66")
    with ThreadPoolExecutor(8) as pool:
        opened = list(
            pool.map(lambda _: Wire(mortal.url, crowd, greet=False), range(2 * MOST_SOCKETS_THERE + 20))
        )
    statuses = [wire.opening.status_code for wire in opened]
    assert statuses.count(200) == 2 * MOST_SOCKETS_THERE and statuses.count(429) == 20
    with Tab(mortal.url, headers=site(address="192.0.2.67")) as other:
        assert other.say("thanks")["ok"]
    for wire in opened:
        if wire.opening.status_code == 200:
            wire.post("1")  # closes it
    with Tab(mortal.url, headers=crowd) as later:
        assert later.say("thanks")["ok"]


def test_who_opens_one_conversation_after_the_other_is_told_why_it_stops(mortal: MortalBot) -> None:
    for _ in range(80):
        wire = Wire(mortal.url, site(address="192.0.2.99"))
        told = wire.heard("4")
        wire.post("1")
        if told.startswith("44"):
            break
    else:
        pytest.fail("it never stopped")
    assert '"error":"too_many"' in told and "+1 613-555-0100" in told


# ---- crashes ------------------------------------------------------------------------------------------


def test_after_a_kill_the_conversation_goes_on_where_it_was(mortal: MortalBot) -> None:
    with Tab(mortal.url, headers=site()) as tab:
        question = tab.ask(OFFER)
        name = question["reply_to"]
        restart(mortal, "rasa")
        with Tab(mortal.url, tab.token, headers=site()) as back:
            assert back.session["resumed"] is True
            assert [m["id"] for m in back.history] == [name, f"{name}.0"]
            assert back.history[1] == question
            assert back.say(OFFER, name)["ok"], (
                "sent again, as the widget does when it heard no acknowledgement"
            )
            assert len(users(mortal, back)) == 1
            answer = back.answer(question, "US")
            assert "Yes" in answer["text"]


def test_messages_that_are_on_their_way_in_a_crash_are_heard_once(mortal: MortalBot) -> None:
    """Each at another moment of its turn."""
    tabs = [Tab(mortal.url, headers=site(address=f"203.0.113.{n}")) for n in range(12)]
    names = [new_id() for _ in tabs]
    for tab, name in zip(tabs, names, strict=True):
        tab._client.emit("say", {"id": name, "text": "what does it cost"})
        time.sleep(0.05)
    restart(mortal, "rasa")
    for tab, name in zip(tabs, names, strict=True):
        with Tab(mortal.url, tab.token, headers=site()) as back:
            assert back.session["resumed"] is True
            assert back.say("what does it cost", name)["ok"]
            assert len(users(mortal, back)) == 1
            assert len({m["id"] for m in back.hears(name)}) == 2
        tab.close()


# ---- what the bot needs ---------------------------------------------------------------------------------


def test_with_the_action_server_down_facts_are_told_and_who_wants_a_lawyer_hears_the_number(
    mortal: MortalBot,
) -> None:
    with Tab(mortal.url, headers=site()) as tab, Tab(mortal.url, tab.token, headers=site()) as other:
        tab.ask("hello")
        dead = mortal.named("actions")
        dead.kill()
        try:
            name = new_id()
            started = time.monotonic()
            assert tab.say(f"can a lawyer call me about {CANARY}", name)["ok"]
            assert time.monotonic() - started < 5
            for listener in (tab, other):
                apology = listener.hears(name)[-1]
                assert "+1 613-555-0100" in apology["text"] and apology["id"] == f"{name}.0"
            with Tab(mortal.url, tab.token, headers=site()) as reloaded:
                assert reloaded.history[-1] == tab.hears(name)[-1]
            assert "$" in tab.ask("what does it cost")["text"]
        finally:
            mortal.restart(dead)
        assert "terms" in tab.ask("can a lawyer call me")["text"]


def test_what_is_typed_into_a_form_while_the_action_server_is_down_is_not_lost(mortal: MortalBot) -> None:
    with Tab(mortal.url, headers=site()) as tab:
        tab.answer(tab.ask("I want to talk to someone"), "Yes, I agree")
        tab.ask("Ana Ruiz")
        dead = mortal.named("actions")
        dead.kill()
        try:
            assert "technical problem" in tab.ask("ana.ruiz@example.com")["text"]
        finally:
            mortal.restart(dead)
        tab.ask("Mornings")
        slots = {e["name"]: e["value"] for e in mortal.events(conversation_of(tab)) if e["event"] == "slot"}
        assert slots["intake"]["values"]["email"] == "ana.ruiz@example.com"


def test_with_the_action_server_hanging_the_message_can_be_sent_again(mortal: MortalBot) -> None:
    with Tab(mortal.url, headers=site()) as tab, Tab(mortal.url, tab.token, headers=site()) as other:
        name = new_id()
        with hanging(mortal, "actions"):
            started = time.monotonic()
            ack = tab.say(f"can a lawyer call me about {CANARY}", name)
            assert 3.5 < time.monotonic() - started < 5
            assert (ack["ok"], ack["error"]) == (False, "problem") and "+1 613-555-0100" in ack["text"]
            assert [m["id"] for m in tab.messages] == [name], "it is told in the acknowledgement"
            assert other.hears(name)[-1]["text"] == ack["text"]
        assert users(mortal, tab) == []
        other.messages.clear()
        assert tab.say("what does it cost", name)["ok"]
        assert other.hears(name)[-1]["id"] == f"{name}.0"
        assert len(users(mortal, tab)) == 1


def test_with_the_store_out_of_order_nothing_counts_as_said_and_nobody_is_given_an_empty_chat(
    mortal: MortalBot,
) -> None:
    with Tab(mortal.url, headers=site()) as tab:
        tab.ask("I am a pharmacist and a US citizen")
        name = new_id()
        with without_table(mortal):
            ack = tab.say(f"what does {CANARY} cost", name)
            assert (ack["ok"], ack["error"]) == (False, "problem")
            assert tab.emit("delete")["error"] == "problem"
            wire = Wire(mortal.url, site(), greet=False)
            wire.post(f'40{{"token":"{tab.token}"}}')
            assert '"error":"problem"' in wire.heard("44")
        assert tab.say("what does it cost", name)["ok"]
        assert [event["text"] for event in users(mortal, tab)][1:] == ["what does it cost"]
        with Tab(mortal.url, tab.token, headers=site()) as reloaded:
            assert len(reloaded.history) == 4


def test_none_of_it_is_in_a_log(mortal: MortalBot) -> None:
    """The last one: of all that went wrong here."""
    logs = "".join(log.read_text(errors="replace") for log in mortal.logs.glob("*.log"))
    assert "A turn failed: " in logs
    assert CANARY not in logs and "ana.ruiz" not in logs
