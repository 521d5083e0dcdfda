"""The drill: the whole assistant loses its disk, and comes back from its backup. With the time that it takes.

    .venv/bin/python -m tests.faults.drill [--postgres] [--leads 300] [--wal]

The assistant as `make run` starts it, with a real mail server. Requests are sent and delivered; the mail server goes down,
one more is sent, somebody is in the middle of the form; a backup while all runs; more requests; then every process is killed and
every database is gone. What is left is the keys, which were kept apart, and the backup: restore, start.
``--wal``: a PostgreSQL that archives its log instead, restored to the last minute. Exit status 0 only if every promise was kept.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from leads.numbers import ALPHABET
from leads.settings import ROOT
from tests.bot import Bot
from tests.channels.rest_client import ask, new_id
from tests.sample_leads import new_lead
from tests.servers.postgresql import Postgresql, binaries, why_not
from tests.servers.smtp import MailServer

GOAL_S = 15 * 60
PATIENCE_S = 180  # a delivery that was on its way keeps its lease for two minutes
FORM = ("I want to talk to someone", "Yes, I agree", "Ana Ruiz", "{mail}", "Mornings", "a permit for Toronto", "Skip", "No date")
NUMBER = re.compile(rf"\b[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}\b")


@dataclass
class Drill:
    """What was found. ``broken``: the promises that were not kept."""

    folder: Path
    mail: MailServer
    settings: dict[str, str]
    seconds: dict[str, float] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def check(self, kept: bool, promise: str) -> None:
        print(f"{'kept' if kept else 'BROKEN':7} {promise}", flush=True)
        if not kept:
            self.broken.append(promise)

    def timed(self, name: str, started: float) -> None:
        self.seconds[name] = time.monotonic() - started

    def backups(self, *arguments: str) -> None:
        """`make backup` or `make restore`, without the .env of whoever tries this."""
        command = [sys.executable, "-m", "leads.backups", *arguments]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=GOAL_S)
        print(done.stdout.strip())
        assert done.returncode == 0, done.stderr

    def mails(self, number: str) -> int:
        return sum(number in str(mail.message["Subject"]) + str(mail.message["Message-ID"]) for mail in self.mail.mails)


def say(bot: Bot, sender: str, words: str) -> str:
    return ask(bot.url, sender, words).text


def send_a_request(bot: Bot, sender: str, up_to: int = len(FORM)) -> str:
    """The last reply: to "Send it" when all questions were answered."""
    reply = ""
    for line in FORM[:up_to]:
        reply = say(bot, sender, line.format(mail=f"{sender}@example.com"))
    return say(bot, sender, "Send it") if up_to == len(FORM) else reply


def number_in(reply: str) -> str:
    found = NUMBER.search(reply)
    assert found, "there is no receipt in the reply"
    return found.group()


def until(true: Callable[[], bool]) -> bool:
    end = time.monotonic() + PATIENCE_S
    while not (done := true()) and time.monotonic() < end:
        time.sleep(0.2)
    return done


def before(drill: Drill, bot: Bot, more: int) -> tuple[list[str], str, str, str]:
    """Numbers that were delivered, sender and number of the one that was not, and the sender who is in the form."""
    delivered = [number_in(send_a_request(bot, new_id())) for _ in range(3)]
    for n in range(more):  # an office's worth, so that the time means something
        bot.store.accept(new_lead(conversation=f"filler-{n}"), (), bot.store.get(delivered[0]).created_at)
    drill.check(until(lambda: all(drill.mails(one) == 1 for one in delivered)), "requests are delivered before it all")
    drill.mail.down()
    waits, midway = new_id(), new_id()
    waiting = number_in(send_a_request(bot, waits))
    drill.check("reach" in send_a_request(bot, midway, 3).lower(), "somebody is in the middle of the form")
    return delivered, waits, waiting, midway


def after(drill: Drill, bot: Bot, told: tuple[list[str], str, str, str], lost: str, kept_too: bool) -> None:
    """On the restored assistant."""
    delivered, waits, waiting, midway = told
    numbers = {lead.number for lead in bot.store.find()}
    drill.check({*delivered, waiting} <= numbers, "every request of the backup is there")
    drill.check((lost in numbers) is kept_too, f"what was sent later is {'there, too' if kept_too else 'not there'}")
    drill.check(waiting in say(bot, waits, "Send it"), "who asks again is told the same receipt")
    drill.check("when" in say(bot, midway, f"{midway}@example.com").lower(), "a conversation goes on at its question")
    drill.mail.up()
    subprocess.run([sys.executable, "-m", "leads", "retry"], cwd=ROOT, check=True, capture_output=True)
    drill.check(until(lambda: drill.mails(waiting) > 0), "what was not delivered is delivered")
    time.sleep(8)  # for a second time, if there were one
    drill.check(drill.mails(waiting) == 1, "once, with its receipt")
    drill.check(all(drill.mails(one) == 1 for one in delivered), "and what was delivered is not delivered again")


def kill(bot: Bot) -> None:
    """Every process, at once."""
    for server in bot.servers:
        with suppress(ProcessLookupError):
            os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait()


def from_a_backup(drill: Drill, destroy: Callable[[], None], more: int) -> None:
    with Bot.apart(drill.folder, **drill.settings) as bot:
        told = before(drill, bot, more)
        started = time.monotonic()
        drill.backups("make", "--prune")
        drill.timed("backup", started)
        lost = number_in(send_a_request(bot, new_id()))
        kill(bot)
    destroy()
    started = time.monotonic()
    os.environ.update(drill.settings)
    drill.backups("restore", "last")
    drill.timed("restore", started)
    with Bot.apart(drill.folder, **drill.settings) as bot:
        drill.timed("restore and start", started)
        after(drill, bot, told, lost, kept_too=False)


def from_the_log(drill: Drill, server: Postgresql, more: int) -> None:
    """As docs/operations.md says: pg_basebackup, then the archived log."""
    base, log = server.folder / "base", server.folder / "archive"
    log.mkdir()
    if os.geteuid() == 0:
        shutil.chown(log, "postgres")
    server.execute("ALTER SYSTEM SET archive_mode = on")
    server.execute(f"ALTER SYSTEM SET archive_command = 'test ! -f {log}/%f && cp %p {log}/%f'")
    server.execute("ALTER SYSTEM SET archive_timeout = '60s'")
    server.stop()
    server.start()
    server._run("pg_basebackup", "-h", str(server.folder), "-U", "postgres", "-D", str(base), "-X", "none")
    with Bot.apart(drill.folder, **drill.settings) as bot:
        told = before(drill, bot, more)
        lost = number_in(send_a_request(bot, new_id()))
        server.execute("SELECT pg_switch_wal()")  # what archive_timeout does once a minute
        until(lambda: not list((server.folder / "data/pg_wal/archive_status").glob("*.ready")))
        kill(bot)
    server.stop(signal.SIGQUIT)
    shutil.rmtree(server.folder / "data")
    started = time.monotonic()
    base.rename(server.folder / "data")
    with (server.folder / "data/postgresql.auto.conf").open("a") as settings:
        settings.write(f"restore_command = 'cp {log}/%f %p'\nrecovery_target_timeline = 'latest'\n")
    (server.folder / "data/recovery.signal").touch()
    server.start()
    drill.timed("restore", started)
    with Bot.apart(drill.folder, **drill.settings) as bot:
        drill.timed("restore and start", started)
        after(drill, bot, told, lost, kept_too=True)


def run(drill: Drill, kind: str, more: int) -> None:
    """On databases of this kind: sqlite, postgresql or wal."""
    if kind == "sqlite":
        names = {"LEADS_DB": "leads", "CONVERSATIONS_DB": "conversations", "SLACK_DB": "slack"}
        drill.settings |= {name: str(drill.folder / f"{file}.db") for name, file in names.items()}

        def destroy() -> None:
            for file in drill.folder.glob("*.db*"):
                file.unlink()

        from_a_backup(drill, destroy, more)
        return
    programs, reason = binaries(), why_not()
    if programs is None or reason:
        raise SystemExit(reason)
    server = Postgresql(programs)
    try:
        url = server.database()
        name = url.partition("@/")[2].partition("?")[0]
        drill.settings |= dict.fromkeys(("LEADS_DB", "CONVERSATIONS_DB", "SLACK_DB"), url)

        def drop() -> None:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")
            server.execute(f"CREATE DATABASE {name}")

        from_the_log(drill, server, more) if kind == "wal" else from_a_backup(drill, drop, more)
    finally:
        server.remove()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--postgres", dest="kind", action="store_const", const="postgresql", default="sqlite")
    parser.add_argument("--wal", dest="kind", action="store_const", const="wal")
    parser.add_argument("--leads", type=int, default=300, help="requests that are there besides")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, MailServer() as mail:
        settings = {
            "BACKUP_DIR": str(Path(folder) / "backups"),
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(mail.port),
            "SMTP_SECURITY": "none",
            "LEADS_MAIL_FROM": "assistant@firm.example",
            "LEADS_KEY_FILE": str(Path(folder) / "leads.key"),
            "LEADS_HEARTBEAT": str(Path(folder) / "alive"),
        }
        drill = Drill(Path(folder), mail, settings)
        os.environ.update(settings)
        run(drill, wanted.kind, wanted.leads)
    for name, seconds in drill.seconds.items():
        print(f"{name}: {seconds:.1f} s")
    drill.check(drill.seconds["restore and start"] < GOAL_S, f"back within {GOAL_S // 60} minutes")
    return bool(drill.broken)


if __name__ == "__main__":
    sys.exit(main())
