"""The list and the rules are applied in the order in which an officer would stop reading."""

from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.eligibility import Assessment, Situation, assess, citizenship_block, nations_of
from knowledge.facts import Facts, load


def assessed(facts: Facts, **told: Any) -> Assessment:
    return assess(Situation(**told), facts)


# Every obstacle at once, the first one to stop at first. Taking one away shows the next.
OBSTACLES: list[tuple[str, str, dict[str, Any]]] = [
    ("no", "going_south", {"destination": "us"}),
    ("no", "third_country", {"citizenship": ("in",)}),
    ("no", "own_business", {"own_business": "yes"}),
    ("no", "not_listed", {"title": "carpenter"}),
    ("no", "no_job_offer", {"job_offer": "no"}),
    ("no", "requirements_not_met", {"degree": "none"}),
]
FINE = {
    "destination": "ON",
    "citizenship": ("us",),
    "own_business": None,
    "title": "economist",
    "job_offer": None,
}


@pytest.mark.parametrize("first", range(len(OBSTACLES)), ids=[reason for _, reason, _ in OBSTACLES])
def test_the_first_obstacle_decides(all_facts: Facts, first: int) -> None:
    told = dict(FINE)
    for _, _, fault in OBSTACLES[first:]:
        told |= fault
    assessment = assessed(all_facts, **told)
    assert (assessment.verdict, assessment.reasons[0]) == OBSTACLES[first][:2]


def test_without_an_obstacle_a_listed_profession_is_a_yes(all_facts: Facts) -> None:
    assert assessed(all_facts, **FINE) == Assessment("yes", ("listed",), ("economist",))


# Citizenship


@pytest.mark.parametrize(
    ("told", "verdict", "reason"),
    [
        ({"citizenship": ("us",)}, None, None),
        ({"citizenship": ("mx",)}, None, None),
        ({"citizenship": ("in", "us")}, None, None),
        ({"citizenship": ("us",), "residence": ("in",)}, None, None),
        ({"citizenship": ("us",), "residence": ("us", "permanent")}, None, None),
        ({"residence": ("us",)}, None, None),
        ({}, None, None),
        ({"citizenship": ("in",)}, "no", "third_country"),
        ({"citizenship": ("other",)}, "no", "third_country"),
        ({"citizenship": ("in",), "residence": ("us", "permanent")}, "no", "third_country"),
        ({"residence": ("us", "permanent")}, "no", "resident_only"),
        ({"citizenship": ("ca",)}, "no", "canadian"),
        ({"citizenship": ("us", "ca")}, "no", "canadian"),
        ({"residence": ("ca", "permanent")}, "no", "canadian"),
        ({"citizenship": ("us",), "residence": ("ca", "permanent")}, "no", "canadian"),
        ({"citizenship": ("gu",)}, "depends", "territory"),
        ({"citizenship": ("vi",)}, "depends", "territory"),
    ],
)
def test_only_citizens_of_the_us_or_mexico_may_use_it(
    all_facts: Facts, told: dict[str, Any], verdict: str | None, reason: str | None
) -> None:
    block = citizenship_block(Situation(**told))
    assert (block and block[:2]) == (verdict and (verdict, reason))
    if block:
        assert block[2] and set(block[2]) <= set(all_facts.rules)


def test_people_of_puerto_rico_are_no_special_case(all_facts: Facts) -> None:
    assert assessed(all_facts, title="economist", citizenship=("us",), residence=("pr",)).verdict == "yes"


def test_the_nations_that_count_are_those_of_the_agreement() -> None:
    assert nations_of(Situation(citizenship=("in", "mx", "ca"))) == {"mx"}


@pytest.mark.parametrize(("country", "rule"), [("us", "reciprocity_us"), ("mx", "reciprocity_mexico")])
def test_going_south_names_the_other_countrys_rule(all_facts: Facts, country: str, rule: str) -> None:
    assert rule in assessed(all_facts, title="economist", citizenship=("ca",), destination=country).rules


# Jobs


@pytest.mark.parametrize(
    ("told", "verdict", "reason"),
    [
        ({"title": "pharmacist"}, "yes", "listed"),
        ({"title": "plumber"}, "no", "not_listed"),
        ({"title": "tax accountant"}, "depends", "may_qualify"),
        ({"title": "physician"}, "depends", "limited"),
        ({"title": "research assistant at a university"}, "yes", "listed"),
        ({"unknown_job": "falconer", "unknown_status": "not_listed"}, "no", "not_listed_unknown"),
        ({"unknown_job": "wine consultant", "unknown_status": "depends"}, "depends", "unknown_title"),
    ],
)
def test_a_job_stands_to_the_list_as_its_title_does(
    all_facts: Facts, told: dict[str, Any], verdict: str, reason: str
) -> None:
    assessment = assessed(all_facts, citizenship=("us",), **told)
    assert (assessment.verdict, assessment.reasons[0]) == (verdict, reason)


def test_every_listed_profession_by_its_own_name_is_a_yes_or_limited(all_facts: Facts) -> None:
    for title in all_facts.titles.values():
        if title.basis == "list_name":
            first = all_facts.professions[title.professions[0]]
            plain = title.status == "same" and first.verdict == "yes"
            verdict = assessed(all_facts, title=title.title, citizenship=("mx",)).verdict
            assert verdict == ("yes" if plain else "depends"), title.title


def test_no_title_that_is_not_the_same_gets_a_plain_yes(all_facts: Facts) -> None:
    for title in all_facts.titles.values():
        told = {"title": title.title, "citizenship": ("us",), "degree": "degree", "licence": "yes"}
        verdict = assessed(all_facts, **told).verdict
        assert title.status == "same" or verdict != "yes", title.title
        assert title.status != "not_listed" or verdict == "no", title.title


def test_the_profession_that_an_unknown_job_resembles_is_told(all_facts: Facts) -> None:
    told = {"unknown_job": "wine consultant", "unknown_nearest": "management_consultant"}
    assert assessed(all_facts, citizenship=("us",), **told).nearest == ("management_consultant",)


# What the person can show


@pytest.mark.parametrize(
    ("title", "told", "verdict", "reason"),
    [
        ("economist", {"degree": "degree"}, "yes", "listed"),
        ("economist", {"degree": "diploma"}, "no", "requirements_not_met"),
        ("economist", {"degree": "none", "experience_years": 30}, "no", "requirements_not_met"),
        ("graphic designer", {"degree": "diploma", "experience_years": 3}, "yes", "listed"),
        ("graphic designer", {"degree": "diploma", "experience_years": 2}, "no", "requirements_not_met"),
        ("graphic designer", {"degree": "diploma"}, "depends", "other_route"),
        ("graphic designer", {"degree": "none"}, "no", "requirements_not_met"),
        ("management consultant", {"degree": "none", "experience_years": 5}, "yes", "listed"),
        ("management consultant", {"degree": "none", "experience_years": 4}, "no", "requirements_not_met"),
        ("pharmacist", {"degree": "none", "licence": "yes"}, "yes", "listed"),
        ("pharmacist", {"degree": "none", "licence": "no"}, "no", "requirements_not_met"),
        ("pharmacist", {"degree": "degree", "licence": "no"}, "yes", "listed"),
        ("registered nurse", {"licence": "yes"}, "yes", "listed"),
        ("registered nurse", {"degree": "degree"}, "no", "licence_needed"),
        ("registered nurse", {"degree": "degree", "licence": "yes"}, "yes", "listed"),
        ("registered nurse", {"degree": "licenciatura", "licence": "no"}, "no", "licence_needed"),
        ("registered nurse", {"licence": "no"}, "no", "licence_needed"),
        ("psychologist", {"degree": "licenciatura"}, "yes", "listed"),
        ("psychologist", {"degree": "degree"}, "no", "licence_needed"),
        ("certified public accountant", {"degree": "none"}, "yes", "listed"),
        ("accountant", {"degree": "none"}, "depends", "other_route"),
    ],
)
def test_what_is_lacking_is_held_against_every_alternative(
    all_facts: Facts, title: str, told: dict[str, Any], verdict: str, reason: str
) -> None:
    assessment = assessed(all_facts, title=title, citizenship=("us",), **told)
    assert (assessment.verdict, assessment.reasons[0]) == (verdict, reason)


# What is missing, and what else to say


@pytest.mark.parametrize(
    ("told", "missing"),
    [
        ({"title": "economist"}, "citizenship"),
        ({"title": "economist", "citizenship": ("us",)}, ""),
        ({"title": "designer"}, "which"),
        ({"title": "registered nurse", "citizenship": ("us",)}, "licence"),
        ({"title": "registered nurse", "citizenship": ("us",), "licence": "yes"}, ""),
        ({"title": "psychologist", "citizenship": ("mx",)}, "licence"),
        ({"title": "psychologist", "citizenship": ("mx",), "degree": "licenciatura"}, ""),
        ({"title": "plumber"}, ""),
        ({"title": "economist", "job_offer": "no"}, ""),
        ({"unknown_job": "wine consultant", "unknown_status": "depends"}, "citizenship"),
    ],
)
def test_only_the_one_thing_that_matters_now_is_missing(
    all_facts: Facts, told: dict[str, Any], missing: str
) -> None:
    assert assessed(all_facts, **told).missing == missing


def test_in_quebec_the_caq_and_the_orders_are_told_unless_it_is_a_no(all_facts: Facts) -> None:
    listed = assessed(all_facts, title="economist", citizenship=("us",), destination="QC")
    assert listed.rules == ("quebec_caq", "quebec_licence")
    refused = assessed(all_facts, title="plumber", citizenship=("us",), destination="QC")
    assert "quebec_caq" not in refused.rules


def test_the_self_employed_hear_of_their_rule_and_are_not_refused(all_facts: Facts) -> None:
    assessment = assessed(all_facts, title="economist", citizenship=("us",), own_business="self_employed")
    assert (assessment.verdict, assessment.rules) == ("yes", ("self_employment",))


# Any situation at all

known_facts = cache(load)

CODE = st.sampled_from(["us", "mx", "ca", "in", "gu", "other", "permanent", "zz"])
CODES = st.lists(CODE, max_size=3).map(tuple)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(told=st.fixed_dictionaries(
    {
        "title": st.sampled_from(
            [None, "economist", "registered nurse", "psychologist", "physician", "designer",
             "plumber", "nurse", "graphic designer", "certified public accountant", "lawyer",
             "technician", "no such title"]
        ),
        "unknown_status": st.sampled_from([None, "depends", "not_listed"]),
        "unknown_nearest": st.sampled_from([None, "economist"]),
        "citizenship": CODES, "residence": CODES,
        "destination": st.sampled_from([None, "QC", "ON", "us", "mx"]),
        "own_business": st.sampled_from([None, "yes", "self_employed"]),
        "job_offer": st.sampled_from([None, "yes", "no"]),
        "degree": st.sampled_from([None, "none", "diploma", "degree", "licenciatura"]),
        "licence": st.sampled_from([None, "yes", "no"]),
        "experience_years": st.sampled_from([None, 0, 2, 3, 5, 40]),
    }
))  # fmt: skip
def test_any_situation_has_one_verdict_whose_facts_exist(told: dict[str, Any]) -> None:
    facts = known_facts()
    assessment = assessed(facts, **told)
    assert assessment == assessed(facts, **told)
    assert assessment.verdict in {"yes", "depends", "no"} and assessment.reasons
    assert set(assessment.rules) <= set(facts.rules)
    assert {*assessment.professions, *assessment.nearest} <= set(facts.professions)
    assert assessment.missing in {"", "citizenship", "which", "licence"}
    if assessment.verdict == "yes":
        assert assessment.professions and (told["citizenship"] or assessment.missing)
        assert told["destination"] not in {"us", "mx"}
        assert told["own_business"] != "yes" and told["job_offer"] != "no"
        assert not told["citizenship"] or {"us", "mx"} & set(told["citizenship"])
    if assessment.verdict == "no":  # a resident may yet name the citizenship that counts
        assert assessment.missing == ("citizenship" if assessment.reasons == ("resident_only",) else "")
