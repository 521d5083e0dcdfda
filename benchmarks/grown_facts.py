"""More job titles and more facts than there are, made up, and what reading a message and answering it then costs."""

from __future__ import annotations

import importlib
import random
import shutil
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from benchmarks.messages import lines
from knowledge import facts as knowledge
from knowledge.facts import FILES, FOLDER, Facts
from knowledge.matching import TitleMatcher
from knowledge.records import JobTitle

TITLES, TIMES = (300, 1_000, 3_000, 10_000, 30_000), (1, 2, 5, 10)
TODAY = date(2026, 11, 23)
QUESTIONS = (
    ("can a US pharmacist get a permit?", "ask_eligibility"),
    ("is an architect on the list", "ask_eligibility"),
    ("how much is it", "ask_fees"),
    ("do I need a CAQ for Quebec", "ask_caq"),
    ("what does an American economist have to show", "ask_requirements"),
    ("can my wife come along", "ask_family"),
)
SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "er", "il", "on", "ur")]
SEED = 42


def titles(short: bool) -> dict[str, Any]:
    """Milliseconds for the titles of a message, and seconds to get ready, by the number of titles."""
    sizes = TITLES[:3] if short else TITLES
    facts, made = knowledge.load(), made_up_titles(max(sizes))
    words: Any = importlib.import_module("components.encoder")
    ordinary = words.ordinary_words()
    reading, ready = [], []
    for size in sizes:
        some = dict([*facts.titles.items(), *made.items()][:size])
        started = time.perf_counter()
        matcher = TitleMatcher(facts.copy(update={"titles": some}), ordinary)
        ready.append(round(time.perf_counter() - started, 3))
        reading.append(each_ms(matcher.find, lines()))
    return {"x": list(sizes), "reading_ms": reading, "loading_s": ready}


def made_up_titles(count: int) -> dict[str, JobTitle]:
    """Titles of two or three made-up words with an alias, always the same ones."""
    chance, found = random.Random(SEED), dict[str, JobTitle]()
    while len(found) < count:
        first, second, third = ("".join(chance.choices(SYLLABLES, k=3)) for _ in range(3))
        name = f"{first} {second}"
        found[name] = JobTitle(
            title=name,
            aliases=(f"{first} {third} {second}",),
            status="not_listed",
            why={"en": "Not on the list."},
            basis="list",
        )
    return found


def facts(folder: Path, short: bool) -> dict[str, Any]:
    """Seconds to load them and milliseconds for an answer, with so many times the facts."""
    times = TIMES[:2] if short else TIMES
    loading, answering = [], []
    for number in times:
        place = folder / f"facts-{number}"
        multiplied(place, number)
        started = time.perf_counter()
        loaded = knowledge.load(place)
        loading.append(round(time.perf_counter() - started, 3))
        answering.append(each_ms(answerer(loaded), QUESTIONS))
        shutil.rmtree(place)
    return {"x": list(times), "loading_s": loading, "answer_ms": answering}


def answerer(facts: Facts) -> Callable[[tuple[str, str]], object]:
    """What answers a question of somebody new, from what is understood on."""
    answers: Any = importlib.import_module("actions.answers").Answers(
        facts, importlib.import_module("actions.words").Words(), TODAY
    )
    topics: Any = importlib.import_module("actions.topics").topics_asked
    hear: Any = importlib.import_module("actions.situation").hear
    entities: Any = importlib.import_module("components.extractor").entities

    def answer(question: tuple[str, str]) -> object:
        text, intent = question
        found = entities(text)
        told = hear({}, found, intent, facts, text)
        return answers.answer(topics({}, found, intent, told, facts, text), told, text)

    return answer


def multiplied(folder: Path, times: int) -> None:
    """The fact files with every profession, rule, topic, source and title ``times`` times, under names of their own."""
    folder.mkdir(parents=True)
    content: dict[str, Any] = {}
    for file in FILES:
        with (FOLDER / file).open(encoding="utf-8") as stream:
            content[file] = yaml.load(stream, yaml.CSafeLoader)
    grown = {file: dict(sections) for file, sections in content.items()}
    for number in range(1, times):
        for file in FILES[:-1]:
            for section, entries in content[file].items():
                grown[file][section] = _added(grown[file][section], entries, section, number)
    for file, sections in grown.items():
        (folder / file).write_text(yaml.dump(sections, Dumper=yaml.CSafeDumper, sort_keys=False, width=200))


def _added(so_far: Any, entries: Any, section: str, number: int) -> Any:
    if section in ("sources", "topics"):
        return {**so_far, **{f"{name}_{number}": entry for name, entry in entries.items()}}
    if section in ("professions", "rules", "titles"):
        return [*so_far, *(_renamed(entry, number) for entry in entries)]
    return so_far


def _renamed(entry: dict[str, Any], number: int) -> dict[str, Any]:
    """A copy that points to copies; a title gets one more word, for no two may be alike."""
    word = SYLLABLES[number] * 2
    changed = dict(entry)
    if "id" in entry:
        changed["id"] = f"{entry['id']}_{number}"
    for name in ("sources", "answers", "professions", "nearest"):
        if name in entry:
            changed[name] = [f"{other}_{number}" for other in entry[name]]
    if "title" in entry:
        changed["title"] = f"{entry['title']} {word}"
        changed["aliases"] = [f"{alias} {word}" for alias in entry.get("aliases", [])]
    return changed


def each_ms(work: Callable[[Any], object], items: Sequence[Any], rounds: int = 5) -> float:
    """Milliseconds for one of the items: the median of rounds over all of them, after one to warm up."""
    seconds = []
    for _ in range(rounds + 1):
        started = time.perf_counter()
        for item in items:
            work(item)
        seconds.append(time.perf_counter() - started)
    return round(statistics.median(seconds[1:]) / len(items) * 1000, 4)
