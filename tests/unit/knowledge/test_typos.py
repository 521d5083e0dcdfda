"""A misspelt word is read by its letters and its sound; an everyday word is nobody's typo."""

import pytest

from knowledge.typos import Typos, one_slip, sound

PARTS = (
    "pharmacist",
    "physicist",
    "graphic",
    "designer",
    "counselor",
    "teacher",
    "medical",
    "psychologist",
    "phycologist",
)


@pytest.fixture(scope="module")
def typos() -> Typos:
    return Typos(PARTS, {"manger", "tech", "traffic"})


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("pharmasist", "pharmacist"),
        ("farmasist", "pharmacist"),
        ("pysicist", "physicist"),
        ("grafic", "graphic"),
        ("desinger", "designer"),
        ("counciler", "counselor"),
        ("techer", "teacher"),
        ("psycologist", "psychologist"),
    ],
)
def test_the_likeliest_reading_comes_first(typos: Typos, typed: str, meant: str) -> None:
    assert typos.readings(typed)[:1] == (meant,)


@pytest.mark.parametrize("word", ["manger", "traffic", "medicals", "pharmacist", "cat", "x9999"])
def test_an_everyday_word_a_right_one_or_a_plural_is_no_typo(typos: Typos, word: str) -> None:
    assert typos.readings(word) == ()


def test_words_that_sound_alike_have_one_sound() -> None:
    assert sound("grafic") == sound("graphic")


def test_one_slip_is_one_letter_but_never_the_first() -> None:
    assert one_slip("urbn", "urban")
    assert not one_slip("orban", "urban")
    assert not one_slip("rban", "urban")
