"""The sentences of the conversation, read from ``words`` in domain.yml. No sentence stands in Python."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

DOMAIN = Path(__file__).resolve().parent.parent / "domain.yml"
DEFAULT = "en"
_MONTHS = {
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ]
}


class Words:
    """The sentences in one language; a sentence without that language is said in English."""

    def __init__(self, language: str = DEFAULT, path: Path = DOMAIN) -> None:
        self.language = language
        self._words: Mapping[str, Mapping[str, str]] = _read(path)

    def say(self, name: str, **values: Any) -> str:
        """The sentence with its braces filled. An unknown name or an unfilled brace raises ``KeyError``."""
        variants = self._words[name]
        return variants.get(self.language, variants[DEFAULT]).format(**values)

    def of(self, text: Mapping[str, str]) -> str:
        """A fact's own text in this language."""
        return text.get(self.language) or text[DEFAULT]

    def date(self, iso: str) -> str:
        """'2026-02' → 'February 2026'; a day or a bare year likewise."""
        parts = [int(part) for part in iso.split("-")]
        month = _MONTHS[DEFAULT][parts[1] - 1] if len(parts) > 1 else ""
        day = f"{parts[2]} " if len(parts) > 2 else ""
        return f"{day}{month} {parts[0]}".strip()

    def listing(self, items: list[str], last: str = "or") -> str:
        """'a, b or c'."""
        if len(items) < 2:
            return "".join(items)
        return ", ".join(items[:-1]) + self.say(last).replace("**", "") + items[-1]


def capital(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def singular(job: str) -> str:
    """'wildlife biologists' → 'wildlife biologist'; a word whose s belongs to it stays."""
    if re.search(r"[^aeious]ies$", job, re.I):
        return job[:-3] + "y"
    return job[:-1] if re.search(r"(?:[^aeious]|[aeiou][^s]?e)s$", job, re.I) else job


def shown(job: str, title: str) -> str:
    """A known job in the singular as it was typed; short forms in capitals, and 'I teach 3rd grade' by its
    title."""
    if re.match(r"(?:i|we|he|she|they|my|who|teach\w*|work\w*)\b", job, re.I):
        return title
    return job.upper() if re.fullmatch("[bcdfghjklmnpqrstvwxz]{2,4}", job) else singular(job)


def with_article(job: str) -> str:
    """'plumber' → 'a plumber'; plurals and phrases that bring their own article stay as they are."""
    if re.match(r"(a|an|the|my|our)\b", job, re.I) or re.search(r"[^s]s$", job.split()[-1]):
        return job
    return (
        "an "
        if re.match(r"(?!uni|use|usu|ux|eu|one)[aeiou]|hour", job, re.I) or re.match("[FHLMNRSX][A-Z]", job)
        else "a "
    ) + job


_cache: dict[Path, Mapping[str, Mapping[str, str]]] = {}


def _read(path: Path) -> Mapping[str, Mapping[str, str]]:
    if path not in _cache:
        _cache[path] = yaml.safe_load(path.read_text(encoding="utf-8"))["words"]
    return _cache[path]
