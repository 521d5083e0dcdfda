"""Situation + facts → Assessment: what the list and the rules say for one person and one job.

Pure: the same situation and facts give the same assessment. It never decides that a person qualifies; it
says what the
published list and rules make of what is known, in the order in which an officer would stop reading.

``Assessment.verdict`` is 'yes', 'depends' or 'no'. ``reasons`` are names of sentences (the words are in
domain.yml),
``rules`` the ids of the rules behind them, ``missing`` the one thing still to ask ('' when nothing is).
"""

from __future__ import annotations

from typing import NamedTuple

from knowledge.facts import Facts, JobTitle, Profession
from knowledge.text import key

PARTIES = frozenset({"us", "mx"})
TERRITORIES = frozenset({"gu", "mp", "as", "vi"})


class Situation(NamedTuple):
    """What a person told us, as far as they told it. Countries as ISO codes, provinces as two capitals."""

    title: str | None = None
    unknown_job: str | None = None
    unknown_status: str | None = None
    unknown_nearest: str | None = None
    citizenship: tuple[str, ...] = ()
    residence: tuple[str, ...] = ()
    destination: str | None = None
    own_business: str | None = None
    job_offer: str | None = None
    degree: str | None = None
    licence: str | None = None
    experience_years: int | None = None


class Assessment(NamedTuple):
    """What the facts say of a situation. The first reason is the one that decides."""

    verdict: str
    reasons: tuple[str, ...]
    professions: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    missing: str = ""


def assess(situation: Situation, facts: Facts) -> Assessment:
    """The assessment of a situation that names a job, known or unknown to the facts."""
    title = facts.titles.get(situation.title or "")
    professions = _professions(title)
    blocked = _person_blocked(situation)
    listed = _of_title(situation, title, facts)
    if blocked:
        verdict, reason, rules = blocked
        # a permanent resident of one country may still be a citizen of the other
        missing = "citizenship" if reason == "resident_only" else ""
        return Assessment(verdict, (reason,), professions, listed.nearest, rules, missing)
    return listed._replace(
        rules=(*listed.rules, *_also(situation, listed, facts)), missing=_missing(situation, listed, title)
    )


def _professions(title: JobTitle | None) -> tuple[str, ...]:
    return title.professions if title else ()


def citizenship_block(situation: Situation) -> tuple[str, str, tuple[str, ...]] | None:
    """Who may use the category at all: (verdict, reason, rules), or None if nothing said so far stands in
    the way."""
    nations = frozenset(situation.citizenship)
    if "ca" in nations or {"ca", "permanent"} <= set(situation.residence):
        return "no", "canadian", ("canadian_citizens",)
    if nations & TERRITORIES:
        return "depends", "territory", ("us_territories",)
    if nations & PARTIES:
        return None
    if nations:
        return "no", "third_country", ("third_country", "citizenship")
    if "permanent" in situation.residence:
        return "no", "resident_only", ("citizenship",)
    return None


def _person_blocked(situation: Situation) -> tuple[str, str, tuple[str, ...]] | None:
    if situation.destination in PARTIES:
        return (
            "no",
            "going_south",
            ("tn_not_canada", "reciprocity_us" if situation.destination == "us" else "reciprocity_mexico"),
        )
    if block := citizenship_block(situation):
        return block
    if situation.own_business == "yes":
        return "no", "own_business", ("self_employment",)
    return None


def _of_title(situation: Situation, title: JobTitle | None, facts: Facts) -> Assessment:
    if title is None:
        nearest = (situation.unknown_nearest,) if situation.unknown_nearest else ()
        if situation.unknown_status == "depends":
            return Assessment("depends", ("unknown_title",), (), nearest, ("list_closed",))
        return Assessment("no", ("not_listed_unknown",), (), nearest, ("list_closed", "unlisted"))
    if title.status == "not_listed":
        return Assessment("no", ("not_listed",), (), title.nearest, ("list_closed", "unlisted"))
    if situation.job_offer == "no":
        return Assessment("no", ("no_job_offer",), title.professions, (), ("no_job_offer", "prearranged"))
    return _of_listed(situation, title, facts)


def _of_listed(situation: Situation, title: JobTitle, facts: Facts) -> Assessment:
    professions = [facts.professions[name] for name in title.professions]
    shortfalls = [_shortfall(situation, title, profession, facts) for profession in professions]
    if all(shortfalls):
        verdict, reason, rules = min(shortfalls, key=lambda s: s[0] == "no") or shortfalls[0]  # type: ignore[index, misc]
        return Assessment(verdict, (reason,), title.professions, (), rules)
    if professions[0].verdict == "depends" and len(professions) == 1 and not title.meets_limits:
        return Assessment("depends", ("limited",), title.professions)
    if title.status == "may_qualify":
        return Assessment("depends", ("may_qualify",), title.professions, (), ("list_closed",))
    return Assessment("yes", ("listed",), title.professions)


def _shortfall(
    situation: Situation, title: JobTitle, profession: Profession, facts: Facts
) -> tuple[str, str, tuple[str, ...]] | None:
    """What the person said they lack, held against every alternative of the minimum requirements."""
    alternatives = profession.minimum_requirements
    if (
        profession.id == "registered_nurse"
        and situation.licence == "no"
        and situation.degree == "licenciatura"
    ):
        return "no", "licence_needed", ("licensing",)
    if any(_shown(situation, title, alternative, facts) for alternative in alternatives):
        return None
    if situation.licence == "no" and situation.degree is None and {"licenciatura"} in map(set, alternatives):
        return "no", "licence_needed", ("qualifications", "licensing")
    possible = [alternative for alternative in alternatives if not _ruled_out(situation, alternative, facts)]
    if not possible:
        return "no", "requirements_not_met", ("qualifications",)
    if situation.degree == "degree" and {facts.credentials[c].kind for a in possible for c in a} == {
        "licence"
    }:
        return "no", "licence_needed", ("qualifications", "licensing")
    if situation.degree in {"none", "diploma"}:
        return "depends", "other_route", ("experience_instead_of_degree",)
    return None


def still_open(situation: Situation, profession: Profession, facts: Facts) -> tuple[tuple[str, ...], ...]:
    """The alternatives of the minimum requirements that nothing the person said rules out."""
    return tuple(
        alternative
        for alternative in profession.minimum_requirements
        if not _ruled_out(situation, alternative, facts)
    )


def _ruled_out(situation: Situation, alternative: tuple[str, ...], facts: Facts) -> bool:
    """True when the person said that they lack something this alternative needs."""
    for name in alternative:
        credential = facts.credentials[name]
        if credential.kind == "degree" and (
            situation.degree in {"none", "diploma"} or _degree_of_other_kind(name, situation)
        ):
            return True
        if credential.kind == "diploma" and situation.degree == "none":
            return True
        if credential.kind == "licence" and situation.licence == "no":
            return True
        if (
            credential.kind == "experience"
            and situation.experience_years is not None
            and situation.experience_years < (credential.years or 0)
        ):
            return True
    return False


def _degree_of_other_kind(credential: str, situation: Situation) -> bool:
    """Psychologists and registered nurses need a (Mexican-type) Licenciatura; a US degree alone is another
    kind."""
    return credential == "licenciatura" and situation.degree == "degree"


def _shown(situation: Situation, title: JobTitle, alternative: tuple[str, ...], facts: Facts) -> bool:
    held = {
        "degree": situation.degree in {"degree", "licenciatura"},
        "diploma": situation.degree == "diploma",
        "licence": situation.licence == "yes",
    }
    for name in alternative:
        credential = facts.credentials[name]
        if name in title.shows:
            continue
        enough = (
            (situation.experience_years or 0) >= (credential.years or 0)
            if credential.kind == "experience"
            else False
        )
        if not (held.get(credential.kind, False) or enough) or _degree_of_other_kind(name, situation):
            return False
    return True


def _also(situation: Situation, assessment: Assessment, facts: Facts) -> tuple[str, ...]:
    """Rules that this person should hear of besides: self-employment abroad, Quebec, the Mexican's way to
    apply."""
    rules: list[str] = []
    if assessment.verdict == "no":
        return ()
    if situation.own_business == "self_employed":
        rules.append("self_employment")
    if situation.destination == "QC":
        rules += ["quebec_caq", "quebec_licence"]
    return tuple(rules)


def _missing(situation: Situation, assessment: Assessment, title: JobTitle | None) -> str:
    """The one thing the verdict turns on now: 'citizenship', 'which' (of several professions), 'licence', or
    ''."""
    if assessment.verdict == "no":
        return ""
    if title is not None and title.ask:
        return "which"
    if not situation.citizenship:
        return "citizenship"
    if {"registered_nurse", "psychologist"} & set(assessment.professions[:1]) and situation.licence is None:
        return "licence" if situation.degree != "licenciatura" else ""
    return ""


def nations_of(situation: Situation) -> frozenset[str]:
    """The citizenships that count under the agreement."""
    return frozenset(situation.citizenship) & PARTIES


def own_title(facts: Facts, profession: str) -> str:
    """The everyday title that is the profession's own name, for buttons: the one in its own words, else the
    surest."""
    phrase = key(facts.professions[profession].phrase["en"])
    order = {"list_name": 0, "list": 1, "seed": 1, "ircc": 2}
    titles = [title for title in facts.titles.values() if profession in title.professions]
    best = min(
        titles,
        key=lambda t: (
            phrase not in map(key, t.names),
            t.professions[0] != profession,
            t.status != "same",
            order.get(t.basis, 3),
        ),
    )
    return best.title
