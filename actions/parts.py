"""What an answer is made of: parts, each with the facts it rests on, and the buttons under it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from actions.words import Words
from knowledge.eligibility import Assessment
from knowledge.facts import Facts, Profession

Button = dict[str, str]


@dataclass
class Part:
    """The answer to one topic, with the facts it rests on."""

    text: str
    rules: tuple[str, ...] = ()
    professions: tuple[str, ...] = ()
    verdict: str | None = None
    reason: str | None = None
    asks: str = ""
    about: str = ""
    buttons: list[Button] = field(default_factory=list)


@dataclass
class Answer:
    """One message: the words, the buttons, and the record by which it can be replayed."""

    text: str
    buttons: list[Button]
    record: dict[str, Any]
    asks: str = ""


class Kit(NamedTuple):
    """What every answer is built with: the facts, the words of one language, and today's date."""

    facts: Facts
    words: Words
    today: date

    def phrase(self, profession: str) -> str:
        """The profession as it stands in a sentence."""
        return self.words.of(self.facts.professions[profession].phrase)

    def said(self, rule: str) -> str:
        """The rule as the visitor reads it."""
        return self.words.of(self.facts.rules[rule].says)

    def profession(self, assessment: Assessment) -> Profession | None:
        """The first profession that an assessment is about."""
        return self.facts.professions[assessment.professions[0]] if assessment.professions else None

    def button(self, word: str, entity: str, value: str) -> Button:
        """A button that tells one fact."""
        return {"title": self.words.say(word), "payload": inform(entity, value)}

    def citizenship_buttons(self) -> list[Button]:
        """US, Mexico, another country."""
        return [self.button(f"button_{name}", "citizenship", name) for name in ("us", "mx", "other")]


def inform(entity: str, value: str) -> str:
    """The payload of a button that tells one fact."""
    return f'/inform{{"{entity}": "{value}"}}'
