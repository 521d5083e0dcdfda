"""The sentences of the conversation come from domain.yml, filled, in the visitor's language or in English."""

import ast
import re
from pathlib import Path

import pytest
import yaml

from actions.words import DOMAIN, Words

SENTENCES = yaml.safe_load(DOMAIN.read_text(encoding="utf-8"))["words"]


@pytest.fixture
def words() -> Words:
    return Words()


def test_a_sentence_is_said_with_its_braces_filled(words: Words) -> None:
    assert "+1 555" in words.say("lawyer_offer", phone="+1 555")
    assert "{" not in words.say("lawyer_offer", phone="+1 555")


def test_what_a_visitor_typed_is_said_as_typed(words: Words) -> None:
    typed = "{phone} {0.__class__} %s"
    assert typed in words.say("lawyer_offer", phone=typed)


def test_an_unknown_sentence_or_an_unfilled_brace_is_an_error(words: Words) -> None:
    with pytest.raises(KeyError):
        words.say("no_such_sentence")
    with pytest.raises(KeyError):
        words.say("lawyer_offer")


def test_a_language_without_the_sentence_gets_english(words: Words, tmp_path: Path) -> None:
    file = tmp_path / "domain.yml"
    file.write_text("words: {hi: {en: Hello, es: Hola}, bye: {en: Goodbye}}", encoding="utf-8")
    spanish = Words("es", file)
    assert (spanish.say("hi"), spanish.say("bye"), Words("xx", file).say("hi")) == (
        "Hola",
        "Goodbye",
        "Hello",
    )


def test_a_facts_text_comes_in_the_language_or_in_english() -> None:
    assert Words("fr").of({"en": "nurse", "fr": "infirmière"}) == "infirmière"
    assert Words("fr").of({"en": "nurse"}) == "nurse"


def test_every_sentence_exists_in_english_and_its_braces_are_names() -> None:
    for name, variants in SENTENCES.items():
        assert variants["en"].strip(), name
        assert all(re.fullmatch(r"\w+", brace) for brace in re.findall(r"{(.*?)}", variants["en"])), name


def test_no_sentence_promises_that_somebody_qualifies() -> None:
    for name, variants in SENTENCES.items():
        assert not re.search(r"\byou('ll| will| do)? qualify\b|\bguarantee", variants["en"], re.I), name


def test_every_sentence_that_the_actions_name_is_in_the_domain() -> None:
    named = set()
    for file in (DOMAIN.parent / "actions").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "say"
            ):
                named |= {
                    a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)
                }
    assert len(named) > 20
    assert named <= set(SENTENCES)
