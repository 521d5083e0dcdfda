"""What the unit tests share: the facts, read once."""

import pytest

from knowledge.facts import Facts, load


@pytest.fixture(scope="session")
def all_facts() -> Facts:
    """The facts we ship."""
    return load()
