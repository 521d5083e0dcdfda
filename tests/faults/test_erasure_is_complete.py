"""Nothing is left of who asks to be forgotten: in no table, file, journal, queue, draft, dead letter or log.

Whole conversations on the website, over REST and in Slack, each with canaries of its own, on the assistant as `make run`
starts it, with a real mail server; on SQLite files, and on a real PostgreSQL. What is encrypted is opened and looked into.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, inspect, text

from leads.crypto import Keyring
from leads.errors import NoSuchLead, WrongKey
from leads.settings import ROOT
from leads.store import LeadStore
from tests.bot import Bot, run
from tests.channels.slack_app import SECRET
from tests.channels.tab import Tab
from tests.channels.test_slack_bot import Person, Slack
from tests.servers import slack_says
from tests.servers.slack import TOKEN, SlackServer
from tests.servers.smtp import MailServer

PATIENCE_S = 60
RECEIPT = re.compile(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b")


def letters() -> str:
    """A word that stands nowhere else."""
    return uuid.uuid4().hex.translate(str.maketrans("0123456789", "ghijklmnop"))[:20]


@dataclass(frozen=True)
class Canary:
    """One person, every word of whom can be found again."""

    word: str = field(default_factory=letters)
    phone: str = field(default_factory=lambda: f"613555{uuid.uuid4().int % 9000 + 1000}")

    @property
    def email(self) -> str:
        return f"{self.word}@example.com"

    @property
    def marks(self) -> tuple[str, ...]:
        """As it may stand anywhere, in any case."""
        return self.word, self.phone

    @property
    def answers(self) -> tuple[str, ...]:
        """To the questions of the form, after the consent."""
        reach = f"{self.email} or +1 {self.phone[:3]}-{self.phone[3:6]}-{self.phone[6:]}"
        return f"Zoe {self.word.capitalize()}", reach, "mornings", f"a permit for {self.word}", f"{self.word} Inc."


@dataclass
class Firm:
    """The assistant with all that it keeps."""

    bot: Bot
    folder: Path
    mail: MailServer
    slack: Slack
    server: SlackServer
    databases: dict[str, str]

    @property
    def store(self) -> LeadStore:
        return LeadStore.open()

    def kept(self) -> str:
        """Everything: each row of each table with what it holds sealed, each byte of each file, and the logs."""
        keys = Keyring.load((), self.folder / "leads.key")
        rows = [json.dumps(list(_rows(url, keys))) for url in set(self.databases.values())]
        files = [file.read_bytes().decode("latin-1") for file in self.folder.rglob("*") if file.is_file()]
        logs = [file.read_text(errors="replace") for file in run.LOGS.glob("*.log")]
        return "\n".join([*rows, *files, *logs]).lower()

    def traces(self, canary: Canary) -> list[str]:
        """Where something of this person stands: the mark with what is around it."""
        kept = self.kept()
        return [kept[max(0, i - 60) : i + 60] for m in canary.marks if (i := kept.find(m)) >= 0]

    def run(self, *arguments: str) -> str:
        """`python -m leads …`"""
        command = [sys.executable, "-m", "leads", *arguments]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def delivered(self, canary: Canary) -> bool:
        return any(canary.word in str(mail.message).lower() for mail in self.mail.mails)

    def state(self, number: str) -> list[str]:
        return [one["state"] for one in json.loads(self.run("show", number, "--json"))["deliveries"]]


def _rows(url: str, keys: Keyring) -> Iterator[list[str]]:
    engine = create_engine(url)
    with engine.connect() as connection:
        for table in inspect(engine).get_table_names():
            for row in connection.execute(text(f'SELECT * FROM "{table}"')):
                yield [table, *(_opened(value, keys) for value in row)]
    engine.dispose()


def _opened(value: Any, keys: Keyring) -> str:
    if not isinstance(value, str) or not value.startswith("gAAAA"):
        return str(value)
    try:
        return keys.unseal(value)
    except WrongKey:
        return value


def until(true: Callable[[], bool], limit_s: float = PATIENCE_S) -> None:
    end = time.monotonic() + limit_s
    while not true():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.2)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def firm(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    folder = tmp_path_factory.mktemp("erased")
    names = ("LEADS_DB", "CONVERSATIONS_DB", "SLACK_DB")
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql").database()
        databases = dict.fromkeys(names, url)
        addresses = databases
    else:
        files = [str(folder / name) for name in ("leads.db", "conversations.db", "slack.db")]
        databases = {name: f"sqlite:///{file}" for name, file in zip(names, files, strict=True)}
        addresses = dict(zip(names, [databases["LEADS_DB"], *files[1:]], strict=True))
    server = SlackServer()
    with MailServer() as mail:
        settings = {
            **addresses,
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(mail.port),
            "SMTP_SECURITY": "none",
            "LEADS_MAIL_FROM": "assistant@firm.example",
            "SLACK_BOT_TOKEN": TOKEN,
            "SLACK_SIGNING_SECRET": SECRET,
            "SLACK_API_URL": server.api,
        }
        with Bot.apart(folder, **settings) as bot:
            yield Firm(bot, folder, mail, Slack(bot, server), server, databases)
    server.down()


def fill_in(ask: Callable[[str], str], yes: Callable[[], str], canary: Canary) -> None:
    """A question, then the form up to the review, which reads everything back."""
    ask(f"can a pharmacist named {canary.word} get a permit?")
    ask("can a lawyer call me?")
    yes()
    for answer in canary.answers:
        ask(answer)
    assert canary.word in ask("skip").lower()


def over_the_website(firm: Firm, canary: Canary) -> tuple[Tab, str]:
    tab = Tab(firm.bot.url)

    def ask(words: str) -> str:
        return str(tab.ask(words)["text"])

    fill_in(ask, lambda: str(tab.answer(tab.messages[-1], "Yes")["text"]), canary)
    return tab, _receipt(str(tab.answer(tab.messages[-1], "Send it")["text"]))


def over_rest(firm: Firm, canary: Canary) -> str:
    visitor = firm.bot.visitor()

    def ask(words: str) -> str:
        messages = firm.bot.post({"sender": visitor.sender, "message": words})
        return " ".join(message.get("text", "") for message in messages)

    fill_in(ask, lambda: ask("yes"), canary)
    return _receipt(ask("send it"))


def in_slack(firm: Firm, canary: Canary) -> tuple[Person, str]:
    person = Person(firm.slack)

    def ask(words: str) -> str:
        return json.dumps(person.say(words))

    fill_in(ask, lambda: json.dumps(person.press("Yes")), canary)
    return person, _receipt(json.dumps(person.press("Send it")))


def _receipt(said: str) -> str:
    found = RECEIPT.search(said)
    assert found, said
    return found.group()


def test_on_every_channel_delivered_dead_or_waiting_nothing_is_left(firm: Firm) -> None:
    web, rest, slack = Canary(), Canary(), Canary()
    tab, first = over_the_website(firm, web)
    until(lambda: firm.delivered(web) and firm.state(first) == ["sent"])
    firm.mail.refuse_next("550 5.7.1 refused", "550 5.7.1 refused")
    second = over_rest(firm, rest)
    until(lambda: firm.state(second) == ["dead"])
    firm.mail.down()
    _, third = in_slack(firm, slack)
    assert firm.state(third) == ["waiting"]
    for canary in (web, rest, slack):
        assert len(firm.traces(canary)) == len(canary.marks), "the search itself finds what is there"
    tab.close()

    firm.run("erase", web.email, "--yes")
    firm.run("erase", f"({rest.phone[:3]}) {rest.phone[3:6]}-{rest.phone[6:]}", "--yes")
    assert not firm.traces(web) and not firm.traces(rest) and firm.traces(slack)
    firm.run("erase", third, "--yes")
    assert not firm.traces(slack)
    firm.mail.up()
    time.sleep(7)  # the worker's next try
    assert not firm.delivered(slack) and not firm.traces(slack)
    for number in (first, second, third):
        assert json.loads(firm.run("audit", number, "--json"))[-1]["what"] == "erased"


def test_what_waits_to_be_said_in_slack_goes_too(firm: Firm) -> None:
    canary = Canary()
    person, number = in_slack(firm, canary)
    firm.server.down()
    try:
        said = f"and can a dentist called {canary.word} come too?"
        firm.slack.tell(slack_says.direct(said, person.user))
        until(lambda: "slack_work" in json.dumps(_tables_with(firm, "chat.postmessage")))
        firm.run("erase", number, "--yes")
        assert not firm.traces(canary)
        assert not _tables_with(firm, person.user.lower())
    finally:
        firm.server.up()


def test_typed_in_the_chat_it_is_as_complete(firm: Firm) -> None:
    web, slack, unsent = Canary(), Canary(), Canary()
    tab, first = over_the_website(firm, web)
    assert tab.press(tab.ask("delete my data"), "Delete it all")["ok"]
    person, second = in_slack(firm, slack)
    person.say("please forget me")
    assert "deleted what I kept" in json.dumps(person.press("Delete it all"))
    draft = Tab(firm.bot.url)  # a form that is not sent
    draft.ask("can a lawyer call me?")
    draft.answer(draft.messages[-1], "Yes")
    for answer in unsent.answers[:3]:
        draft.ask(answer)
    assert firm.traces(unsent)
    assert draft.press(draft.ask("delete everything"), "Delete it all")["ok"]
    for canary in (web, slack, unsent):
        until(lambda canary=canary: not firm.traces(canary))  # type: ignore[misc]
    for number in (first, second):
        with pytest.raises(NoSuchLead):
            firm.store.get(number)
    tab.close()
    draft.close()


def _tables_with(firm: Firm, mark: str) -> list[str]:
    keys = Keyring.load((), firm.folder / "leads.key")
    found = (row for url in set(firm.databases.values()) for row in _rows(url, keys))
    return [row[0] for row in found if mark in json.dumps(row).lower()]
