"""The whole assistant in Slack: real signed requests to the running server, and the same facts as on the website."""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from components.spoken import language_in
from tests.bot import Bot
from tests.channels.slack_app import SECRET, buttons, shown, until
from tests.servers import slack_says as says
from tests.servers.slack import TALK, TEAM, TOKEN, SlackServer

CONVERSATIONS = Path(__file__).parents[1] / "conversations"
PLAYED = [
    pytest.param(one["turns"], id=f"{name}: {one['name']}")
    for name in ("buttons", "traps", "two_questions")
    for one in yaml.safe_load((CONVERSATIONS / f"{name}.yml").read_text(encoding="utf-8"))["conversations"]
][:14]
RECEIPT = re.compile(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b")
PATIENCE_S = 40


class Slack:
    """The workspace, with the running assistant in it."""

    def __init__(self, bot: Bot, server: SlackServer) -> None:
        self.bot, self.server, self.url = bot, server, f"{bot.url}/webhooks/slack/webhook"

    def tell(self, payload: dict[str, Any]) -> requests.Response:
        """An event, signed now."""
        body = json.dumps(payload).encode()
        return requests.post(
            self.url, data=body, headers=says.signed(body, SECRET, time.time(), says.JSON), timeout=20
        )

    def press(self, button: dict[str, Any], channel: str, ts: str, user: str) -> requests.Response:
        """A press on a button, signed now."""
        body = says.as_form(says.press(button, channel, ts, user))
        return requests.post(self.url, data=body, headers=says.signed(body, SECRET, time.time()), timeout=20)

    def messages(self, channel: str) -> list[tuple[str, dict[str, Any]]]:
        """What the assistant has posted there, in order, with Slack's name for each."""
        return [(ts, message) for (where, ts), message in self.server.messages.items() if where == channel]


class Person:
    """Somebody in a direct message with the assistant."""

    def __init__(self, slack: Slack) -> None:
        self.slack, self.user = slack, f"U0{uuid.uuid4().hex[:12].upper()}"
        self.channel, self.conversation = f"D{self.user}", f"slack-{TEAM}-{self.user}"

    def say(self, text: str) -> dict[str, Any]:
        """Writes, and returns the answer."""
        before = len(self.slack.messages(self.channel))
        assert self.slack.tell(says.direct(text, self.user)).status_code == 200
        return self._answer(before)

    def press(self, title: str) -> dict[str, Any]:
        """Presses a button of the last message, and returns the answer."""
        messages = self.slack.messages(self.channel)
        ts, message = messages[-1]
        button = next(b for b in buttons(message) if title.lower() in b["text"]["text"].lower())
        assert self.slack.press(button, self.channel, ts, self.user).status_code == 200
        return self._answer(len(messages))

    def _answer(self, before: int) -> dict[str, Any]:
        until(lambda: len(self.slack.messages(self.channel)) > before, PATIENCE_S)
        return self.slack.messages(self.channel)[-1][1]

    def record(self) -> dict[str, Any]:
        """What the last answer rests on."""
        spoken = [e for e in self.slack.bot.events(self.conversation) if e["event"] == "bot"]
        found: dict[str, Any] = (spoken[-1].get("metadata") or {}).get("answer") or {}
        return found


@pytest.fixture(scope="module")
def slack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slack]:
    """The assistant as `make run` starts it for a firm that has set Slack up."""
    server = SlackServer()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "SLACK_BOT_TOKEN": TOKEN,
            "SLACK_SIGNING_SECRET": SECRET,
            "SLACK_API_URL": server.api,
            "SLACK_DB": str(tmp_path_factory.mktemp("slack-db") / "slack.db"),
        }.items():
            patch.setenv(name, value)
        with Bot.apart(tmp_path_factory.mktemp("slack-bot")) as bot:
            yield Slack(bot, server)
    server.down()


@pytest.mark.parametrize("turns", PLAYED)
def test_the_same_conversation_rests_on_the_same_facts(turns: list[dict[str, Any]], slack: Slack) -> None:
    person, visitor = Person(slack), slack.bot.visitor()
    for turn in turns:
        if "press" in turn:
            person.press(turn["press"])
            reply = visitor.press(turn["press"])
        else:
            person.say(turn["user"])
            reply = visitor.say(turn["user"])
        mine = person.record()
        assert {k: mine.get(k) for k in ("verdict", "rules", "professions")} == {
            k: reply.record.get(k) for k in ("verdict", "rules", "professions")
        }, turn


def test_an_answer_reads_well_and_is_acknowledged_at_once(slack: Slack) -> None:
    person = Person(slack)
    started = time.monotonic()
    assert slack.tell(says.direct("Is a pharmacist on the list?", person.user)).status_code == 200
    assert time.monotonic() - started < 1.0
    until(lambda: bool(slack.messages(person.channel)), PATIENCE_S)
    ((_, message),) = slack.messages(person.channel)
    kinds = [block["type"] for block in message["blocks"]]
    assert kinds[0] == "section"
    assert {"context", "actions"} <= set(kinds)
    assert "*Yes.*" in shown(message)
    assert "**" not in shown(message)
    assert message["text"].startswith("Yes.")


def test_it_answers_in_the_language_written_and_follows_who_changes_it(slack: Slack) -> None:
    person = Person(slack)
    question = person.say("¿Está en la lista un farmacéutico?")
    assert language_in(question["text"]) == "es" and buttons(question)
    assert language_in(person.press(buttons(question)[0]["text"]["text"])["text"]) == "es"
    assert language_in(person.say("CAQ?")["text"]) == "es"
    assert "2,000 caracteres" in person.say("x" * 2_001)["text"]
    assert language_in(person.say("Faut-il un CAQ pour le Québec?")["text"]) == "fr"
    assert language_in(person.say("CAQ?")["text"], "none") == "fr"
    assert language_in(person.say("in English please")["text"], "none") == "en"
    assert language_in(person.say("CAQ?")["text"], "none") == "en"


@pytest.mark.parametrize(
    ("wish", "yes", "done"),
    [("Supprimez mes données", "Tout supprimer", "C'est fait"), ("Borre mis datos", "Borrar todo", "Listo")],
)
def test_who_asks_to_be_forgotten_is_asked_and_told_in_their_language(
    slack: Slack, wish: str, yes: str, done: str
) -> None:
    person = Person(slack)
    question = person.say(wish)
    assert [button["text"]["text"] for button in buttons(question)][0] == yes
    assert person.press(yes)["text"].startswith(done)


def test_a_request_begun_in_a_channel_ends_with_a_receipt_in_private(slack: Slack) -> None:
    person = Person(slack)
    asked = says.mention("can a lawyer call me?", person.user)
    assert slack.tell(asked).status_code == 200
    until(lambda: bool(slack.messages(person.channel)), PATIENCE_S)
    in_public = [m for _, m in slack.messages(TALK) if m.get("thread_ts") == asked["event"]["ts"]]
    assert in_public, "the thread is told where it goes on"
    assert "legal advice" not in shown(in_public[-1])
    assert "legal advice" in shown(slack.messages(person.channel)[-1][1])
    person.press("Yes")
    for text in ("Zoe Quill", "<mailto:zoe.q@example.com|zoe.q@example.com>", "mornings", "a permit", "skip"):
        person.say(text)
    review = shown(person.say("skip"))
    assert "zoe.q@example.com" in review
    receipt = RECEIPT.search(shown(person.press("Send it")))
    assert receipt
    lead = slack.bot.store.get(receipt.group())
    assert lead.email == "zoe.q@example.com"
    assert "zoe.q" not in json.dumps([m for _, m in slack.messages(TALK)]).lower()


def test_killed_right_after_the_acknowledgement_it_answers_after_the_restart(slack: Slack) -> None:
    person = Person(slack)
    payload = says.direct("Is an economist on the list?", person.user)
    assert slack.tell(payload).status_code == 200
    slack.bot.kill("rasa")
    slack.bot.start_again("rasa")
    until(lambda: bool(slack.messages(person.channel)), PATIENCE_S)
    assert slack.tell(payload).status_code == 200  # and Slack tells it once more
    person.say("and a forester?")
    heard = [e["text"] for e in slack.bot.events(person.conversation) if e["event"] == "user" and e["text"]]
    assert heard == ["Is an economist on the list?", "and a forester?"]
