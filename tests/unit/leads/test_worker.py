"""The worker: each lead once and in order, whatever the targets and the database do."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import pytest

from knowledge.facts import Facts
from knowledge.records import Firm, Lawyer
from leads import worker
from leads.courier import Courier
from leads.crypto import Keyring, new_key
from leads.erasure import erase
from leads.errors import StoreUnavailable
from leads.outbox import Outbox
from leads.records import Delivery, StoredLead
from leads.settings import ROOT, Settings
from leads.store import LeadStore
from leads.targets import Refused, Retry
from tests.sample_leads import RECEIVED, new_lead, stored_lead
from tests.servers.smtp import MailServer

FIRST = Lawyer(id="first", name="First", email="first@firm.example", languages=("en",))
SECOND = Lawyer(id="second", name="Second", email="second@firm.example", languages=("en",))


class Clock:
    """A clock that a test moves on."""

    def __init__(self) -> None:
        self.time = RECEIVED

    def __call__(self) -> datetime:
        return self.time

    def wait(self, **period: float) -> None:
        self.time += timedelta(**period)


class Recorder:
    """A target that keeps what it gets, and first raises what it was told to."""

    name = "webhook"

    def __init__(self, *faults: Exception) -> None:
        self.faults, self.got = list(faults), list[Delivery]()

    def deliver(self, lead: StoredLead, delivery: Delivery) -> str | None:
        if self.faults:
            raise self.faults.pop(0)
        self.got.append(delivery)
        return f"reference of {lead.number}"


class NoConversations:
    """Stands for a tracker store with nothing in it."""

    def erase(self, conversation: str) -> int:
        return 0


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LeadStore]:
    opened = LeadStore.open(f"sqlite:///{tmp_path / 'leads.db'}", Keyring([new_key()]))
    yield opened
    opened.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def accept(store: LeadStore, count: int, clock: Clock, targets: tuple[str, ...] = ("webhook",)) -> list[str]:
    return [
        store.accept(new_lead(conversation=f"conversation-{n}"), targets, clock()).number
        for n in range(count)
    ]


def courier(store: LeadStore, clock: Clock, target: Recorder) -> Courier:
    return Courier(target, Outbox(store, "worker-1", jitter=lambda: 0.5), store, clock, idle=0.01)


def run_out(courier: Courier) -> None:
    """Delivers whatever is due now."""
    while courier.step():
        pass


def test_leads_arrive_in_order_and_once(store: LeadStore, clock: Clock) -> None:
    numbers, target = accept(store, 5, clock), Recorder()
    run_out(courier(store, clock, target))
    assert [one.number for one in target.got] == numbers
    assert [row.what for row in store.audit(numbers[0])] == ["created", "sent"]


def test_a_target_in_trouble_gets_all_later_and_still_in_order(store: LeadStore, clock: Clock) -> None:
    numbers, target = accept(store, 3, clock), Recorder(Retry("answered 503"), Retry("answered 503"))
    one = courier(store, clock, target)
    for _ in range(10):
        run_out(one)
        clock.wait(minutes=1)
    assert [delivery.number for delivery in target.got] == numbers
    assert [delivery.attempt for delivery in target.got] == [3, 1, 1]


def test_the_time_that_a_target_names_is_waited_for(store: LeadStore, clock: Clock) -> None:
    accept(store, 1, clock)
    target = Recorder(Retry("answered 429", after=600))
    one = courier(store, clock, target)
    run_out(one)
    clock.wait(seconds=590)
    run_out(one)
    assert not target.got
    clock.wait(seconds=11)
    run_out(one)
    assert len(target.got) == 1


def test_one_that_is_refused_holds_up_no_other(store: LeadStore, clock: Clock) -> None:
    numbers, target = accept(store, 2, clock), Recorder(Refused("answered 422"))
    run_out(courier(store, clock, target))
    assert [delivery.number for delivery in target.got] == numbers[1:]
    assert [row.what for row in store.audit(numbers[0])] == ["created", "dead"]


def test_after_three_days_it_is_given_up(
    store: LeadStore, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    (number,) = accept(store, 1, clock)
    target = Recorder(*(Retry("answered 503") for _ in range(5000)))
    one = courier(store, clock, target)
    for _ in range(73):
        run_out(one)
        clock.wait(hours=1)
    assert "given up (answered 503)" in caplog.text
    assert [row.what for row in store.audit(number)] == ["created", "dead"]


def test_a_correction_knows_what_the_target_called_the_lead(store: LeadStore, clock: Clock) -> None:
    (number,), target = accept(store, 1, clock), Recorder()
    one = courier(store, clock, target)
    run_out(one)
    store.amend(number, {"matter": "Something else"}, clock())
    run_out(one)
    assert [(delivery.kind, delivery.reference) for delivery in target.got] == [
        ("new", None),
        ("amended", f"reference of {number}"),
    ]


def test_a_fault_of_ours_is_tried_again_and_tells_no_contents(
    store: LeadStore, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    accept(store, 1, clock)
    target = Recorder(KeyError("Maria Quill"))
    one = courier(store, clock, target)
    run_out(one)
    clock.wait(minutes=1)
    run_out(one)
    assert len(target.got) == 1
    assert "a fault of ours: KeyError" in caplog.text and "Maria" not in caplog.text


def test_the_log_has_one_line_per_delivery_and_nothing_personal(
    store: LeadStore, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    (number,) = accept(store, 1, clock)
    run_out(courier(store, clock, Recorder()))
    assert [record.getMessage() for record in caplog.records if record.name == "leads.courier"] == [
        f"{number} webhook, attempt 1: sent"
    ]
    assert not any(word in caplog.text for word in ("Maria", "Quill", "example.com", "Ottawa", "613"))


def test_what_the_database_could_not_note_is_noted_later_and_not_sent_twice(
    store: LeadStore, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    (number,), target = accept(store, 1, clock), Recorder()
    one, sent, faults = courier(store, clock, target), Outbox.sent, [StoreUnavailable("down")] * 3

    def failing(*arguments: object) -> bool:
        if faults:
            raise faults.pop()
        return sent(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Outbox, "sent", failing)
    for _ in range(3):
        with pytest.raises(StoreUnavailable):
            one.step()
        clock.wait(minutes=5)  # longer than the lease
    run_out(one)
    assert len(target.got) == 1
    assert [row.what for row in store.audit(number)] == ["created", "sent"]


def test_a_lead_that_was_erased_on_its_way_is_no_trouble(store: LeadStore, clock: Clock) -> None:
    numbers = accept(store, 2, clock)
    outbox = Outbox(store, "worker-1")
    (leased,) = outbox.due(clock(), ("webhook",))
    erase(store, NoConversations(), [store.get(leased.number)], "cli", clock())  # type: ignore[arg-type]
    target = Recorder()
    run_out(courier(store, clock, target))
    assert [delivery.number for delivery in target.got] == numbers[1:]


def until(true: Callable[[], bool], limit: float = 10) -> None:
    """Waits, and fails when it takes too long."""
    end = time.monotonic() + limit
    while not true():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.01)


def test_a_target_that_hangs_delays_no_other(store: LeadStore, clock: Clock, tmp_path: Path) -> None:
    accept(store, 3, clock, ("webhook", "slack"))
    let_go = Event()

    class Hanging(Recorder):
        name = "slack"

        def deliver(self, lead: StoredLead, delivery: Delivery) -> None:
            let_go.wait(30)

    target, heartbeat = Recorder(), tmp_path / "alive"
    couriers = [courier(store, clock, Hanging()), courier(store, clock, target)]
    running = worker.Worker(couriers, heartbeat, worker.Housekeeper(lambda: 0))
    thread = Thread(target=running.run)
    thread.start()
    until(lambda: len(target.got) == 3)
    assert worker.is_running(heartbeat, time.time())
    running.stop.set()
    let_go.set()
    thread.join(10)
    assert not thread.is_alive() and not heartbeat.exists()


def test_a_database_that_is_down_ends_no_thread(
    store: LeadStore, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept(store, 1, clock)
    due, faults = Outbox.due, [StoreUnavailable("down"), ValueError("Maria")]

    def failing(*arguments: object) -> list[Delivery]:
        if faults:
            raise faults.pop()
        return due(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Outbox, "due", failing)
    stop, target = Event(), Recorder()
    thread = Thread(target=courier(store, clock, target).run, args=(stop,))
    thread.start()
    until(lambda: len(target.got) == 1)
    stop.set()
    thread.join(5)


def test_it_cleans_up_at_the_start_and_again_after_a_fault(caplog: pytest.LogCaptureFixture) -> None:
    calls, stop = list[int](), Event()

    def purge() -> int:
        calls.append(1)
        if len(calls) == 1:
            raise ValueError("Maria")
        stop.set()
        return 2

    caplog.set_level(logging.INFO)
    worker.Housekeeper(purge, every=3600, after_fault=0.01).run(stop)
    assert len(calls) == 2
    assert "could not delete what is due: ValueError" in caplog.text and "Maria" not in caplog.text
    assert "deleted 2 leads" in caplog.text


def test_an_old_sign_of_life_is_none(tmp_path: Path) -> None:
    heartbeat = tmp_path / "alive"
    assert not worker.is_running(heartbeat, time.time())
    heartbeat.touch()
    assert worker.is_running(heartbeat, time.time())
    assert not worker.is_running(heartbeat, time.time() + worker.DEAD_S + 1)


@pytest.fixture
def firm(all_facts: Facts) -> Firm:
    return all_facts.firm.copy(update={"lawyers": (FIRST, SECOND), "fallback": "second"})


@pytest.mark.parametrize(
    ("changes", "reader"),
    [
        ({"lawyer": None}, "first"),
        ({"lawyer": "second"}, "second"),
        ({"lawyer": "left_the_firm"}, "first"),
        ({"lawyer": "first", "claimed_by": "second"}, "second"),
        ({"lawyer": None, "language": "fr"}, "second"),
    ],
)
def test_who_gets_the_e_mail(firm: Firm, changes: dict[str, str | None], reader: str) -> None:
    assert worker.reader(firm, stored_lead(**changes), RECEIVED).id == reader


def test_only_what_is_set_up_is_on(firm: Firm, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    settings = Settings.from_environment(
        {"SMTP_HOST": "mail.example", "LEADS_MAIL_FROM": "a@b.example", "CLIO_TOKEN": "t"}
    )
    assert [one.name for one in worker.targets(settings, firm, Clock())] == ["email", "clio"]
    worker.say_what_is_on(settings)
    assert "delivering by: email, clio" in caplog.text and "not set up, so off: slack, webhook" in caplog.text


def environment(folder: Path, **changes: str) -> dict[str, str]:
    own = {
        "LEADS_DB": f"sqlite:///{folder / 'leads.db'}",
        "LEADS_KEYS": "",
        "LEADS_KEY_FILE": str(folder / "leads.key"),
        "CONVERSATIONS_DB": str(folder / "conversations.db"),
        "LEADS_HEARTBEAT": str(folder / "alive"),
    }
    return {**os.environ, **own, **changes}


def start(env: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "leads.worker", *arguments]
    return subprocess.Popen(
        command, cwd=ROOT, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def test_the_process_delivers_shows_life_and_ends_when_asked(tmp_path: Path) -> None:
    with MailServer() as mail:
        env = environment(
            tmp_path,
            SMTP_HOST="127.0.0.1",
            SMTP_PORT=str(mail.port),
            SMTP_SECURITY="none",
            LEADS_MAIL_FROM="leads@firm.example",
        )
        store = LeadStore.open(env["LEADS_DB"], Keyring.load((), tmp_path / "leads.key"))
        number = store.accept(new_lead(), ("email",), RECEIVED).number
        process = start(env)
        until(lambda: len(mail.mails) == 1 and (tmp_path / "alive").exists(), 30)
        assert start(env, "--check").wait(30) == 0
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=15)
    assert process.returncode == 0, said
    assert number in mail.mails[0].message["Subject"]
    assert "not set up, so off: slack, webhook, clio" in said and f"{number} email, attempt 1: sent" in said
    assert start(env, "--check").wait(30) == 1


def test_settings_that_are_at_fault_end_it_with_a_sentence(tmp_path: Path) -> None:
    process = start(environment(tmp_path, SMTP_HOST="mail.example"))
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "LEADS_MAIL_FROM is needed, because SMTP_HOST is set" in said and "Traceback" not in said
