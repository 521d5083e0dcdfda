"""The words of the consent and their version go together: who changes the one must change the other."""

import hashlib
from datetime import date

import pytest

from actions.words import Words
from components.sentences import LANGUAGES
from knowledge import facts

# The hash of the words that each version had, so that what a visitor agreed to can always be told.
VERSIONS = {"2026-11-24": {"en": "73f694a13947d393", "fr": "e7894f8aee1dd63f", "es": "8d2dbcff4622ed2a"}}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_the_consent_are_those_of_its_version(language: str) -> None:
    words = Words(language).say("intake_consent", days="{days}", privacy_contact="{privacy_contact}")
    version = facts.load().firm.consent_version
    assert hashlib.sha256(words.encode()).hexdigest()[:16] == VERSIONS.get(version, {}).get(language), (
        "the words changed: give them a new consent_version in knowledge/firm.yml, and note it here"
    )
    assert date.fromisoformat(version)
