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
