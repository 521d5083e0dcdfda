"""No log of any process tells who wrote or what, at DEBUG, in either format, whatever fails meanwhile."""

from __future__ import annotations

import http.client
import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.bot import Bot, run
from tests.channels.rest_client import Reply, ask, new_id, send
from tests.servers.loopback import Answer
from tests.servers.webhook import SECRET, WebhookServer

FORM = ("I want to talk to someone", "Yes, I agree", "Zephyrine Quillfeather")
FORM += ("zq.wobble@mail.example, 613 555 0177", "Mornings")
FORM += ("a work permit for a tumblewick job in Toronto", "Brambleworth Limited", "No date")
CANARIES = ["zephyrine", "quillfeather", "zq.wobble", "mail.example", "0177", "tumblewick", "brambleworth"]
LOGS = ("rasa", "actions", "leads")
LIMIT_S = 30.0


class Session:
    """Visitors on a bot of its own, and all that must not be in its logs."""

    def __init__(self, bot: Bot, inbox: WebhookServer) -> None:
        self.bot, self.inbox, self.canaries = bot, inbox, list(CANARIES)

    def somebody(self) -> str:
        sender = new_id()
        self.canaries.append(sender)
        return sender

    def say(self, sender: str, text: str) -> Reply | None:
        with suppress(OSError, http.client.HTTPException):
            return ask(self.bot.url, sender, text)
        return None

    def well(self) -> None:
        """A question, a press, a request to a lawyer that arrives at the second try, a correction, a word for nobody."""
        sender = self.somebody()
        self.inbox.refuse_next(Answer(500, b"tumblewick is refused"), Answer(400, b"tumblewick is refused"))
        for line in ("Is a tumblewick engineer from Zephyrine on the list?", "US", *FORM, "change my name"):
            self.say(sender, line)
        for line in ("Zephyrine Quillfeather", "Send it", "tumblewick tumblewick", "delete my data", "yes"):
            self.say(sender, line)
        self.say(self.somebody(), '/inform{"job": "tumblewick"}')
        until = time.monotonic() + LIMIT_S
        while len(self.inbox.received) < 1:
            assert time.monotonic() < until, "the worker has tried to deliver"
            time.sleep(0.1)

    def ill(self) -> None:
        """What no program should send; turns without their database; and without the action server."""
        sender = self.somebody()
        bodies = (b'{"sender": "tumblewick"', b'["tumblewick"]', b'{"sender": "tumblewick\\u0000", "message": "x"}')
        for body in (*bodies, json.dumps({"sender": sender, "message": {"zephyrine": 1}}).encode(), b"\xff" * 99):
            assert send(self.bot.url, body).status == 400
        for line in FORM[:3]:
            self.say(sender, line)
        with without(self.bot.database, "events"):
            self.failing(sender, "what does tumblewick cost", "zq.wobble@mail.example")
        leads = Path(str(self.bot.store.engine.url.database))
        for line in FORM[3:]:
            self.say(sender, line)
        with without(leads, "leads"):
            self.say(sender, "Send it")
        self.bot.kill("actions")
        self.failing(sender, "change my name", "Send it")
        self.say(self.somebody(), FORM[0])

    def failing(self, sender: str, *lines: str) -> None:
        assert all((reply := self.say(sender, line)) and reply.status == 503 for line in lines)

    def logs(self) -> dict[str, str]:
        return {name: (run.LOGS / f"{name}.log").read_text(errors="replace") for name in LOGS}


@contextmanager
def without(database: Path, table: str) -> Iterator[None]:
    def rename(old: str, new: str) -> None:
        with sqlite3.connect(database, timeout=10) as connection:
            connection.execute(f"ALTER TABLE {old} RENAME TO {new}")

    rename(table, "elsewhere")
    try:
        yield
    finally:
        rename("elsewhere", table)


@pytest.mark.parametrize(("form", "shortcuts"), [("json", ""), ("text", "off")])
def test_nothing_of_what_was_said_is_in_a_log(
    form: str, shortcuts: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "LOGS", tmp_path)
    inbox = WebhookServer()
    settings = {"LOG_FORMAT": form, "LOG_LEVEL": "DEBUG", "SHORTCUTS": shortcuts}
    with Bot.apart(tmp_path, **settings, WEBHOOK_URL=inbox.url, WEBHOOK_SECRET=SECRET) as bot:
        session = Session(bot, inbox)
        session.well()
        session.ill()
    inbox.down()
    logs = session.logs()
    told = [
        (name, canary)
        for name, text in logs.items()
        for canary in session.canaries
        if canary.lower() in text.lower()
    ]
    assert told == []

    assert all("DEBUG" in text for text in logs.values()), "each has told all that it does"
    assert "processor.message.parse" in logs["rasa"] and "A turn failed: StoreUnavailable" in logs["rasa"]
    assert "a lead could not be kept" in logs["actions"] and "500" in logs["leads"]
    if form == "json":
        for text in logs.values():
            for line in text.splitlines():
                assert {"time", "level", "logger", "event"} <= set(json.loads(line)), line
