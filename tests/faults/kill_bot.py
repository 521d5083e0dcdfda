"""Kills, with kill -9, a process of the real bot while visitors confirm their requests to a lawyer.

    .venv/bin/python tests/faults/kill_bot.py --moments 100 [--postgres] [--process actions|rasa|worker|all]

Each visitor is led to the read-back and says "Send it"; the process dies at a moment of that turn and is
started again; then the visitor says "Send it" twice more. The moments go in equal steps from 0 to the length
of the turn, measured before; several visitors share one kill, each at another moment. Half of the action
server's go over the second part alone, from the first commit to the last; half of the worker's over
the delivery, from the first arrival to the last.

Then counts what was promised, in a table. Exit status 0 only if every promise was kept; else the logs stay
in logs/kill-…. A dead worker's lease lasts two minutes: the script ends it in the database, and waits not.
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from sqlalchemy import func, select, update

from leads.database import reading, writing
from leads.numbers import ALPHABET
from leads.report import Progress, deliveries
from leads.tables import LEADS, OUTBOX
from tests.bot import Bot, Visitor, run
from tests.servers import clio, webhook
from tests.servers.loopback import Request
from tests.servers.postgresql import Postgresql, binaries, why_not

SERVERS = {"actions": "actions", "rasa": "rasa", "worker": "leads"}  # as scripts/run.py names them
CROWD = {"actions": 5, "rasa": 10, "worker": 5}  # visitors for one kill: Rasa takes long to start
SECOND = ("actions", "worker")  # their second part is short: half of the moments are kept for it
SHORT = {"actions": 4, "rasa": 2, "worker": 2}
TARGETS = ["clio", "webhook"]
FORM = ("I want to talk to someone", "Yes, I agree", "Ana Ruiz", "{mail}", "Mornings")
FORM += ("work permit for a job in Toronto", "Skip", "No date")
NUMBER = re.compile(rf"\b[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}\b")
DELIVERY_LIMIT_S = 60.0
MOST = "most times twice to one target for one kill"
MUST_BE_ZERO = (
    "acknowledged leads lost",
    "leads doubled",
    "other receipt when asking again",
    "no receipt when asking again",
    "leads with outbox rows amiss",
    "not delivered",
    "delivered with another receipt",
)


class Mortal(run.Server):
    """A server that can be killed, and started again as it was."""

    def __init__(self, *made_of: Any) -> None:
        self.made_of = made_of
        super().__init__(*made_of)

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def again(self) -> Mortal:
        self.log.rename(self.log.with_name(f"{self.name}-{self.process.pid}.log"))
        return Mortal(*self.made_of)


class MortalBot(Bot):
    """The real bot in a folder of its own. ``model``: taken as it is; else one that is up to date."""

    def __init__(self, folder: Path, leads_db: str, targets: dict[str, str], model: Path | None) -> None:
        self.database, self.heartbeat = folder / "conversations.db", folder / "alive"
        for name in ("SMTP_HOST", "SLACK_LEADS_CHANNEL", "LEADS_KEYS"):  # nothing leaves this machine
            os.environ.pop(name, None)
        os.environ.update(targets, CONVERSATIONS_DB=str(self.database), LEADS_DB=leads_db)
        os.environ.update(LEADS_KEY_FILE=str(folder / "leads.key"), LEADS_HEARTBEAT=str(self.heartbeat))
        run.LOGS.mkdir(exist_ok=True)
        run.LOGS = self.logs = Path(tempfile.mkdtemp(prefix="kill-", dir=run.LOGS))
        run.Server = Mortal
        if model:
            run.ensure_trained = lambda: model
        self.port = run.free_port()
        self.servers = run.start(self.port)
        run.wait_until_ready(self.servers)
        self.url = f"http://{run.HOST}:{self.port}"

    def named(self, name: str) -> Mortal:
        return next(server for server in self.servers if server.name == name)

    def restart(self, dead: Mortal) -> None:
        """Returns when everything is up again."""
        if dead.name == SERVERS["worker"]:
            self.heartbeat.unlink(missing_ok=True)
        self.servers[self.servers.index(dead)] = dead.again()
        run.wait_until_ready(self.servers)


@dataclass
class Story:
    """One visitor at the read-back, and every receipt that was shown: at first, and when asking again."""

    visitor: Visitor
    seconds: float = 0.0
    first: list[str] = field(default_factory=list)
    again: list[list[str]] = field(default_factory=list)
    phase: str = ""

    @property
    def mail(self) -> str:
        return f"{self.visitor.sender[-12:]}@example.com"

    @property
    def shown(self) -> set[str]:
        return {*self.first, *(number for numbers in self.again for number in numbers)}

    def prepare(self) -> Story:
        """Through the whole form, to the read-back."""
        for line in FORM:
            reply = self.visitor.say(line.format(mail=self.mail))
        step = (reply.slots.get("intake") or {}).get("step")
        if step != "review":
            raise SystemExit(f"The form stands at {step!r}, not at the read-back: {reply.text}")
        return self

    def confirm(self, at: float = 0.0) -> list[str]:
        """Says "Send it" at that time, and returns the receipts in the reply; none when there is no reply."""
        time.sleep(max(0.0, at - time.monotonic()))
        started = time.monotonic()
        try:
            messages = self.visitor.bot.post({"sender": self.visitor.sender, "message": "Send it"})
        except (OSError, http.client.HTTPException, ValueError):
            messages = []
        self.seconds = time.monotonic() - started
        return NUMBER.findall(" ".join(message.get("text") or "" for message in messages))


class Inboxes:
    """The systems that get the leads."""

    def __init__(self) -> None:
        self.servers = {"clio": clio.ClioServer(), "webhook": webhook.WebhookServer()}

    @property
    def settings(self) -> dict[str, str]:
        return {
            "WEBHOOK_URL": self.servers["webhook"].url,
            "WEBHOOK_SECRET": webhook.SECRET,
            "CLIO_URL": self.servers["clio"].url,
            "CLIO_TOKEN": clio.TOKEN,
        }

    def arrived(self) -> dict[str, list[tuple[str, str]]]:
        """Whose lead came, and its number: every time that it came."""
        hooks = [request.json for request in self.servers["webhook"].received if is_whole(request)]
        clios = [request.json["inbox_lead"] for request in self.servers["clio"].received if is_whole(request)]
        return {
            "webhook": [(lead["email"], lead["number"]) for lead in hooks],
            "clio": [(lead["from_email"], NUMBER.findall(lead["from_message"])[0]) for lead in clios],
        }

    def twice(self) -> dict[str, int]:
        """How many came once too often so far, by target."""
        return {name: len(leads) - len(dict(leads)) for name, leads in self.arrived().items()}

    def __enter__(self) -> Inboxes:
        return self

    def __exit__(self, *_error: object) -> None:
        for server in self.servers.values():
            server.down()

    def count(self) -> int:
        """How many requests came."""
        return sum(len(server.received) for server in self.servers.values())


class Trial:
    """The visitors of one process's kills."""

    def __init__(self, bot: MortalBot, inboxes: Inboxes, process: str) -> None:
        self.bot, self.inboxes, self.process = bot, inboxes, process
        self.stories: list[Story] = []
        self.kills = self.twice = self.most_twice = 0
        self.turn_s = self.second_s = 0.0

    def run(self, moments: int) -> None:
        """Kills at so many moments."""
        crowd = CROWD[self.process]
        self.measure(min(crowd, moments))
        second = moments // 2 if self.process in SECOND else 0
        for past in steps(moments - second, self.turn_s, crowd):
            self.kill_once(past, self.confirm_staggered)
        for past in together(second, self.second_s, crowd):
            self.kill_once(past, self.confirm_and_wait)

    def measure(self, crowd: int) -> None:
        """How long the turn takes when so many are on their way; with the worker, the delivery with it."""
        for _ in range(2):  # the first one opens the store
            stories = self.prepare(1)
            self.confirm_staggered(stories, [0.0], lambda: None)
        stories = self.prepare(crowd)
        gap, started = stories[0].seconds / crowd, time.monotonic()
        self.confirm_staggered(stories, [gap * place for place in range(crowd)], lambda: None)
        self.turn_s = median(story.seconds for story in stories)
        if self.process == "worker":
            self.await_deliveries(stories)
            self.turn_s = time.monotonic() - started
        stories = self.prepare(crowd)
        self.confirm_and_wait(stories, [0.0] * crowd, lambda: self.measure_second(stories))

    def measure_second(self, stories: list[Story]) -> None:
        """From the first commit to the last, or from the first arrival to the last delivery noted."""
        started = time.monotonic()
        while not all(story.visitor.leads for story in stories):
            time.sleep(0.001)
        if self.process == "worker":
            self.await_deliveries(stories)
        self.second_s = time.monotonic() - started

    def prepare(self, count: int) -> list[Story]:
        stories = [Story(self.bot.visitor()) for _ in range(count)]
        with ThreadPoolExecutor(4) as pool:
            return list(pool.map(Story.prepare, stories))

    def kill_once(self, past: Sequence[float], confirm: Callable[..., None]) -> None:
        """One kill, when so much of each visitor's time is past."""
        stories, twice = self.prepare(len(past)), self.inboxes.twice()
        victim = self.bot.named(SERVERS[self.process])
        confirm(stories, past, victim.kill)
        for story in stories:
            story.phase = self.phase(story)
        if self.process == "worker":
            self.end_leases()
        self.bot.restart(victim)
        for _ in range(2):
            with ThreadPoolExecutor(len(stories)) as pool:
                for story, numbers in zip(stories, pool.map(Story.confirm, stories), strict=True):
                    story.again.append(numbers)
        self.await_deliveries(stories)
        more = [count - twice[name] for name, count in self.inboxes.twice().items()]
        self.twice, self.most_twice = self.twice + sum(more), max(self.most_twice, *more)
        self.stories, self.kills = self.stories + stories, self.kills + 1
        print(f"{self.process}: {len(self.stories)} moments, {self.kills} kills", file=sys.stderr)

    def confirm_staggered(
        self, stories: list[Story], past: Sequence[float], kill: Callable[[], None]
    ) -> None:
        """Each visitor says "Send it" so long before the kill."""
        at = time.monotonic() + 0.05 + max(past)
        with confirming(stories, [at - seconds for seconds in past]):
            time.sleep(max(0.0, at - time.monotonic()))
            kill()

    def confirm_and_wait(self, stories: list[Story], past: Sequence[float], kill: Callable[[], None]) -> None:
        """All say "Send it" at once; the kill comes so long after the second part has begun."""
        with confirming(stories, [time.monotonic() + 0.05] * len(stories)):
            wait_for_more(self.inboxes.count if self.process == "worker" else self.kept)
            time.sleep(past[0])
            kill()

    def kept(self) -> int:
        """How many leads there are."""
        with reading(self.bot.store.engine) as connection:
            return int(connection.execute(select(func.count()).select_from(LEADS)).scalar())

    def phase(self, story: Story) -> str:
        """What the kill found."""
        if not (leads := story.visitor.leads):
            return "before it was kept"
        if self.process != "worker":
            return "kept and told" if story.first else "kept, not yet told"
        rows = self.rows([leads[0].number])
        if all(row.state == "sent" for row in rows):
            return "delivered"
        return "delivery begun" if any(row.attempts for row in rows) else "kept, not yet delivered"

    def rows(self, numbers: Sequence[str]) -> list[Progress]:
        return deliveries(self.bot.store, numbers)

    def end_leases(self) -> None:
        """As if two minutes had gone by."""
        past = datetime.now(timezone.utc) - timedelta(seconds=1)
        held = update(OUTBOX).where(OUTBOX.c.leased_until > past)
        with writing(self.bot.store.engine) as connection:
            connection.execute(held.values(leased_until=past))

    def await_deliveries(self, stories: list[Story]) -> None:
        """Returns when nothing waits any more, or when that takes too long."""
        until = time.monotonic() + DELIVERY_LIMIT_S
        numbers = [lead.number for story in stories for lead in story.visitor.leads]
        while any(row.state == "waiting" for row in self.rows(numbers)) and time.monotonic() < until:
            time.sleep(0.01)

    def figures(self) -> dict[str, int]:
        """All that can be counted; the promises are about those in ``MUST_BE_ZERO``."""
        kept = [{lead.number for lead in story.visitor.leads} for story in self.stories]
        told = list(zip(self.stories, kept, strict=True))
        rows = [self.rows(sorted(numbers)) for numbers in kept]
        wanted = [(name, "new") for name in TARGETS]
        arrived = self.inboxes.arrived().values()
        return {
            "moments": len(self.stories),
            "kills": self.kills,
            "turn, ms": round(self.turn_s * 1000),
            "second part, ms": round(self.second_s * 1000),
            "receipts shown": sum(len(story.first) + sum(map(len, story.again)) for story in self.stories),
            "acknowledged leads lost": sum(len(story.shown - numbers) for story, numbers in told),
            "leads doubled": sum(len(numbers) > 1 for numbers in kept),
            "other receipt when asking again": sum(len(story.shown) > 1 for story in self.stories),
            "no receipt when asking again": sum(not all(story.again) for story in self.stories),
            "leads with outbox rows amiss": sum(
                sorted((row.target, row.kind) for row in mine) != wanted for mine in rows
            ),
            "not delivered": sum(any(row.state != "sent" for row in mine) for mine in rows)
            + sum(story.mail not in dict(leads) for story in self.stories for leads in arrived),
            "delivered with another receipt": sum(
                mail == story.mail and number not in story.shown
                for leads in arrived
                for mail, number in leads
                for story in self.stories
            ),
            "delivered twice": self.twice,
            MOST: self.most_twice,
        }


@contextmanager
def confirming(stories: list[Story], at: Sequence[float]) -> Iterator[None]:
    """Every visitor says "Send it" at a time of their own, while this does something else."""
    with ThreadPoolExecutor(len(stories)) as pool:
        said = pool.map(Story.confirm, stories, at)
        yield
        for story, numbers in zip(stories, said, strict=True):
            story.first = numbers


def wait_for_more(count: Callable[[], int]) -> None:
    """Returns as soon as the count has grown."""
    before, until = count(), time.monotonic() + DELIVERY_LIMIT_S
    while count() == before and time.monotonic() < until:
        time.sleep(0.0005)


def steps(moments: int, length: float, crowd: int) -> list[list[float]]:
    """The moments in equal steps from 0 to the length, shared out so that each kill has far ones and near ones."""
    every = [length * step / max(1, moments - 1) for step in range(moments)]
    kills = -(-moments // crowd)
    return [every[first::kills] for first in range(kills)]


def together(moments: int, length: float, crowd: int) -> list[list[float]]:
    """The same for visitors who get there one after the other: all of one kill share its moment."""
    kills = -(-moments // crowd)
    sizes = [len(range(first, moments, kills)) for first in range(kills)]
    return [[length * step / max(1, kills - 1)] * size for step, size in enumerate(sizes)]


def is_whole(request: Request) -> bool:
    """False when its sender was killed in the middle of it."""
    return len(request.body) == int(request.headers.get("content-length") or 0)


def broken(figures: dict[str, int]) -> list[str]:
    """The promises that were not kept."""
    return [name for name in MUST_BE_ZERO if figures[name]] + [MOST] * (figures[MOST] > 1)


def show(trials: list[Trial]) -> None:
    """A line for each figure, a column for each process; then what the kills found."""
    columns = [trial.figures() for trial in trials]
    print(f"{'':45}" + "".join(f"{trial.process:>10}" for trial in trials))
    for name in columns[0]:
        print(f"{name:45}" + "".join(f"{figures[name]:>10}" for figures in columns))
    for trial in trials:
        phases = Counter(story.phase for story in trial.stories)
        print(
            f"{trial.process} was killed: " + ", ".join(f"{phases[name]} {name}" for name in sorted(phases))
        )


def run_trials(url: str | None, moments: dict[str, int], model: Path | None) -> list[str]:
    """Starts the bot, kills, prints the table; the promises that were not kept."""
    with tempfile.TemporaryDirectory() as name, Inboxes() as inboxes:
        folder = Path(name)
        bot = MortalBot(folder, url or f"sqlite:///{folder / 'leads.db'}", inboxes.settings, model)
        try:
            trials = [Trial(bot, inboxes, process) for process in moments]
            for trial in trials:
                trial.run(moments[trial.process])
            show(trials)
            found = [f"{trial.process}: {fault}" for trial in trials for fault in broken(trial.figures())]
        finally:
            bot.stop()
        if found:
            print("BROKEN", *found, f"The logs are in {bot.logs}", sep="\n")
        else:
            shutil.rmtree(bot.logs)
        return found


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--moments", type=int, default=100, help="moments for each process (default: 100)")
    parser.add_argument(
        "--postgres", action="store_true", help="the leads on a real PostgreSQL, not on SQLite"
    )
    parser.add_argument("--process", choices=[*SERVERS, "all"], default="all", help="which one to kill")
    parser.add_argument("--model", type=Path, help="take this model as it is, and train none")
    parser.add_argument("--short", action="store_true", help="the few moments of `make test`")
    wanted = parser.parse_args()
    processes = list(SERVERS) if wanted.process == "all" else [wanted.process]
    moments = {name: SHORT[name] if wanted.short else wanted.moments for name in processes}
    if not wanted.postgres:
        return bool(run_trials(None, moments, wanted.model))
    programs, reason = binaries(), why_not()
    if programs is None or reason:
        raise SystemExit(reason)
    server = Postgresql(programs)
    try:
        return bool(run_trials(server.database(), moments, wanted.model))
    finally:
        server.remove()


if __name__ == "__main__":
    sys.exit(main())
