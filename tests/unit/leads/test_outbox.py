"""Each delivery is tried for 72 hours, by one worker at a time, in order within its target."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from leads.outbox import GIVE_UP, LEASE, STEP_ASIDE, Outbox, retry
from leads.records import Delivery
from leads.report import deliveries
from leads.store import LeadStore
from tests.sample_leads import RECEIVED, new_lead

MINUTE = timedelta(minutes=1)


def plain(store: LeadStore, worker: str = "w1") -> Outbox:
    """One whose waits have no jitter."""
    return Outbox(store, worker, jitter=lambda: 0.5)


def accept(store: LeadStore, *targets: str, count: int = 1) -> list[str]:
    """The numbers of so many leads, in order."""
    return [store.accept(new_lead(form=str(n)), targets, RECEIVED).number for n in range(count)]


def only(found: list[Delivery]) -> Delivery:
    assert len(found) == 1
    return found[0]


def test_each_target_gets_its_first_delivery_and_then_the_next(store: LeadStore) -> None:
    first, second = accept(store, "email", "slack", count=2)
    outbox = plain(store)
    found = outbox.due(RECEIVED)
    assert sorted((one.target, one.number) for one in found) == [("email", first), ("slack", first)]
    assert outbox.due(RECEIVED) == []
    assert outbox.sent(next(one for one in found if one.target == "email"), RECEIVED)
    assert [(one.target, one.number) for one in outbox.due(RECEIVED)] == [("email", second)]


def test_only_the_targets_asked_for_are_leased(store: LeadStore) -> None:
    accept(store, "email", "slack")
    assert only(plain(store).due(RECEIVED, ("slack",))).target == "slack"
    assert plain(store).due(RECEIVED, ()) == []


def test_what_was_sent_is_noted_and_never_due_again(store: LeadStore) -> None:
    number, outbox = accept(store, "email")[0], plain(store)
    delivery = only(outbox.due(RECEIVED))
    assert outbox.sent(delivery, RECEIVED + MINUTE)
    assert not outbox.sent(delivery, RECEIVED + MINUTE)
    assert outbox.due(RECEIVED + GIVE_UP) == []
    sent = [(row.who, row.what, row.target) for row in store.audit(number)][1:]
    assert sent == [("w1", "sent", "email")]


def test_a_worker_that_vanished_leaves_its_delivery_to_the_next_under_the_same_id(store: LeadStore) -> None:
    accept(store, "email")
    lost = only(plain(store).due(RECEIVED))
    other = plain(store, "w2")
    assert other.due(RECEIVED + LEASE - timedelta(seconds=1)) == []
    found = only(other.due(RECEIVED + LEASE))
    assert (found.id, found.attempt) == (lost.id, 2)


def test_a_worker_that_comes_back_late_disturbs_no_other_but_may_say_sent(store: LeadStore) -> None:
    accept(store, "email")
    late, other = plain(store), plain(store, "w2")
    lost = only(late.due(RECEIVED))
    found = only(other.due(RECEIVED + LEASE))
    late.failed(lost, "time-out", RECEIVED + LEASE)
    late.refused(lost, "time-out", RECEIVED + LEASE)
    assert only_progress(store).state == "waiting" and only_progress(store).reason is None
    assert late.sent(lost, RECEIVED + LEASE) and not other.sent(found, RECEIVED + LEASE)


def only_progress(store: LeadStore):  # type: ignore[no-untyped-def]
    (one,) = deliveries(store)
    return one


@pytest.mark.parametrize(
    ("attempt", "seconds"),
    [(1, 5), (2, 10), (3, 20), (4, 40), (5, 80), (6, 160), (7, 240), (8, 240), (60, 240), (1000, 240)],
)
@pytest.mark.parametrize(("jitter", "factor"), [(0.0, 0.8), (0.5, 1.0), (1.0, 1.2)])
def test_waits_double_up_to_four_minutes_with_a_fifth_of_jitter(
    attempt: int, seconds: int, jitter: float, factor: float, sqlite_store: LeadStore
) -> None:
    outbox = Outbox(sqlite_store, "w1", jitter=lambda: jitter)
    assert outbox._wait(attempt).total_seconds() == pytest.approx(seconds * factor)


@pytest.fixture
def sqlite_store(sqlite: str, keys) -> LeadStore:  # type: ignore[no-untyped-def]
    return LeadStore.open(sqlite, keys)


def test_a_failure_waits_and_a_target_may_ask_for_more(store: LeadStore) -> None:
    accept(store, "email")
    outbox = plain(store)
    assert outbox.failed(only(outbox.due(RECEIVED)), "SMTP 451", RECEIVED) == RECEIVED + timedelta(seconds=5)
    assert only_progress(store).reason == "SMTP 451"
    assert outbox.due(RECEIVED + timedelta(seconds=4)) == []
    again = only(outbox.due(RECEIVED + timedelta(seconds=5)))
    assert outbox.failed(again, "HTTP 429", RECEIVED, 10 * MINUTE) == RECEIVED + 10 * MINUTE


def test_one_that_fails_holds_up_its_target_for_two_hours_and_no_other_target(store: LeadStore) -> None:
    first, second = accept(store, "email", "slack", count=2)
    outbox = plain(store)
    found = {one.target: one for one in outbox.due(RECEIVED)}
    outbox.sent(found["slack"], RECEIVED)
    now = RECEIVED + STEP_ASIDE - timedelta(seconds=1)
    outbox.failed(found["email"], "SMTP 451", RECEIVED, retry_after=10 * STEP_ASIDE)
    assert [(one.target, one.number) for one in outbox.due(now)] == [("slack", second)]
    assert [(one.target, one.number) for one in outbox.due(RECEIVED + STEP_ASIDE)] == [("email", second)]


def run(
    outbox: Outbox, works: Callable[[datetime, Delivery], bool], start: datetime, end: datetime
) -> list[str]:
    """A worker that looks every second; the numbers that arrived, in order."""
    arrived, now = [], start
    while now < end:
        for delivery in outbox.due(now):
            if works(now, delivery):
                outbox.sent(delivery, now)
                arrived.append(delivery.number)
            else:
                outbox.failed(delivery, "down", now)
        now += timedelta(seconds=20)
    return arrived


def test_after_an_hour_without_the_target_all_arrive_in_order_within_five_minutes(
    sqlite_store: LeadStore,
) -> None:
    numbers = accept(sqlite_store, "email", count=5)
    back = RECEIVED + 60 * MINUTE
    outbox = Outbox(sqlite_store, "w1")
    assert run(outbox, lambda now, _: now >= back, RECEIVED, back + 7 * MINUTE) == numbers
    assert max(one.sent_at for one in deliveries(sqlite_store) if one.sent_at) <= back + 7 * MINUTE


def test_one_that_always_fails_does_not_keep_the_others(sqlite_store: LeadStore) -> None:
    bad, *good = accept(sqlite_store, "email", count=4)
    outbox = plain(sqlite_store)
    assert (
        run(outbox, lambda _, one: one.number != bad, RECEIVED, RECEIVED + STEP_ASIDE + 10 * MINUTE) == good
    )


def test_after_72_hours_it_is_dead_and_the_audit_says_so(store: LeadStore) -> None:
    number, outbox = accept(store, "email")[0], plain(store)
    assert outbox.failed(only(outbox.due(RECEIVED)), "down", RECEIVED)
    last = only(outbox.due(RECEIVED + GIVE_UP - timedelta(seconds=1)))
    assert outbox.failed(last, "down", RECEIVED + GIVE_UP - timedelta(seconds=1))
    assert (
        outbox.failed(only(outbox.due(RECEIVED + GIVE_UP + 5 * MINUTE)), "down", RECEIVED + GIVE_UP) is None
    )
    assert only_progress(store).state == "dead" and outbox.due(RECEIVED + 2 * GIVE_UP) == []
    assert [row.what for row in store.audit(number)] == ["created", "dead"]


def test_time_without_a_worker_does_not_count(store: LeadStore) -> None:
    accept(store, "email")
    outbox, late = plain(store), RECEIVED + 2 * GIVE_UP
    assert outbox.failed(only(outbox.due(late)), "down", late)


def test_what_a_target_refuses_is_dead_at_once_and_the_next_goes(store: LeadStore) -> None:
    _, second = accept(store, "email", count=2)
    outbox = plain(store)
    outbox.refused(only(outbox.due(RECEIVED)), "SMTP 550", RECEIVED)
    assert only(outbox.due(RECEIVED)).number == second


def test_a_retry_revives_the_dead_under_the_same_id(store: LeadStore) -> None:
    number, outbox = accept(store, "email")[0], plain(store)
    dead = only(outbox.due(RECEIVED))
    outbox.refused(dead, "SMTP 550", RECEIVED)
    assert retry(store, "anna", RECEIVED, target="slack") == []
    assert retry(store, "anna", RECEIVED, number, "email") == [(number, "email")]
    found = only(outbox.due(RECEIVED))
    assert (found.id, found.attempt) == (dead.id, 1)
    assert retry(store, "anna", RECEIVED) == []  # it is on its way
    assert [(row.who, row.what) for row in store.audit(number)][-1] == ("anna", "retried")


def test_of_many_workers_one_gets_each_delivery_and_the_order_is_kept(store: LeadStore) -> None:
    numbers, arrived = accept(store, "email", count=12), list[str]()

    def work(name: int) -> None:
        outbox = plain(store, f"w{name}")
        while any(one.state == "waiting" for one in deliveries(store)):
            for delivery in outbox.due(RECEIVED):
                arrived.append(delivery.number)
                assert outbox.sent(delivery, RECEIVED)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert arrived == numbers


def test_a_lead_erased_meanwhile_is_not_sent(store: LeadStore) -> None:
    accept(store, "email")
    outbox = plain(store)
    delivery = only(outbox.due(RECEIVED))
    with store.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM leads")
    assert not outbox.sent(delivery, RECEIVED) and outbox.failed(delivery, "down", RECEIVED) is None
    assert [row.what for row in store.audit()] == ["created"]
