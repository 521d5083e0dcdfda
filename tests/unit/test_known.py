"""The lists of known failures only shrink."""

import pytest

from tests.known import MOST, known_failures


@pytest.mark.parametrize("folder", MOST)
def test_the_known_failures_only_shrink(folder: str) -> None:
    assert len(known_failures(folder)) <= MOST[folder]
