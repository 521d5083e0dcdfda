"""Whoever watches the server is told the truth within five seconds: on a real bot whose real servers stop and hang."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from components.health import Parts
from tests.bot import Bot
from tests.channels.rest_client import ask, new_id
from tests.servers import postgresql, redis
from tests.servers.postgresql import Postgresql
from tests.servers.redis import RedisServer

PROMISE_S = 5.0
BACK_S = 15.0  # on a slow machine, until what was started again answers
READY = (200, {"ready": True, "missing": []})


@pytest.fixture(scope="module")
def database() -> Iterator[Postgresql]:
    """For the conversations, to be stopped."""
    yield from postgresql.one_of_its_own()


@pytest.fixture(scope="module")
def locks() -> Iterator[RedisServer]:
    """To be stopped."""
    yield from redis.one_of_its_own()


@pytest.fixture(scope="module")
def watched(database: Postgresql, locks: RedisServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    """A bot with everything that one of several processes has."""
    folder = tmp_path_factory.mktemp("watched")
    with Bot.apart(folder, CONVERSATIONS_DB=database.database(), REDIS_URL=locks.url) as bot:
        yield bot


def get(bot: Bot, path: str, **headers: str) -> requests.Response:
    return requests.get(bot.url + path, headers=headers, timeout=20)


def ready(bot: Bot) -> tuple[int, object]:
    reply = get(bot, "/health/ready")
    return reply.status_code, reply.json()


def lacks(*names: str) -> tuple[int, object]:
    return 503, {"ready": False, "missing": list(names)}


def told_in_time(bot: Bot, truth: tuple[int, object], limit_s: float = PROMISE_S) -> None:
    """As one sees it who asks again and again; meanwhile it lives."""
    until = time.monotonic() + limit_s
    while (said := ready(bot)) != truth:
        assert time.monotonic() < until, said
        assert get(bot, "/health/live").status_code == 200
        time.sleep(0.1)
    assert time.monotonic() < until, "it is told too late"


@contextmanager
def away(bot: Bot, take: Callable[[], None], bring: Callable[[], None], *names: str) -> Iterator[None]:
    told_in_time(bot, READY, BACK_S)
    take()
    try:
        told_in_time(bot, lacks(*names))
        yield
    finally:
        bring()
    told_in_time(bot, READY, BACK_S)


def test_all_is_well(watched: Bot) -> None:
    told_in_time(watched, READY, BACK_S)
    assert get(watched, "/health/live").json() == {"live": True}


def test_the_action_server_dead_and_hanging(watched: Bot) -> None:
    def signalled(kind: signal.Signals) -> Callable[[], None]:
        server = next(server for server in watched.servers if server.name == "actions")
        return lambda: os.killpg(server.process.pid, kind)

    with away(watched, signalled(signal.SIGSTOP), signalled(signal.SIGCONT), "actions", "leads"):
        pass
    with away(watched, lambda: watched.kill("actions"), lambda: watched.start_again("actions"), "actions", "leads"):
        pass


def test_the_leads_database(watched: Bot) -> None:
    file = str(watched.store.engine.url.database)

    def rename(old: str, new: str) -> None:
        with sqlite3.connect(file, timeout=10) as connection:
            connection.execute(f"ALTER TABLE {old} RENAME TO {new}")

    with away(watched, lambda: rename("leads", "elsewhere"), lambda: rename("elsewhere", "leads"), "leads"):
        pass


def test_the_conversations_database_stopped(watched: Bot, database: Postgresql) -> None:
    with away(watched, database.stop, database.start, "conversations"):
        before = failures(watched)
        assert ask(watched.url, new_id(), "what does it cost").status == 503
        assert failures(watched) == before + 1, "a turn that failed is counted"


def test_the_conversations_database_hanging_however_many_ask(watched: Bot, database: Postgresql) -> None:
    with away(watched, database.hang, database.wake, "conversations"), ThreadPoolExecutor(40) as pool:
        started = time.monotonic()
        said = set(pool.map(lambda _: get(watched, "/health/ready").status_code, range(200)))
        assert said == {503} and time.monotonic() - started < PROMISE_S
        lives = list(pool.map(lambda _: get(watched, "/health/live"), range(20)))
        assert all(reply.status_code == 200 and reply.elapsed.total_seconds() < 2 for reply in lives)


def test_redis_stopped_and_hanging(watched: Bot, locks: RedisServer) -> None:
    with away(watched, locks.stop, locks.start, "redis"):
        pass
    with away(watched, locks.hang, locks.wake, "redis"):
        pass


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/metrics"])
@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "Origin"], ids=lambda name: name.lower()
)
def test_what_comes_through_a_proxy_or_from_a_page_is_refused(watched: Bot, path: str, header: str) -> None:
    reply = get(watched, path, **{header: "10.0.0.1"})
    assert (reply.status_code, reply.content) == (403, b"")


def test_only_get_is_served(watched: Bot) -> None:
    for path in ("/health/live", "/health/ready", "/metrics"):
        assert requests.post(watched.url + path, timeout=20).status_code == 405
    assert get(watched, "/health").status_code == 404


async def test_before_rasa_has_loaded_anything_all_is_missing() -> None:
    assert not any((await Parts(lambda: None).ask()).values())


def failures(bot: Bot) -> float:
    """How many turns failed because the database was away."""
    return sum(
        sample.value
        for family in text_string_to_metric_families(get(bot, "/metrics").text)
        for sample in family.samples
        if sample.name == "assistant_turn_failures_total" and sample.labels["kind"] == "StoreUnavailable"
    )


def test_figures_of_the_leads_are_told_to_rasa_alone(watched: Bot) -> None:
    base = watched.servers[0].environment["ACTION_SERVER_URL"].removesuffix("/webhook")
    assert requests.get(f"{base}/figures", timeout=20).status_code == 401
    assert requests.get(f"{base}/ready", timeout=20).json() == {"missing": []}
