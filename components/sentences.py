"""What a channel says by itself: why a message is not taken, and that something is out of order."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

from knowledge.languages import DEFAULT, LANGUAGES
from knowledge.records import Firm

FILE = Path(__file__).with_name("sentences.yml")
DOMAIN = Path(__file__).resolve().parent.parent / "domain.yml"


class Sentences:
    """By name and language; one that is not there in a language is said in English."""

    def __init__(self, firm: Firm) -> None:
        words = yaml.safe_load(DOMAIN.read_text(encoding="utf-8"))["words"]
        self._texts: dict[str, Mapping[str, str]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
        self._texts["problem"] = words["problem"]
        self._firm = firm

    def say(self, name: str, language: str = DEFAULT) -> str:
        """The sentence, with the firm's phone number, hours and privacy contact where it names them."""
        text, hours = self._texts[name], self._firm.hours
        return text.get(language, text[DEFAULT]).format(
            phone=self._firm.phone,
            hours=hours.get(language, hours[DEFAULT]),
            privacy_contact=self._firm.privacy_contact,
        )


def language(wish: object) -> str:
    """The language that the page asks for, if we have it."""
    return wish if isinstance(wish, str) and wish in LANGUAGES else DEFAULT
