"""The jobs that a message is about. A job that is only held up for comparison ("architect is on the list,
so…") is not one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from knowledge.eligibility import own_title
from knowledge.facts import Facts
from knowledge.text import key, tokens
from knowledge.vocabulary import Context, Vocabulary

MOST_JOBS, LONGEST_JOB = 3, 80
SHORT = 12  # words of a follow-up
# What follows or goes before a job that is only held up: "lawyers are covered, so …", "close enough to
# accountant".
_CLAIM_AFTER = re.compile(
    r"\W*(?:s\b|es\b)?\W*\b(?:is|are|['’]s|['’]re)\s+(?:\w+\s+){0,2}?(?:on|listed|covered|okay|ok|allowed|in)\b",
    re.I,
)
_CLAIM_BEFORE = re.compile(
    r"\b(?:enough to|same as|counts? (?:as|under)|similar to|qualify as|pass (?:me )?(?:off )?as|(?:fall"
    r"|come|go) (?:in )?(?:under|as)"
    r"|(?:bring|brought|send) (?:\w+ )?(?:in )?(?:as|under)|list (?:says|mentions|has)|it says|says"
    r"|equals?|=|in under|than(?: any)?"
    r"|support(?:ing|s)?(?: of)?|assist(?:ing|s)?|help(?:ing|s)?|report(?:ing)? to|supervised by|under|alongside"
    r"|work(?:s|ing)? with|married to"
    r"|\bno|\bnot|without|isn['’]?t|never"
    r"|used to (?:be|work as)|formerly|previously|started (?:out )?as|trained as|thinks? (?:i['’]?m|i am))\s*"
    r"(?:an?|the|as)?\s*['\"“‘]?$",
    re.I,
)
# A job of before or on paper: it is not the one that is asked for where another is named.
_FORMER_AFTER = re.compile(
    r"\W*(?:(?:many |some |\w+ )?(?:years|yrs|ages) ago|by (?:degree|training|education)|on paper|before that)\b",
    re.I,
)
# 'a dentist in Mexico, yet the offer is dental assistant': what is offered counts.
_OFFERED = re.compile(
    r"\b(?:but|yet|though|however|now|offered)\b.*?"
    r"\b(?:the|my|this|offered(?: me)?(?: an?)?) ?(?:new |actual )?(?:job|offer|work|position|role|title)?"
    r"(?: now| here| offer| in canada)? (?:is|is for|as|is as|would be)(?: an?| the)? $",
    re.I,
)
_SOMEBODY_ELSE = re.compile(
    r"\b(?:wife|husband|spouse|partner|friend|brother|sister|son|daughter|colleague|he|she)\b", re.I
)
_COORDINATED = re.compile(r"^\W*(?:and|or|,|/|&|vs\.?|versus)\W*(?:an?|the)?\W*$", re.I)
_CREDENTIAL = re.compile(r"(?i:s?\s*\([^()]+)|s?,? (?:[A-Z]\.? ?){2,4}")
_SPEAKER = re.compile(r"\W*here\b|\s?:", re.I)
_EMPLOYER = re.compile(r"\b(?:we|we['’]re|our|hire|hiring)\b", re.I)


class Job(NamedTuple):
    """A job named in a message: a title of the facts, or an unknown one with what a closed list makes of
    it."""

    title: str | None
    text: str
    status: str = "not_listed"
    nearest: str | None = None


class _Named(NamedTuple):
    job: Job
    start: int
    end: int


def jobs_named(entities: Sequence[Mapping[str, Any]], text: str, facts: Facts) -> tuple[Job, ...]:
    """The jobs in the order of the message, each once; at most three, and at least one if any was named."""
    named = [found for entity in entities if (found := _job_of(entity, facts))]
    kept = [n for n in named if not _only_held_up(n, text)] or named
    kept = [n for n in kept if not any(_offered_instead(n, other, text) for other in kept)]
    kept = [n for n in kept if not any(_part_of(n, other, text, facts) for other in kept)]
    kept = [n for n in kept if not any(_said_better(n, other, text, facts) for other in kept)]
    kept = [n for n in kept if not _speaks_for_the_employer(n, text)] or kept
    jobs: list[Job] = []
    for n in kept:
        if not any(same_job(n.job, job, facts) for job in jobs):
            jobs.append(n.job)
    return tuple(jobs[:MOST_JOBS])


def same_job(job: Job, other: Job, facts: Facts) -> bool:
    """True for one title, or for two of which one is part of the other and that come under the same
    profession."""
    if (job.title, job.title or job.text.lower()) == (other.title, other.title or other.text.lower()):
        return True
    first, second = (facts.titles.get(j.title or "") for j in (job, other))
    if not first or not second or (first.status, first.professions) != (second.status, second.professions):
        return False
    words, more = set(_stems(job.text)), set(_stems(other.text))
    return bool(first.professions) and (words <= more or more <= words)


def _job_of(entity: Mapping[str, Any], facts: Facts) -> _Named | None:
    value = str(entity.get("value") or "")
    text = " ".join(re.sub(r"[*_<>`\[\]]", "", str(entity.get("text") or value)).split())
    place = int(entity.get("start") or 0), int(entity.get("end") or 0)
    if not 0 < len(text) <= LONGEST_JOB:
        return None
    if entity.get("entity") == "job_title" and value in facts.titles:
        return _Named(Job(value, text), *place)
    if entity.get("entity") == "unknown_job":
        status, nearest = entity.get("status") or "not_listed", entity.get("nearest")
        return _Named(Job(None, text, status, nearest), *place)
    return None


def _only_held_up(named: _Named, text: str) -> bool:
    after, before = text[named.end :], text[: named.start]
    degree = named.job.text.lower() == "doctor" and re.match(r"\s+of\b", after)  # "Doctor of Pharmacy"
    held_up = (
        degree or _CLAIM_AFTER.match(after) or _CLAIM_BEFORE.search(before) or _FORMER_AFTER.match(after)
    )
    return bool(named.end and held_up)


def _offered_instead(named: _Named, other: _Named, text: str) -> bool:
    """'an engineer, but the job is taxi driver': the job before is not the one of the permit."""
    between = text[named.end : other.start]
    return named.end < other.start and bool(_OFFERED.search(between)) and not _SOMEBODY_ELSE.search(between)


def _part_of(named: _Named, other: _Named, text: str, facts: Facts) -> bool:
    """'technician' beside 'dental technician' is that job said shortly, unless both are asked for in one
    breath."""
    words, more = set(_stems(named.job.text)), set(_stems(other.job.text))
    if not words < more or same_job(named.job, other.job, facts):
        return False
    first, last = sorted([named, other], key=lambda n: n.start)
    return not _COORDINATED.match(text[first.end : last.start])


def _said_better(named: _Named, other: _Named, text: str, facts: Facts) -> bool:
    """'ICU nurse (RN)', 'design engineer, P.E.': the credential behind says which of several it is."""
    first, second = (facts.titles.get(n.job.title or "") for n in (named, other))
    if not first or not second or first.status != "may_qualify" or second.status not in {"same", "covered"}:
        return False
    one_of_them = set(second.professions) <= set(first.professions)
    return one_of_them and bool(_CREDENTIAL.fullmatch(text[named.end : other.end]))


def _speaks_for_the_employer(named: _Named, text: str) -> bool:
    return bool(named.end and _SPEAKER.match(text[named.end :]) and _EMPLOYER.search(text))


def _stems(text: str) -> list[str]:
    return [token.word.rstrip("s") for token in tokens(text)]


def remembered_job(slots: Mapping[str, Any]) -> Job | None:
    """The job of the slots, or None."""
    job = slots.get("job")
    return Job(**job) if isinstance(job, dict) else None


def job_elsewhere(job: Job | None, text: str) -> Job | None:
    """The job of before at another place of work that makes another job of it: a professor, 'and at a high school?'."""
    if job is None or job.title is None or len(tokens(text)) > SHORT:
        return None
    heads = {head for context in _contexts() if context.title == job.title for head in context.heads}
    heads.update(head for context in _contexts() for head in context.heads if head == job.title)
    for context in _contexts():
        if heads & set(context.heads) and context.title != job.title and context.pattern.search(text):
            return Job(context.title, job.text)
    return None


@lru_cache(maxsize=1)
def _contexts() -> tuple[Context, ...]:
    return tuple(Vocabulary().contexts)


def chosen_of(facts: Facts, job: Job | None, text: str) -> str | None:
    """The profession that a few words pick among those of an ambiguous title: 'interior' after 'which
    designer?'."""
    title = facts.titles.get(job.title or "") if job else None
    if title is None or len(tokens(text)) > 4:
        return None
    said = {token.word for token in tokens(text)}
    fitting = [
        p
        for p in title.professions
        if said
        & {t.word for phrase in facts.professions[p].phrase.values() for t in tokens(phrase)}
        - set(key(title.title).split())
    ]
    return own_title(facts, fitting[0]) if len(fitting) == 1 else None
