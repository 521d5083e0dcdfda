"""What people wrote is in no log, also when Rasa cannot store it."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from rasa.core.tracker_store import FailSafeTrackerStore, SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from components.quiet import keep_contents_out

CANARY = "canary-5b1e"


@pytest.fixture
def said() -> DialogueStateTracker:
    tracker = DialogueStateTracker("web-1", [])
    tracker.update(UserUttered(f"My name is {CANARY}"))
    return tracker


async def test_a_store_that_cannot_write_is_logged_without_what_it_could_not_write(
    tmp_path: Path, said: DialogueStateTracker, caplog: pytest.LogCaptureFixture
) -> None:
    store = SQLTrackerStore(Domain.empty(), db=str(tmp_path / "conversations.db"))
    SQLTrackerStore.Base.metadata.drop_all(store.engine)
    keep_contents_out()
    await FailSafeTrackerStore(store).save(said)
    assert "OperationalError) no such table: events" in caplog.text
    assert CANARY not in caplog.text


def test_a_traceback_is_its_kind(caplog: pytest.LogCaptureFixture) -> None:
    keep_contents_out()
    logger = logging.getLogger("rasa.core.processor")
    try:
        raise ValueError(CANARY)
    except ValueError:
        logger.exception("Running %s failed.", "action_answer")
    assert "Running action_answer failed. (ValueError)" in caplog.text
    assert CANARY not in caplog.text and "Traceback" not in caplog.text
