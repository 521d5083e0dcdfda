"""How the tests tell that a text is said in one language alone."""

from __future__ import annotations

import re
from collections.abc import Mapping

from actions.parts import Answer
from actions.words import Words

# None of these is a word of French or Spanish.
ENGLISH = re.compile(
    r"\b(?:the|of|is|are|was|be|you|your|we|they|it|its|this|that|these|those|with|without|for|from|by|to|at"
    r"|and|or|not|an|have|has|can|may|will|would|if|what|which|who|when|where|how|please|sorry|thanks?|yes"
    r"|list|job|lawyer|call|write|send|request|citizens?|lawyers|profession|professions and|here|there|any|some|more)\b",
    re.I,
)
ALSO_FRENCH = {"or", "profession", "an", "it"}
# None of these is a word of either other language.
OWN = {
    "fr": re.compile(r"\b(?:vous|votre|vos|avec|pour|dans|du|aux|est|sont|être|ou|et|une fois|cette)\b", re.I),
    "es": re.compile(r"\b(?:usted|sus|con|para|por|los|las|del|el|y|o|este|puede|según)\b", re.I),
}
FIRM = "Canadian Immigration Law Firm"


def english(text: str) -> set[str]:
    """The English words in a text, without names of things in code."""
    return {
        word.lower() for word in ENGLISH.findall(re.sub(r"`[^`]*`|\{\w+\}|\S+@\S+|CAN\$", " ", text))
    } - ALSO_FRENCH


def strange(text: str, language: str) -> set[str]:
    """The words of our other languages in a text."""
    others = [own for other, own in OWN.items() if other != language]
    found = {word.lower() for own in others for word in own.findall(text)}
    return found if language == "en" else found | english(text.replace(FIRM, ""))


class Marked(Words):
    """Words that say a fact's own text only where it is translated, so that its English isn't taken for ours."""

    def of(self, text: Mapping[str, str]) -> str:
        """The text in the language, or a mark."""
        return text.get(self.language) or "‡‡"


def assert_is_said_in(language: str, answer: Answer) -> None:
    """No brace is left, nothing is of another language, and what is pressed next isn't either."""
    assert "{" not in answer.text and "  " not in answer.text.replace("\n", " "), answer.text
    assert not strange(answer.text, language), (strange(answer.text, language), answer.text)
    for button in answer.buttons:
        assert not strange(button["title"], language), button
