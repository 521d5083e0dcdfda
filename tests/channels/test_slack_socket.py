"""Socket Mode, over a real websocket: what comes that way is kept, acknowledged and answered as over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from leads.errors import StoreUnavailable
from tests.channels.slack_app import SlackApp, until
from tests.servers import slack_says as says
from tests.servers.slack import APP_TOKEN, SlackServer
from tests.servers.slack_socket import SocketServer


@pytest.fixture
def socket() -> Iterator[SocketServer]:
    running = SocketServer()
    yield running
    running.stop()


@pytest.fixture
def app(tmp_path: Path, socket: SocketServer) -> Iterator[SlackApp]:
    slack = SlackServer()
    slack.socket_url = socket.url
    running = SlackApp(tmp_path, slack, app_token=APP_TOKEN)
    until(lambda: socket.is_connected)
    yield running
    running.stop()
    slack.down()


def test_an_event_is_acknowledged_and_answered_once(app: SlackApp, socket: SocketServer) -> None:
    event = says.direct("is a pharmacist on the list?")
    names = [socket.send("events_api", event) for _ in range(2)]
    app.tell(event)  # and once more over HTTP
    app.until(1)
    until(lambda: set(names) <= set(socket.acknowledged))
    assert app.parrot.texts == ["is a pharmacist on the list?"]


def test_a_command_gets_its_first_answer_with_the_acknowledgement(
    app: SlackApp, socket: SocketServer
) -> None:
    fields = {
        "team_id": "T0FIRM",
        "channel_id": "C0TALK",
        "user_id": "U0ALICE",
        "command": "/cusma",
        "text": "which",
        "trigger_id": "1.2.x",
        "response_url": app.slack.hook,
    }
    name = socket.send("slash_commands", fields)
    until(lambda: name in socket.acknowledged)
    assert socket.acknowledged[name]["payload"]["text"] == "Looking it up …"
    until(lambda: bool(app.slack.hooked))


def test_a_shortcut_and_a_modal(app: SlackApp, socket: SocketServer) -> None:
    socket.send("interactive", says.shortcut("is a pharmacist on the list?"))
    app.until(1)
    modal = socket.send("interactive", {"type": "view_submission", "view": {"id": "V1"}})
    until(lambda: modal in socket.acknowledged)
    assert socket.acknowledged[modal]["payload"] == {"response_action": "clear"}


def test_what_cannot_be_read_is_acknowledged_lest_it_come_for_ever(
    app: SlackApp, socket: SocketServer
) -> None:
    names = [socket.send(kind, {"event": None}) for kind in ("events_api", "interactive", "news")]
    until(lambda: set(names) <= set(socket.acknowledged))
    socket.send("events_api", says.direct("still here"))
    app.until(1)


def test_what_cannot_be_kept_is_not_acknowledged(
    app: SlackApp, socket: SocketServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def down(*_: object) -> bool:
        tried.append(1)
        raise StoreUnavailable("down")

    event = says.direct("hello")
    with monkeypatch.context() as broken:
        broken.setattr(app.queue, "take", down)
        lost = socket.send("events_api", event)
        until(lambda: bool(tried))
    again = socket.send("events_api", event)
    until(lambda: again in socket.acknowledged)
    app.until(1)
    assert lost not in socket.acknowledged


def test_when_slack_hangs_up_it_connects_again(app: SlackApp, socket: SocketServer) -> None:
    socket.hang_up()
    until(lambda: socket.connections == 2 and socket.is_connected, limit=30)
    socket.send("events_api", says.direct("back again"))
    app.until(1)
