"""“Delete my data”, typed to the running assistant: on the website and over REST. (In Slack: test_slack_bot.py.)"""

from __future__ import annotations

import json
import re
import sqlite3
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from leads.errors import NoSuchLead
from tests.bot import Bot, Visitor
from tests.channels.tab import Message, Tab

RECEIPT = re.compile(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b")
PATIENCE_S = 30  # the worker looks every 15 s


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.1)


def is_gone(bot: Bot, number: str) -> bool:
    try:
        bot.store.get(number)
    except NoSuchLead:
        return True
    return False


def everything(bot: Bot) -> str:
    """All rows of the conversations' database."""
    with sqlite3.connect(bot.database) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return json.dumps([connection.execute(f"SELECT * FROM {table}").fetchall() for table in tables])


def letters() -> str:
    """A surname that nobody has."""
    return uuid.uuid4().hex.translate(str.maketrans("0123456789", "ghijklmnop")).capitalize()


def send_a_request(tab: Tab, name: str) -> str:
    """Plays the form to its end; the receipt's number."""
    tab.answer(tab.ask("can a lawyer call me?"), "Yes")
    for text in (name, f"{uuid.uuid4().hex[:12]}@example.com", "mornings", "a permit", "skip"):
        tab.ask(text)
    found = RECEIPT.search(tab.answer(tab.ask("skip"), "Send it")["text"])
    assert found
    return found.group()


def test_it_is_asked_back_and_then_everything_is_gone_here_and_with_the_lawyers(bot: Bot) -> None:
    name = f"Zoe {letters()}"
    with Tab(bot.url) as tab, Tab(bot.url) as other:
        number = send_a_request(tab, name)
        before = tab.session
        question = tab.ask("delete my data")
        assert "for good" in question["text"] and question["buttons"] == ["Delete it all", "Keep it"]
        assert not is_gone(bot, number) and name in everything(bot)
        second = Tab(bot.url, token=tab.token)
        assert second.history[-1]["buttons"] == ["Delete it all", "Keep it"]  # also after a reload
        old = tab.token
        assert tab.press(question, "Delete it all")["ok"]
        until(lambda: tab.session is not before)
        (said,) = tab.session["messages"]
        assert said["text"].startswith("Done: this conversation is deleted") and "@" in said["text"]
        assert second.ended.wait(5)
        assert name not in everything(bot)
        until(lambda: is_gone(bot, number) and not bot_wishes(bot))
        assert [row.what for row in bot.store.audit(number)] == ["created", "erased"]
        assert bot.store.audit(number)[-1].who == "visitor"
        assert "pharmacist" in tab.ask("Is a pharmacist on the list?")["text"].lower()
        assert tab.token != old and tab.session["token"] != old
        with Tab(bot.url, token=old) as late:
            assert not late.session["resumed"] and not late.history
        assert "pharmacist" in other.ask("Is a pharmacist on the list?")["text"].lower()
        second.close()


def bot_wishes(bot: Bot) -> int:
    with sqlite3.connect(bot.database) as connection:
        return int(connection.execute("SELECT count(*) FROM erasures").fetchone()[0])


def test_a_no_and_a_question_in_between_leave_everything_where_it_was(bot: Bot) -> None:
    with Tab(bot.url) as tab:
        tab.answer(tab.ask("can a lawyer call me?"), "Yes")
        assert "delete" not in tab.ask("Anna Quill")["text"].lower()
        assert tab.ask("erase everything about me")["buttons"] == ["Delete it all", "Keep it"]
        assert "nothing is deleted" in tab.ask("no")["text"]
        tab.ask("anna.quill@example.com")  # the form still waits for this answer
        review = all_of(tab, "mornings", "a permit", "skip", "skip")
        assert "Anna Quill" in review["text"] and "anna.quill@example.com" in review["text"]
        assert "delete" not in review["text"].lower()
        tab.ask("forget me")
        assert "3 years" in tab.ask("how long is the permit?")["text"]
        assert "Done: this conversation" not in tab.ask("yes")["text"]
        assert tab.messages


def all_of(tab: Tab, *texts: str) -> Message:
    for text in texts:
        last = tab.ask(text)
    return last


def test_it_may_be_the_first_thing_that_is_said(bot: Bot) -> None:
    with Tab(bot.url) as tab:
        question = tab.ask("delete my data")
        tab.answer(question, "Keep it")
        assert "pharmacist" in tab.ask("is a pharmacist on the list?")["text"].lower()
        tab.ask("I am American")
        assert "degree" in tab.ask("what do I have to show?")["text"].lower()


def test_over_rest_too(bot: Bot) -> None:
    visitor = bot.visitor()
    secret = uuid.uuid4().hex
    visitor.say(f"my name is {secret}, can a pharmacist get a permit?")
    reply = visitor.say("please delete my data")
    assert [button["title"] for button in reply.buttons] == ["Delete it all", "Keep it"]
    assert secret in everything(bot)
    assert visitor.press("Delete it all").text.startswith("Done: this conversation is deleted")
    assert secret not in everything(bot) and visitor.sender not in raw_events(bot, visitor)
    assert "pharmacist" in visitor.say("is a pharmacist on the list?").text.lower()


def raw_events(bot: Bot, visitor: Visitor) -> str:
    return json.dumps(bot.events(visitor.sender))


def test_what_cannot_be_deleted_now_is_not_called_deleted(bot: Bot, tmp_path: Path) -> None:
    with Tab(bot.url) as tab:
        canary = uuid.uuid4().hex
        tab.ask(f"is a pharmacist on the list? {canary}")
        question = tab.ask("delete my data")
        blocked = sqlite3.connect(bot.database, timeout=30, isolation_level=None)
        blocked.execute("BEGIN IMMEDIATE")
        try:
            ack = tab.press(question, "Delete it all")
        finally:
            blocked.execute("ROLLBACK")
            blocked.close()
        assert not ack["ok"] and ack["error"] == "problem"
        assert canary in everything(bot)
        assert tab.press(question, "Delete it all")["ok"]
        until(lambda: canary not in everything(bot))
