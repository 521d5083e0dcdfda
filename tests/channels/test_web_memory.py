"""What the website's channel keeps of those who are gone: nothing, at whatever moment they go."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
from rasa.core.tracker_store import InMemoryTrackerStore

from components.web import WebChannel
from tests.channels.parrot import Parrot
from tests.channels.tab import PATH, Tab
from tests.servers.sanic_app import SanicApp

SLOW_S = 0.4
PATIENCE_S = 15


class Slow(InMemoryTrackerStore):
    """A database that takes its time."""

    seconds = 0.0

    async def retrieve_full_tracker(self, conversation_id: str) -> Any:
        await asyncio.sleep(self.seconds)
        return await super().retrieve_full_tracker(conversation_id)


@pytest.fixture
def channel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[WebChannel, Slow, str]]:
    monkeypatch.setenv("WEB_KEY_FILE", str(tmp_path / "web.key"))
    monkeypatch.delenv("REDIS_URL", raising=False)
    web, parrot = WebChannel.from_credentials(None), Parrot()
    parrot.tracker_store = store = Slow(parrot.domain)
    app = SanicApp(web, parrot)
    yield web, store, app.url
    app.stop()


def kept(web: WebChannel) -> dict[str, int]:
    """Of all sockets: who they are, where they came from, what they are in."""
    rooms = web._sio.manager.rooms.get("/", {})
    sizes = {"visitors": len(web._chat.visitors), "environ": len(web._sio.environ)}
    return {name: size for name, size in {**sizes, "rooms": sum(map(len, rooms.values()))}.items() if size}


def kept_in_the_end(web: WebChannel) -> dict[str, int]:
    end = time.monotonic() + PATIENCE_S
    while kept(web) and time.monotonic() < end:
        time.sleep(0.05)
    return kept(web)


def test_of_sockets_that_came_and_went_nothing_is_kept(channel: tuple[WebChannel, Slow, str]) -> None:
    web, _, url = channel
    for _ in range(5):
        with Tab(url) as tab:
            tab.say("hello")
            assert kept(web)
    assert kept_in_the_end(web) == {}
    assert not len(web._chat.turns), "nor of their conversations, once they have nothing to do"


def test_nor_of_one_that_hangs_up_while_its_conversation_is_read(channel: tuple[WebChannel, Slow, str]) -> None:
    web, store, url = channel
    with Tab(url) as tab:
        tab.say("hello")
        token = tab.token
    store.seconds = SLOW_S
    with ThreadPoolExecutor(2) as pool:
        for _ in range(3):
            opening = requests.get(f"{url}{PATH}/", {"EIO": "4", "transport": "polling"}, timeout=10).text
            where = {"EIO": "4", "transport": "polling", "sid": json.loads(opening[1:])["sid"]}
            hello = f"40{json.dumps({'token': token})}"
            coming = pool.submit(requests.post, f"{url}{PATH}/", hello, params=where, timeout=10)
            time.sleep(SLOW_S / 4)
            requests.post(f"{url}{PATH}/", "1", params=where, timeout=10)  # engine.io's goodbye
            coming.result()
    assert kept_in_the_end(web) == {}
