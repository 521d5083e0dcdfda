"""`make run` as a person meets it: one address, on loopback only, and Ctrl-C leaves nothing behind."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from scripts import train

ROOT = Path(__file__).parents[2]
LOOPBACK = {"0100007F"}  # 127.0.0.1 as /proc/net/tcp writes it
LISTENS = "0A"
START_LIMIT_S = 240
STOP_LIMIT_S = 30

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads processes and sockets from /proc")


class Run:
    """`scripts/run.py` as a process of its own, in a group of its own as under a terminal."""

    def __init__(self, folder: Path, port: int) -> None:
        self.port = port
        self.output = folder / "output.txt"
        database = str(folder / "conversations.db")
        self.process = subprocess.Popen(
            [sys.executable, "scripts/run.py"],
            cwd=ROOT,
            env={
                **os.environ,
                "PORT": str(port),
                "CONVERSATIONS_DB": database,
                "LEADS_DB": f"sqlite:///{folder / 'leads.db'}",
                "LEADS_KEY_FILE": str(folder / "leads.key"),
                "LEADS_HEARTBEAT": str(folder / "worker.alive"),
                "http_proxy": "http://127.0.0.1:9",  # as in a company's network; nothing here may ask it
            },
            stdout=self.output.open("w"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.servers: dict[str, int] = {}

    def said(self) -> str:
        """What it printed so far."""
        return self.output.read_text()

    def wait_until_ready(self) -> None:
        """Waits for its line with the address, and notes its servers: module → process id."""
        limit = time.monotonic() + START_LIMIT_S
        while "Ready:" not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < limit, self.said()
            time.sleep(0.2)
        self.servers = self.running()

    def running(self) -> dict[str, int]:
        """Its servers now: module → process id."""
        children = [pid for pid, (parent, _) in processes().items() if parent == self.process.pid]
        return {name: pid for pid in children if (name := module(pid))}

    def kill(self, name: str, limit_s: float = 30) -> int:
        """Kills a server as soon as it is there; the process id that it had."""
        limit = time.monotonic() + limit_s
        while not (pid := self.running().get(name)):
            assert time.monotonic() < limit, self.said()
            time.sleep(0.05)
        os.kill(pid, signal.SIGKILL)
        while self.running().get(name) == pid:
            time.sleep(0.05)
        return pid

    def family(self) -> set[int]:
        """Every process of the groups of its servers, and of its own."""
        groups = {self.process.pid, *self.servers.values()}
        return {pid for pid, (_, group) in processes().items() if group in groups}

    def interrupt(self) -> None:
        """Ctrl-C: a terminal sends it to the whole group."""
        os.killpg(self.process.pid, signal.SIGINT)

    def ended(self) -> int:
        """Its exit status, when it has ended."""
        return self.process.wait(STOP_LIMIT_S)

    def clean_up(self) -> None:
        """Ends whatever a failed test has left."""
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.ended()
        for pid in self.family():
            os.kill(pid, signal.SIGKILL)
        self.process.wait()


def processes() -> dict[int, tuple[int, int]]:
    """Parent and group of every process that is not a zombie."""
    found = {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent, group = file.read_text().rpartition(")")[2].split()[:3]
        except OSError:  # it has just ended
            continue
        if state != "Z":
            found[int(file.parent.name)] = (int(parent), int(group))
    return found


def module(pid: int) -> str:
    """The module that a Python process runs with -m; '' while it only begins, and when it has ended."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    except OSError:
        return ""
    return words[2] if words[1:2] == ["-m"] else ""


def listening(pid: int) -> dict[int, str]:
    """Port → address, in hexadecimal, of every TCP socket on which a process listens."""
    inodes = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        if match := re.match(r"socket:\[(\d+)\]", os.readlink(link)):
            inodes.add(match[1])
    found = {}
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:] if Path(table).exists() else []:
            fields = line.split()
            if fields[3] == LISTENS and fields[9] in inodes:
                address, port = fields[1].split(":")
                found[int(port, 16)] = address
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def try_to_run(port: str) -> subprocess.CompletedProcess[str]:
    """Starts it where it should end at once."""
    return subprocess.run(
        [sys.executable, "scripts/run.py"],
        cwd=ROOT,
        env={**os.environ, "PORT": port},
        capture_output=True,
        text=True,
        timeout=20,
    )


@pytest.fixture(scope="module")
def trained() -> None:
    """A model trained before anything starts."""
    train.ensure_trained()


@pytest.fixture
def running(trained: None, tmp_path: Path) -> Iterator[Run]:
    """One that is ready, on a port of its own."""
    run = Run(tmp_path, free_port())
    try:
        run.wait_until_ready()
        yield run
    finally:
        run.clean_up()


@pytest.mark.parametrize("port", ["", "0", "-1", "65536", "http", "50 05", "²"])
def test_a_bad_port_gets_a_sentence(port: str) -> None:
    done = try_to_run(port)
    assert done.returncode == 1
    assert done.stderr == f"PORT must be a number from 1 to 65535, not {port!r}.\n"
    assert done.stdout == ""


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])
def test_a_taken_port_gets_a_sentence(address: str) -> None:
    with socket.socket() as other:
        other.bind((address, 0))
        other.listen()
        port = str(other.getsockname()[1])
        done = try_to_run(port)
    assert done.returncode == 1
    assert re.fullmatch(
        rf"Port {port} is taken\. Stop what listens there, .* PORT=\d+ make run\n", done.stderr
    )
    assert done.stdout == ""


def test_it_says_where_it_is_listens_on_loopback_only_and_ctrl_c_ends_it_all(running: Run) -> None:
    assert running.said().count("http://") == 1
    assert f"Ready: http://localhost:{running.port}/" in running.said()
    assert "Training" not in running.said()
    with urllib.request.urlopen(f"http://127.0.0.1:{running.port}/") as page:
        assert b"CUSMA" in page.read()

    assert set(running.servers) == {"components.serve", "components.action_server", "leads.worker"}
    open_ports = {name: listening(pid) for name, pid in running.servers.items()}
    assert set(open_ports["components.serve"]) == {running.port}
    assert len(open_ports["components.action_server"]) == 1
    assert not open_ports["leads.worker"]
    assert {address for ports in open_ports.values() for address in ports.values()} == LOOPBACK

    assert "is taken" in try_to_run(str(running.port)).stderr
    running.interrupt()
    assert running.ended() == 0
    assert running.said().endswith("Stopping …\n")
    assert not running.family()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", running.port)) != 0


def test_a_server_that_dies_is_started_again_and_one_that_dies_again_and_again_ends_it_with_a_word(
    running: Run,
) -> None:
    assert "Training" not in running.said(), "a second start trains nothing"
    before = running.servers
    running.kill("leads.worker")
    line = r"^The leads server ended \(status -9\); it is started again in [\d.]+ s\.$"
    wait_for(lambda: running.running().keys() == before.keys())
    assert len(re.findall(line, running.said(), re.M)) == 1
    assert running.running()["leads.worker"] != before["leads.worker"]
    assert running.said().count("Ready:") == 1

    rasa = before["components.serve"]
    while running.process.poll() is None and running.said().count("actions server ended") < 6:
        ended = running.said().count("The actions server ended")
        running.kill("components.action_server")
        wait_for(lambda before=ended: running.said().count("The actions server ended") > before)
        if "in a row" in running.said():
            break
        assert running.running().get("components.serve") == rasa, "the others are left alone"
    assert running.ended() == 1
    said = running.said()
    waits = re.findall(r"The actions server ended \(status -9\); it is started again in ([\d.]+) s\.", said)
    assert waits[-4:] == ["0.5", "1", "2", "4"]
    assert re.search(r"The actions server ended \(status -9\)\. The end of logs/actions\.log:\n", said)
    assert "That was 5 times in a row, so all is stopped." in said
    assert "Traceback" not in said
    assert not running.family()


def wait_for(true: Callable[[], bool], limit_s: float = 30) -> None:
    limit = time.monotonic() + limit_s
    while not true():
        assert time.monotonic() < limit
        time.sleep(0.05)
