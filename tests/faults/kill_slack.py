"""Kills, with kill -9, a server with the Slack channel after it has acknowledged a message, and starts it again.

    .venv/bin/python tests/faults/kill_slack.py --moments 60 [--stock]

The server is a real one with real stores (SQLite) and a quick stand-in for Rasa's understanding; each start forks
from this process, which has imported everything. A message is posted as Slack would; once the 200 is read, the
server is killed, at moments in equal steps from 0 to a little more than the length of the whole way, measured
before: right after the 200 first, and last when the answer is in Slack. Then it is started again, and the message
posted once more, as Slack does when it is not sure.

Counts, for every message: turns in the conversation (promise: one), answers in Slack (promise: at least one; a
second one only where the kill fell between Slack's taking it and our noting that). ``--stock`` does the same
with Rasa's own channel, to show what is lost. Exit status 0 only if every promise was kept.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
import requests
from rasa.core.channels.channel import InputChannel, UserMessage
from rasa.core.channels.slack import SlackInput

from components.slack import SlackChannel
from components.slack_leads import LeadDesk
from components.slack_queue import Queue
from components.slack_settings import SlackSettings
from leads.crypto import Keyring
from tests.channels.parrot import Parrot
from tests.channels.slack_app import KEY, SECRET, no_desk, sentences
from tests.servers import slack_says as says
from tests.servers.loopback import HOST, free_port
from tests.servers.sanic_app import SanicApp
from tests.servers.slack import TOKEN, SlackServer

LIMIT_S = 20.0
STOCK_PATIENCE_S = 1.0  # what has not come by then, does not


class Stock(Parrot):
    """Behind Rasa's channel: keeps the turn and answers, as Rasa does."""

    def __init__(self, stored: Path, api: str) -> None:
        super().__init__(stored)
        self._api = api

    async def handle_message(self, message: UserMessage) -> None:
        await super().handle_message(message)
        bot: Any = message.output_channel
        if hasattr(bot, "client"):
            bot.client.base_url = self._api
            await bot.send_text_message(message.sender_id, f"You said: {message.text}")


class Trial:
    """One Slack, and a server that dies again and again."""

    def __init__(self, folder: Path, stock: bool) -> None:
        self.folder, self.stock, self.slack = folder, stock, SlackServer()
        self.port = free_port()
        self.url = f"http://{HOST}:{self.port}/webhooks/slack/webhook"
        self.found: Counter[str] = Counter()
        self.acknowledged: list[float] = []

    def run(self, moments: int) -> None:
        length = self.measure()
        self.found["the whole way, ms"] = round(length * 1000)
        for moment in range(moments):
            self.kill_once(f"message {moment:04d}", 1.2 * length * moment / max(1, moments - 1))

    def measure(self) -> float:
        """From the 200 to the answer, of the first message after a start; the very first one makes the tables."""
        for text in ("first", "second"):
            server = self.start()
            self.post(says.direct(text, user=user_of(text)))
            started = time.monotonic()
            self.wait_for_answer(text)
            length = time.monotonic() - started
            time.sleep(0.2)  # until it is noted
            kill(server)
        return length

    def wait_for_answer(self, text: str) -> None:
        wait(lambda: bool(self.answers(text)))

    def kill_once(self, text: str, after: float) -> None:
        """One message, one kill, and the message once more."""
        server, event = self.start(), says.direct(text, user=user_of(text))
        self.post(event)
        time.sleep(after)
        kill(server)
        self.found["answered before the kill"] += bool(self.answers(text))
        server = self.start()
        if not self.stock:
            self.wait_for_answer(text)
            self.post(event)
            wait(self.is_idle)
        else:
            time.sleep(STOCK_PATIENCE_S)
        kill(server)
        turns, answers = self.turns(text), len(self.answers(text))
        self.found["messages"] += 1
        self.found["lost: no answer"] += answers == 0
        self.found["lost: no turn"] += turns == 0
        self.found["turns doubled"] += turns > 1
        self.found["answered twice"] += answers == 2
        self.found["answered more often"] += answers > 2

    def start(self) -> int:
        """A server in a process of its own, which answers."""
        child = os.fork()
        if child == 0:
            try:
                SanicApp(self.channel(), self.agent(), self.port)
                time.sleep(3600)
            finally:
                os._exit(1)
        wait(lambda: answers_at(self.port))
        return child

    def channel(self) -> InputChannel:
        if self.stock:
            return SlackInput.from_credentials({"slack_token": TOKEN, "slack_signing_secret": SECRET})
        settings = SlackSettings(TOKEN, SECRET, str(self.folder / "slack.db"), None, self.slack.api)
        return SlackChannel(settings, self.queue(), sentences(), LeadDesk(no_desk))

    def agent(self) -> Parrot:
        stored = self.folder / "conversations.db"
        return Stock(stored, self.slack.api) if self.stock else Parrot(stored)

    def queue(self) -> Queue:
        return Queue.at(str(self.folder / "slack.db"), Keyring([KEY]), time.time)

    def post(self, event: dict[str, Any]) -> None:
        body = json.dumps(event).encode()
        started = time.monotonic()
        reply = requests.post(
            self.url, body, headers=says.signed(body, SECRET, time.time(), says.JSON), timeout=LIMIT_S
        )
        assert reply.status_code == 200, reply.status_code
        self.acknowledged.append(time.monotonic() - started)

    def answers(self, text: str) -> list[str]:
        said = [message["text"] for message in list(self.slack.messages.values())]
        return [one for one in said if one == f"You said: {text}"]

    def turns(self, text: str) -> int:
        """How often it stands in the conversations."""
        with sqlite3.connect(self.folder / "conversations.db") as connection:
            found = connection.execute("select data from events where type_name = 'user'").fetchall()
        return sum(json.loads(row[0])["text"] == text for row in found)

    def is_idle(self) -> bool:
        queue = self.queue()
        idle = not queue.lines("in") and not queue.lines("out")
        queue.close()
        return idle

    def broken(self) -> list[str]:
        """The promises that were not kept."""
        never = ("lost: no answer", "lost: no turn", "turns doubled", "answered more often")
        late = ["acknowledged later than after a second"] * (max(self.acknowledged) >= 1)
        return [name for name in never if self.found[name]] + late


def user_of(text: str) -> str:
    """A person for each message."""
    return f"U0{text.upper().replace(' ', '')}"


def kill(server: int) -> None:
    os.kill(server, signal.SIGKILL)
    os.waitpid(server, 0)


def answers_at(port: int) -> bool:
    try:
        return requests.get(f"http://{HOST}:{port}/", timeout=2).status_code > 0
    except requests.ConnectionError:
        return False


def wait(true: Callable[[], bool]) -> None:
    """Returns when it is, or when that takes too long: what is missing then is counted."""
    until = time.monotonic() + LIMIT_S
    while not true() and time.monotonic() < until:
        time.sleep(0.002)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--moments", type=int, default=60)
    parser.add_argument("--stock", action="store_true", help="Rasa's own channel instead")
    arguments = parser.parse_args()
    sentences()  # before the forks
    with tempfile.TemporaryDirectory() as name:
        trial, started = Trial(Path(name), arguments.stock), time.monotonic()
        trial.run(arguments.moments)
        trial.slack.down()
    times = sorted(trial.acknowledged)
    trial.found["acknowledged after, ms: median"] = round(times[len(times) // 2] * 1000)
    trial.found["acknowledged after, ms: longest"] = round(times[-1] * 1000)
    trial.found["seconds in all"] = round(time.monotonic() - started)
    for figure, count in trial.found.items():
        print(f"{figure:35}{count:>8}")
    if broken := trial.broken():
        print("BROKEN", *broken, sep="\n")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
