"""Limits stop a machine and not a person, and remember a bounded number of visitors."""

from __future__ import annotations

import pytest

from components.gate import Refused
from components.limits import Buckets, counted_as
from components.web_limits import Limits


def test_after_a_burst_one_waits_for_the_next_token() -> None:
    buckets = Buckets(burst=3, per_minute=30)
    assert [buckets.take("a", 0.0) for _ in range(4)] == [True, True, True, False]
    assert not buckets.take("a", 1.9)
    assert buckets.take("a", 2.1)
    assert not buckets.take("a", 2.1)


def test_what_was_refused_costs_nothing() -> None:
    buckets = Buckets(burst=1, per_minute=60)
    assert buckets.take("a", 0.0)
    assert not any(buckets.take("a", tenth / 10) for tenth in range(1, 10))
    assert buckets.take("a", 1.01)


def test_a_rest_gives_no_more_than_the_burst() -> None:
    buckets = Buckets(burst=2, per_minute=60)
    assert [buckets.take("a", 1e6) for _ in range(3)] == [True, True, False]


def test_a_clock_that_jumps_back_gives_and_takes_nothing() -> None:
    buckets = Buckets(burst=2, per_minute=60)
    assert buckets.take("a", 100.0)
    assert [buckets.take("a", 50.0) for _ in range(2)] == [True, False]


def test_each_key_has_its_own() -> None:
    buckets = Buckets(burst=1, per_minute=1)
    assert buckets.take("a", 0) and buckets.take("b", 0)


def test_the_memory_is_bounded_and_who_is_active_stays_in_it() -> None:
    buckets = Buckets(burst=1, per_minute=1, most=100)
    for number in range(100_000):
        buckets.take("busy", 0.0)
        buckets.take(str(number), 0.0)
    assert len(buckets) == 100
    assert not buckets.take("busy", 0.0)


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "address"),
    [
        ("203.0.113.9", "", 0, "203.0.113.9"),
        ("203.0.113.9", "1.1.1.1", 0, "203.0.113.9"),  # nobody we trust has said so
        ("10.0.0.1", "203.0.113.9", 1, "203.0.113.9"),
        ("10.0.0.1", "6.6.6.6, 203.0.113.9", 1, "203.0.113.9"),  # what a visitor makes up stands further left
        ("10.0.0.1", "6.6.6.6,203.0.113.9,10.0.0.2", 2, "203.0.113.9"),
        ("10.0.0.1", "203.0.113.9", 2, "203.0.113.9"),  # shorter than promised
        ("10.0.0.1", "", 1, "10.0.0.1"),
        ("10.0.0.1", "nonsense", 1, "10.0.0.1"),
        ("10.0.0.1", "203.0.113.9:4711", 1, "203.0.113.9"),
        ("10.0.0.1", "[2001:db8::1]:4711", 1, "2001:db8::/64"),
        ("2001:db8::1:2:3:4", "", 0, "2001:db8::/64"),
        ("::ffff:203.0.113.9", "", 0, "203.0.113.9"),
        ("127.0.0.1", "", 0, None),
        ("::1", "", 0, None),
        ("127.0.0.1", "127.0.0.1", 1, "127.0.0.1"),
        ("", "", 0, None),
        ("127.0.0.1", ",, ,", 1, "127.0.0.1"),
    ],
)
def test_who_counts_as_one(peer: str, forwarded: str, proxies: int, address: str | None) -> None:
    assert counted_as(peer, forwarded, proxies) == address


def test_a_fast_typist_is_not_hindered() -> None:
    """Two minutes of a form: a button every second for fifteen seconds, then a line every four."""
    now = 0.0
    limits = Limits(lambda: now)
    for pause in [1.0] * 15 + [4.0] * 26:
        now += pause
        limits.message("web-1", "203.0.113.9")


def test_a_machine_is_stopped() -> None:
    limits = Limits(lambda: 0.0)
    with pytest.raises(Refused, match="too_many"):
        for _ in range(100):
            limits.message("web-1", None)
    with pytest.raises(Refused, match="too_many"):  # the same with ever new conversations
        for number in range(1_000):
            limits.message(f"web-{number}", "203.0.113.9")
    with pytest.raises(Refused, match="too_many_chats"):
        for _ in range(1_000):
            limits.conversation("203.0.113.9")
    with pytest.raises(Refused, match="too_many_chats"):
        for _ in range(1_000):
            limits.socket("203.0.113.9")


def test_without_an_address_only_the_conversation_counts() -> None:
    limits = Limits(lambda: 0.0)
    for number in range(1_000):
        limits.message(f"web-{number}", None)
        limits.conversation(None)
        limits.socket(None)
