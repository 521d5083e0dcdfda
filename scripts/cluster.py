"""``make cluster``: the whole assistant in several processes on this machine, with real PostgreSQL, Redis and nginx. No Docker.

What dies is started again (watch.py). SIGHUP replaces the Rasa processes one after the other, each when nobody is in it any
more, so that they take up a new model. Ctrl-C stops all. Loopback only; what is kept is in one folder (cluster/).
Each process has the database role of its own that deploy/roles.sql makes.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

sys.path.insert(0, str(Path(__file__).resolve().parent))
from ports import HOST, wanted_port
from proxy import Proxy
from run import LOOK_EVERY_S, Server, answers_at, beats, stop, wait_until_ready
from servers import Postgresql, Redis, steady_port, why_not
from train import QUIET, ROOT, ensure_trained
from watch import START_LIMIT_S, Watch

DRAIN_S = 5.0  # no turn takes longer
FIRST = ("postgresql", "redis")  # the others need them


class Member(Server):
    """One process of a kind, such as rasa-2."""

    def __init__(
        self, name: str, command: list[str], environment: dict[str, str], is_well: Callable[[], bool], logs: Path
    ) -> None:
        self.name, self.answers, self.log = name, is_well, logs / f"{name}.log"
        self.command, self.environment = command, environment
        self.start()


class Cluster:
    """``counts``: how many processes of rasa, actions and leads (workers). ``settings``: more for their environment."""

    def __init__(
        self, folder: Path, port: int, counts: dict[str, int], model: Path, settings: dict[str, str] | None = None
    ) -> None:
        self.folder, self.model = folder, model
        self.logs = folder / "logs"
        self.logs.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)  # PostgreSQL and nginx are others than root
        self.postgresql, self.redis = Postgresql(folder / "postgresql"), Redis(folder / "redis")
        self.ports = {kind: [steady_port() for _ in range(counts[kind])] for kind in ("rasa", "actions")}
        self.workers = counts["leads"]
        self.proxy = Proxy(folder / "nginx", port, steady_port(), self.ports["rasa"], self.ports["actions"])
        self.common = {**os.environ, **QUIET, "PYTHONUNBUFFERED": "1", "SANIC_HOST": HOST, **(settings or {})}
        self.members: dict[str, Member] = {}
        self.watches: dict[str, Watch] = {}
        self.out: str | None = None  # who is not to be started again now

    @property
    def url(self) -> str:
        """Where visitors ask."""
        return f"http://{HOST}:{self.proxy.port}"

    def start(self) -> None:
        """Returns when all answer. Raises ``SystemExit`` with the end of a log; then nothing is left running."""
        try:
            self._put("postgresql", self.postgresql.command, self.postgresql.answers)
            self._put("redis", self.redis.command, self.redis.answers)
            wait_until_ready([self.members[name] for name in FIRST])
            self.postgresql.set_up(self.common)
            for kind, make in (("actions", self._actions), ("rasa", self._rasa), ("leads", self._worker)):
                count = self.workers if kind == "leads" else len(self.ports[kind])
                for number in range(count):
                    make(f"{kind}-{number + 1}", number)
            self.proxy.write()
            self._put("nginx", self.proxy.command, answers_at(f"{self.url}/health/live"))
            wait_until_ready(list(self.members.values()))
        except BaseException:
            self.stop()
            raise
        self.watches = {name: Watch(member, time.monotonic()) for name, member in self.members.items()}

    def stop(self) -> None:
        """All, the databases last."""
        members = list(self.members.values())
        for member in members:
            if member.name not in FIRST and member.process.poll() is None:
                member.process.terminate()  # all at once, which is quicker than one by one
        stop(members[len(FIRST) :] + members[: len(FIRST)])

    def look(self) -> None:
        """Starts again what has ended."""
        for name, watch in self.watches.items():
            if name != self.out and (line := watch.look(time.monotonic())):
                print(line, flush=True)
            self.members[name].bound_log()

    def roll(self) -> None:
        """A new process for each of Rasa's, one after the other; the first that does not start ends it."""
        for step in self._rolling():
            if step:
                print(step, flush=True)
            self.look()
            time.sleep(LOOK_EVERY_S)
        self.out = None

    def _rolling(self) -> Iterator[str]:
        for number, port in enumerate(self.ports["rasa"]):
            member = self.members[f"rasa-{number + 1}"]
            self.out = member.name
            self._balance(without=[port])
            yield from _for(DRAIN_S)
            member.stop()
            member.start()
            until = time.monotonic() + START_LIMIT_S
            while not member.answers():
                if member.process.poll() is not None or time.monotonic() > until:
                    member.stop()
                    del self.watches[member.name]  # the others go on with what they have
                    yield f"It does not start, so the others stay as they are. {member.epitaph()}"
                    return
                yield ""
            self._balance()
            self.watches[member.name] = Watch(member, time.monotonic())
            yield f"{member.name} is new."

    def _balance(self, without: list[int] | None = None) -> None:
        self.proxy.write(without or ())
        self.members["nginx"].process.send_signal(signal.SIGHUP)

    def _put(
        self, name: str, command: list[str], is_well: Callable[[], bool], own: dict[str, str] | None = None
    ) -> None:
        environment = {**self.common, **(own or {})}
        self.members[name] = Member(name, command, environment, is_well, self.logs)

    def _rasa(self, name: str, number: int) -> None:
        port = str(self.ports["rasa"][number])
        own = {
            "CONVERSATIONS_DB": self.postgresql.url("conversations", "assistant_conversations"),
            # Only where lawyers claim in Slack it sees anything of the leads.
            "LEADS_DB": self.postgresql.url("leads", "assistant_claims") if self.common.get("SLACK_LEADS_CHANNEL") else "",
            "REDIS_URL": self.redis.url,
            "ACTION_SERVER_URL": f"http://{HOST}:{self.proxy.actions_port}/webhook",
            "WEB_PROXIES": "1",
        }
        command = [sys.executable, "-m", "components.serve", "--port", port, "--model", str(self.model)]
        self._put(name, command, answers_at(f"http://{HOST}:{port}/health/live"), own)

    def _actions(self, name: str, number: int) -> None:
        port = str(self.ports["actions"][number])
        own = {"LEADS_DB": self.postgresql.url("leads", "assistant_leads"), "ACTION_SERVER_SANIC_WORKERS": "1"}
        command = [sys.executable, "-m", "components.action_server", "--port", port]
        self._put(name, command, answers_at(f"http://{HOST}:{port}/health"), own)

    def _worker(self, name: str, number: int) -> None:
        alive = self.folder / f"{name}.alive"
        alive.unlink(missing_ok=True)
        own = {
            "LEADS_DB": self.postgresql.url("leads", "assistant_worker"),
            "CONVERSATIONS_DB": self.postgresql.url("conversations", "assistant_worker"),
            "LEADS_HEARTBEAT": str(alive),
        }
        self._put(name, [sys.executable, "-m", "leads.worker"], beats(alive), own)


def _for(seconds: float) -> Iterator[str]:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        yield ""


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="make cluster ARGS=…", description=__doc__)
    parser.add_argument("--rasa", type=int, default=2, help="Rasa processes (2)")
    parser.add_argument("--actions", type=int, default=2, help="action servers (2)")
    parser.add_argument("--workers", type=int, default=2, help="workers that deliver requests (2)")
    parser.add_argument("--folder", type=Path, default=ROOT / "cluster", help="where is kept what is kept (cluster/)")
    parser.add_argument("--model", type=Path, help="a model archive, instead of the one that make train makes")
    asked = parser.parse_args()
    if reason := why_not():
        raise SystemExit(reason)
    counts = {"rasa": asked.rasa, "actions": asked.actions, "leads": asked.workers}
    if min(counts.values()) < 1:
        raise SystemExit("There must be at least one process of each kind.")
    model = asked.model.resolve() if asked.model else ensure_trained()
    run(Cluster(asked.folder.resolve(), wanted_port(), counts, model))


def run(cluster: Cluster) -> None:
    """Until it is told to end."""
    rolls: list[int] = []
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, _interrupt)
    signal.signal(signal.SIGHUP, lambda number, _frame: rolls.append(number))
    try:
        print("Starting the servers …", flush=True)
        cluster.start()
        print(f"Ready: {cluster.url}/   (Ctrl-C stops it; logs are in {cluster.logs})", flush=True)
        while True:
            cluster.look()
            if rolls:
                rolls.clear()
                cluster.roll()
            time.sleep(LOOK_EVERY_S)
    except KeyboardInterrupt:
        print("\nStopping …", flush=True)
    finally:
        for ending in (signal.SIGINT, signal.SIGTERM):
            signal.signal(ending, signal.SIG_IGN)
        cluster.stop()


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
