"""The coverage table: each cell has an answer in its language that rests on facts and fits each channel, and is understood."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from functools import cache, lru_cache

import pytest
import yaml

from actions.answers import Answers
from actions.parts import Answer
from actions.situation import hear
from actions.words import DOMAIN
from components import slack_blocks
from components.rest_chat import _shown
from components.transcript import Message, Transcript
from knowledge.languages import DEFAULT, LANGUAGES, TRANSLATIONS
from tests.coverage.table import (
    FACTS,
    PROFESSIONS,
    TOPICS,
    Cell,
    questions,
    some_cells,
    told,
    typed,
)
from tests.coverage.understood import evaluate, failures, misread, misunderstood
from tests.language_checks import Marked, assert_is_said_in, translated
from tests.servers.slack import fault_of

TODAY = date(2026, 11, 24)
ASKED = "message-0123456789"
SENDER = "visitor-0123456789"
SOURCES = re.compile(r"^_(?:Sources?|Fuentes?)\b.+_", re.M)

every_topic_in = pytest.mark.parametrize("topic", TOPICS)
every_language = pytest.mark.parametrize("language", LANGUAGES)


@lru_cache(maxsize=len(LANGUAGES))
def answers(language: str) -> Answers:
    return Answers(FACTS, Marked(language), TODAY)


@cache
def answered(cell: Cell) -> Answer:
    """The answer, as if exactly this topic, job and citizenship had been understood.

    The rules of a topic are chosen by what is read, which is English in every language.
    """
    english = typed(replace(cell, language=DEFAULT))
    known = hear({}, told(cell), f"ask_{cell.topic}", FACTS, english)
    offers = cell.topic == "eligibility"
    return answers(cell.language).answer([cell.topic], known, english, offer_lawyer=offers)


def each(topic: str, language: str) -> Iterator[tuple[Cell, Answer]]:
    """The answers to a topic for every profession."""
    for profession in PROFESSIONS:
        cell = Cell(profession, topic, language)
        yield cell, answered(cell)


def said(cell: Cell) -> list[Message]:
    """The message and its answer, as each channel gets them."""
    answer = answered(cell)
    events = [
        {"event": "user", "message_id": ASKED, "text": typed(cell), "timestamp": 0},
        {"event": "bot", "text": answer.text, "data": {"buttons": answer.buttons}, "timestamp": 1},
    ]
    return Transcript(events, "").turn(ASKED)


def dates(answer: Answer) -> list[str]:
    """The numbers in the line of sources: days and years."""
    line = SOURCES.search(answer.text)
    return re.findall(r"\d+", line.group()) if line else []


# The table


def test_every_question_of_fact_stands_in_every_language_with_a_job() -> None:
    intents = yaml.safe_load(DOMAIN.read_text(encoding="utf-8"))["intents"]
    assert {f"ask_{topic}" for topic in TOPICS} <= set(intents)
    assert set(questions()) == set(TOPICS)
    for topic, question in questions().items():
        for sentence in question.sentences.values():
            assert sentence.count("{job}") == 1, topic


@every_language
def test_each_profession_and_each_topic_is_in_the_slice_several_times(language: str) -> None:
    cells = list(some_cells(language))
    assert min(Counter(cell.profession for cell in cells)[name] for name in PROFESSIONS) >= 7
    assert min(Counter(cell.topic for cell in cells)[name] for name in TOPICS) >= 12


# What is answered, in every cell


@every_language
@every_topic_in
def test_every_answer_rests_on_facts_with_their_dates(topic: str, language: str) -> None:
    for cell, answer in each(topic, language):
        assert answer.text.strip(), cell
        assert any(answer.record[name] for name in ("rules", "professions", "verdict")), cell
        assert dates(answer), (cell, answer.text)


@pytest.mark.parametrize("language", TRANSLATIONS)
@every_topic_in
def test_every_answer_says_what_english_says(topic: str, language: str) -> None:
    for cell, answer in each(topic, language):
        english = answered(replace(cell, language=DEFAULT))
        assert answer.record == english.record, cell
        assert dates(answer) == dates(english), (cell, answer.text, english.text)
        assert len(answer.buttons) == len(english.buttons), cell


@every_language
@every_topic_in
def test_every_answer_is_in_its_language_alone(topic: str, language: str) -> None:
    for cell, answer in each(topic, language):
        whole = " ".join([answer.text, *(button["title"] for button in answer.buttons)])
        assert "‡‡" not in whole, (cell, whole)
        assert not translated(whole, language), (cell, translated(whole, language), whole)
        if language != DEFAULT:
            assert_is_said_in(language, answer)


# How it is shown, in every channel


@every_language
@every_topic_in
def test_every_answer_is_shown_on_the_web(topic: str, language: str) -> None:
    for cell, answer in each(topic, language):
        _, message = said(cell)
        shown = json.loads(json.dumps(message.shown()))
        assert (shown["from"], shown["text"]) == ("assistant", answer.text), cell
        assert shown.get("buttons", []) == [button["title"] for button in answer.buttons], cell


@every_language
@every_topic_in
def test_every_answer_is_shown_in_slack(topic: str, language: str) -> None:
    for cell, answer in each(topic, language):
        shown = slack_blocks.answer(said(cell)[1], SENDER)
        assert fault_of({"text": shown.text, "blocks": shown.blocks}) is None, (cell, shown)
        titles = [
            button["text"]["text"]
            for block in shown.blocks
            if block["type"] == "actions"
            for button in block["elements"]
        ]
        assert titles == [button["title"] for button in answer.buttons], cell
        english = slack_blocks.answer(said(replace(cell, language=DEFAULT))[1], SENDER)
        assert [block["type"] for block in shown.blocks] == [block["type"] for block in english.blocks], cell


@every_language
@every_topic_in
def test_every_answer_is_shown_over_rest(topic: str, language: str) -> None:
    for cell, answer in each(topic, language):
        shown = _shown(SENDER, said(cell))
        assert shown and all(message["text"].strip() for message in shown), cell
        assert "\n\n".join(message["text"] for message in shown) == answer.text, cell
        assert [b for message in shown for b in message.get("buttons", [])] == answer.buttons, cell


# What is understood


@every_language
def test_the_job_the_citizenship_and_the_language_are_read(language: str) -> None:
    assert not failures((cell, misread(cell)) for cell in some_cells(language))


@pytest.fixture(scope="module")
def typed_cells() -> dict[Cell, list[str]]:
    """What is wrong with each cell of the slice, typed to the trained model."""
    # In a thread of its own: the browser tests leave an event loop running in this one.
    with ThreadPoolExecutor(1) as worker:
        return worker.submit(_type_all).result()


def _type_all() -> dict[Cell, list[str]]:
    listener = evaluate.Listener(evaluate.ensure_trained())
    return {cell: misunderstood(cell, listener) for language in LANGUAGES for cell in some_cells(language)}


@every_language
@every_topic_in
def test_the_typed_question_is_understood(
    topic: str, language: str, typed_cells: dict[Cell, list[str]]
) -> None:
    asked = ((cell, faults) for cell, faults in typed_cells.items() if cell.language == language)
    assert not failures((cell, faults) for cell, faults in asked if cell.topic == topic)
