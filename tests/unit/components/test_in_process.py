"""Answers of fact without HTTP, all else at the action server; and Rasa's check of what an action answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from aiohttp import ClientConnectionError
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from components.action_secret import HEADER
from components.in_process import HERE, PACKAGE, ActionEndpoint, NotDone, with_past
from components.serve import check_answers_once

SECRET = "s" * 32
SAID = [{"event": "user", "text": str(number), "timestamp": float(number)} for number in range(6)]


class ActionServer(ThreadingHTTPServer):
    """Keeps the calls it gets."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.calls: list[dict[str, Any]] = []
        self.status = 200
        self.first: list[int] = []  # the statuses before that
        self.headers: list[dict[str, str]] = []
        Thread(target=self.serve_forever, daemon=True).start()


class _Handler(BaseHTTPRequestHandler):
    server: ActionServer

    def do_POST(self) -> None:
        self.server.headers.append({name.lower(): value for name, value in self.headers.items()})
        self.server.calls.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        body = json.dumps({"events": [], "responses": [{"text": "from the server"}]}).encode()
        self.send_response(self.server.first.pop() if self.server.first else self.server.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture
def server() -> Iterator[ActionServer]:
    running = ActionServer()
    yield running
    running.shutdown()


async def past(conversation: str) -> list[dict[str, Any]]:
    assert conversation == "someone"
    return SAID[:4]


def endpoint(server: ActionServer) -> ActionEndpoint:
    url = f"http://127.0.0.1:{server.server_port}/webhook"
    return ActionEndpoint(EndpointConfig(url, headers={HEADER: SECRET}, enable_selective_domain=True), past)


def call(action: str, **tracker: Any) -> dict[str, Any]:
    said = {"text": "how long does it last", "intent": {"name": "ask_duration"}, "entities": []}
    state = {"sender_id": "someone", "slots": {}, "latest_message": said, "events": SAID[2:], "paused": False}
    return {"next_action": action, "sender_id": "someone", "tracker": state | tracker, "domain": {}}


async def test_an_answer_of_fact_needs_no_server(server: ActionServer) -> None:
    answer = await endpoint(server).request(json=call("action_answer"))
    assert "Up to 3 years" in answer["responses"][0]["text"] and server.calls == []


async def test_the_server_gets_what_was_left_off_too(server: ActionServer) -> None:
    answer = await endpoint(server).request(json=call("action_intake"))
    assert answer["responses"][0]["text"] == "from the server"
    assert server.calls[0]["tracker"]["events"] == SAID


async def test_the_server_is_shown_the_secret_and_nothing_is_compressed(server: ActionServer) -> None:
    await endpoint(server).request(json=call("action_intake"), compress=True)
    assert server.headers[0][HEADER.lower()] == SECRET
    assert "content-encoding" not in server.headers[0]


def test_the_whole_domain_is_not_sent_along(server: ActionServer) -> None:
    assert RemoteAction("action_intake", endpoint(server))._is_selective_domain_enabled()


async def test_what_cannot_be_done_here_is_done_at_the_server(
    server: ActionServer, caplog: pytest.LogCaptureFixture
) -> None:
    here = endpoint(server)
    del here._executor.actions["action_answer"]
    answer = await here.request(json=call("action_answer"))
    assert answer["responses"][0]["text"] == "from the server" and "ActionNotFound" in caplog.text


async def test_a_server_that_was_not_there_is_asked_again_a_moment_later(server: ActionServer) -> None:
    server.first = [502]
    answer = await endpoint(server).request(json=call("action_intake"))
    assert answer["responses"][0]["text"] == "from the server" and len(server.calls) == 2


@pytest.mark.parametrize("statuses, calls", [([500], 1), ([400], 1), ([503, 502], 2)])
async def test_what_a_server_could_not_do_is_not_asked_again_nor_twice(
    server: ActionServer, statuses: list[int], calls: int
) -> None:
    server.first = list(statuses)
    with pytest.raises(ClientResponseError):
        await endpoint(server).request(json=call("action_intake"))
    assert len(server.calls) == calls


async def test_a_server_that_is_gone_is_tried_twice(server: ActionServer) -> None:
    gone = endpoint(server)
    server.shutdown()
    server.server_close()
    with pytest.raises(ClientConnectionError):
        await gone.request(json=call("action_intake"))


@pytest.mark.parametrize("status, raised", [(500, NotDone), (502, NotDone), (400, ClientResponseError)])
async def test_what_the_server_does_not_do_a_second_time_ends_the_turn_unless_it_declines(
    server: ActionServer, status: int, raised: type[BaseException]
) -> None:
    """Rasa would catch an ``Exception``, and call it again and again."""
    server.status = status
    with pytest.raises(ClientResponseError):
        await endpoint(server).request(json=call("action_intake"))
    before = [*SAID, {"event": "action", "name": "action_intake"}]
    with pytest.raises(raised):
        await endpoint(server).request(json=call("action_intake", events=before))


def defined_in(run: Callable[..., object]) -> str:
    """The module of the class that an action belongs to: ``run`` itself may be inherited."""
    return type(run.__self__).__module__  # type: ignore[attr-defined]


def test_every_name_is_that_of_an_action() -> None:
    here = ActionEndpoint(EndpointConfig("http://127.0.0.1:9/webhook"), past)
    # the executor finds every subclass of Action in the process, those of other tests too
    theirs = {name for name, run in here._executor.actions.items() if defined_in(run).startswith(f"{PACKAGE}.")}
    assert theirs - HERE == {"action_intake"} and theirs > HERE


def test_a_past_that_does_not_meet_the_present_is_left_alone() -> None:
    assert with_past([], SAID) == SAID
    assert with_past(SAID[:2], SAID[3:]) == SAID[3:]


def test_an_answer_out_of_form_is_refused_as_by_rasa(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RemoteAction, "_validate_action_result", RemoteAction._validate_action_result)
    check_answers_once()
    action = RemoteAction("action_answer", None)
    slot = {"event": "slot", "timestamp": None, "name": "job", "value": {"title": "nurse"}}
    assert action._validate_action_result({"events": [], "responses": [{"text": "yes"}]})
    assert action._validate_action_result({"events": [slot], "responses": [{"text": "yes"}]})
    for wrong in ({"name": "no event"}, {**slot, "name": 7}, {**slot, "timestamp": "now"}, {"event": "slot", "name": "job"}):
        with pytest.raises(ValidationError, match="Failed to validate Action server response"):
            action._validate_action_result({"events": [wrong], "responses": []})
    with pytest.raises(ValidationError):
        action._validate_action_result({"events": [slot], "responses": ["yes"]})
