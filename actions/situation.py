"""What a person told us so far, and how one more message changes it. Pure code on plain values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from knowledge.eligibility import Situation
from knowledge.facts import Facts

SLOTS = (
    "job", "citizenship", "residence", "destination", "own_business", "job_offer", "degree", "licence",
    "experience_years", "person",
)  # fmt: skip
# In these the jobs and plans named are not the visitor's own facts.
_NOT_ABOUT_ME = {
    "talk_to_lawyer",
    "ask_firm",
    "ask_privacy",
    "ask_legal_other",
    "out_of_scope",
    "not_helpful",
    "ask_source",
}
_HYPOTHETICAL = {"ask_self_employment": ("own_business",), "ask_job_offer": ("job_offer",), "ask_change_employer": ("job_offer", "own_business"),
                 "ask_several_employers": ("job_offer", "own_business"), "ask_family": ("job_offer",), "ask_work_allowed": ("own_business",),
                 "ask_employer": ("job_offer",), "ask_documents": ("job_offer",)}  # fmt: skip
MOST_JOBS, LONGEST_JOB, MOST_TOPICS = 3, 80, 3
ASK, LAWYER = "ask_", "talk_to_lawyer"
PEOPLE_TOPICS = frozenset({"lawyer", "firm", "privacy", "legal_other"})
# Topics whose answer hangs on the job: a new job in the next message asks them again.
JOB_TOPICS = frozenset(
    {"eligibility", "requirements", "licence", "degree", "experience", "medical_exam", "job_offer"}
)
_CHAT = {
    "greet",
    "goodbye",
    "thank",
    "affirm",
    "deny",
    "who_are_you",
    "help",
    "start_over",
    *_NOT_ABOUT_ME,
}
_ELLIPSIS = re.compile(r"^\W*(?:and|what about|how about|or|also|same)\b", re.I)
_ABOUT_THE_JOB = ("degree", "licence", "experience_years")


class Job(NamedTuple):
    """A job named in a message: a title of the facts, or an unknown one with what a closed list makes of it."""

    title: str | None
    text: str
    status: str = "not_listed"
    nearest: str | None = None


class Told(NamedTuple):
    """What we know after a message: the values of the slots, and what this message itself named.

    ``hypothetical``: what it only asked about, as 'name=value' ("can I start a company?"); ``said``: the kinds of facts in it.
    """

    slots: dict[str, Any]
    jobs: tuple[Job, ...]
    nations: tuple[str, ...]
    hypothetical: tuple[str, ...] = ()
    said: frozenset[str] = frozenset()


def hear(slots: Mapping[str, Any], entities: Sequence[Mapping[str, Any]], intent: str, facts: Facts) -> Told:
    """The slots after a message. A new person starts afresh; a new job keeps the person but not the old job's credentials."""
    told = {name: slots.get(name) for name in SLOTS}
    values = _by_name(entities)
    jobs = () if intent in _NOT_ABOUT_ME else _jobs(entities, facts)
    if _is_somebody_else(told, values, bool(jobs), intent):
        told = dict.fromkeys(SLOTS)
        told["person"] = values["person"][0]
    if jobs:
        _take_job(told, jobs[0])
    for name in ("destination", "own_business", "job_offer", "degree", "licence", "experience_years"):
        asked_only = name in _HYPOTHETICAL.get(intent, ()) and not (
            name == "own_business" and values.get(name) == ["yes"]
        )
        if name in values and not asked_only and intent not in _NOT_ABOUT_ME:
            told[name] = "yes" if values[name][0] == "plans" else values[name][0]
    if intent == "ask_going_south" and (abroad := {"us", "mx"} & set(values.get("residence", ()))):
        told["destination"] = abroad.pop()
        values.pop("residence")
    nations = tuple(dict.fromkeys(values.get("citizenship", ())))
    if nations and intent not in _NOT_ABOUT_ME:
        told["citizenship"] = list(nations)
    if "residence" in values and intent not in _NOT_ABOUT_ME:
        told["residence"] = list(dict.fromkeys(values["residence"]))
    hypothetical = tuple(f"{n}={values[n][0]}" for n in _HYPOTHETICAL.get(intent, ()) if n in values)
    return Told(told, jobs, nations, hypothetical, frozenset(values))


def _by_name(entities: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for entity in entities:
        value = entity.get("value")
        if isinstance(value, (str, int)) and len(str(value)) <= 80:
            values.setdefault(str(entity.get("entity")), []).append(str(value))
    return values


def _jobs(entities: Sequence[Mapping[str, Any]], facts: Facts) -> tuple[Job, ...]:
    jobs: dict[str, Job] = {}
    for entity in entities:
        value = str(entity.get("value") or "")
        text = " ".join(re.sub(r"[*_<>`\[\]]", "", str(entity.get("text") or value)).split())
        if not 0 < len(text) <= LONGEST_JOB:
            continue
        if entity.get("entity") == "job_title" and value in facts.titles:
            jobs.setdefault(value, Job(value, text))
        if entity.get("entity") == "unknown_job":
            jobs.setdefault(
                value.lower(), Job(None, text, entity.get("status") or "not_listed", entity.get("nearest"))
            )
    return tuple(jobs.values())[:MOST_JOBS]


def _is_somebody_else(
    told: Mapping[str, Any], values: Mapping[str, list[str]], job: bool, intent: str
) -> bool:
    person = values.get("person", [None])[0]
    if person is None or person == (told["person"] or "me"):
        return False
    return job or "citizenship" in values and intent != "ask_family"


def _take_job(told: dict[str, Any], job: Job) -> None:
    before = remembered_job(told)
    if before and (before.title, before.title or before.text) != (job.title, job.title or job.text):
        told.update(dict.fromkeys(_ABOUT_THE_JOB))
    told["job"] = job._asdict()


def topics_asked(
    slots: Mapping[str, Any],
    entities: Sequence[Mapping[str, Any]],
    intent: str,
    told: Told,
    facts: Facts,
    text: str,
) -> list[str]:
    """The topics to answer: those asked, or for a mere statement those of the last answer, or eligibility.

    Empty when somebody only 'informs' us of nothing that we know a word of.
    """
    if intent.startswith(ASK) or intent == LAWYER:
        more = [str(entity["value"]) for entity in entities if entity.get("entity") == "topic"]
        first = "lawyer" if intent == LAWYER else intent[len(ASK) :]
        return [
            topic
            for topic in dict.fromkeys([first, *more])
            if topic in facts.topics or topic in PEOPLE_TOPICS
        ][:MOST_TOPICS]
    if intent in _CHAT:
        return []
    before = [topic for topic in slots.get("topics") or [] if topic in facts.topics]
    if not told.said - {"person", "topic"} and not _ELLIPSIS.search(text):
        return []
    if before and (not told.jobs or remembered_job(slots)) and (not told.jobs or JOB_TOPICS & set(before)):
        return before[:MOST_TOPICS]
    return ["eligibility"]


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


def remembered_job(slots: Mapping[str, Any]) -> Job | None:
    """The job of the slots, or None."""
    job = slots.get("job")
    return Job(**job) if isinstance(job, dict) else None
