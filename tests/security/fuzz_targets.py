"""What reads what strangers send, each with its promise. A case says in a word what came of it; a broken promise is raised."""

from __future__ import annotations

import asyncio
import json
import logging
import shutil
import socket
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

from components import gate, rest_request
from components.rest import RestChannel
from components.slack import read as read_slack
from components.slack_fields import Malformed
from components.slack_heard import from_document
from components.slack_intake import Intake
from components.slack_queue import Task
from components.web import WebChannel, _Packet
from components.web_settings import WebSettings
from knowledge.facts import FILES, FactsError, load
from leads import logs
from tests.channels.parrot import Parrot
from tests.channels.rest_client import PATH, Reply, send
from tests.channels.slack_app import SlackApp, sentences
from tests.channels.tab import Wire
from tests.security import fuzz_inputs as inputs
from tests.servers.loopback import HOST
from tests.servers.sanic_app import SanicApp

VALID = Path(__file__).parents[1] / "unit" / "knowledge" / "valid"
PATIENCE_S = 20.0
REFUSALS = (400, 401, 403, 413, 429)
_log: list[str] = []


class _Heard(logging.Handler):
    """Keeps the lines that tell what was said."""

    def emit(self, record: logging.LogRecord) -> None:
        line = logs.Text().format(record)  # as it is printed
        if inputs.CANARY in line:
            _log.append(line)


def check_log() -> None:
    """Nothing that was said may stand in a log."""
    assert not _log, f"in the log: {_log[0][:300]!r}"


class Targets:
    """Their servers run, in this process, while the context does."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._open = folder, ExitStack()
        self._loop = asyncio.new_event_loop()
        self._kept: list[Task] = []
        self._intake = Intake(self, _now, sentences(), ("https://hooks.slack.com/",), lambda: None)  # type: ignore[arg-type]
        self._shapes = {file: (VALID / file).read_text(encoding="utf-8") for file in FILES}

    def __enter__(self) -> Targets:
        firm, handler, root = load().firm, _Heard(), logging.getLogger()
        level = root.level
        root.setLevel(logging.DEBUG)
        root.addHandler(handler)
        for noisy in ("urllib3", "asyncio", "hypothesis"):
            logging.getLogger(noisy).setLevel(logging.WARNING)
        self._open.callback(root.setLevel, level)
        self._open.callback(root.removeHandler, handler)
        self._open.callback(self._loop.close)
        _log.clear()
        self.rest = SanicApp(RestChannel(firm, ""), Parrot())
        self.web = SanicApp(WebChannel(WebSettings(("s" * 32,)), firm), Parrot())
        self.slack = SlackApp(_made(self._folder / "slack"))
        for server in (self.rest, self.web, self.slack):
            self._open.callback(server.stop)
        shutil.copytree(VALID, self._folder / "facts", dirs_exist_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def all(self) -> dict[str, tuple[int, st.SearchStrategy[Any], Callable[[Any], str]]]:
        """Name → how many of a hundred cases, what is sent, what reads it."""
        return {
            "REST, read": (24, inputs.rest_bodies, read_rest),
            "socket, read": (22, inputs.packets, read_packet),
            "Slack, read": (24, inputs.slack_posts, self.hear_slack),
            "facts, loaded": (15, self._fact_files(), self.load_facts),
            "REST, served": (8, inputs.rest_bodies, self.post_rest),
            "Slack, served": (3, inputs.slack_posts, self.post_slack),
            "heads, served": (1, inputs.heads, self.send_head),
            "socket, served": (
                3,
                st.tuples(inputs.auths, st.lists(inputs.packets, min_size=1, max_size=4)),
                self.post_packets,
            ),
        }

    # ---- served ------------------------------------------------------------------------------------------

    def post_rest(self, body: bytes) -> str:
        """200 with messages, or a reason; 503 is the apology that names the firm's telephone."""
        reply = send(self.rest.url, body, path=PATH)
        check_reply(reply)
        check_log()
        return str(reply.status)

    def post_slack(self, post: tuple[bytes, str]) -> str:
        """Kept, or refused."""
        status = self.slack.post(*post).status_code
        assert status in (200, 400, 401, 413), status
        check_log()
        return str(status)

    def send_head(self, head: bytes) -> str:
        """Whatever the head of a request says, it is answered or hung up on, and others are served."""
        with socket.create_connection((HOST, self.rest.port), timeout=PATIENCE_S) as wire:
            wire.sendall(head)
            wire.shutdown(socket.SHUT_WR)
            try:
                answer = wire.recv(4_000)
            except ConnectionResetError:
                answer = b""
        assert not answer.startswith(b"HTTP/1.1 5") or b"+1 613" in answer, answer
        check_reply(send(self.rest.url, inputs.as_json(inputs.ASKED | {"message_id": None}), path=PATH))
        check_log()
        return answer[9:12].decode() or "hung up"

    def post_packets(self, visit: tuple[Any, list[str]]) -> str:
        """Whatever a socket sends, the server answers it or another one afterwards."""
        auth, packets = visit
        wire = Wire(self.web.url, greet=False)
        statuses = [wire.post("40" + json.dumps(auth)), *(wire.post(packet) for packet in packets)]
        assert all(status in (200, *REFUSALS) for status in statuses), statuses
        wire.post("1")
        good = Wire(self.web.url)
        good.heard('"session"')
        assert good.post('429["say",{"id":"fuzz-message-9999","text":"hello"}]') == 200
        assert '"ok":true' in good.heard("439[")
        good.post("1")
        check_log()
        return "refused" if set(statuses) - {200} else "taken"

    # ---- read --------------------------------------------------------------------------------------------

    def hear_slack(self, post: tuple[bytes, str]) -> str:
        """Kept in a form that can be read again, or ``Malformed``."""
        self._kept.clear()
        try:
            kind, payload = read_slack(*post)
            answer = self._loop.run_until_complete(self._intake.hear(kind, payload))
        except Malformed:
            return "malformed"
        json.dumps(answer).encode()
        for task in self._kept:
            document = json.loads(json.dumps(task.document))
            assert from_document(document)
        return "kept" if self._kept else "nothing to do"

    def take(self, names: tuple[str, ...], task: Task) -> bool:
        """Stands in for the queue, whose database would take nearly all the time of a case."""
        assert names and all(isinstance(name, str) for name in names)
        self._kept.append(task)
        return True

    def _fact_files(self) -> st.SearchStrategy[tuple[str, bytes]]:
        def of(file: str) -> st.SearchStrategy[bytes]:
            text = self._shapes[file]
            lines = text.splitlines(keepends=True)
            shuffled = st.permutations(lines).map(lambda found: "".join(found).encode())
            return st.one_of(
                inputs.misshapen(yaml.safe_load(text)).map(_as_yaml),
                inputs.mutated(st.just(text.encode())),
                inputs.mutated(st.just(text.encode())),
                shuffled,
            )

        return st.sampled_from(FILES).flatmap(lambda file: st.tuples(st.just(file), of(file)))

    def load_facts(self, written: tuple[str, bytes]) -> str:
        """All facts, or ``FactsError`` with the file and the key at fault."""
        file, content = written
        folder = self._folder / "facts"
        (folder / file).write_bytes(content)
        try:
            load(folder)
            return "loaded"
        except FactsError as error:
            named = (
                error.key
                or "''" in content.decode(errors="replace")
                or '""' in content.decode(errors="replace")
            )  # a key may be ''
            assert error.file in FILES and named and error.problem, (error.file, error.key, error.problem)
            return "refused"
        finally:
            (folder / file).write_text(self._shapes[file], encoding="utf-8")


def read_rest(body: bytes) -> str:
    """Clean words, or ``Refused``."""
    try:
        asked = rest_request.read(body)
        said = gate.words("fuzz-message-0001", asked.text)
    except gate.Refused as refused:
        return refused.error
    check_words(said)
    return "read"


def read_packet(packet: str) -> str:
    """Dropped as malformed, or an event of ours, of which the wish is read or ``Refused``."""
    if not packet.startswith("4"):
        return "not ours"
    try:
        found = _Packet(encoded_packet=packet[1:])
    except (ValueError, RecursionError):  # engine.io drops it
        return "dropped"
    if not isinstance(found.data, list):
        return "no event"
    try:
        said = gate.read(found.data[1] if len(found.data) > 1 else None)
    except gate.Refused as refused:
        return refused.error
    if isinstance(said, gate.Words):
        check_words(said)
    return "read"


def check_words(said: gate.Words) -> None:
    """What goes on to Rasa and to lawyers."""
    assert 0 < len(said.text) <= gate.LONGEST and not said.plain.lstrip().startswith("/")
    said.text.encode()  # no half of a character
    assert not set(said.text) & {"\x00", "\x1b", "\u202e", "\r"}


def check_reply(reply: Reply) -> None:
    """Never silence, never an error without a reason."""
    if reply.status in (200, 503):
        assert isinstance(reply.body, list) and reply.body, "200 []"
        assert all(message["text"] for message in reply.body)
        assert reply.status == 200 or "+1 613" in reply.text
    else:
        assert reply.status in REFUSALS, reply.status
        assert reply.body["error"] and reply.body["text"]


def _as_yaml(tree: Any) -> bytes:
    with suppress(yaml.YAMLError):
        return yaml.safe_dump(tree, allow_unicode=True, sort_keys=False).encode("utf-8", "surrogatepass")
    return b"?"


async def _now(deed: Callable[..., Any], *arguments: Any) -> Any:
    return deed(*arguments)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
