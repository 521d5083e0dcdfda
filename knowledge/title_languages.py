"""What the titles of the facts are called in French and Spanish, and the strict loader of those names.

``load`` returns the names of every title, or raises ``FactsError``, which names the file and the key at fault.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from knowledge.facts import FOLDER, Facts, FactsError, read_yaml
from knowledge.languages import TRANSLATIONS
from knowledge.text import key as words_key

FILE = "titles_fr_es.yml"
SECTIONS = ("titles", "ambiguous", "false_friends")

Names = tuple[str, ...]


class TitleLanguages(NamedTuple):
    """By language: ``names`` English title → names, the first for visitors; ``titles`` name → its English titles.

    ``false_friends``: words that name no title → the title that they are taken for. Names in ``titles`` and
    ``false_friends`` are written as ``knowledge.text.key`` does. Whoever finds several titles has to ask.
    """

    names: Mapping[str, Mapping[str, Names]]
    titles: Mapping[str, Mapping[str, Names]]
    false_friends: Mapping[str, Mapping[str, str]]

    def shown(self, title: str, language: str) -> str:
        """The name of an English title that a visitor reads."""
        return self.names[language][title][0]

    def called(self, name: str, language: str) -> Names:
        """The English titles of a name: none, one, or several that a visitor must choose from."""
        return self.titles[language].get(words_key(name), ())


def load(facts: Facts, folder: Path = FOLDER) -> TitleLanguages:
    """Read and check the names of all titles of ``facts``. Raises ``FactsError`` at the first fault."""
    content = read_yaml(folder / FILE)
    for section in content:
        if section not in SECTIONS:
            raise FactsError(FILE, str(section), "unknown key")
    names = _names(_mapping(content.get("titles"), "titles"), facts)
    titles = {language: _titles_of(names[language], language) for language in TRANSLATIONS}
    _check_ambiguous(_by_language(content, "ambiguous"), titles, facts)
    friends = _by_language(content, "false_friends")
    _check_false_friends(friends, names, titles, facts)
    return TitleLanguages(
        names,
        titles,
        {n: {words_key(word): title for word, title in friends[n].items()} for n in TRANSLATIONS},
    )


def _names(data: Mapping[str, Any], facts: Facts) -> dict[str, dict[str, Names]]:
    found: dict[str, dict[str, Names]] = {language: {} for language in TRANSLATIONS}
    for title, languages in data.items():
        where = f"titles.{title}"
        _check_title(title, facts, where)
        for language in _languages(languages, where):
            found[language][title] = _listed(languages[language], f"{where}.{language}")
    for title in facts.titles:
        if title not in data:
            raise FactsError(FILE, f"titles.{title}", "is missing")
    return found


def _languages(data: Any, where: str) -> tuple[str, ...]:
    for language in _mapping(data, where):
        if language not in TRANSLATIONS:
            raise FactsError(FILE, f"{where}.{language}", f"is none of {', '.join(TRANSLATIONS)}")
    missing = [language for language in TRANSLATIONS if language not in data]
    if missing:
        raise FactsError(FILE, where, f"is missing in {', '.join(missing)}")
    return TRANSLATIONS


def _by_language(content: Mapping[str, Any], section: str) -> dict[str, Mapping[str, Any]]:
    data = _mapping(content.get(section), section)
    return {n: _mapping(data[n], f"{section}.{n}") for n in _languages(data, section)}


def _listed(data: Any, where: str) -> Names:
    if not isinstance(data, list) or not data:
        raise FactsError(FILE, where, "is not a list of names")
    for name in data:
        if not isinstance(name, str):
            raise FactsError(FILE, where, f"{name!r} is no text: put it in quotes")
        if not words_key(name) or name != " ".join(name.split()):
            raise FactsError(FILE, where, f"{name!r} is no name")
    return tuple(data)


def _titles_of(names: Mapping[str, Names], language: str) -> dict[str, Names]:
    """Name → its titles. A name in the same words as another of its own title is refused here."""
    found: dict[str, Names] = {}
    for title, listed in names.items():
        for name in listed:
            others = found.get(words_key(name), ())
            if title in others:
                raise FactsError(FILE, f"titles.{title}.{language}", f"{name!r} stands twice")
            found[words_key(name)] = (*others, title)
    return found


def _check_ambiguous(
    declared: Mapping[str, Mapping[str, Any]], titles: Mapping[str, Mapping[str, Names]], facts: Facts
) -> None:
    """Every name of several titles is declared with exactly these, and no other name is."""
    for language, words in declared.items():
        known: dict[str, Names] = {}
        for name, value in words.items():
            where = f"ambiguous.{language}.{name}"
            for title in (listed := _listed(value, where)):
                _check_title(title, facts, where)
            if words_key(name) in known:
                raise FactsError(FILE, where, "stands twice")
            known[words_key(name)] = listed
            if set(listed) != set(titles[language].get(words_key(name), ())) or len(listed) < 2:
                raise FactsError(FILE, where, "is not a name of exactly these titles, two or more")
        for name, several in _shared(titles[language]):
            if name not in known:
                raise FactsError(
                    FILE, f"titles.{several[1]}.{language}", f"{name!r} is also a name of {several[0]!r}"
                )


def _shared(titles: Mapping[str, Names]) -> Iterator[tuple[str, Names]]:
    return ((name, several) for name, several in titles.items() if len(several) > 1)


def _check_false_friends(
    friends: Mapping[str, Mapping[str, Any]],
    names: Mapping[str, Mapping[str, Names]],
    titles: Mapping[str, Mapping[str, Names]],
    facts: Facts,
) -> None:
    """They are no names themselves, and contain a name of the title that they are taken for."""
    for language, words in friends.items():
        seen: set[str] = set()
        for name, title in words.items():
            where = f"false_friends.{language}.{name}"
            _check_title(title, facts, where)
            if words_key(name) in seen:
                raise FactsError(FILE, where, "stands twice")
            seen.add(words_key(name))
            if words_key(name) in titles[language]:
                raise FactsError(FILE, where, f"is a name of {titles[language][words_key(name)][0]!r}")
            if not any(f" {words_key(part)} " in f" {words_key(name)} " for part in names[language][title]):
                raise FactsError(FILE, where, f"contains no name of {title!r}")


def _check_title(title: Any, facts: Facts, where: str) -> None:
    if title not in facts.titles:
        raise FactsError(FILE, where, f"unknown title {title!r}")


def _mapping(data: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(data, dict):
        raise FactsError(FILE, where, "is missing or not a mapping")
    for name in data:
        if not isinstance(name, str):
            raise FactsError(FILE, f"{where}.{name}", "is no text: put it in quotes")
    return data
