"""A real PostgreSQL crashes and comes back: no lead is lost or out of order, and each keeps its number."""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from leads.courier import Courier
from leads.crypto import Keyring, new_key
from leads.errors import StoreUnavailable
from leads.outbox import Outbox
from leads.records import Receipt
from leads.settings import Webhook as Settings
from leads.store import LeadStore
from leads.targets.webhook import Webhook
from leads.worker import Housekeeper, Worker
from tests.sample_leads import RECEIVED, new_lead
from tests.servers.loopback import Answer, Request
from tests.servers.postgresql import Postgresql, one_of_its_own
from tests.servers.webhook import SECRET, WebhookServer

LEADS = 5
CRASHES = 3
NO_LATER_THAN_S = 5
PERSONAL = ("Maria", "Quill", "example.com", "6135550142", "Ottawa", "Rideau", "mornings", "conversation-")


class Receiver(WebhookServer):
    """Can be told of a deed to do when it has taken a delivery and has not answered yet."""

    def __init__(self) -> None:
        self._deeds: dict[int, Callable[[], None]] = {}
        super().__init__()

    def between_taking_and_answering(self, deed: Callable[[], None], nth: int = 1) -> None:
        """``nth``: at which delivery, counted from the next."""
        self._deeds[len(self.received) + nth] = deed

    def serve(self, request: Request) -> Answer:
        answer = super().serve(request)
        self._deeds.pop(len(self.received), lambda: None)()
        return answer

    def numbers(self) -> list[str]:
        """Of every delivery that came, a second one of the same lead too."""
        return [request.json["number"] for request in self.received]


class Office:
    """The store on a server that crashes, a webhook, and a clock that the test moves."""

    def __init__(self, server: Postgresql) -> None:
        self.server, self.receiver, self.time = server, Receiver(), RECEIVED
        self.is_down = Event()
        self.store = LeadStore.open(server.database(), Keyring([new_key()]))

    def crash(self) -> None:
        """As ``pg_ctl stop -m immediate``: nothing is finished, and the start is a recovery."""
        self.server.stop(signal.SIGQUIT)
        self.is_down.set()

    def recover(self) -> None:
        self.server.start()
        self.is_down.clear()

    def accept(self, conversation: int) -> Receipt:
        lead = new_lead(conversation=f"conversation-{conversation}")
        return self.store.accept(lead, ("webhook",), self.time)

    def new_courier(self, worker: str) -> Courier:
        target = Webhook(Settings(self.receiver.url, SECRET), lambda: self.time)
        outbox = Outbox(self.store, worker, jitter=lambda: 0.5)
        return Courier(target, outbox, self.store, lambda: self.time, idle=0.05)

    def close(self) -> None:
        self.receiver.down()
        self.store.close()
        if self.is_down.is_set():
            self.recover()


@pytest.fixture(scope="module")
def own_postgresql() -> Iterator[Postgresql]:
    """One that nobody else uses, to be crashed at will."""
    yield from one_of_its_own()


@pytest.fixture
def office(own_postgresql: Postgresql, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setattr("leads.targets.posting.TIMEOUT_S", 60)  # the receiver answers when the crash is over
    opened = Office(own_postgresql)
    yield opened
    opened.close()


@pytest.fixture
def worker(office: Office, tmp_path: Path) -> Iterator[Worker]:
    """Not yet running; told to end when the test is over."""
    made = Worker([office.new_courier("worker-1")], tmp_path / "alive", Housekeeper(lambda: 0))
    yield made
    made.stop.set()


def test_a_crash_and_a_return_lose_no_lead_and_double_none(
    office: Office, worker: Worker, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    receipts = [office.accept(conversation) for conversation in range(LEADS)]
    office.receiver.between_taking_and_answering(office.crash, nth=2)
    running = Thread(target=worker.run, daemon=True)
    running.start()
    assert office.is_down.wait(30)
    for _ in range(3):
        assert seconds_until_accept_gives_up(office, LEADS) <= NO_LATER_THAN_S
    until(lambda: caplog.text.count("webhook: The store of the leads cannot be reached") >= 3)
    until_all_threads_show_life(tmp_path / "alive")
    assert office.receiver.numbers() == numbers_of(receipts[:2])
    office.recover()
    receipts.append(office.accept(LEADS))
    assert receipts[-1].new
    assert_asking_again_gives_the_same(office, receipts)
    until(lambda: sent_count(office) == len(receipts))
    worker.stop.set()
    running.join(10)
    assert not running.is_alive()
    assert office.receiver.numbers() == numbers_of(receipts)
    assert_each_was_created_and_sent_once(office, receipts)
    assert not [word for word in PERSONAL if word in caplog.text]


@pytest.mark.parametrize("worker_dies", [False, True], ids=["worker lives", "worker dies too"])
def test_a_crash_between_a_delivery_and_its_noting_doubles_at_most_one(
    office: Office, worker_dies: bool
) -> None:
    receipts = [office.accept(conversation) for conversation in range(LEADS + CRASHES)]
    courier = office.new_courier("worker-0")
    for crash in range(CRASHES):
        office.receiver.between_taking_and_answering(office.crash)
        with pytest.raises(StoreUnavailable):
            courier.step()
        office.recover()
        office.time += timedelta(minutes=3)  # the lease runs out
        courier = office.new_courier(f"worker-{crash + 1}") if worker_dies else courier
        assert courier.step()
    while courier.step():
        pass
    expected, arrived = numbers_of(receipts), office.receiver.numbers()
    assert arrived == sorted(arrived, key=expected.index) and set(arrived) == set(expected)
    assert len(arrived) <= len(expected) + (CRASHES if worker_dies else 0)
    assert [lead["number"] for lead in office.receiver.leads.values()] == expected  # it knew the key
    assert_asking_again_gives_the_same(office, receipts)
    assert_each_was_created_and_sent_once(office, receipts)


@pytest.mark.parametrize("is_kept", [False, True], ids=["before the commit", "after it, before its answer"])
def test_a_crash_while_a_lead_is_kept_leaves_one_receipt(
    office: Office, is_kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = office.store.engine.dialect.do_commit

    def cut_off(connection: Any) -> None:
        if is_kept:
            commit(connection)
        office.crash()
        connection.cursor().execute("SELECT 1")  # the connection is gone: an answer does not come

    with monkeypatch.context() as patch, pytest.raises(StoreUnavailable):
        patch.setattr(office.store.engine.dialect, "do_commit", cut_off)
        office.accept(0)
    office.recover()
    receipt = office.accept(0)
    assert receipt.new is not is_kept
    courier = office.new_courier("worker-0")
    while courier.step():
        pass
    assert office.receiver.numbers() == [receipt.number]
    assert_asking_again_gives_the_same(office, [receipt])
    assert_each_was_created_and_sent_once(office, [receipt])


def test_a_crash_that_was_over_before_anybody_asked_is_not_noticed(office: Office) -> None:
    receipts, courier = [office.accept(0)], office.new_courier("worker-0")
    office.crash()
    office.recover()
    receipts.append(office.accept(1))
    office.crash()
    office.recover()
    assert courier.step() and courier.step() and not courier.step()
    assert office.receiver.numbers() == numbers_of(receipts)
    assert_asking_again_gives_the_same(office, receipts)


def numbers_of(receipts: list[Receipt]) -> list[str]:
    return [receipt.number for receipt in receipts]


def seconds_until_accept_gives_up(office: Office, conversation: int) -> float:
    began = time.monotonic()
    with pytest.raises(StoreUnavailable):
        office.accept(conversation)
    return time.monotonic() - began


def assert_asking_again_gives_the_same(office: Office, receipts: list[Receipt]) -> None:
    again = [office.accept(conversation) for conversation in range(len(receipts))]
    assert numbers_of(again) == numbers_of(receipts)
    assert not any(receipt.new for receipt in again)
    assert [receipt.created_at for receipt in again] == [receipt.created_at for receipt in receipts]


def assert_each_was_created_and_sent_once(office: Office, receipts: list[Receipt]) -> None:
    for number in numbers_of(receipts):
        assert [row.what for row in office.store.audit(number)] == ["created", "sent"]
    assert len(office.store.find()) == len(receipts)


def sent_count(office: Office) -> int:
    return sum(row.what == "sent" for row in office.store.audit())


def until_all_threads_show_life(heartbeat: Path) -> None:
    """The worker writes the file anew only while all its threads are alive."""
    heartbeat.unlink(missing_ok=True)
    until(heartbeat.exists)


def until(true: Callable[[], bool], limit: float = 20) -> None:
    """Waits, and fails when it takes too long."""
    end = time.monotonic() + limit
    while not true():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.02)
