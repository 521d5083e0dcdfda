"""What may come in: clean words of bounded length, or a press on a button. Everything else is refused, by name."""

from __future__ import annotations

import time
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.gate import LONGEST, Press, Refused, Words, clean, read

ID = "0b7c5a5e-4d2f-4c8b-9a61-000000000001"


def refused(data: object) -> str:
    with pytest.raises(Refused) as caught:
        read(data)
    return caught.value.error


def test_words_come_through_as_typed() -> None:
    text = "¿Puedo trabajar en Québec?\n\n  – I'm an “ingeniero” 👩🏽‍🔬 from שלום"
    assert read({"id": ID, "text": text}) == Words(ID, text)


def test_what_else_is_sent_is_not_looked_at() -> None:
    extra = {"sender_id": "web-1", "session_id": "x", "metadata": {"a": 1}, "language": "fr", "button": None}
    assert read({"id": ID, "text": "hello", **extra}) == Words(ID, "hello")


def test_a_press_names_a_message_and_an_index() -> None:
    button = {"message": f"{ID}.0", "index": 2, "payload": "/restart", "title": "x"}
    assert read({"id": ID, "button": button}) == Press(ID, f"{ID}.0", 2)


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "hello",
        42,
        b"bytes",
        {},
        {"text": "hello"},
        {"id": ID},
        {"id": ID, "text": None},
        {"id": ID, "text": "hello", "button": {"message": f"{ID}.0", "index": 0}},
        *(
            {"id": name, "text": "hello"}
            for name in (1, None, "", "short", "a" * 65, ID + "\n", ID + "é", [ID])
        ),
        *({"id": ID, "text": text} for text in (1, True, ["hello"], {"a": "b"}, b"hello")),
        *({"id": ID, "button": button} for button in (1, "x", [], {})),
        *(
            {"id": ID, "button": {"message": message, "index": 0}}
            for message in (None, 1, [], {"a": 1}, "x" * 101)
        ),
        *(
            {"id": ID, "button": {"message": f"{ID}.0", "index": index}}
            for index in (None, -1, 1.0, "0", True, [], 10**30)
        ),
    ],
)
def test_what_has_another_form_is_invalid(data: object) -> None:
    assert refused(data) == "invalid"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "\n\t ",
        "\u200b\u200d\ufeff",
        "\x00\x07",
        "\ud800",
        "\u202e\u2066",
        "\u3164\u2800",
        "\u0301\ufe0f",
    ],
)
def test_nothing_to_see_is_empty(text: str) -> None:
    assert refused({"id": ID, "text": text}) == "empty"


@pytest.mark.parametrize("text", ["?", "👍", "1", "é", "我", "ok\u200b"])
def test_one_sign_is_a_message(text: str) -> None:
    assert read({"id": ID, "text": text}) == Words(ID, text)


def test_what_could_deceive_is_taken_out() -> None:
    assert clean("a\x00b\x1b[31mc\ud800d\u202ee\u2067f\x7fg") == "ab[31mcdefg"
    assert clean("one\r\ntwo\rthree\u2028four\u0085five\tsix") == "one\ntwo\nthree\nfour\nfive\tsix"


def test_joiners_and_marks_that_languages_need_stay() -> None:
    assert clean("می\u200cخواهم \u200fשלום") == "می\u200cخواهم \u200fשלום"


def test_letters_are_composed() -> None:
    assert clean("Que\u0301bec") == "Québec"


def test_the_limit_counts_composed_characters() -> None:
    assert len(clean("e\u0301" * LONGEST)) == LONGEST
    for text in ("x" * (LONGEST + 1), "e\u0301" * (LONGEST + 1), "x" * 1_000_000):
        assert refused({"id": ID, "text": text}) == "too_long"


def test_it_is_quick_about_marks_piled_up() -> None:
    started = time.perf_counter()
    for text in ("a" + "\u0301\u0323\u0316\u031b" * 1_900, "\u0327\u0301" * 500_000):
        assert refused({"id": ID, "text": text}) == "too_long"
    assert time.perf_counter() - started < 0.5


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("/restart", "restart"),
        ("  /affirm", "affirm"),
        ("//session_start", "session_start"),
        ("/ /restart", "restart"),
        ('/inform{"citizenship": "us"}', 'inform{"citizenship": "us"}'),
        ("yes and/or no", "yes and/or no"),
    ],
)
def test_a_typed_command_is_words(typed: str, plain: str) -> None:
    said = read({"id": ID, "text": typed})
    assert isinstance(said, Words)
    assert (said.text, said.plain) == (typed.strip(), plain)


@pytest.mark.parametrize("text", ["/", " // / "])
def test_slashes_alone_say_nothing(text: str) -> None:
    assert refused({"id": ID, "text": text}) == "empty"


@given(st.text(max_size=3_000))
def test_whatever_is_typed_comes_out_clean(text: str) -> None:
    try:
        said = read({"id": ID, "text": text})
    except Refused as refusal:
        assert refusal.error in {"empty", "too_long"}
        return
    assert isinstance(said, Words)
    assert 0 < len(said.text) <= LONGEST
    assert unicodedata.is_normalized("NFC", said.text)
    assert not {unicodedata.category(char) for char in said.text.replace("\n", "").replace("\t", "")} & {
        "Cc",
        "Cs",
    }
    assert not said.plain.strip().startswith("/")  # as Rasa looks for a command
    assert clean(said.text) == said.text
    said.text.encode()


anything: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(
    st.fixed_dictionaries({}, optional={name: anything for name in ("id", "text", "button")}) | anything,
)
def test_whatever_is_sent_is_taken_or_refused(data: object) -> None:
    try:
        read(data)
    except Refused as refusal:
        assert refusal.error in {"invalid", "empty", "too_long"}
