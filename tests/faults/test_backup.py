"""A backup brings everything back, and nobody who was deleted; a bad one touches nothing. On SQLite and on PostgreSQL.

`python -m tests.faults.drill` does the same with the whole assistant, and takes the time.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import create_engine, text

from leads.backups import archive
from leads.backups.__main__ import main
from leads.backups.making import prune
from leads.conversations import Conversations
from leads.crypto import new_key
from leads.erasure import erase
from leads.errors import NoSuchLead
from leads.settings import ROOT, Settings
from leads.store import LeadStore
from tests.sample_leads import new_lead
from tests.servers.postgresql import Postgresql, one_of_its_own
from tests.servers.smtp import MailServer
from tests.unit.leads.test_erasure import ADD, EVENTS

PATIENCE_S = 60


@dataclass
class Place:
    """Where the leads and the conversations are."""

    folder: Path
    server: Postgresql | None
    names: tuple[str, ...] = ("LEADS_DB", "CONVERSATIONS_DB", "SLACK_DB")

    def destroy(self) -> None:
        """As a lost disk does; the keys are kept apart."""
        if self.server is None:
            for file in self.folder.glob("*.db*"):
                file.unlink()
            return
        name = os.environ["LEADS_DB"].partition("@/")[2].partition("?")[0]
        self.server.execute(f"DROP DATABASE {name} WITH (FORCE)")
        self.server.execute(f"CREATE DATABASE {name}")

    def talk(self, sender: str, at: datetime | None = None) -> None:
        """Something is said in this conversation."""
        engine = create_engine(self.conversations_url)
        values = {"sender": sender, "at": (at or now()).timestamp(), "data": json.dumps({"text": f"canary {sender}"})}
        with engine.begin() as connection:
            connection.execute(text(EVENTS.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS")))
            next_id = "(SELECT coalesce(max(id), 0) + 1 FROM events)"
            connection.execute(text(ADD.replace(":id", next_id)), values)
        engine.dispose()

    def said(self, sender: str) -> int:
        """How many events the conversation has."""
        return len(Conversations(os.environ["CONVERSATIONS_DB"]).read(sender))

    @property
    def conversations_url(self) -> str:
        address = os.environ["CONVERSATIONS_DB"]
        return address if "://" in address else f"sqlite:///{address}"

    @property
    def backups(self) -> list[Path]:
        return archive.all_in(self.folder / "backups")


def now() -> datetime:
    return datetime.now(timezone.utc)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    for name in ("LEADS_KEYS", "BACKUP_USER", "BACKUP_PASSWORD", "SMTP_HOST"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("BACKUP_DIR", str(tmp_path / "backups"))
    monkeypatch.setenv("LEADS_KEY_FILE", str(tmp_path / "leads.key"))
    server = request.getfixturevalue("postgresql") if request.param == "postgresql" else None
    place = Place(tmp_path, server)
    url = server.database() if server else None
    for name in place.names:
        monkeypatch.setenv(name, url or str(tmp_path / f"{name.lower()[:-3]}.db"))
    return place


@contextmanager
def opened() -> Iterator[LeadStore]:
    store = LeadStore.open()
    yield store
    store.close()


def accept(*conversations: str, targets: tuple[str, ...] = ("email",)) -> list[str]:
    with opened() as store:
        return [store.accept(new_lead(conversation=one), targets, now()).number for one in conversations]


def kept() -> set[str]:
    with opened() as store:
        return {lead.number for lead in store.find()}


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.1)


@contextmanager
def worker(mail: MailServer, folder: Path) -> Iterator[None]:
    """The process that delivers; in the end it is killed."""
    settings = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(mail.port), "SMTP_SECURITY": "none"}
    settings |= {"LEADS_MAIL_FROM": "assistant@firm.example", "LEADS_HEARTBEAT": str(folder / "alive")}
    command = [sys.executable, "-m", "leads.worker"]
    with (folder / "worker.log").open("w") as log:
        process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **settings}, stdout=log, stderr=log)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def mails_of(mail: MailServer, number: str) -> int:
    return sum(number in str(one.message["Subject"]) + str(one.message["Message-ID"]) for one in mail.mails)


def test_what_was_backed_up_comes_back_and_what_was_undelivered_arrives_once_with_its_receipt(place: Place) -> None:
    with MailServer() as mail:
        place.talk("one")
        (first,) = accept("one")
        with worker(mail, place.folder):
            until(lambda: mails_of(mail, first) == 1 and _state(first) == "sent")
        (second,) = accept("two")
        with _somebody_writes() as written:
            assert main(["make"]) == 0
            before_the_end = written[:1]  # was there before the backup began
        (lost,) = accept("later")
        place.destroy()

        assert main(["restore", "last"]) == 0
        assert {first, second, *before_the_end} <= kept() and lost not in kept()
        assert place.said("one") == 1
        assert accept("two") == [second], "who sends the same form again gets the same receipt"
        with worker(mail, place.folder):
            until(lambda: mails_of(mail, second) == 1 and _state(second) == "sent")
        assert mails_of(mail, first) == 1 and mails_of(mail, second) == 1


def _state(number: str) -> str:
    from leads.report import deliveries

    with opened() as store:
        return deliveries(store, [number])[0].state


@contextmanager
def _somebody_writes() -> Iterator[list[str]]:
    """One lead after the other, all the time."""
    written: list[str] = []
    stop = Event()

    def write() -> None:
        while not stop.is_set():
            written.extend(accept(f"meanwhile-{len(written)}", targets=()))

    thread = Thread(target=write)
    thread.start()
    try:
        until(lambda: bool(written))
        yield written
    finally:
        stop.set()
        thread.join()


def test_who_was_deleted_after_a_backup_does_not_come_back_with_it(place: Place) -> None:
    for sender in ("one", "two", "three"):
        place.talk(sender)
    numbers = accept("one", "two", "three", targets=())
    assert main(["make"]) == 0
    forget(numbers[0])
    assert main(["make"]) == 0
    forget(numbers[1])  # of this only the store that is there knows
    assert main(["restore", str(place.backups[0])]) == 2, "there is something"
    assert kept() == {numbers[2]}
    assert main(["restore", str(place.backups[0]), "--force"]) == 0
    assert kept() == {numbers[2]}
    assert [place.said(sender) for sender in ("one", "two", "three")] == [0, 0, 1]
    place.destroy()
    assert main(["restore", str(place.backups[0])]) == 0
    assert kept() == {numbers[1], numbers[2]}, "the later backup tells of the first alone"


def forget(number: str) -> None:
    with opened() as store:
        erase(store, Conversations(os.environ["CONVERSATIONS_DB"]), [store.get(number)], "test", now())


def test_what_was_too_old_by_now_does_not_come_back_either(place: Place) -> None:
    place.talk("silent", now() - timedelta(days=31))
    with opened() as store:
        old = store.accept(new_lead(conversation="old"), (), now() - timedelta(days=91)).number
    (new,) = accept("new", targets=())
    assert main(["make"]) == 0
    place.destroy()
    assert main(["restore", "last"]) == 0
    assert kept() == {new} and place.said("silent") == 0
    with opened() as store, pytest.raises(NoSuchLead):
        store.get(old)


def damaged(folder: Path) -> None:
    file = next(folder.glob("*.sealed"))
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def cut_off(folder: Path) -> None:
    file = next(folder.glob("*.sealed"))
    file.write_bytes(file.read_bytes()[:-200])


def without_a_part(folder: Path) -> None:
    next(folder.glob("*.sealed")).unlink()


def with_another_list_of_parts(folder: Path) -> None:
    manifest = json.loads((folder / archive.MANIFEST).read_text())
    manifest["parts"] = manifest["parts"][:-1]
    (folder / archive.MANIFEST).write_text(json.dumps(manifest))


def without_manifest(folder: Path) -> None:
    (folder / archive.MANIFEST).write_text("{")


def of_other_keys(_: Path) -> None:
    os.environ["LEADS_KEYS"] = new_key()  # the fixture's monkeypatch takes it away again


@pytest.mark.parametrize(
    "spoil", [damaged, cut_off, without_a_part, with_another_list_of_parts, without_manifest, of_other_keys]
)
def test_a_damaged_or_foreign_backup_is_refused_and_nothing_is_touched(
    place: Place, spoil: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LEADS_KEYS", "")
    accept("one", targets=())
    assert main(["make"]) == 0
    (later,) = accept("two", targets=())
    before = kept()
    spoil(place.backups[0])
    assert main(["restore", str(place.backups[0]), "--force"]) == 1
    assert "Traceback" not in capsys.readouterr().err
    os.environ["LEADS_KEYS"] = ""
    assert kept() == before and later in before


def test_without_the_keys_nothing_is_restored_and_none_are_made_up(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    accept("one", targets=())
    assert main(["make"]) == 0
    place.destroy()
    (place.folder / "leads.key").rename(place.folder / "kept-apart")
    assert main(["restore", "last"]) == 2
    assert "copy that you keep apart" in capsys.readouterr().err and not (place.folder / "leads.key").exists()


def test_nothing_is_put_under_a_program_that_runs(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    accept("one", targets=())
    assert main(["make"]) == 0
    with opened() as running:
        running.find()
        assert main(["restore", "last", "--force"]) == 2
        assert "stop the assistant" in capsys.readouterr().err
        assert len(running.find()) == 1


def test_a_backup_holds_nothing_in_clear_no_key_and_is_for_its_owner_alone(place: Place) -> None:
    place.talk("one")
    accept("one", targets=())
    assert main(["make"]) == 0
    (folder,) = place.backups
    key = (place.folder / "leads.key").read_bytes().strip()
    for file in folder.iterdir():
        content = file.read_bytes()
        assert b"canary" not in content and b"Quill" not in content and key not in content
        assert file.stat().st_mode & 0o077 == 0
    assert folder.stat().st_mode & 0o077 == 0
    assert not list(place.folder.glob(".backup-*")), "the copy in clear is gone"


def test_backups_go_when_their_time_is_over_and_the_newest_stays(tmp_path: Path) -> None:
    settings = Settings(backups=tmp_path, backup_days=14)
    at = datetime(2026, 11, 29, 12, tzinfo=timezone.utc)
    ages = (40, 14, 13.9, 5.1, 5, 0.9, 0.8)  # days
    for days in ages:
        folder = tmp_path / archive.name_at(at - timedelta(days=days))
        folder.mkdir()
        (folder / archive.MANIFEST).write_text("{}")
    (tmp_path / "something else").mkdir()
    prune(settings, at)
    left = {round((at - made).total_seconds() / 86400, 1) for one in archive.all_in(tmp_path) if (made := archive.time_of(one))}
    assert left == {13.9, 5, 0.9, 0.8}, "of days that are over, the last backup"
    assert (tmp_path / "something else").is_dir()
    prune(settings, at + timedelta(days=400))
    assert len(archive.all_in(tmp_path)) == 1


def test_one_that_was_killed_leaves_nothing_behind(place: Place) -> None:
    accept("one", targets=())
    (place.folder / "backups").mkdir()
    half = place.folder / "backups" / "20261129T000000.000000Z.part"
    half.mkdir()
    (half / "leads.sealed").write_text("half")
    copy = place.folder / ".backup-left"
    copy.mkdir()
    assert main(["make"]) == 0
    assert not half.exists() and len(place.backups) == 1
    assert place.server or not copy.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="forks")
def test_killed_at_any_moment_there_is_a_whole_backup_or_none_and_a_restore_can_be_done_again(place: Place) -> None:
    chance = random.Random(7)
    numbers = set(accept(*(f"one-{n}" for n in range(30)), targets=()))
    for _ in range(8):
        kill_at_random(lambda: main(["make"]), chance)
    assert main(["make"]) == 0
    for folder in place.backups:
        assert main(["check", str(folder)]) == 0
    assert not list(place.folder.glob(".backup-*")) and not list((place.folder / "backups").glob("*.part"))
    for _ in range(8):
        kill_at_random(lambda: main(["restore", "last", "--force"]), chance)
        until(lambda: main(["restore", "last", "--force"]) == 0)  # pg_restore may still be at its end
        assert kept() == numbers


def kill_at_random(work: Callable[[], int], chance: random.Random) -> None:
    """In a process of its own, at any moment of what it does, or when it has just ended."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    time.sleep(chance.uniform(0, 0.3))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


@pytest.fixture
def server_of_its_own() -> Iterator[Postgresql]:
    for server in one_of_its_own():
        yield server
        server.stop(signal.SIGQUIT)  # nobody needs what it would still write


def test_where_roles_may_do_little_the_one_for_backups_does_it_and_the_others_go_on(
    server_of_its_own: Postgresql, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As deploy/roles.sql makes them; the new server has nothing but what that made."""
    server = server_of_its_own
    monkeypatch.setenv("BACKUP_DIR", str(tmp_path / "backups"))
    monkeypatch.setenv("LEADS_KEY_FILE", str(tmp_path / "leads.key"))
    monkeypatch.delenv("SLACK_DB", raising=False)

    def roles() -> None:
        where = ["-h", str(server.folder), "-U", "postgres", "-d", "postgres"]
        command = [str(server.programs / "psql"), *where, "-f", "deploy/roles.sql"]
        subprocess.run(command, check=True, cwd=ROOT, capture_output=True)

    def be(leads: str, conversations: str) -> None:
        monkeypatch.setenv("LEADS_DB", f"postgresql://{leads}@/leads?host={server.folder}")
        monkeypatch.setenv("CONVERSATIONS_DB", f"postgresql://{conversations}@/conversations?host={server.folder}")

    roles()
    be("assistant_migrations", "assistant_migrations")
    subprocess.run([sys.executable, "scripts/migrate.py"], check=True, cwd=ROOT, capture_output=True)
    roles()
    be("assistant_leads", "assistant_conversations")
    numbers = accept("one", targets=())
    monkeypatch.setenv("BACKUP_USER", "assistant_migrations")
    assert main(["make"]) == 0
    for name in ("leads", "conversations"):
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")
    roles()
    assert main(["restore", "last"]) == 0
    roles()
    assert accept("one", targets=()) == numbers and len(kept()) == 1
    with create_engine(os.environ["CONVERSATIONS_DB"]).begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM events")).scalar() == 0
