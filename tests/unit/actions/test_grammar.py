"""Dates, times, lists, articles, and how words meet, as each language has them."""

import pytest

from actions.grammar import GRAMMARS, capital, small
from actions.words import Words

ENGLISH = GRAMMARS["en"]


@pytest.mark.parametrize(
    ("iso", "english", "french", "spanish"),
    [
        ("2026-02", "February 2026", "février 2026", "febrero de 2026"),
        ("2026-02-11", "11 February 2026", "11 février 2026", "11 de febrero de 2026"),
        ("2026-02-01", "1 February 2026", "1er février 2026", "1 de febrero de 2026"),
        ("2024", "2024", "2024", "2024"),
        ("2024-12-01", "1 December 2024", "1er décembre 2024", "1 de diciembre de 2024"),
    ],
)
def test_a_date_is_said_as_exactly_as_it_is_known(iso: str, english: str, french: str, spanish: str) -> None:
    assert [Words(language).date(iso) for language in ("en", "fr", "es")] == [english, french, spanish]


@pytest.mark.parametrize(
    ("hour", "minute", "english", "french", "spanish"),
    [
        (17, 0, "5", "17\u00a0h", "las 5"),
        (11, 30, "11:30", "11\u00a0h\u00a030", "las 11:30"),
        (13, 0, "1", "13\u00a0h", "la 1"),
    ],
)
def test_a_time_is_said_as_people_say_it(
    hour: int, minute: int, english: str, french: str, spanish: str
) -> None:
    said = [GRAMMARS[language].clock(hour, minute) for language in ("en", "fr", "es")]
    assert said == [english, french, spanish]


@pytest.mark.parametrize(
    ("language", "items", "said"),
    [
        ("en", [], ""),
        ("en", ["a"], "a"),
        ("en", ["a", "b"], "a or b"),
        ("en", ["a", "b", "c"], "a, b or c"),
        ("fr", ["avocate", "ingénieure", "économiste"], "avocate, ingénieure ou économiste"),
        ("es", ["abogada", "médica", "economista"], "abogada, médica o economista"),
        ("es", ["médica", "odontóloga"], "médica u odontóloga"),
        ("es", ["médica", "Óptica"], "médica u Óptica"),
        ("es", ["médica", "horticultora"], "médica u horticultora"),
    ],
)
def test_a_list_is_said_with_commas_and_a_last_or(language: str, items: list[str], said: str) -> None:
    assert Words(language).listing(items) == said


@pytest.mark.parametrize(
    ("language", "before", "value", "said"),
    [
        ("en", "of ", "August", "of August"),
        ("fr", "en date de ", "février 2026", "en date de février 2026"),
        ("fr", "en date de ", "août 2026", "en date d'août 2026"),
        ("fr", "en date de ", "1er février 2026", "en date du 1er février 2026"),
        ("fr", "en date de ", "2024", "en date de 2024"),
        ("fr", "À revérifier depuis ", "11 août 2026", "À revérifier depuis le 11 août 2026"),
        ("fr", "À revérifier depuis ", "août 2026", "À revérifier depuis août 2026"),
        ("fr", "relève de **", "ingénieure/ingénieur", "relève d'**ingénieure/ingénieur"),
        ("fr", "relève de **", "hygiéniste dentaire", "relève d'**hygiéniste dentaire"),
        ("fr", "relève de **", "pharmacienne/pharmacien", "relève de **pharmacienne/pharmacien"),
        ("fr", "heure de ", "Edmonton", "heure d'Edmonton"),
        ("fr", "heure de ", "Toronto", "heure de Toronto"),
        ("fr", "de « ", "avocat", "de « avocat"),
        ("es", "desde ", "11 de agosto de 2026", "desde el 11 de agosto de 2026"),
        ("es", "desde ", "agosto de 2026", "desde agosto de 2026"),
        ("es", "con fecha de ", "11 de agosto de 2026", "con fecha del 11 de agosto de 2026"),
        ("es", "con fecha de ", "agosto de 2026", "con fecha de agosto de 2026"),
        ("es", "médica y ", "ingeniera", "médica e ingeniera"),
        ("es", "médica y ", "hielera", "médica y hielera"),
    ],
)
def test_words_meet_as_the_language_has_it(language: str, before: str, value: str, said: str) -> None:
    assert GRAMMARS[language].meeting(before, value) + value == said


@pytest.mark.parametrize(
    ("job", "said"),
    [
        ("plumber", "a plumber"),
        ("actuary", "an actuary"),
        ("engineer", "an engineer"),
        ("RN", "an RN"),
        ("CPA", "a CPA"),
        ("nurses", "nurses"),
        ("a nurse", "a nurse"),
        ("my job", "my job"),
        ("university teacher", "a university teacher"),
        ("UX designer", "a UX designer"),
        ("Economist", "an Economist"),
        ("hostess", "a hostess"),
    ],
)
def test_a_job_gets_the_article_that_english_gives_it(job: str, said: str) -> None:
    assert ENGLISH.with_article(job) == said


@pytest.mark.parametrize(
    ("language", "job", "said"),
    [
        ("fr", "ingénieurs civils", "ingénieur civil"),
        ("fr", "infirmières autorisées", "infirmière autorisée"),
        ("es", "doctoras", "doctora"),
        ("es", "diseñadores industriales", "diseñador industrial"),
        ("es", "farmacéuticos", "farmacéutico"),
    ],
)
def test_the_plural_of_a_job_is_known_to_be_the_same_job(language: str, job: str, said: str) -> None:
    assert GRAMMARS[language].singular(job) == said


@pytest.mark.parametrize("language", ["fr", "es"])
def test_a_job_that_stands_in_quotes_stays_as_it_was_typed(language: str) -> None:
    grammar = GRAMMARS[language]
    assert grammar.with_article("plombiers") == grammar.shown("plombiers", "plumber") == "plombiers"
    assert grammar.shown("rn", "registered nurse") == "RN"


@pytest.mark.parametrize(("text", "said"), [("nurse", "Nurse"), ("", ""), ("émigré", "Émigré"), ("RN", "RN")])
def test_a_capital_changes_the_first_letter_only(text: str, said: str) -> None:
    assert capital(text) == said


@pytest.mark.parametrize(("text", "said"), [("Fees", "fees"), ("LMIA (test)", "LMIA (test)"), ("", "")])
def test_a_short_form_keeps_its_capitals(text: str, said: str) -> None:
    assert small(text) == said
