"""What stands before Rasa, tried on the real nginx: who and what it lets through, and when it asks another process."""

from __future__ import annotations

import http.client
import json
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.certificate import Certificate
from tests.servers.loopback import Answer, LoopbackServer, Request, free_port
from tests.servers.nginx import Nginx, there_or_skipped

REST, SOCKETS = "/webhooks/rest/webhook", "/webhooks/web/socket.io/"
PAGES = ["/", "/contact", "/demo/site.css", "/webhooks/web/widget.js", "/webhooks/web/privacy", "/health/live"]
NOT_FOR_VISITORS = [
    *("/metrics", "/health/ready", "/health", "/model", "/status", "/conversations/x/tracker", "/webhook", "/figures"),
    *("/webhooks/callback/webhook", "/webhooks/rest/webhook/stream", "/webhooks/health", "//metrics", "/demo/../metrics"),
]


class Rasa(LoopbackServer):
    """Answers everything; slowly when told to."""

    seconds = 0.0
    headers: dict[str, str] = {}

    def serve(self, request: Request) -> Answer:
        time.sleep(self.seconds)
        return Answer(body=json.dumps({"port": self.port}).encode(), headers=self.headers)


@pytest.fixture(scope="module")
def pair() -> Iterator[tuple[Rasa, Rasa]]:
    with Rasa() as one, Rasa() as other:
        yield one, other


@pytest.fixture(scope="module")
def nginx(pair: tuple[Rasa, Rasa], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    there_or_skipped()
    ports = [rasa.port for rasa in pair]
    running = Nginx(ports, ports, turns_at_once=8)
    yield running
    running.remove()


@pytest.fixture(autouse=True)
def well(pair: tuple[Rasa, Rasa]) -> Iterator[None]:
    yield
    for rasa in pair:
        rasa.seconds, rasa.headers = 0.0, {}
        rasa.received.clear()
        if rasa._service is None:
            rasa.up()


def fetch(
    url: str, path: str, method: str = "GET", body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection(url.partition("//")[2], timeout=20)
    try:
        connection.request(method, path, body, headers or {})
        reply = connection.getresponse()
        return reply, reply.read()
    finally:
        connection.close()


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_let_through_and_only_read(nginx: Nginx, path: str) -> None:
    assert fetch(nginx.url, path)[0].status == 200
    assert fetch(nginx.url, path, "POST", b"{}")[0].status == 403


@pytest.mark.parametrize("path", NOT_FOR_VISITORS)
def test_nothing_else_is_to_be_had_from_outside(nginx: Nginx, pair: tuple[Rasa, Rasa], path: str) -> None:
    for method in ("GET", "POST", "PUT"):
        assert fetch(nginx.url, path, method)[0].status in (404, 405)
    assert not [request for rasa in pair for request in rasa.received]


def test_a_body_of_more_than_16_kilobytes_is_refused_and_not_passed_on(nginx: Nginx, pair: tuple[Rasa, Rasa]) -> None:
    assert fetch(nginx.url, REST, "POST", b"x" * 16 * 1024)[0].status == 200
    for rasa in pair:
        rasa.received.clear()
    reply, _ = fetch(nginx.url, REST, "POST", b"x" * (16 * 1024 + 1))
    assert reply.status == 413 and not [*pair[0].received, *pair[1].received]
    assert fetch(nginx.url, "/webhooks/slack/webhook", "POST", b"x" * 100_000)[0].status == 200


@pytest.mark.parametrize("path", ["/", REST, SOCKETS, "/nothing", "/webhooks/web/privacy"])
def test_every_answer_has_the_headers_that_protect_a_browser(nginx: Nginx, path: str) -> None:
    reply, _ = fetch(nginx.url, path)
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Referrer-Policy"] == "no-referrer"
    policy = reply.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert reply.headers.get("Strict-Transport-Security") is None, "not over plain HTTP"
    assert reply.headers["Server"] == "nginx"


def test_a_page_keeps_the_policy_of_its_own(nginx: Nginx, pair: tuple[Rasa, Rasa]) -> None:
    for rasa in pair:
        rasa.headers = {"Content-Security-Policy": "default-src 'self'", "Referrer-Policy": "same-origin"}
    reply, _ = fetch(nginx.url, "/")
    assert reply.headers.get_all("Content-Security-Policy") == ["default-src 'self'"]
    assert reply.headers.get_all("Referrer-Policy") == ["same-origin"]


def test_over_tls_browsers_are_told_to_stay_there(pair: tuple[Rasa, Rasa], tmp_path: Path) -> None:
    there_or_skipped()
    certificate, port = Certificate(tmp_path), free_port()
    site = f"listen 127.0.0.1:{port} ssl; ssl_certificate {certificate.file}; ssl_certificate_key {certificate.key_file};"
    nginx = Nginx([pair[0].port], [pair[0].port], site)
    try:
        connection = http.client.HTTPSConnection("localhost", port, context=certificate.for_client(), timeout=10)
        connection.request("GET", "/")
        assert "max-age=31536000" in connection.getresponse().headers["Strict-Transport-Security"]
        connection.close()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
    finally:
        nginx.remove()


def test_a_visitor_cannot_claim_to_be_somebody_else(nginx: Nginx, pair: tuple[Rasa, Rasa]) -> None:
    fetch(nginx.url, REST, "POST", b"{}", {"X-Forwarded-For": "9.9.9.9", "X-Forwarded-Host": "evil.example", "Host": "firm"})
    (request,) = [request for rasa in pair for request in rasa.received]
    assert request.headers["x-forwarded-for"].endswith(", 127.0.0.1")
    assert request.headers["x-forwarded-host"] == "firm" == request.headers["host"]


def test_health_is_asked_as_from_within(nginx: Nginx, pair: tuple[Rasa, Rasa]) -> None:
    fetch(nginx.url, "/health/live", headers={"X-Forwarded-For": "9.9.9.9", "Forwarded": "for=9.9.9.9", "X-Real-IP": "9.9.9.9"})
    (request,) = [request for rasa in pair for request in rasa.received]
    assert not {"x-forwarded-for", "forwarded", "x-real-ip"} & set(request.headers)


def test_a_process_that_is_gone_is_not_noticed(nginx: Nginx, pair: tuple[Rasa, Rasa]) -> None:
    pair[0].down()
    replies = [fetch(nginx.url, REST, "POST", b"{}") for _ in range(12)]
    assert {reply.status for reply, _ in replies} == {200}
    assert {json.loads(body)["port"] for _, body in replies} == {pair[1].port}


def test_a_message_that_was_sent_is_not_sent_twice(nginx: Nginx, pair: tuple[Rasa, Rasa]) -> None:
    for rasa in pair:
        rasa.lose_replies(1)
    reply, body = fetch(nginx.url, REST, "POST", b"{}")
    assert (reply.status, json.loads(body)) == (503, {"error": "problem"}) and reply.headers["Retry-After"] == "1"
    assert sum(len(rasa.received) for rasa in pair) == 1
    for rasa in pair:
        rasa.lose_replies(0)


def test_an_action_whose_server_died_is_asked_of_another(nginx: Nginx, pair: tuple[Rasa, Rasa]) -> None:
    for rasa in pair:
        rasa.lose_replies(0)
    pair[0].lose_replies(100)
    for _ in range(6):
        assert fetch(nginx.actions_url, "/webhook", "POST", b"{}")[0].status == 200
    pair[0].lose_replies(0)


def test_too_much_at_once_is_refused_at_once(nginx: Nginx, pair: tuple[Rasa, Rasa]) -> None:
    for rasa in pair:
        rasa.seconds = 2.0
    found: list[tuple[int, float]] = []

    def ask() -> None:
        started = time.monotonic()
        status = fetch(nginx.url, REST, "POST", b"{}")[0].status
        found.append((status, time.monotonic() - started))

    threads = [threading.Thread(target=ask) for _ in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refused = [seconds for status, seconds in found if status == 429]
    assert len(refused) == 16 and max(refused) < 1.5 < min(seconds for status, seconds in found if status == 200)


def test_a_visitors_sockets_stay_with_one_process(nginx: Nginx) -> None:
    replies = [json.loads(fetch(nginx.url, f"{SOCKETS}?EIO=4&transport=polling")[1])["port"] for _ in range(8)]
    assert len(set(replies)) == 1


def test_the_log_names_no_address_and_no_session(nginx: Nginx) -> None:
    fetch(nginx.url, f"{SOCKETS}?EIO=4&transport=polling&sid=canary-of-a-session", headers={"User-Agent": "canary-of-an-agent"})
    fetch(nginx.url, REST, "POST", b"canary-of-a-body", {"X-Forwarded-For": "203.0.113.77"})
    time.sleep(0.1)
    lines = nginx.log.splitlines()
    assert any(SOCKETS in line for line in lines) and "canary" not in nginx.log and "203.0.113.77" not in nginx.log
    assert '"127.0.0.1"' not in nginx.log
