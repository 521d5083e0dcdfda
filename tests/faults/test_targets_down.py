"""Mail, Slack, webhook and Clio go down and come back: no lead is lost, doubled or out of order."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from knowledge.facts import load
from knowledge.records import Firm
from leads.courier import Courier
from leads.crypto import Keyring, new_key
from leads.outbox import Outbox
from leads.settings import Settings
from leads.store import LeadStore
from leads.targets import Target
from leads.worker import targets
from tests.sample_leads import FORMULA, HOSTILE, RECEIVED, hostile, new_lead
from tests.servers import clio, slack, webhook
from tests.servers.loopback import Answer
from tests.servers.smtp import MailServer

ALL = ("email", "slack", "webhook", "clio")
LEADS = 12
NUMBER = re.compile(r"\b[2-9CFHJKMPRWXY]{4}-[2-9CFHJKMPRWXY]{4}\b")


class World:
    """All four systems, the store, and a clock that the test moves."""

    def __init__(self, folder: Path, firm: Firm) -> None:
        self.mail, self.slack = MailServer(), slack.SlackServer()
        self.webhook, self.clio = webhook.WebhookServer(), clio.ClioServer()
        self.store = LeadStore.open(f"sqlite:///{folder / 'leads.db'}", Keyring([new_key()]))
        self.time, self._firm = RECEIVED, firm
        self.couriers = self.new_couriers("worker-1")

    def new_couriers(self, name: str) -> dict[str, Courier]:
        """A worker's, as they are when it starts."""
        outbox = Outbox(self.store, name, jitter=lambda: 0.5)
        found: list[Target] = targets(self._settings(), self._firm, self.now)
        return {one.name: Courier(one, outbox, self.store, self.now) for one in found}

    def _settings(self) -> Settings:
        return Settings.from_environment(
            {
                "SMTP_HOST": "127.0.0.1",
                "SMTP_PORT": str(self.mail.port),
                "SMTP_SECURITY": "none",
                "LEADS_MAIL_FROM": "leads@firm.example",
                "SLACK_LEADS_CHANNEL": "#leads",
                "SLACK_BOT_TOKEN": slack.TOKEN,
                "SLACK_SIGNING_SECRET": "secret",
                "SLACK_API_URL": self.slack.api,
                "WEBHOOK_URL": self.webhook.url,
                "WEBHOOK_SECRET": webhook.SECRET,
                "CLIO_URL": self.clio.url,
                "CLIO_TOKEN": clio.TOKEN,
            }
        )

    def now(self) -> Any:
        return self.time

    def servers(self) -> dict[str, Any]:
        return {"email": self.mail, "slack": self.slack, "webhook": self.webhook, "clio": self.clio}

    def arrived(self) -> dict[str, list[str]]:
        """The receipt numbers at each target, in the order of their coming."""
        return {
            "email": [_number(mail.message["Subject"]) for mail in self.mail.mails],
            "slack": [_number(call["text"]) for call in self.slack.called("chat.postMessage")],
            "webhook": [lead["number"] for lead in self.webhook.leads.values()],
            "clio": [_number(lead["from_message"]) for lead in self.clio.leads],
        }

    def accept(self, conversation: str, **changes: Any) -> str:
        return self.store.accept(new_lead(conversation=conversation, **changes), ALL, self.time).number

    def pass_time(self, minutes: int, step_s: int = 60) -> None:
        """Lets the workers work while the clock goes on."""
        for _ in range(minutes * 60 // step_s):
            for courier in self.couriers.values():
                while courier.step():
                    pass
            self.time += timedelta(seconds=step_s)

    def stop(self) -> None:
        for server in self.servers().values():
            server.down()
        self.store.close()


@pytest.fixture(scope="module")
def firm() -> Firm:
    return load().firm


@pytest.fixture
def world(tmp_path: Path, firm: Firm) -> Iterator[World]:
    running = World(tmp_path, firm)
    yield running
    running.stop()


@pytest.mark.parametrize("down", [ALL, *((name,) for name in ALL)], ids="+".join)
def test_an_hour_of_silence_loses_nothing(world: World, down: tuple[str, ...]) -> None:
    numbers = [world.accept("before")]
    world.pass_time(1)
    for name in down:
        world.servers()[name].down()
    for minute in range(LEADS):
        numbers.append(world.accept(f"during-{minute}"))
        world.pass_time(5)
    others = [name for name in ALL if name not in down]
    assert all(world.arrived()[name] == numbers for name in others)  # they did not wait
    assert all(world.arrived()[name] == numbers[:1] for name in down)
    for name in down:
        world.servers()[name].up()
    world.pass_time(5)
    numbers.append(world.accept("after"))
    world.pass_time(1)
    assert world.arrived() == dict.fromkeys(ALL, numbers)


def test_targets_that_refuse_for_a_while_get_all_in_the_end(world: World) -> None:
    numbers = [world.accept(f"lead-{number}") for number in range(LEADS)]
    world.mail.refuse_next(*["451 4.3.0 Later"] * 4)
    for server in (world.slack, world.webhook, world.clio):
        server.refuse_next(Answer(503), Answer(429, b"", {"Retry-After": "90"}), Answer(500), Answer(502))
    world.pass_time(30)
    assert world.arrived() == dict.fromkeys(ALL, numbers)


def test_a_reply_that_is_lost_doubles_at_most_that_lead(world: World) -> None:
    numbers = [world.accept(f"lead-{number}") for number in range(LEADS)]
    for server in (world.slack, world.webhook, world.clio):
        server.lose_replies(1)
    world.pass_time(10)
    arrived = world.arrived()
    assert arrived["email"] == arrived["webhook"] == numbers  # the webhook knew the key
    assert arrived["slack"] == arrived["clio"] == [numbers[0], *numbers]
    posts = world.slack.called("chat.postMessage")
    assert posts[0]["client_msg_id"] == posts[1]["client_msg_id"]  # by which Slack itself may know it


def test_a_worker_that_dies_between_sending_and_noting_doubles_at_most_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """Stands for kill -9: nothing after it is run."""

    numbers = [world.accept(f"lead-{number}") for number in range(LEADS)]
    crashes = 5
    for crash in range(crashes):
        with monkeypatch.context() as patch:
            patch.setattr(Outbox, "sent", _raise(Killed))
            for courier in world.couriers.values():
                with pytest.raises(Killed):
                    courier.step()
        world.couriers = world.new_couriers(f"worker-{crash + 2}")
        world.time += timedelta(minutes=3)  # the lease runs out
        for courier in world.couriers.values():
            courier.step()
    world.pass_time(1)
    for name, arrived in world.arrived().items():
        assert list(dict.fromkeys(arrived)) == numbers, name
        assert len(arrived) <= LEADS + crashes, name
    assert len({mail.message["Message-ID"] for mail in world.mail.mails}) == LEADS


def test_two_workers_at_once_double_nothing(world: World) -> None:
    numbers = [world.accept(f"lead-{number}") for number in range(LEADS)]
    both = [*world.couriers.values(), *world.new_couriers("worker-2").values()]

    def work(courier: Courier) -> None:
        for _ in range(2 * LEADS):
            courier.step()

    threads = [threading.Thread(target=work, args=(courier,)) for courier in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    world.pass_time(1)
    assert world.arrived() == dict.fromkeys(ALL, numbers)


@pytest.mark.parametrize(
    "text",
    [HOSTILE, FORMULA, "x" * 10_000, "👩\u200d⚖️" * 2000, "<!channel> <@U1>\r\n" * 600],
    ids=["hostile", "formula", "long", "emoji", "mentions"],
)
def test_hostile_texts_arrive_at_each_target_and_do_nothing(world: World, text: str) -> None:
    world.accept("hostile", **hostile(text))
    world.accept("ordinary")
    world.pass_time(2)
    assert {name: len(numbers) for name, numbers in world.arrived().items()} == dict.fromkeys(ALL, 2)
    (attacked, plain) = (mail.message for mail in world.mail.mails)
    assert set(attacked.keys()) <= set(plain.keys())
    assert {mail.recipients for mail in world.mail.mails} == {("intake@firm.example",)}
    shown = {
        "email": "".join(
            str(part.get_content()) for part in attacked.iter_parts() if isinstance(part, EmailMessage)
        ),
        "slack": json.dumps(world.slack.called("chat.postMessage")[0], ensure_ascii=False),
        "webhook": json.dumps(next(iter(world.webhook.leads.values())), ensure_ascii=False),
        "clio": "\n".join(world.clio.leads[0].values()),
    }
    for name, said in shown.items():
        assert not re.search(
            "[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", said.replace("\r\n", "\n")
        ), name
    assert not re.search("<[!@#h]", shown["slack"])


def _number(text: str) -> str:
    found = NUMBER.search(text)
    assert found, text
    return found[0]


def _raise(kind: type[BaseException]) -> Callable[..., bool]:
    def sent(*_: object) -> bool:
        raise kind

    return sent
