"""French and Spanish say what English says, and nothing of it is left in English."""

import itertools
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timezone
from typing import Any

import pytest
import yaml

from actions.answers import Answers
from actions.parts import Answer
from actions.promise import promised
from actions.rule_answers import group_of
from actions.situation import SLOTS, hear
from actions.words import DOMAIN, Words
from components.sentences import FILE, LANGUAGES
from knowledge.eligibility import own_title
from knowledge.facts import Facts
from tests.language_checks import Marked, assert_is_said_in, english

DOMAIN_TEXTS = yaml.safe_load(DOMAIN.read_text(encoding="utf-8"))
SENTENCES: dict[str, Mapping[str, str]] = {
    **DOMAIN_TEXTS["words"],
    **yaml.safe_load(FILE.read_text(encoding="utf-8")),
}
OTHERS = [language for language in LANGUAGES if language != "en"]
VERDICTS = {
    "fr": {"yes": r"\*\*Oui\b", "depends": r"\*\*Cela dépend\b", "no": r"\*\*Non\b"},
    "es": {"yes": r"\*\*Sí\b", "depends": r"\*\*Depende\b", "no": r"\*\*No\b"},
}
TODAY = date(2026, 11, 24)
LATER = date(2030, 1, 1)  # every fact is due by then
LONGEST_TITLE = 24
TYPED = "zzz"  # a job as typed


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_is_there_with_the_same_braces_and_stars(language: str) -> None:
    for name, variants in SENTENCES.items():
        said, meant = variants[language], variants["en"]
        assert said.strip(), name
        assert sorted(re.findall(r"\{\w+\}", said)) == sorted(re.findall(r"\{\w+\}", meant)), name
        assert (said.count("**"), said.count("\n")) == (meant.count("**"), meant.count("\n")), name
        assert said.startswith(" ") == meant.startswith(" "), name
        assert said.endswith(" ") == meant.endswith(" "), name


@pytest.mark.parametrize("language", OTHERS)
def test_no_sentence_is_half_english(language: str) -> None:
    for name, variants in SENTENCES.items():
        if not name.startswith("rest_"):  # these name headers and fields
            assert not english(variants[language]), (name, english(variants[language]))


@pytest.mark.parametrize("language", OTHERS)
def test_titles_of_buttons_are_short(language: str) -> None:
    for name, variants in SENTENCES.items():
        if "button_" in name or name.startswith(("topic_", "erase_yes", "erase_no")):
            longest = max(LONGEST_TITLE, len(variants["en"]) + 10)
            assert len(variants[language]) <= longest, (name, variants[language])


def test_signs_stand_as_in_canadian_french_and_mexican_spanish() -> None:
    for name, variants in SENTENCES.items():
        french, spanish = variants["fr"], variants["es"]
        text = re.sub(r"`[^`]*`|\{\{.*\}\}|Authorization:", "", french)
        assert not re.search(
            r"[ \u00a0\u202f][;?!]|(?<!\u00a0):(?!\d)|«(?!\u00a0)|(?<!\u00a0)»|[“”]", text
        ), name
        assert spanish.count("¿") == spanish.count("?") and spanish.count("¡") == spanish.count("!"), name
        assert "«" not in spanish and "¿" not in french, name


def test_visitors_are_addressed_formally() -> None:
    for name, variants in SENTENCES.items():
        assert not re.search(r"\b(?:tu|ton|tes|toi)\b", variants["fr"], re.I), name
        assert not re.search(
            r"\b(?:tú|tus?|tienes|puedes|quieres|contigo|dime|escribe\b(?! aquí))", variants["es"], re.I
        ), name


def test_what_rasa_says_by_itself_is_there_in_each_language_with_buttons() -> None:
    for name, variations in DOMAIN_TEXTS["responses"].items():
        said = {_language(variation): variation for variation in variations}
        assert list(said) == ["en", *OTHERS], name
        for language in OTHERS:
            text, buttons = said[language]["text"], said[language].get("buttons", [])
            assert text.count("**") == said["en"]["text"].count("**"), name
            assert len(buttons) == len(said["en"].get("buttons", [])), name
            for button in buttons:
                assert not english(button["title"]) and not english(button["payload"]), button
                assert not button["payload"].startswith("/") and len(button["title"]) <= 42, button
            assert not english(text), (name, english(text))


def test_plain_rasa_takes_the_variation_of_the_language_slot() -> None:
    from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator

    says = TemplatedNaturalLanguageGenerator(DOMAIN_TEXTS["responses"])
    for slot, first in {"en": "Hello!", "fr": "Bonjour!", "es": "¡Hola!", None: "Hello!"}.items():
        response = says.generate_from_slots("utter_greet", {"language": slot}, "web")
        assert response and response["text"].startswith(first), slot


def _language(variation: Mapping[str, Any]) -> str:
    conditions = variation.get("condition")
    if not conditions:
        return "en"
    assert [sorted(condition) for condition in conditions] == [["name", "type", "value"]]
    assert (conditions[0]["type"], conditions[0]["name"]) == ("slot", "language")
    return str(conditions[0]["value"])


# Whole answers


PEOPLE: list[list[dict[str, Any]]] = [
    [{"entity": "citizenship", "value": code} for code in codes]
    for codes in ([], ["us"], ["mx"], ["us", "mx"], ["ca"], ["in"], ["gu", "vi"], ["other"])
]
TOPICS = (
    "eligibility",
    "requirements",
    "degree",
    "licence",
    "fees",
    "where_to_apply",
    "documents",
    "list",
    "source",
)


def answered(
    facts: Facts, language: str, topic: str, entities: list[dict[str, Any]], today: date = TODAY
) -> Answer:
    told = hear(dict.fromkeys(SLOTS), entities, f"ask_{topic}", facts)
    return Answers(facts, Marked(language), today).answer([topic], told, "", offer_lawyer=True)


def jobs(facts: Facts) -> Iterator[dict[str, Any]]:
    """Every profession by its own name, every title as somebody typed it, and some that nobody knows."""
    for profession in facts.professions:
        yield {"entity": "job_title", "value": own_title(facts, profession), "text": TYPED}
    for status, nearest in (("not_listed", None), ("depends", "engineer"), ("may_qualify", "engineer")):
        yield {"entity": "unknown_job", "value": TYPED, "text": TYPED, "status": status, "nearest": nearest}


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("topic", TOPICS)
def test_every_profession_and_citizenship_is_answered_in_the_language(
    all_facts: Facts, language: str, topic: str
) -> None:
    for job, person in itertools.product(jobs(all_facts), PEOPLE):
        answer = answered(all_facts, language, topic, [job, *person])
        assert_is_said_in(language, answer)
        if topic == "eligibility":
            assert re.match(VERDICTS[language][answer.record["verdict"]], answer.text), answer.text


@pytest.mark.parametrize("language", OTHERS)
def test_every_title_gets_its_verdict_in_the_first_words(all_facts: Facts, language: str) -> None:
    for title in all_facts.titles:
        job = {"entity": "job_title", "value": title, "text": TYPED}
        answer = answered(all_facts, language, "eligibility", [job, *PEOPLE[1]], LATER)
        assert_is_said_in(language, answer)
        assert re.match(VERDICTS[language][answer.record["verdict"]], answer.text), (title, answer.text)


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize(
    "told",
    [
        {"own_business": "yes"}, {"own_business": "self_employed"}, {"job_offer": "no"}, {"residence": "us"},
        {"degree": "none"}, {"degree": "degree"}, {"licence": "no"}, {"degree": "none", "licence": "no"},
        {"citizenship": "ca", "destination": "us"}, {"citizenship": "ca", "destination": "mx"},
        {"citizenship": "us", "destination": "QC"}, {"experience_years": "1", "degree": "none"},
    ],
)  # fmt: skip
def test_what_is_told_besides_is_answered_in_the_language(
    all_facts: Facts, language: str, told: dict[str, str]
) -> None:
    more = [{"entity": name, "value": value} for name, value in told.items()]
    for job in jobs(all_facts):
        answer = answered(all_facts, language, "eligibility", [job, *more])
        assert_is_said_in(language, answer)
        assert re.match(VERDICTS[language][answer.record["verdict"]], answer.text), answer.text


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("les professions médicales", "medical_allied"), ("las profesiones médicas", "medical_allied"),
        ("santé", "medical_allied"), ("salud", "medical_allied"), ("les scientifiques", "scientist"),
        ("los científicos", "scientist"), ("enseignants", "teacher"), ("maestros", "teacher"),
        ("le groupe général", "general"), ("el grupo general", "general"), ("la liste", None), ("la lista", None),
    ],
)  # fmt: skip
def test_a_group_of_the_list_is_known_by_its_name(text: str, group: str | None) -> None:
    assert group_of(text) == group


def test_a_verdict_reads_well_around_a_name_and_a_typed_job(all_facts: Facts) -> None:
    names = {"fr": "ingénieure/ingénieur", "es": "ingeniera/ingeniero"}
    said = {
        language: Words(language).say(
            "listed_as", Text="Dev", profession=names[language], for_whom=Words(language).say("for_mx")
        )
        for language in OTHERS
    }
    assert said["fr"] == (
        "**Oui.** «\u00a0Dev\u00a0» relève d'**ingénieure/ingénieur**, qui figure sur la liste de l'ACEUM"
        " (anciennement ALENA) pour les citoyens du Mexique."
    )
    assert said["es"] == (
        "**Sí.** “Dev” corresponde a **ingeniera/ingeniero**, que figura en la lista del T-MEC (antes TLCAN)"
        " para ciudadanos de México."
    )


@pytest.mark.parametrize(
    ("language", "now", "said"),
    [
        ("fr", datetime(2026, 12, 1, 15, tzinfo=timezone.utc), "aujourd'hui, au plus tard à 13\u00a0h (heure de Toronto)"),
        ("es", datetime(2026, 12, 1, 15, tzinfo=timezone.utc), "hoy, a más tardar a la 1 p. m. (hora de Toronto)"),
        ("fr", datetime(2026, 12, 1, 14, tzinfo=timezone.utc), "aujourd'hui, au plus tard à midi (heure de Toronto)"),
        ("es", datetime(2026, 12, 1, 14, tzinfo=timezone.utc), "hoy, a más tardar al mediodía (hora de Toronto)"),
        ("fr", datetime(2026, 11, 28, 15, tzinfo=timezone.utc), "le lundi 30 novembre, au plus tard à midi (heure de Toronto)"),
        (
            "es",
            datetime(2026, 11, 28, 15, tzinfo=timezone.utc),
            "el lunes 30 de noviembre, a más tardar al mediodía (hora de Toronto)",
        ),
    ],
)  # fmt: skip
def test_the_promise_is_said_on_the_clock_of_the_language(
    all_facts: Facts, language: str, now: datetime, said: str
) -> None:
    assert promised(all_facts.firm, now, Words(language)) == said
