"""What a person told us so far, and how one more message changes it. Pure code on plain values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from actions.jobs import Job, job_elsewhere, jobs_named, remembered_job, same_job
from knowledge.eligibility import Situation
from knowledge.facts import Facts

SLOTS = (
    "job", "citizenship", "residence", "destination", "own_business", "job_offer", "degree", "licence",
    "experience_years", "person",
)  # fmt: skip
# In these the jobs and plans named are not the visitor's own facts.
NOT_ABOUT_ME = frozenset(
    {
        "talk_to_lawyer", "ask_firm", "ask_privacy", "ask_legal_other", "out_of_scope", "not_helpful",
        "ask_source",
    }
)  # fmt: skip
# What these only ask about ("can I start a company?") is no fact about the person.
_HYPOTHETICAL = {
    "ask_self_employment": ("own_business",),
    "ask_job_offer": ("job_offer",),
    "ask_change_employer": ("job_offer", "own_business"),
    "ask_several_employers": ("job_offer", "own_business"),
    "ask_family": ("job_offer",),
    "ask_work_allowed": ("own_business",),
    "ask_employer": ("job_offer",),
    "ask_documents": ("job_offer",),
}
# A job named in these is work beside one's own.
_OTHER_WORK = frozenset({"ask_work_allowed", "ask_several_employers"})
# In these a place of work ("and at a high school?") is that of the job named before.
_OF_THE_JOB = frozenset({"inform", "ask_eligibility"})
_STATED = ("destination", "own_business", "job_offer", "degree", "licence", "experience_years")
_ABOUT_THE_JOB = ("degree", "licence", "experience_years")
LONGEST_VALUE = 80
_SHE_OR_HE = re.compile(r"\b(?:she|he)(?:['’]s| is| works| has)\b", re.I)


class Told(NamedTuple):
    """What we know after a message: the values of the slots, and what this message itself named.

    ``hypothetical``: what it only asked about, as 'name=value' ("can I start a company?").
    ``said``: the kinds of facts in it.
    """

    slots: dict[str, Any]
    jobs: tuple[Job, ...]
    nations: tuple[str, ...]
    hypothetical: tuple[str, ...] = ()
    said: frozenset[str] = frozenset()


def hear(
    slots: Mapping[str, Any], entities: Sequence[Mapping[str, Any]], intent: str, facts: Facts, text: str = ""
) -> Told:
    """The slots after a message. A new person starts afresh; a new job keeps the person, not the old job's
    credentials."""
    told = {name: slots.get(name) for name in SLOTS}
    values = _by_name(entities)
    about_me = intent not in NOT_ABOUT_ME or bool(set(values.get("topic", ())) & set(facts.topics))
    jobs = jobs_named(entities, text, facts) if about_me else ()
    family = intent == "ask_family" or "family" in (slots.get("topics") or ())
    if family and jobs and "person" not in values and _SHE_OR_HE.search(text):
        values["person"] = ["spouse"]  # "she's a dentist", after "can my wife come?"
    if _is_somebody_else(told, values, bool(jobs), intent):
        told = dict.fromkeys(SLOTS)
        told["person"] = values["person"][0]
    if jobs and not (intent in _OTHER_WORK and told["job"]):
        _take_job(told, jobs[0], facts)
    elif intent in _OF_THE_JOB and not jobs and (elsewhere := job_elsewhere(remembered_job(told), text)):
        _take_job(told, elsewhere, facts)
    to_canada = any(place.isupper() for place in values.get("destination", ()))
    if (
        intent == "ask_going_south"
        and not to_canada
        and (abroad := {"us", "mx"} & set(values.get("residence", ())))
    ):
        values["destination"] = [abroad.pop()]
        values.pop("residence")
    if about_me:
        _take_facts(told, values, () if jobs else _HYPOTHETICAL.get(intent, ()))
    elif intent == "talk_to_lawyer" and not told["citizenship"] and "citizenship" in values:
        told["citizenship"] = values["citizenship"][:1]
    hypothetical = tuple(f"{n}={values[n][0]}" for n in _HYPOTHETICAL.get(intent, ()) if n in values)
    nations = tuple(dict.fromkeys(values.get("citizenship", ())))
    return Told(told, jobs, nations, hypothetical, frozenset(values))


def _is_another_company(told: Mapping[str, Any], said: Sequence[str]) -> bool:
    """The one that was told of is said to be another: 'it's a US company actually'."""
    return told["own_business"] == "yes" and said == ["self_employed"]


def _take_facts(told: dict[str, Any], values: Mapping[str, list[str]], only_asked: Sequence[str]) -> None:
    """Writes what was stated into the slots; an own company is stated even by asking whether it is a
    hindrance."""
    for name in _STATED:
        if name in values and (
            name not in only_asked
            or (
                name == "own_business"
                and (values[name] == ["yes"] or _is_another_company(told, values[name]))
            )
        ):
            told[name] = "yes" if values[name][0] == "plans" else values[name][0]
    for name in ("citizenship", "residence"):
        if name in values:
            told[name] = list(dict.fromkeys(values[name]))


def _by_name(entities: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for entity in entities:
        value = entity.get("value")
        if isinstance(value, (str, int)) and len(str(value)) <= LONGEST_VALUE:
            values.setdefault(str(entity.get("entity")), []).append(str(value))
    return values


def _is_somebody_else(
    told: Mapping[str, Any], values: Mapping[str, list[str]], job: bool, intent: str
) -> bool:
    """True when the facts of this message are another person's than those we have."""
    person = values.get("person", [None])[0]
    if person is None or person == (told["person"] or "me"):
        return False
    return job or "citizenship" in values and intent != "ask_family"


def _take_job(told: dict[str, Any], job: Job, facts: Facts) -> None:
    """Remembers the job; one said shortly ('engineer' for 'civil engineer') stays as it was, another one
    ends its credentials."""
    before = remembered_job(told)
    same = before is not None and same_job(job, before, facts)
    if before and same and len(job.text) <= len(before.text):
        return
    if before and not same:
        told.update(dict.fromkeys(_ABOUT_THE_JOB))
    told["job"] = job._asdict()


def situation(slots: Mapping[str, Any], job: Job | None = None) -> Situation:
    """The slots as a ``Situation``, for one of the jobs of the message or for the remembered one."""
    job = job or remembered_job(slots)
    years = str(slots.get("experience_years") or "")
    return Situation(
        title=job.title if job else None,
        unknown_job=job.text if job and not job.title else None,
        unknown_status=job.status if job and not job.title else None,
        unknown_nearest=job.nearest if job and not job.title else None,
        citizenship=tuple(slots.get("citizenship") or ()),
        residence=tuple(slots.get("residence") or ()),
        destination=slots.get("destination"),
        own_business=slots.get("own_business"),
        job_offer=slots.get("job_offer"),
        degree=slots.get("degree"),
        licence=slots.get("licence"),
        experience_years=int(years) if re.fullmatch("[0-9]{1,2}", years) else None,
    )
