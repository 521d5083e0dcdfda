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
# None of these is a word of English or of the other one.
TRANSLATED = {
    "fr": re.compile(r"\b(?:vous|votre|vos|avec|pour|dans|du|aux|est|sont|être|ou|et|cette)\b", re.I),
    "es": re.compile(r"\b(?:usted|sus|con|para|por|los|las|del|el|o|este|puede|según)\b", re.I),
}


def english(text: str) -> set[str]:
    """The English words in a text, without names of things in code."""
    return {
        word.lower() for word in ENGLISH.findall(re.sub(r"`[^`]*`|\{\w+\}|\S+@\S+|CAN\$", " ", text))
    } - ALSO_FRENCH


def translated(text: str, language: str) -> set[str]:
    """The French and Spanish words in a text that is not in their language."""
    others = [words for other, words in TRANSLATED.items() if other != language]
    return {word.lower() for words in others for word in words.findall(text)}


class Marked(Words):
    """Words that say a fact's own text only where it is translated, so that its English isn't taken for ours."""

    def of(self, text: Mapping[str, str]) -> str:
        """The text in the language, or a mark."""
        return text.get(self.language) or "‡‡"


def assert_is_said_in(language: str, answer: Answer) -> None:
    """No brace is left, nothing is English, and what is pressed next isn't either."""
    assert "{" not in answer.text and "  " not in answer.text.replace("\n", " "), answer.text
    assert not english(answer.text.replace("Canadian Immigration Law Firm", "")), (
        english(answer.text),
        answer.text,
    )
    for button in answer.buttons:
        assert not english(button["title"]), button
