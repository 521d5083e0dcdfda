"""The languages of the facts: which there are, which files stand in all of them, and whose wording is verified."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LANGUAGES = ("en", "fr", "es")
DEFAULT = LANGUAGES[0]
TRANSLATIONS = LANGUAGES[1:]

# The files in which a text that lacks a language is refused; of the others only English is asked. A file is
# added here once it is translated.
COMPLETE = (
    "sources.yml",
    "professions.yml",
    "firm.yml",
    "rules.yml",
    "job_titles.yml",
)

# How a name of the agreement reads in another language: as seen in an official text, or as we translate it.
UNVERIFIED = "working_translation_unverified"
STATUSES = ("official_text_seen", UNVERIFIED)


def text_fault(text: Any, file: str) -> str:
    """What is wrong with the languages of a text in a fact file, or nothing."""
    said = text if isinstance(text, dict) else {}
    if unknown := [language for language in said if language not in LANGUAGES]:
        return f"{unknown[0]!r} is none of {', '.join(LANGUAGES)}"
    asked = LANGUAGES if file in COMPLETE else {DEFAULT, *said}
    missing = [one for one in LANGUAGES if one in asked and not _is_said(said.get(one))]
    return f"text is missing in {', '.join(missing)}" if missing else ""


def _is_said(words: Any) -> bool:
    return isinstance(words, str) and bool(words.strip())


def status_fault(statuses: Mapping[str, str]) -> str:
    """What is wrong with a table from language to status, or nothing: each translation has one of ours."""
    if set(statuses) != set(TRANSLATIONS):
        return f"is not for {' and '.join(TRANSLATIONS)}"
    wrong = [status for status in statuses.values() if status not in STATUSES]
    return f"{wrong[0]!r} is none of {', '.join(STATUSES)}" if wrong else ""
