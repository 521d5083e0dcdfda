"""The action server as `make run` starts it takes calls from Rasa alone, and unpacks nothing that it is sent."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from components.action_secret import HEADER
from components.action_server import LONGEST_CALL
from leads.crypto import Keyring
from leads.store import LeadStore
from tests.bot import Bot
from tests.servers.loopback import free_port

ROOT = Path(__file__).parents[2]
LIMIT_S = 20
START_LIMIT_S = 60
OURS = ("components.action_server", "--port")
JSON = {"Content-Type": "application/json"}
SENDER = "web-" + "f" * 32
ASKED = {"text": "how long does it last", "intent": {"name": "ask_duration"}, "entities": []}
FILLED = ("call me", "Yes, I agree", "Ana Ruiz, ana@example.com, mornings", "my renewal", "TD Bank", "no")


def called(action: str, said: dict[str, Any], **state: object) -> dict[str, Any]:
    """A call as Rasa makes it."""
    tracker = {"sender_id": SENDER, "slots": {}, "latest_message": said, "events": [], "paused": False}
    return {"next_action": action, "version": "3.6.21", "domain": {}, "tracker": {**tracker, **state}}


QUESTION = called("action_answer", ASKED)


class ActionServer:
    """The process that scripts/run.py starts, with a store of its own."""

    def __init__(self, folder: Path, *command: str, **environment: str) -> None:
        self.port, self.log = free_port(), folder / "actions.log"
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **os.environ,
            "ACTION_KEY_FILE": str(folder / "action.key"),
            "LEADS_DB": str(folder / "leads.db"),
            "LEADS_KEY_FILE": str(folder / "leads.key"),
            "SANIC_HOST": "127.0.0.1",
            **environment,
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", *(command or OURS), str(self.port)],
            cwd=ROOT,
            env=self.environment,
            stdout=self.log.open("w"),
            stderr=subprocess.STDOUT,
        )
        self._wait()

    @property
    def secret(self) -> str:
        return Path(self.environment["ACTION_KEY_FILE"]).read_text().strip()

    def call(self, body: object, **headers: str) -> requests.Response:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return requests.post(f"{self.url}/webhook", data=data, headers={**JSON, **headers}, timeout=LIMIT_S)

    def is_well(self) -> bool:
        health = requests.get(f"{self.url}/health", timeout=LIMIT_S)
        return health.json() == {"status": "ok"} and self.process.poll() is None

    def submission(self) -> dict[str, Any]:
        """The call that sends a request to the lawyers, after those that fill the form."""
        slots: dict[str, Any] = {"language": "en"}
        events: list[dict[str, Any]] = []
        for text in (*FILLED, "Send it"):
            said = {"text": text, "intent": {"name": "out_of_scope", "confidence": 0.9}, "entities": []}
            events = [*events, {"event": "user", "text": text, "parse_data": said, "timestamp": time.time()}]
            asked = called(
                "action_intake", said, slots=slots, events=events, active_loop={"name": "action_intake"}
            )
            if text != "Send it":
                answer = self.call(asked, **{HEADER: self.secret}).json()
                slots |= {one["name"]: one["value"] for one in answer["events"] if one["event"] == "slot"}
                events = [*events, *answer["events"]]
        return asked

    def leads(self) -> int:
        store = LeadStore.open(
            self.environment["LEADS_DB"], Keyring.load((), Path(self.environment["LEADS_KEY_FILE"]))
        )
        try:
            return len(store.find(limit=10))
        finally:
            store.close()

    def most_memory(self) -> int:
        """Bytes that the process has held at most."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) * 1024

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()

    def _wait(self) -> None:
        until = time.monotonic() + START_LIMIT_S
        while True:
            try:
                requests.get(f"{self.url}/health", timeout=LIMIT_S)
                return
            except requests.ConnectionError:
                assert time.monotonic() < until and self.process.poll() is None, self.log.read_text()
                time.sleep(0.1)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ActionServer]:
    started = ActionServer(tmp_path_factory.mktemp("actions"))
    yield started
    started.stop()


@pytest.fixture
def server(running: ActionServer) -> Iterator[ActionServer]:
    """It is the same one after each test."""
    yield running
    assert running.is_well()


@pytest.mark.parametrize(
    "shown", [None, "", "x" * 64, "ключ".encode().decode("latin-1"), "almost"], ids=range(5)
)
def test_without_the_secret_no_forged_request_becomes_a_lead(server: ActionServer, shown: str | None) -> None:
    tried, submission = server.secret[:-1] if shown == "almost" else shown, server.submission()
    reply = server.call(submission, **({} if tried is None else {HEADER: tried}))
    assert (reply.status_code, reply.json()) == (401, {"error": "The secret is missing or wrong"})
    assert server.leads() == 0


def test_the_secret_counts_in_its_header_alone(server: ActionServer) -> None:
    for query in (f"?{HEADER}={server.secret}", f"?token={server.secret}"):
        reply = requests.post(
            f"{server.url}/webhook" + query,
            json=QUESTION,
            headers={"Authorization": f"Bearer {server.secret}"},
        )
        assert reply.status_code == 401


def test_rasa_is_served(server: ActionServer) -> None:
    reply = server.call(QUESTION, **{HEADER: server.secret})
    assert reply.status_code == 200
    assert "Up to 3 years" in reply.json()["responses"][0]["text"]


@pytest.mark.parametrize("way", ["deflate", "gzip", "br", "identity, deflate"])
def test_a_bomb_is_not_unpacked(server: ActionServer, way: str) -> None:
    bomb = zlib.compress(b"0" * 500_000_000, 9)
    assert len(bomb) < 600_000
    before = server.most_memory()
    reply = server.call(bomb, **{HEADER: server.secret, "Content-Encoding": way})
    assert reply.status_code == 415
    assert server.most_memory() - before < 50_000_000


def test_a_stranger_cannot_send_much(server: ActionServer) -> None:
    before = server.most_memory()
    for _ in range(3):
        with suppress(requests.ConnectionError):  # it hangs up on whoever goes on writing
            assert server.call(b"[" * 10_000_000).status_code == 401
    assert server.most_memory() - before < 20_000_000


def test_nor_can_rasa_send_without_end(server: ActionServer) -> None:
    endless = (b"x" * 1_000_000 for _ in range(LONGEST_CALL // 1_000_000 + 5))
    for body in (b"x" * (LONGEST_CALL + 1), endless):
        try:
            headers = {**JSON, HEADER: server.secret}
            reply = requests.post(f"{server.url}/webhook", data=body, headers=headers, timeout=LIMIT_S)
            assert reply.status_code == 413
        except requests.ConnectionError:
            pass


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"null", b"[]", b'"x"', b"42", b"{", b"\xff\xfe{", b"[" * 100_000, b"9" * 5_000, b"{}"),
        b'{"next_action":"action_answer"}',
        b'{"next_action":"action_answer","tracker":[]}',
        b'{"next_action":7,"tracker":{}}',
        b'{"next_action":"","tracker":{}}',
        b'{"next_action":["action_answer"],"tracker":{}}',
    ],
    ids=range(15),
)
def test_what_is_no_call_is_refused(server: ActionServer, body: bytes) -> None:
    reply = server.call(body, **{HEADER: server.secret})
    assert reply.status_code == 400


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""])
def test_what_a_browsers_form_can_send_is_refused(server: ActionServer, kind: str) -> None:
    assert server.call(QUESTION, **{HEADER: server.secret, "Content-Type": kind}).status_code == 400


def test_the_same_request_from_rasa_becomes_one(tmp_path: Path) -> None:
    server = ActionServer(tmp_path)
    try:
        reply = server.call(server.submission(), **{HEADER: server.secret})
        assert reply.status_code == 200 and server.leads() == 1, reply.text
    finally:
        server.stop()


def test_a_fault_is_told_without_what_was_sent(server: ActionServer) -> None:
    broken = {**QUESTION, "tracker": {"canary": "Zoe Quantum"}}  # no sender_id
    reply = server.call(broken, **{HEADER: server.secret})
    assert (reply.status_code, reply.json()) == (500, {"error": "An action call failed"})
    assert "Quantum" not in server.log.read_text()


@pytest.mark.parametrize(
    "asked",
    [
        *("GET /actions", "GET /", "GET /webhook", "HEAD /webhook", "PUT /webhook", "POST /health"),
        *("POST /webhook/", "GET //health", "POST /webhook/../webhook", "GET /docs", "GET /metrics"),
    ],
)
def test_nothing_else_is_served(server: ActionServer, asked: str) -> None:
    method, path = asked.split()
    place = urlsplit(f"{server.url}/webhook")
    with socket.create_connection((place.hostname, place.port), timeout=LIMIT_S) as wire:
        wire.sendall(
            f"{method} {path} HTTP/1.1\r\nHost: x\r\n{HEADER}: {server.secret}\r\n"
            "Content-Length: 0\r\nConnection: close\r\n\r\n".encode()
        )
        assert wire.recv(100).split()[1] == b"404"


def test_no_site_may_read_an_answer(server: ActionServer) -> None:
    for method, path in (("GET", "/health"), ("OPTIONS", "/webhook"), ("POST", "/webhook")):
        headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
        reply = requests.request(method, server.url + path, headers=headers, timeout=LIMIT_S)
        assert not [name for name in reply.headers if name.lower().startswith("access-control")]


def test_the_secret_is_in_no_log(server: ActionServer, bot: Bot) -> None:
    bot.ask("I want to talk to a lawyer")
    shown = Path(bot.servers[0].environment["ACTION_KEY_FILE"]).read_text().strip()
    for one in bot.servers:
        assert shown not in one.log.read_text(errors="replace")
    assert server.secret not in server.log.read_text()


def test_two_secrets_are_accepted_while_one_takes_the_others_place(tmp_path: Path) -> None:
    old, new = "o" * 32, "n" * 32
    server = ActionServer(tmp_path, ACTION_SECRET=f"{new}, {old}")
    try:
        statuses = [server.call(b"{}", **{HEADER: shown}).status_code for shown in (old, new, "x" * 32)]
        assert statuses == [400, 400, 401]
        assert not (tmp_path / "action.key").exists()
    finally:
        server.stop()


def test_rasas_own_server_goes_on_working_for_a_developer(tmp_path: Path) -> None:
    server = ActionServer(tmp_path, "rasa_sdk", "--actions", "actions", "-p")
    try:
        assert {"name": "action_intake"} in requests.get(f"{server.url}/actions", timeout=LIMIT_S).json()
        assert "Up to 3 years" in server.call(QUESTION).json()["responses"][0]["text"]
    finally:
        server.stop()
