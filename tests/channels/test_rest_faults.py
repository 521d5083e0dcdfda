"""REST when something is out of order, on a real bot of its own: whatever is down, who writes is told so within five seconds,
no answer to a form is lost or put into another field, and afterwards the conversation goes on where it was.
"""

from __future__ import annotations

import http.client
import os
import re
import resource
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.bot import Bot
from tests.channels.rest_client import Reply, ask, new_id
from tests.faults.kill_bot import MortalBot, run
from tests.faults.passing import hanging, without_table

PROMISE_S = 5
PHONE = "+1 613-555-0100"
CANARY = "quillfeather"  # a name has no digits
NUMBER = re.compile(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b")
# What is said, and which question is open then; the answer to it is the next line.
FORM = (
    ("I want to talk to someone", "consent"),
    ("Yes, I agree", "name"),
    ("{name}", "contact"),
    ("{mail}", "best_time"),
    ("Mornings", "matter"),
    ("a work permit for a job in Toronto", "employer"),
    ("Skip", "urgency"),
    ("No date", "review"),
)


@pytest.fixture(scope="module")
def mortal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MortalBot]:
    """A bot of its own. What it changes, the environment and the place of the logs, is put back."""
    folder = tmp_path_factory.mktemp("mortal")
    environment, logs, server = dict(os.environ), run.LOGS, run.Server
    os.environ["WEB_KEY_FILE"] = str(folder / "web.key")
    try:
        bot = MortalBot(folder, f"sqlite:///{folder / 'leads.db'}", {}, None)
        yield bot
        bot.stop()
    finally:
        os.environ.clear()
        os.environ.update(environment)
        run.LOGS, run.Server = logs, server


# ---- faults -------------------------------------------------------------------------------------------


@contextmanager
def killed(bot: MortalBot, name: str) -> Iterator[None]:
    dead = bot.named(name)
    dead.kill()
    try:
        yield
    finally:
        bot.restart(dead)


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Another process holds the file."""
    hold = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); c.execute('BEGIN EXCLUSIVE')"
    command = [sys.executable, "-c", f"{hold}; print('held', flush=True); sys.stdin.read()", str(database)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        try:
            assert holder.stdout and holder.stdout.readline() == "held\n"
            yield
        finally:
            holder.kill()


@contextmanager
def full_disk(bot: MortalBot, *names: str) -> Iterator[None]:
    """No file of these servers can grow beyond a kilobyte."""
    pids = [bot.named(name).process.pid for name in names]
    before = [resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in pids]
    for pid, (_soft, hard) in zip(pids, before, strict=True):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (1024, hard))
    try:
        yield
    finally:
        for pid, limits in zip(pids, before, strict=True):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)
        assert [bot.named(name).process.pid for name in names] == pids
        run.check_alive(bot.servers)


# ---- visitors -----------------------------------------------------------------------------------------


@dataclass
class Asker:
    """Somebody in the form, who gives each answer until it is taken."""

    bot: Bot
    sender: str = field(default_factory=new_id)
    place: int = 0  # in the form: what is said next

    @property
    def words(self) -> dict[str, str]:
        return {"name": f"Ana {CANARY.title()}", "mail": f"{self.sender[-12:]}@example.com"}

    def up_to(self, step: str) -> Asker:
        while FORM[self.place - 1][1] != step or not self.place:
            assert self.next().status == 200
        return self

    def next(self, **more: Any) -> Reply:
        """Says what is next; goes on only if that is answered."""
        reply = ask(self.bot.url, self.sender, FORM[self.place][0].format(**self.words), **more)
        self.place += reply.status == 200
        return reply

    @property
    def draft(self) -> dict[str, Any]:
        values = [e["value"] for e in self.bot.events(self.sender) if e["event"] == "slot" and e["name"] == "intake"]
        return values[-1] or {} if values else {}

    def check(self) -> None:
        """The form stands where it should, and each answer is in its own field."""
        draft, step = self.draft, FORM[self.place - 1][1]
        assert draft["step"] == step
        given = [where for _, where in FORM[: self.place - 1]]
        values = draft.get("values") or {}
        expected = {
            "name": self.words["name"],
            "contact": self.words["mail"],
            "best_time": "Mornings",
            "matter": "a work permit for a job in Toronto",
        }
        fields = {"contact": "email"}
        for where, text in expected.items():
            assert values.get(fields.get(where, where)) == (text if where in given else None), (step, values)
        assert not values.get("employer") and not values.get("phone") and not values.get("urgency"), values

    def send(self) -> list[str]:
        """Confirms; the receipts in the answer."""
        return NUMBER.findall(ask(self.bot.url, self.sender, "Send it").text)


def everywhere(bot: Bot) -> list[Asker]:
    """One at each question."""
    return [Asker(bot).up_to(step) for _, step in FORM[:-1]]


def together(deeds: list[Callable[[], Reply]]) -> list[Reply]:
    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(lambda deed: deed(), deeds))


def told(reply: Reply) -> None:
    """Never an empty list, never 200: one message that says so and whom to call, in time."""
    assert reply.status == 503 and len(reply.body) == 1, reply
    assert PHONE in reply.text and reply.body[0]["recipient_id"]
    assert reply.seconds < PROMISE_S


def users(bot: Bot, sender: str) -> list[str]:
    return [event["text"] for event in bot.events(sender) if event["event"] == "user"]


# ---- the action server --------------------------------------------------------------------------------


def test_with_the_action_server_dead_no_answer_to_a_form_is_lost_or_put_elsewhere(mortal: MortalBot) -> None:
    askers = everywhere(mortal)
    with killed(mortal, "actions"):
        for asker in askers:
            told(asker.next())
            told(asker.next())  # who does not wait, and says it again
        assert "$" in ask(mortal.url, new_id(), "what does it cost").text, "facts are told without it"
    for asker in askers:
        assert asker.next().status == 200
        asker.check()
        asker.up_to("review").check()
        (number,) = asker.send()
        assert [lead.number for lead in mortal.store.of_conversation(asker.sender)] == [number]


def test_who_asks_again_for_the_receipt_while_the_action_server_is_dead_is_told_it_afterwards(mortal: MortalBot) -> None:
    """The form is closed then, so that Rasa would call the dead action again and again, and be stuck for good."""
    asker, name = Asker(mortal).up_to("review"), new_id()
    (number,) = asker.send()
    with killed(mortal, "actions"):
        for _ in range(3):
            told(ask(mortal.url, asker.sender, "Send it", message_id=name))
            told(ask(mortal.url, asker.sender, "Send it"))
    assert number in ask(mortal.url, asker.sender, "Send it", message_id=name).text
    assert "$" in ask(mortal.url, asker.sender, "what does it cost").text


def test_the_same_with_ids_that_stay_the_same(mortal: MortalBot) -> None:
    """As a program does that repeats a request until it is answered."""
    asker, name = Asker(mortal).up_to("name"), new_id()
    with killed(mortal, "actions"):
        for _ in range(3):
            told(asker.next(message_id=name))
    answered = asker.next(message_id=name)
    assert answered.status == 200
    asker.check()
    again = ask(mortal.url, asker.sender, asker.words["name"], message_id=name)
    assert (again.status, again.body) == (200, answered.body)
    asker.check()


def test_with_the_action_server_hanging_all_are_told_in_time_and_nothing_counts(mortal: MortalBot) -> None:
    askers = [Asker(mortal).up_to(step) for step in ("name", "contact", "matter")]
    before = [users(mortal, asker.sender) for asker in askers]
    with hanging(mortal, "actions"), ThreadPoolExecutor(1) as pool:
        replies = pool.submit(together, [asker.next for asker in askers])
        time.sleep(0.5)
        fact = ask(mortal.url, new_id(), "what does it cost")
        assert "$" in fact.text and fact.seconds < 2, "others do not wait"
        for reply in replies.result():
            told(reply)
    assert [users(mortal, asker.sender) for asker in askers] == before
    for asker in askers:
        assert asker.next().status == 200
        asker.check()


def test_with_the_action_server_slow_the_answer_comes_later(mortal: MortalBot) -> None:
    asker = Asker(mortal).up_to("name")
    with ThreadPoolExecutor(1) as pool:
        with hanging(mortal, "actions"):
            late = pool.submit(asker.next)
            time.sleep(2)
        assert late.result().status == 200 and 1.5 < late.result().seconds < PROMISE_S
    asker.check()


def test_an_action_that_is_given_up_and_then_done_sends_one_lead(mortal: MortalBot) -> None:
    """Its lead may be committed after the visitor was told that something is wrong: the same receipt is shown then."""
    asker = Asker(mortal).up_to("review")
    with hanging(mortal, "actions"):
        told(ask(mortal.url, asker.sender, "Send it"))
    time.sleep(1)
    (number,) = asker.send()
    assert asker.send() in ([number], [])
    assert [lead.number for lead in mortal.store.of_conversation(asker.sender)] == [number]


def test_what_is_written_before_a_failure_is_known_is_no_answer_to_an_earlier_question(mortal: MortalBot) -> None:
    asker = Asker(mortal).up_to("name")
    lines = [line.format(**asker.words) for line, _ in FORM[2:5]]
    with hanging(mortal, "actions"), ThreadPoolExecutor(3) as pool:
        sent = []
        for line in lines:
            sent.append(pool.submit(ask, mortal.url, asker.sender, line))
            time.sleep(0.1)
        for reply in sent:
            told(reply.result())
    asker.check()
    asker.up_to("review").check()


# ---- the database -------------------------------------------------------------------------------------


def test_with_the_database_locked_all_are_told_in_time_and_the_server_answers(mortal: MortalBot) -> None:
    askers, fresh = everywhere(mortal), new_id()
    before = [users(mortal, asker.sender) for asker in askers]
    with locked(mortal.database), ThreadPoolExecutor(1) as pool:
        deeds = [*(asker.next for asker in askers), lambda: ask(mortal.url, fresh, "what does it cost")]
        replies = pool.submit(together, deeds)
        time.sleep(0.5)
        started = time.monotonic()
        with urllib.request.urlopen(mortal.url, timeout=5) as page:
            assert page.status == 200
        assert time.monotonic() - started < 1, "the loop is free"
        for reply in replies.result():
            told(reply)
    assert users(mortal, fresh) == [] and [users(mortal, asker.sender) for asker in askers] == before
    for asker in askers:
        assert asker.next().status == 200
        asker.check()
    assert "$" in ask(mortal.url, fresh, "what does it cost").text and len(users(mortal, fresh)) == 1


def test_with_the_database_unreadable_nothing_counts_as_said(mortal: MortalBot) -> None:
    asker, fresh = Asker(mortal).up_to("contact"), new_id()
    with without_table(mortal):
        told(asker.next())
        told(ask(mortal.url, fresh, f"what does {CANARY} cost"))
    assert users(mortal, fresh) == []
    assert asker.next().status == 200
    asker.check()


def test_with_the_leads_database_locked_nothing_is_promised_and_the_request_goes_out_once(mortal: MortalBot) -> None:
    asker = Asker(mortal).up_to("review")
    database = Path(str(mortal.store.engine.url.database))
    with locked(database):
        reply = ask(mortal.url, asker.sender, "Send it")
        assert PHONE in reply.text and not NUMBER.search(reply.text) and reply.seconds < PROMISE_S
    (number,) = asker.send()
    assert [lead.number for lead in mortal.store.of_conversation(asker.sender)] == [number]


# ---- the disk -----------------------------------------------------------------------------------------


def test_with_the_disk_full_all_are_told_and_afterwards_it_goes_on(mortal: MortalBot) -> None:
    askers, fresh = everywhere(mortal), new_id()
    with full_disk(mortal, "rasa", "actions"):
        for reply in together([*(asker.next for asker in askers), lambda: ask(mortal.url, fresh, "what does it cost")]):
            told(reply)
    for asker in askers:
        assert asker.next().status == 200
        asker.check()
    assert "$" in ask(mortal.url, fresh, "what does it cost").text and len(users(mortal, fresh)) == 1


def test_with_no_room_for_leads_none_is_promised_and_facts_are_told(mortal: MortalBot) -> None:
    asker = Asker(mortal).up_to("review")
    with full_disk(mortal, "actions"):
        reply = ask(mortal.url, asker.sender, "Send it")
        assert PHONE in reply.text and not NUMBER.search(reply.text) and reply.seconds < PROMISE_S
        assert "$" in ask(mortal.url, new_id(), "what does it cost").text
        assert mortal.store.of_conversation(asker.sender) == []
    (number,) = asker.send()
    assert [lead.number for lead in mortal.store.of_conversation(asker.sender)] == [number]


# ---- Rasa ---------------------------------------------------------------------------------------------


def test_messages_that_are_on_their_way_in_a_crash_are_heard_once_and_the_form_goes_on(mortal: MortalBot) -> None:
    askers = [Asker(mortal).up_to("name") for _ in range(10)]
    names = [new_id() for _ in askers]

    def say(asker: Asker, name: str, wait_s: float) -> None:
        time.sleep(wait_s)
        with suppress(OSError, http.client.HTTPException):  # cut off
            ask(mortal.url, asker.sender, asker.words["name"], message_id=name)

    with ThreadPoolExecutor(10) as pool:
        for number, (asker, name) in enumerate(zip(askers, names, strict=True)):
            pool.submit(say, asker, name, number * 0.02)
        time.sleep(0.1)
        with killed(mortal, "rasa"):
            pass
    for asker, name in zip(askers, names, strict=True):
        assert asker.next(message_id=name).status == 200
        assert users(mortal, asker.sender).count(asker.words["name"]) == 1
        asker.check()


def test_without_the_shortcuts_it_is_the_same(tmp_path: Path) -> None:
    environment = dict(os.environ)
    os.environ["SHORTCUTS"] = "off"
    try:
        with Bot.apart(tmp_path) as bot:
            visitor = bot.visitor()
            answer = visitor.say("Is a pharmacist on the list?")
            assert "Yes" in answer.text and "Yes" in visitor.press("US").text
            asker = Asker(bot).up_to("name")
            bot.kill("actions")
            told(asker.next())
            told(ask(bot.url, visitor.sender, "what does it cost"))
            bot.start_again("actions")
            assert asker.next().status == 200
            asker.check()
            with locked(bot.database):
                told(asker.next())
            assert asker.next().status == 200
            asker.check()
    finally:
        os.environ.clear()
        os.environ.update(environment)


def test_none_of_it_is_in_a_log(mortal: MortalBot) -> None:
    """The last one: of all that went wrong here."""
    logs = "".join(log.read_text(errors="replace") for log in mortal.logs.glob("*.log"))
    assert "A turn failed: " in logs
    assert CANARY not in logs.lower() and "@example.com" not in logs
