"""One turn of a conversation at a time, in all processes together, on a real Redis."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from rasa.core.lock_store import InMemoryLockStore, LockStore
from rasa.utils.endpoints import EndpointConfig
from redis.asyncio import Redis
from redis.asyncio.lock import Lock
from redis.exceptions import RedisError

from components.locks import FREE_AFTER_S, RENEW_EVERY_S, ConversationLocks, _renew
from tests.servers.redis import RedisServer, one_of_its_own

WHO = "web-" + "7" * 32
HOLDER = """
import asyncio, sys
from components.locks import ConversationLocks
async def hold():
    async with ConversationLocks(url=sys.argv[1]).lock(sys.argv[2]):
        print("held", flush=True)
        await asyncio.sleep(60)
asyncio.run(hold())
"""


@pytest.fixture(scope="module")
def mortal() -> Iterator[RedisServer]:
    """A Redis to be killed."""
    yield from one_of_its_own()


async def seconds_until_had(locks: ConversationLocks, conversation: str = WHO) -> float:
    started = time.monotonic()
    async with locks.lock(conversation):
        return time.monotonic() - started


async def test_two_processes_take_their_turns(redis_server: RedisServer) -> None:
    processes = [ConversationLocks(url=redis_server.url) for _ in range(3)]
    inside, most, done = 0, 0, 0

    async def turn(locks: ConversationLocks) -> None:
        nonlocal inside, most, done
        async with locks.lock(WHO):
            inside, most = inside + 1, max(most, inside + 1)
            await asyncio.sleep(0.005)
            inside, done = inside - 1, done + 1

    started = time.monotonic()
    await asyncio.gather(*(turn(locks) for locks in processes for _ in range(5)))
    assert (most, done) == (1, 15)
    assert time.monotonic() - started < 3, "nobody waits in steps of a second"


async def test_other_conversations_do_not_wait(redis_server: RedisServer) -> None:
    ours, theirs = ConversationLocks(url=redis_server.url), ConversationLocks(url=redis_server.url)
    async with ours.lock(WHO):
        assert await seconds_until_had(theirs, f"{WHO}b") < 0.3


async def test_a_turn_may_take_longer_than_the_lock_lives(redis_server: RedisServer) -> None:
    ours, theirs = ConversationLocks(url=redis_server.url), ConversationLocks(url=redis_server.url)
    async with ours.lock(WHO):
        waiting = asyncio.create_task(seconds_until_had(theirs))
        await asyncio.sleep(FREE_AFTER_S + 2 * RENEW_EVERY_S)
        assert not waiting.done()
    assert await waiting >= FREE_AFTER_S


async def test_a_killed_process_frees_its_conversation_within_five_seconds(redis_server: RedisServer) -> None:
    command = [sys.executable, "-c", HOLDER, redis_server.url, WHO]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout and holder.stdout.readline() == "held\n"
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    assert 0 < await seconds_until_had(ConversationLocks(url=redis_server.url)) <= 5


async def test_a_lock_that_was_lost_is_not_taken_from_who_has_it_now(redis_server: RedisServer) -> None:
    slow, quick = ConversationLocks(url=redis_server.url), ConversationLocks(url=redis_server.url)
    async with slow.lock(WHO):
        redis_server.client().delete(f"turn:{WHO}")
        async with quick.lock(WHO):
            await asyncio.sleep(2 * RENEW_EVERY_S)
            assert redis_server.client().exists(f"turn:{WHO}")
    await seconds_until_had(quick)


@pytest.mark.parametrize("fault", ["dead", "hung"])
async def test_without_redis_the_turn_fails_within_a_second_and_begins_again_after(
    mortal: RedisServer, fault: str
) -> None:
    locks = ConversationLocks(url=mortal.url)
    await seconds_until_had(locks)
    mortal.stop() if fault == "dead" else mortal.hang()
    for _ in range(2):
        started = time.monotonic()
        with pytest.raises(RedisError):
            await seconds_until_had(locks)
        assert time.monotonic() - started <= 1
        assert not await locks.answers()
    mortal.start() if fault == "dead" else mortal.wake()
    assert await seconds_until_had(locks) < FREE_AFTER_S + 1  # what was asked of the hung one may have been done
    assert await locks.answers()


async def test_a_redis_that_came_back_unnoticed_fails_nobody(mortal: RedisServer) -> None:
    locks = ConversationLocks(url=mortal.url)
    await seconds_until_had(locks)
    mortal.stop()
    mortal.start()
    await seconds_until_had(locks)


async def test_a_turn_that_loses_redis_goes_on(mortal: RedisServer) -> None:
    locks = ConversationLocks(url=mortal.url)
    async with locks.lock(WHO):
        mortal.stop()
        await asyncio.sleep(1.5 * RENEW_EVERY_S)
    mortal.start()


async def test_rasa_takes_them_from_endpoints_yml(
    redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = EndpointConfig.from_dict({"type": "components.locks.ConversationLocks"})
    monkeypatch.delenv("REDIS_URL", raising=False)
    alone = LockStore.create(config)
    assert isinstance(alone, InMemoryLockStore)
    async with alone.lock(WHO):
        assert alone.is_someone_waiting(WHO) and not redis_server.client().exists(f"turn:{WHO}")
    monkeypatch.setenv("REDIS_URL", redis_server.url)
    async with LockStore.create(config).lock(WHO):
        assert redis_server.client().exists(f"turn:{WHO}")


async def test_a_renewal_ends_with_its_lock_even_if_it_is_not_told_so(redis_server: RedisServer) -> None:
    """Python 3.10's wait_for may swallow a cancel; such a task went on for good, a warning every second."""
    lock = Lock(Redis.from_url(redis_server.url), "turn:renewed", FREE_AFTER_S, thread_local=False)
    await lock.acquire()
    renewing = asyncio.create_task(_renew(lock))
    await asyncio.sleep(RENEW_EVERY_S * 1.5)
    assert not renewing.done()
    await lock.release()
    await asyncio.wait_for(renewing, RENEW_EVERY_S + 1)
