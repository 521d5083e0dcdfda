"""The audit says "well" only when every locked package was looked at, each advisory is explained, and osv.dev answered."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml

from tests.servers.loopback import HOST, free_port

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
import audit  # noqa: E402

LISTED = audit.read_list(ROOT)
LOOKED_AT: date = LISTED["looked_at"]


class Osv:
    """Answers as api.osv.dev is documented to, over HTTP. ``knows``: package → names; ``details``: name → what is told of it."""

    def __init__(self) -> None:
        self.knows: dict[str, list[str]] = {}
        self.details: dict[str, dict[str, Any]] = {}
        self.change: Callable[[Any], Any] = lambda answer: answer
        self.status, self.asked = 200, 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.asked += len(body["queries"])
                names = [outer.knows.get(query["package"]["name"], []) for query in body["queries"]]
                self._answer(
                    {
                        "results": [
                            {"vulns": [{"id": one} for one in found]} if found else {} for found in names
                        ]
                    }
                )

            def do_GET(self) -> None:
                name = self.path.rpartition("/")[2]
                self._answer({"id": name, **outer.details.get(name, {})})

            def _answer(self, answer: object) -> None:
                self.send_response(outer.status)
                self.end_headers()
                self.wfile.write(json.dumps(outer.change(answer)).encode())

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer((HOST, 0), Handler)
        self.url = f"http://{HOST}:{self._server.server_port}"
        Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def osv() -> Iterator[Osv]:
    server = Osv()
    yield server
    server.stop()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The lock files and the list, to be changed."""
    for file in ("uv.lock", "widget/package-lock.json", audit.LIST):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / file, tmp_path / file)
    return tmp_path


def run(*arguments: object, root: Path = ROOT, today: date = LOOKED_AT) -> int:
    return audit.main([*map(str, arguments), "--root", str(root)], today)


def rewrite(root: Path, change: Callable[[dict[str, Any]], None]) -> None:
    listed = audit.read_list(root)
    change(listed)
    (root / audit.LIST).write_text(yaml.safe_dump(listed))


def test_every_locked_package_was_looked_at_and_every_advisory_is_explained(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run("--offline") == 0
    told = capsys.readouterr().out
    assert "0 skipped" in told and "OFFLINE  osv.dev was not asked" in told


def test_the_whole_lock_is_read() -> None:
    packages = audit.locked()
    text = (ROOT / "uv.lock").read_text()
    assert sum(package.ecosystem == "PyPI" for package in packages) == text.count("[[package]]") - 1
    assert {"rasa", "sanic", "ws"} <= {package.name for package in packages}


def test_it_is_well_when_osv_knows_no_more_than_we(osv: Osv, capsys: pytest.CaptureFixture[str]) -> None:
    osv.knows = {"keras": ["GHSA-4f3f-g24h-fr8m"], "skops": ["PYSEC-2025-999"]}
    osv.details["PYSEC-2025-999"] = {"aliases": ["CVE-2025-54412"]}
    assert run("--osv", osv.url) == 0
    assert osv.asked == len(audit.locked())
    assert "osv.dev answered for all of them" in capsys.readouterr().out


def test_what_osv_knows_and_we_do_not_fails(osv: Osv, capsys: pytest.CaptureFixture[str]) -> None:
    osv.knows = {"sanic": ["GHSA-new"], "ws": ["GHSA-old"]}
    osv.details = {
        "GHSA-new": {"summary": "Anybody can do anything"},
        "GHSA-old": {"withdrawn": "2026-01-01"},
    }
    assert run("--osv", osv.url) == 1
    told = capsys.readouterr().out
    assert (
        "sanic 22.6.2: GHSA-new is not on the list (Anybody can do anything)" in told
        and "GHSA-old" not in told
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda answer: {"results": answer["results"][:-1]},
        lambda answer: {"results": [*answer["results"][:-1], {"next_page_token": "more"}]},
        lambda answer: {"results": [*answer["results"][:-1], None]},
        lambda answer: {},
        lambda answer: [],
    ],
    ids=["one too few", "one with more to come", "one without an answer", "nothing", "something else"],
)
def test_an_answer_that_skips_a_package_is_none(
    osv: Osv, change: Callable[[Any], Any], capsys: pytest.CaptureFixture[str]
) -> None:
    osv.change = change
    assert run("--osv", osv.url) == 2
    assert "FAIL  osv.dev could not be asked" in capsys.readouterr().out


@pytest.mark.parametrize("status", [404, 429, 500])
def test_an_error_is_no_answer(osv: Osv, status: int) -> None:
    osv.status = status
    assert run("--osv", osv.url) == 2


def test_nobody_there_is_said_plainly(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--osv", f"http://{HOST}:{free_port()}") == 2
    told = capsys.readouterr().out
    assert "could not be asked" in told and "anything newer, this run does not show" in told


def test_a_version_that_nobody_looked_at_fails(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lock = copy / "uv.lock"
    lock.write_text(
        lock.read_text().replace('name = "sanic"\nversion = "22.6.2"', 'name = "sanic"\nversion = "22.6.3"')
    )
    assert run("--offline", root=copy) == 1
    told = capsys.readouterr().out
    assert "sanic 22.6.3 (PyPI) was not looked at" in told and "sanic 22.6.2 (PyPI) is not locked" in told


def test_a_package_from_no_registry_fails(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    entry = '[[package]]\nname = "ours"\nversion = "1"\nsource = { git = "https://git.example/ours" }\n\n'
    lock = copy / "uv.lock"
    lock.write_text(lock.read_text().replace("[[package]]", entry + "[[package]]", 1))
    assert run("--offline", root=copy) == 1
    assert "ours comes from" in capsys.readouterr().out


def test_a_list_that_is_too_old_fails() -> None:
    assert run("--offline", today=LOOKED_AT + timedelta(days=90)) == 0
    assert run("--offline", today=LOOKED_AT + timedelta(days=91)) == 1


@pytest.mark.parametrize("name", ["stays", "shield", "what", "looked"])
def test_an_advisory_without_a_reason_fails(
    copy: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    rewrite(copy, lambda listed: listed["advisories"][0].update({name: " "}))
    assert run("--offline", root=copy) == 1
    assert f"CVE-2024-3660 has no '{name}'" in capsys.readouterr().out


def test_an_advisory_that_concerns_nothing_any_more_goes(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rewrite(copy, lambda listed: listed["advisories"][0].update(affected="<2.0"))
    assert run("--offline", root=copy) == 1
    assert "CVE-2024-3660 concerns no locked version any more" in capsys.readouterr().out


def test_what_was_settled_stays_settled(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lock = copy / "uv.lock"
    lock.write_text(
        lock.read_text().replace(
            'name = "aiohttp"\nversion = "3.14.5"', 'name = "aiohttp"\nversion = "3.9.5"'
        )
    )
    rewrite(copy, lambda listed: listed["packages"]["searched"]["PyPI"].update(aiohttp="3.9.5"))
    assert run("--offline", root=copy) == 1
    assert "aiohttp 3.9.5 is open to CVE-2025-53643 again" in capsys.readouterr().out
