"""Several processes at once, as `make cluster` starts them: whatever dies, no visitor loses a turn, and no request a lawyer.

One crowd writes all the time while one process after the other is killed, and while a new model is taken up. The long form:
``python -m tests.cluster.load``.
"""

from __future__ import annotations

import io
import json
import tarfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from components.archive import hash_file, sha256
from tests.bot import run
from tests.channels.rest_client import ask, new_id
from tests.channels.tab import Tab
from tests.cluster.crowd import Crowd
from tests.cluster.running import KINDS, TOKEN, Running, there_or_skipped
from tests.servers.webhook import SECRET, WebhookServer

VISITORS, SOCKETS, THINK_S = 18, 2, 1.0
AUTHORIZED = {"Authorization": f"Bearer {TOKEN}"}


class Scene(NamedTuple):
    cluster: Running
    crowd: Crowd
    crm: WebhookServer
    model: Path


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    there_or_skipped()
    model = tmp_path_factory.mktemp("model") / "assistant.tar.gz"
    copy_model(run.ensure_trained(), model, "the-first")
    with WebhookServer() as crm:
        cluster = Running(model, {"WEBHOOK_URL": f"{crm.url}/leads", "WEBHOOK_SECRET": SECRET})
        try:
            crowd = Crowd(cluster.url, THINK_S).start(VISITORS, SOCKETS)
            yield Scene(cluster, crowd, crm, model)
            crowd.finish()
        finally:
            cluster.stop()


def copy_model(source: Path, target: Path, name: str) -> None:
    """The same model, with an id of its own by which its answers can be told."""
    new = target.with_name("next.tar.gz")
    with tarfile.open(source) as old, tarfile.open(new, "w:gz", compresslevel=1) as archive:
        for member in old.getmembers():
            content = old.extractfile(member)
            data = content.read() if content else b""
            if member.name.endswith("metadata.json"):
                data = json.dumps({**json.loads(data), "model_id": name}).encode()
                member.size = len(data)
            archive.addfile(member, io.BytesIO(data) if content else None)
    hash_file(target).write_text(f"{sha256(new)}  {target.name}\n")
    new.replace(target)


def more_turns(scene: Scene, count: int) -> None:
    """Waits until the crowd had so many more."""
    before = len(scene.crowd.seconds)
    scene.cluster.until(lambda: len(scene.crowd.seconds) >= before + count or scene.crowd.failed)


@pytest.mark.parametrize("kind", KINDS)
def test_no_turn_fails_when_a_process_is_killed(scene: Scene, kind: str) -> None:
    more_turns(scene, 20)
    apologies = scene.crowd.apologies
    scene.cluster.kill(kind)
    more_turns(scene, 30)
    assert scene.crowd.failed == []
    # Of these there is one alone: who writes just then may read that there is a problem, and has to write again.
    assert kind in ("postgresql", "nginx") or scene.crowd.apologies == apologies


def test_a_conversation_goes_from_process_to_process(scene: Scene) -> None:
    first, second = (f"http://127.0.0.1:{port}" for port in scene.cluster.ports("rasa"))
    for url in (first, second):
        scene.cluster.until(run.answers_at(f"{url}/health/live"))
    sender = new_id()
    assert "read this" in ask(first, sender, "I want to talk to someone", AUTHORIZED).text
    assert "full name" in ask(second, sender, "Yes, I agree", AUTHORIZED).text
    assert "e-mail or phone" in ask(first, sender, "Ana Ruiz", AUTHORIZED).text
    again, name = new_id(), new_id()
    one, other = (ask(url, again, "I want to talk to someone", AUTHORIZED, message_id=name) for url in (first, second))
    assert one.body == other.body


def test_what_is_said_in_one_process_is_heard_in_the_other(scene: Scene) -> None:
    first, second = (f"http://127.0.0.1:{port}" for port in scene.cluster.ports("rasa"))
    with Tab(first) as here:
        assert here.say("I want to talk to someone")["ok"]
        with Tab(second, here.token) as there:
            assert {m["id"]: m["text"] for m in there.history} == {m["id"]: m["text"] for m in here.messages}
            name = new_id()
            assert here.say("Yes, I agree", name)["ok"]
            assert "full name" in there.hears(name)[-1]["text"]


def test_nobody_notices_that_a_new_model_is_taken_up(scene: Scene) -> None:
    copy_model(run.ensure_trained(), scene.model, "the-second")
    scene.cluster.roll(2)
    more_turns(scene, 30)
    assert scene.crowd.failed == []
    newest = scene.cluster.rows(
        "conversations", "SELECT data::json -> 'metadata' ->> 'model_id' FROM events WHERE type_name = 'bot'"
        " ORDER BY id DESC LIMIT 20"
    )
    assert {row[0] for row in newest} == {"the-second"}


def test_every_request_is_there_once_and_comes_to_the_firm_once(scene: Scene) -> None:
    scene.crowd.finish()
    assert scene.crowd.failed == [] and len(scene.crowd.receipts) >= VISITORS
    found = {lead.email: lead for lead in scene.cluster.store().find()}
    numbers = Counter(lead.email for lead in scene.cluster.store().find())
    for mail, number in scene.crowd.receipts.items():
        assert numbers[mail] == 1 and found[mail].number == number, "doubled, or lost"
        assert (found[mail].name, found[mail].phone) == ("Ana Ruiz", None)
    free_leases(scene.cluster)
    told = scene.crowd.receipts.values()
    scene.cluster.until(lambda: set(told) <= {lead["number"] for lead in scene.crm.leads.values()})
    assert max(Counter(lead["number"] for lead in scene.crm.leads.values()).values()) == 1


def free_leases(cluster: Running) -> None:
    """Of a dead worker, which would last two minutes."""
    time.sleep(2)  # whoever lives ends what is on its way
    cluster.rows("leads", "UPDATE outbox SET leased_by = NULL, leased_until = NULL, next_at = now() AT TIME ZONE 'utc'"
                 " WHERE state = 'waiting' AND leased_until IS NOT NULL")
