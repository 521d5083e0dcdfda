"""Words are compared without case, accents, dots and apostrophes, and keep their place in the text."""

import pytest

from knowledge.text import fold, key, tokens


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        ("P.Eng.", "peng"),
        ("Cégep Teacher", "cegep teacher"),
        ("UI/UX designer", "ui ux designer"),
        ("full-stack developer", "full stack developer"),
        ("F&B manager", "f&b manager"),
        ("I’m", "im"),
        ("  registered   NURSE!", "registered nurse"),
        ("?!", ""),
    ],
)
def test_two_spellings_of_a_title_have_one_key(typed: str, compared: str) -> None:
    assert key(typed) == compared


def test_a_word_knows_where_it_stands() -> None:
    text = "Is a médico/nurse listed?"
    for token in tokens(text):
        assert text[token.start : token.end] == token.raw
        assert token.word == fold(token.raw)
    assert [token.word for token in tokens(text)] == ["is", "a", "medico", "nurse", "listed"]


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("MÉDICO", "medico"),
        ("cafe\u0301", "cafe"),
        ("nurse’s", "nurses"),
        ("U.S.A.", "usa"),
        ("", ""),
    ],
)
def test_folding_takes_away_case_accents_dots_and_apostrophes(typed: str, folded: str) -> None:
    assert fold(typed) == folded
    assert fold(folded) == folded


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("C# and C developer", ["c#", "and", "c", "developer"]),
        ("R&D manager", ["r&d", "manager"]),
        ("nurse/midwife – full-time", ["nurse", "midwife", "full", "time"]),
        ("a nurse.", ["a", "nurse"]),
        ("_nurse_", ["nurse"]),
        ("日本の nurse 👩‍⚕️", ["日本の", "nurse"]),
    ],
)
def test_hyphens_and_slashes_part_words_while_signs_of_an_abbreviation_stay(
    typed: str, words: list[str]
) -> None:
    assert [token.word for token in tokens(typed)] == words


def test_the_dot_at_the_end_of_a_sentence_is_no_part_of_its_last_word() -> None:
    assert [token.raw for token in tokens("I am a nurse. Really.")] == ["I", "am", "a", "nurse", "Really"]
