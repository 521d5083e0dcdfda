"""Kills, with kill -9, every process of `make run` again and again while visitors talk over REST; its supervisor restarts them.

    .venv/bin/python -m tests.faults.kill_any [--turns 1000] [--kills 30] [--visitors 10] [--seed 1]

Each visitor has one conversation after the other, a request to a lawyer or questions, and sends again what was not answered,
under the same id. The same conversations were had before, undisturbed: every answer must be the one that was given then. In the
end each request that was sent is kept once, under the number that was shown, and (but for --short) has been delivered once. Exit
status 0 only if so.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import re
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import requests

from leads.store import LeadStore
from tests.channels.rest_client import Reply, ask, new_id
from tests.faults.kill_bot import NUMBER
from tests.servers.webhook import SECRET, WebhookServer
from tests.setup.test_run import Run, free_port

SERVERS = ("components.serve", "components.action_server", "leads.worker")
LONG_ENOUGH_S = 11.0  # between two ends of one server: the supervisor gives up on those that end quickly
ANSWERED_WITHIN_S = 120.0  # however often it is sent again
DELIVERED_WITHIN_S = 200.0  # a dead worker's lease lasts two minutes
AGAIN_S = 0.25
SCRIPTS = (
    (
        *("I want to talk to someone", "Yes, I agree", "Ana {word}", "what does it cost", "{word}@example.com"),
        *("Mornings", "a permit for a job in Toronto", "Skip", "No date", "Send it"),
    ),
    (
        *("Is a pharmacist on the list?", "US", "what documents do I need", "I have a degree", "do I need a CAQ"),
        *("what does it cost", "what about my wife"),
    ),
    ("Is an economist on the list?", "Mexico", "I want to talk to someone", "Yes, I agree", "Ana {word}", "Cancel"),
)


@dataclass
class Visitor:
    """``expected``: the answers to each script when nothing was in the way; None while they are collected."""

    url: str
    random: random.Random
    think_s: float
    stop: Event
    expected: dict[tuple[int, int], str] | None
    faults: list[str] = field(default_factory=list)
    receipts: dict[str, str] = field(default_factory=dict)  # conversation → number that was shown
    turns: int = 0
    again: int = 0

    def talk(self) -> None:
        """One conversation after the other, until told to stop; the last one to its end."""
        while not self.stop.is_set():
            self.converse(self.random.randrange(len(SCRIPTS)))

    def converse(self, script: int) -> dict[tuple[int, int], str]:
        """A whole conversation; what was answered, by place."""
        sender, word = new_id(), "".join(self.random.choices("abcdefghij", k=10))
        said = {}
        for place, line in enumerate(SCRIPTS[script]):
            time.sleep(self.random.random() * 2 * self.think_s)
            reply = self.say(sender, line.format(word=word))
            if reply is None:
                self.faults.append(f"never answered: {line!r}")
                break
            said[script, place] = shown(reply, word)
            self.check(script, place, said[script, place])
            if line == "Send it" and (numbers := NUMBER.findall(reply.text)):
                self.receipts[sender] = numbers[0]
        return said

    def say(self, sender: str, text: str) -> Reply | None:
        """The answer, whenever it comes; None if it never does."""
        name, until = new_id(), time.monotonic() + ANSWERED_WITHIN_S
        while time.monotonic() < until:
            with suppress(OSError, http.client.HTTPException, ValueError):
                reply = ask(self.url, sender, text, message_id=name)
                if reply.status == 200:
                    self.turns += 1
                    return reply
                if reply.status != 503:
                    self.faults.append(f"status {reply.status}")
                    return None
            self.again += 1
            time.sleep(AGAIN_S)
        return None

    def check(self, script: int, place: int, said: str) -> None:
        if self.expected is not None and said != self.expected[script, place]:
            line = SCRIPTS[script][place]
            self.faults.append(f"another answer to {line!r}: {said!r}, not {self.expected[script, place]!r}")


def shown(reply: Reply, word: str) -> str:
    """What a visitor sees, without what is each one's own; of a receipt only that it is one."""
    if NUMBER.search(reply.text):
        return "a receipt"
    titles = " | ".join(button["title"] for button in reply.buttons)
    return re.sub(word, "WORD", f"{reply.text} [{titles}]", flags=re.I)


class Killer:
    """Takes the servers in rounds, in any order, each at a moment of its own."""

    def __init__(self, run: Run, seed: int) -> None:
        self.run, self.random, self.kills = run, random.Random(f"killer-{seed}"), Counter[str]()
        self.last: dict[str, float] = {}

    def go_on(self, kills: int) -> None:
        """So many times."""
        for name in self._victims(kills):
            self.wait_until_ready()
            longer = self.last.get(name, 0.0) + LONG_ENOUGH_S - time.monotonic()
            time.sleep(max(0.0, longer) + self.random.random() * 2)
            os.killpg(self.run.running()[name], signal.SIGKILL)
            self.kills[name] += 1
            self.wait_until_ready()
            self.last[name] = time.monotonic()

    def wait_until_ready(self, limit_s: float = 120.0) -> None:
        """All servers are there, and the whole of it says so."""
        until = time.monotonic() + limit_s
        while not (set(SERVERS) <= set(self.run.running()) and self.is_ready()):
            if self.run.process.poll() is not None or time.monotonic() > until:
                raise SystemExit(f"It does not come back:\n{self.run.said()}")
            time.sleep(0.1)

    def is_ready(self) -> bool:
        with suppress(requests.RequestException):
            return requests.get(f"http://127.0.0.1:{self.run.port}/health/ready", timeout=5).status_code == 200
        return False

    def _victims(self, kills: int) -> Iterator[str]:
        left = kills
        while left > 0:
            yield from self.random.sample(SERVERS, len(SERVERS))[:left]
            left -= len(SERVERS)


@dataclass(frozen=True)
class Wanted:
    """How much of it."""

    turns: int
    kills: int
    visitors: int
    seed: int
    think_s: float
    deliveries: bool


def trial(run: Run, wanted: Wanted, inbox: WebhookServer) -> list[str]:
    """The faults, after a line that says what was done."""
    url, stop, started = f"http://127.0.0.1:{run.port}", Event(), time.monotonic()
    calm = Visitor(url, random.Random(wanted.seed), 0.0, stop, None)
    expected = {place: text for script in range(len(SCRIPTS)) for place, text in calm.converse(script).items()}
    assert expected[0, len(SCRIPTS[0]) - 1] == "a receipt" and not calm.faults, (expected, calm.faults)
    visitors = [
        Visitor(url, random.Random(f"{wanted.seed}-{number}"), wanted.think_s, stop, expected)
        for number in range(wanted.visitors)
    ]
    killer = Killer(run, wanted.seed)
    with ThreadPoolExecutor(wanted.visitors) as pool:
        talks = [pool.submit(visitor.talk) for visitor in visitors]
        try:
            killer.go_on(wanted.kills)
            while sum(visitor.turns for visitor in visitors) < wanted.turns:
                time.sleep(0.1)
        finally:
            stop.set()
        for talk in talks:
            talk.result()
    receipts = {sender: number for visitor in visitors for sender, number in visitor.receipts.items()}
    faults = [fault for visitor in visitors for fault in visitor.faults]
    faults += kept_amiss(receipts)
    if wanted.deliveries:
        faults += delivered_amiss(inbox, set(receipts.values()) | set(calm.receipts.values()))
    restarts = len(re.findall(r"^The \w+ server ended .* started again", run.said(), re.M))
    if restarts != wanted.kills:
        faults.append(f"{restarts} lines about {wanted.kills} kills")
    print(
        f"{sum(visitor.turns for visitor in visitors)} turns of {wanted.visitors} visitors,"
        f" {sum(visitor.again for visitor in visitors)} tries again, {dict(killer.kills)} killed, {len(receipts)} requests"
        f" sent, {time.monotonic() - started:.0f} s; {len(faults)} faults"
    )
    return faults


def kept_amiss(receipts: dict[str, str]) -> list[str]:
    """What of that was shown is not kept just so."""
    store = LeadStore.open()
    found = {sender: [lead.number for lead in store.of_conversation(sender)] for sender in receipts}
    return [
        f"{len(numbers)} leads for one receipt" if len(numbers) != 1 else "another number than was shown"
        for sender, numbers in found.items()
        if numbers != [receipts[sender]]
    ]


def delivered_amiss(inbox: WebhookServer, numbers: set[str]) -> list[str]:
    """What the firm's system has not got, or has twice, once a dead worker's lease is over."""
    until = time.monotonic() + DELIVERED_WITHIN_S
    while (got := Counter(lead["number"] for lead in inbox.leads.values())).keys() != numbers and time.monotonic() < until:
        time.sleep(0.5)
    lost, doubled = numbers - got.keys(), [number for number, times in got.items() if times > 1]
    strange = got.keys() - numbers
    return [*["not delivered"] * len(lost), *["delivered twice"] * len(doubled), *["from nobody"] * len(strange)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=1000, help="at least")
    parser.add_argument("--kills", type=int, default=30, help="of all processes together")
    parser.add_argument("--visitors", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--short", action="store_true", help="what `make test` does: 60 turns, each process killed once")
    asked = parser.parse_args()
    wanted = Wanted(asked.turns, asked.kills, asked.visitors, asked.seed, 0.7, deliveries=True)
    if asked.short:
        wanted = Wanted(60, len(SERVERS), asked.visitors, asked.seed, 0.7, deliveries=False)
    for name in ("SMTP_HOST", "SLACK_BOT_TOKEN", "SLACK_LEADS_CHANNEL", "CLIO_TOKEN", "LEADS_KEYS", "REST_TOKEN", "REDIS_URL"):
        os.environ.pop(name, None)  # nothing leaves this machine
    inbox = WebhookServer()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ.update(WEBHOOK_URL=inbox.url, WEBHOOK_SECRET=SECRET, WEB_KEY_FILE=str(folder / "web.key"))
        os.environ.update(LEADS_DB=f"sqlite:///{folder / 'leads.db'}", LEADS_KEY_FILE=str(folder / "leads.key"))
        run = Run(folder, free_port())
        try:
            run.wait_until_ready()
            faults = trial(run, wanted, inbox)
        finally:
            run.clean_up()
            inbox.down()
    for fault, times in Counter(faults).items():
        print(f"{times} × {fault}")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
