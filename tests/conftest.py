"""The one bot that all tests share."""

from collections.abc import Iterator

import pytest

from tests.bot import Bot

pytest_plugins = ["tests.servers.postgresql", "tests.servers.redis"]


@pytest.fixture(scope="session")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    """The real bot, started once."""
    running = Bot(tmp_path_factory.mktemp("bot"))
    yield running
    running.stop()
