"""Which messages ask for a language and for nothing else, in English or in rough English."""

import time

import pytest

from components.language_wish import asked_for
from components.understanding import shared


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("in French please", "fr"), ("English", "en"), ("Spanish?", "es"), ("SPANISH PLEASE", "es"),
        ("Can we switch to Spanish?", "es"), ("Hello, do you speak French?", "fr"), ("can I write in French", "fr"),
        ("I'd prefer Spanish", "es"), ("I would rather speak French, please", "fr"), ("let's go on in English", "en"),
        ("could you answer me in Spanish", "es"), ("back to English please", "en"), ("no, in English", "en"),
        ("please continue this conversation in French", "fr"), ("sorry, I want to talk in Spanish", "es"),
        ("Is it possible in French?", "fr"), ("  english ,  thanks! ", "en"), ("change the language to French", "fr"),
    ],
)  # fmt: skip
def test_who_asks_for_a_language_gets_it(text: str, language: str) -> None:
    assert asked_for(text) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("en français svp", "fr"), ("Parlez-vous français?", "fr"), ("peux-tu répondre en anglais?", "en"),
        ("anglais s'il vous plaît", "en"), ("on peut-tu continuer en français?", "fr"), ("espagnol", "es"),
        ("FRANÇAIS SVP", "fr"), ("en anglais", "en"), ("je préfère le français", "fr"),
        ("en español por favor", "es"), ("¿habla español?", "es"), ("¿podemos hablar en inglés?", "en"),
        ("quiero hablar en español", "es"), ("en ingles por favor", "en"), ("hablas espanol", "es"), ("¿Español?", "es"),
        ("prefiero inglés", "en"), ("en francés por favor", "fr"),
    ],
)  # fmt: skip
def test_so_does_who_asks_in_another(text: str, language: str) -> None:
    assert asked_for(shared().read(text).gloss.text) == language


@pytest.mark.parametrize(
    "text",
    [
        "I am French", "we are Spanish", "I'm English", "French citizen", "I have a French passport", "my wife is French",
        "je suis français", "je suis française", "soy español", "mi esposa es española",
    ],
)  # fmt: skip
def test_who_says_of_what_nation_they_are_asks_for_no_language(text: str) -> None:
    assert asked_for(shared().read(text).gloss.text) is None


@pytest.mark.parametrize(
    "text",
    [
        "I don't speak English", "I do not understand French", "my English is bad", "no hablo inglés", "no sé ingles",
        "je ne parle pas anglais", "je parle pas anglais", "je comprends pas l'anglais",
    ],
)  # fmt: skip
def test_who_does_not_speak_a_language_is_not_answered_in_it(text: str) -> None:
    assert asked_for(shared().read(text).gloss.text) is None


@pytest.mark.parametrize(
    "text",
    [
        "", "?", "language", "do I need French", "do I need to speak French?", "Do I have to know English?",
        "is English required", "Do I need French for Quebec?", "in French please: do I need a CAQ?", "¿necesito hablar francés?",
        "dois-je parler français", "faut-il parler anglais", "en español por favor, ¿necesito una LMIA?",
        "I want to teach French", "a French restaurant", "can I work as a Spanish teacher", "documents in French",
        "are the forms in English or French?",
        "translation into English please help me", "German please", "in Portuguese",
    ],
)  # fmt: skip
def test_who_says_anything_else_asks_for_none(text: str) -> None:
    assert asked_for(shared().read(text).gloss.text) is None


@pytest.mark.parametrize(
    "words", ["i ", "please ", "you to ", "can do please to the ", "in ", "english ", "speak the "]
)
def test_it_is_told_at_once_however_long_the_message_is(words: str) -> None:
    started = time.monotonic()
    assert asked_for((words * 2_000)[:2_000]) is None
    assert time.monotonic() - started < 2
