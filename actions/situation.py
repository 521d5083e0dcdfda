"""What a person told us so far, and how one more message changes it. Pure code on plain values."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from knowledge.eligibility import Situation
from knowledge.facts import Facts

SLOTS = (
    "job_title", "unknown_job", "citizenship", "residence", "destination", "own_business", "job_offer", "degree", "licence",
    "experience_years", "person",
)  # fmt: skip
# In these the jobs and plans named are not the visitor's own facts.
_NOT_ABOUT_ME = {"talk_to_lawyer", "ask_firm", "ask_privacy", "ask_legal_other", "out_of_scope", "not_helpful", "ask_source"}
_HYPOTHETICAL = {"ask_self_employment": ("own_business",), "ask_job_offer": ("job_offer",), "ask_change_employer": ("job_offer", "own_business"),
                 "ask_several_employers": ("job_offer", "own_business"), "ask_family": ("job_offer",), "ask_work_allowed": ("own_business",),
                 "ask_employer": ("job_offer",), "ask_documents": ("job_offer",)}  # fmt: skip
_ABOUT_THE_PERSON = ("citizenship", "residence", "own_business", "job_offer", "degree", "licence", "experience_years")
_ABOUT_THE_JOB = ("degree", "licence", "experience_years")


class Job(NamedTuple):
    """A job named in a message: a title of the facts, or an unknown one with what a closed list makes of it."""

    title: Optional[str]
    text: str
    status: str = "not_listed"
    nearest: Optional[str] = None


class Told(NamedTuple):
    """What we know after a message: the values of the slots, and the jobs that this message named."""

    slots: Dict[str, Any]
    jobs: Tuple[Job, ...]
    nations: Tuple[str, ...]


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
        if name in values and name not in _HYPOTHETICAL.get(intent, ()) and intent not in _NOT_ABOUT_ME:
            told[name] = values[name][0]
    nations = tuple(dict.fromkeys(values.get("citizenship", ())))
    if nations and intent not in _NOT_ABOUT_ME:
        told["citizenship"] = list(nations)
    if "residence" in values and intent not in _NOT_ABOUT_ME:
        told["residence"] = list(dict.fromkeys(values["residence"]))
    return Told(told, jobs, nations)


def _by_name(entities: Sequence[Mapping[str, Any]]) -> Dict[str, List[str]]:
    values: Dict[str, List[str]] = {}
    for entity in entities:
        value = entity.get("value")
        if isinstance(value, (str, int)) and len(str(value)) <= 80:
            values.setdefault(str(entity.get("entity")), []).append(str(value))
    return values


def _jobs(entities: Sequence[Mapping[str, Any]], facts: Facts) -> Tuple[Job, ...]:
    jobs: Dict[str, Job] = {}
    for entity in entities:
        value = str(entity.get("value") or "")
        if entity.get("entity") == "job_title" and value in facts.titles:
            jobs.setdefault(value, Job(value, value))
        if entity.get("entity") == "unknown_job" and 0 < len(value) <= 80:
            jobs.setdefault(value.lower(), Job(None, value, entity.get("status") or "not_listed", entity.get("nearest")))
    return tuple(jobs.values())[:3]


def _is_somebody_else(told: Mapping[str, Any], values: Mapping[str, List[str]], job: bool, intent: str) -> bool:
    person = values.get("person", [None])[0]
    if person is None or person == (told["person"] or "me"):
        return False
    return person == "me" or job or "citizenship" in values and intent != "ask_family"


def _take_job(told: Dict[str, Any], job: Job) -> None:
    before = (told["job_title"], (told["unknown_job"] or {}).get("text") if isinstance(told["unknown_job"], dict) else None)
    if before != (job.title, None if job.title else job.text) and before != (None, None):
        told.update(dict.fromkeys(_ABOUT_THE_JOB))
    told["job_title"] = job.title
    told["unknown_job"] = None if job.title else {"text": job.text, "status": job.status, "nearest": job.nearest}


def situation(slots: Mapping[str, Any], job: Optional[Job] = None) -> Situation:
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
        experience_years=int(years) if years.isdigit() else None,
    )


def remembered_job(slots: Mapping[str, Any]) -> Optional[Job]:
    """The job of the slots, or None."""
    if slots.get("job_title"):
        return Job(slots["job_title"], slots["job_title"])
    unknown = slots.get("unknown_job")
    if isinstance(unknown, dict) and unknown.get("text"):
        return Job(None, unknown["text"], unknown.get("status") or "not_listed", unknown.get("nearest"))
    return None
