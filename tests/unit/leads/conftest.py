"""A store for each test, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from leads.crypto import Keyring, new_key
from leads.store import LeadStore


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    """The path of a database that isn't there yet."""
    return str(tmp_path / "leads.db")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, of each kind in turn."""
    if request.param == "sqlite":
        return str(tmp_path / "leads.db")
    return str(request.getfixturevalue("postgresql").database())


@pytest.fixture
def keys() -> Keyring:
    return Keyring([new_key()])


@pytest.fixture
def store(database: str, keys: Keyring) -> Iterator[LeadStore]:
    opened = LeadStore.open(database, keys)
    yield opened
    opened.close()
