"""However many want to know, it is asked once, and nobody waits longer than the limit."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from components.near import is_near
from components.probe import InThread, Probe


async def test_many_who_ask_cost_one_question_and_a_second_later_it_is_asked_again() -> None:
    asked, now = 0, 0.0

    async def question() -> int:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0.05)
        return asked

    probe = Probe(question, clock=lambda: now)
    assert await asyncio.gather(*(probe.ask() for _ in range(500))) == [1] * 500
    now = 0.99
    assert await probe.ask() == 1
    now = 1.0
    assert await asyncio.gather(*(probe.ask() for _ in range(500))) == [2] * 500


async def test_what_hangs_and_what_fails_is_no_answer() -> None:
    async def hangs() -> bool:
        await asyncio.sleep(60)
        return True

    async def fails() -> bool:
        raise ValueError("canary")

    started = time.monotonic()
    assert await Probe(hangs, limit_s=0.1).ask() is None and await Probe(fails).ask() is None
    assert time.monotonic() - started < 5


async def test_one_who_no_longer_waits_takes_the_answer_from_nobody() -> None:
    async def slow() -> str:
        await asyncio.sleep(0.1)
        return "well"

    probe = Probe(slow)
    first, second = asyncio.create_task(probe.ask()), asyncio.create_task(probe.ask())
    await asyncio.sleep(0.02)
    first.cancel()
    assert await second == "well"


async def test_work_that_hangs_holds_one_thread_however_often_it_is_asked_for() -> None:
    release, begun = threading.Event(), []

    def work() -> bool:
        begun.append(threading.current_thread())
        return release.wait(20)

    now = 0.0
    probe = Probe(InThread(work), limit_s=0.05, clock=lambda: now)
    for _ in range(5):
        assert await probe.ask() is None
        now += 1
    assert len(begun) == 1
    release.set()
    await asyncio.sleep(0.1)
    assert await probe.ask() is True


@pytest.mark.parametrize("peer", ["127.0.0.1", "::1", "10.1.2.3", "192.168.0.9", "172.16.0.1", "::ffff:10.0.0.1", "fd00::1"])
def test_the_private_network_is_near(peer: str) -> None:
    assert is_near({"host": "x"}, peer)


@pytest.mark.parametrize(
    ("headers", "peer"),
    [
        ({}, "8.8.8.8"),
        ({}, "2a00::1"),
        ({}, "::ffff:8.8.8.8"),
        ({}, ""),
        ({}, "nonsense"),
        ({"x-forwarded-for": "10.0.0.1"}, "127.0.0.1"),
        ({"x-real-ip": "10.0.0.1"}, "127.0.0.1"),
        ({"forwarded": "for=10.0.0.1"}, "127.0.0.1"),
        ({"origin": "https://firm.example"}, "127.0.0.1"),
    ],
)
def test_what_came_through_a_proxy_from_a_page_or_from_outside_is_not(headers: dict[str, str], peer: str) -> None:
    assert not is_near(headers, peer)
