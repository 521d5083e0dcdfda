"""The real bot for tests: the trained model and the servers as `make run` starts them, over REST."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import sys
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from leads.records import StoredLead
from leads.store import LeadStore

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "scripts"))
import run


@dataclass
class Reply:
    """What the visitor sees, and the record that is kept with the conversation."""

    text: str
    buttons: list[dict[str, str]]
    messages: list[dict[str, Any]]
    record: dict[str, Any]
    slots: dict[str, Any] = field(default_factory=dict)

    @property
    def visible(self) -> str:
        """Words and buttons as read by a person, without marks of emphasis."""
        return re.sub(r"\*\*", "", " ".join([self.text, *[button["title"] for button in self.buttons]]))


class Bot:
    """Starts the servers, speaks to them, and reads what they keep."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.database = folder / "conversations.db"
        os.environ["CONVERSATIONS_DB"] = str(self.database)
        os.environ["LEADS_DB"] = f"sqlite:///{folder / 'leads.db'}"
        os.environ["LEADS_KEY_FILE"] = str(folder / "leads.key")
        os.environ["ACTION_KEY_FILE"] = str(folder / "action.key")
        os.environ["WEB_KEY_FILE"] = str(folder / "web.key")
        self.site = f"http://{run.HOST}:{run.free_port()}"  # another origin that may show the chat
        os.environ["WEB_ORIGINS"] = self.site
        os.environ.update(settings)
        self.port = run.free_port()
        self.servers = run.start(self.port)
        run.wait_until_ready(self.servers)
        self.url = f"http://{run.HOST}:{self.port}"

    @classmethod
    @contextmanager
    def apart(cls, folder: Path, **settings: str) -> Iterator[Bot]:
        """A bot of a test's own, beside the one that all share; ``settings``: more for its environment."""
        before = dict(os.environ)
        try:
            bot = cls(folder, **settings)
            try:
                yield bot
            finally:
                bot.stop()
        finally:
            os.environ.clear()
            os.environ.update(before)

    def kill(self, name: str) -> None:
        """Ends a server as a crash does."""
        server = next(server for server in self.servers if server.name == name)
        os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait()

    def start_again(self, name: str) -> None:
        """Starts a killed server as it was, and waits for it."""
        dead = next(server for server in self.servers if server.name == name)
        again = run.Server(dead.name, dead.command, dead.environment, dead.answers)
        self.servers = [again if server is dead else server for server in self.servers]
        run.wait_until_ready(self.servers)

    def stop(self) -> None:
        """Ends the servers."""
        for server in self.servers:
            server.stop()

    def post(self, body: object) -> list[dict[str, Any]]:
        """One POST to the REST channel."""
        data = json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self.url}/webhooks/rest/webhook", data, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=60) as reply:
            found: list[dict[str, Any]] = json.load(reply)
            return found

    @cached_property
    def store(self) -> LeadStore:
        """The leads that the bot keeps."""
        return LeadStore.open()

    def visitor(self) -> Visitor:
        """Somebody new."""
        return Visitor(self, f"test-{uuid.uuid4().hex}")

    def ask(self, text: str) -> Reply:
        """The reply to one message of somebody new."""
        return self.visitor().say(text)

    def conversations_with(self, words: str) -> list[str]:
        """The ids of the conversations in which somebody said precisely this."""
        with sqlite3.connect(self.database) as connection:
            rows = connection.execute(
                "select distinct sender_id from events where type_name = 'user' and json_extract(data, '$.text') = ?",
                (words,),
            ).fetchall()
        return [row[0] for row in rows]

    def events(self, sender: str) -> list[dict[str, Any]]:
        """The conversation as it is kept."""
        with sqlite3.connect(self.database) as connection:
            rows = connection.execute(
                "select data from events where sender_id = ? order by id", (sender,)
            ).fetchall()
        return [json.loads(row[0]) for row in rows]


class Visitor:
    """One conversation."""

    def __init__(self, bot: Bot, sender: str) -> None:
        self.bot, self.sender = bot, sender
        self.last: Reply | None = None

    @property
    def leads(self) -> list[StoredLead]:
        """The requests that this visitor sent."""
        return self.bot.store.of_conversation(self.sender)

    def say(self, text: str) -> Reply:
        """Types a message and reads the reply."""
        messages = self.bot.post({"sender": self.sender, "message": text})
        events = self.bot.events(self.sender)
        slots = {event["name"]: event["value"] for event in events if event["event"] == "slot"}
        spoken = [event for event in events if event["event"] == "bot"]
        record = (spoken[-1].get("metadata") or {}).get("answer") or {} if spoken and messages else {}
        texts = "\n".join(message.get("text", "") for message in messages)
        buttons = [button for message in messages for button in message.get("buttons", [])]
        self.last = Reply(texts, buttons, messages, record, slots)
        return self.last

    def press(self, title: str) -> Reply:
        """Presses the button of the last reply whose title contains these words."""
        assert self.last is not None
        for button in self.last.buttons:
            if title.lower() in button["title"].lower():
                return self.say(button["payload"])
        raise AssertionError(
            f"no button {title!r} among {[b['title'] for b in self.last.buttons]} under {self.last.text!r}"
        )
