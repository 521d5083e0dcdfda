"""Which topics a message asks for: those that were understood, set right by what else stands in the
message."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from actions.cues import with_neighbours
from actions.jobs import remembered_job
from actions.situation import NOT_ABOUT_ME, Told
from knowledge.facts import Facts

MOST_TOPICS = 3
ASK, LAWYER = "ask_", "talk_to_lawyer"
# What people, not facts, answer: topic → sentence.
PEOPLE = {"lawyer": "contact", "firm": "firm", "privacy": "privacy", "legal_other": "no_fact"}
# Topics whose answer hangs on the job: a new job in the next message asks them again.
JOB_TOPICS = frozenset(
    {"eligibility", "requirements", "licence", "degree", "experience", "medical_exam", "job_offer"}
)
# Topics that say how a job or a person stands, so that no verdict need be added.
VERDICT_TOPICS = frozenset({"eligibility", "list", "requirements", "citizenship", "going_south"})
# After these a fact about the person asks for the verdict on them rather than for the same general words
# again.
_GENERAL = frozenset({"citizenship", "source", "naming", "what_is", "agreement_status", "quota", "list"})
_CHAT = NOT_ABOUT_ME | {"greet", "goodbye", "thank", "affirm", "deny", "who_are_you", "help", "start_over"}
_CREDENTIALS = frozenset({"degree", "licence", "experience_years"})
_FAMILY = frozenset(
    {"wife", "husband", "spouse", "partner", "son", "daughter", "boyfriend", "girlfriend", "fiance"}
)
_ELLIPSIS = re.compile(r"^\W*(?:and|what about|what if|how about|or|also|same)\b", re.I)
_ASKS_VERDICT = re.compile(
    r"\b(?:on|in) (?:the|your|that|this|there|it)\b(?: \w+)? ?list\b|\bon (?:there|it)\b|\bin there\b"
    r"|\blisted\b|\bcovered\b"
    r"|\b(?:get|use|have) (?:the|a|this|that|one of these|your) (?:\w+ ){0,3}permit\b|\bqualif(?:y|ies)\b"
    r"|\beligible\b",
    re.I,
)
# "is my job on the list", of a job named before
MINE = re.compile(
    r"\b(?:my|his|her|their) (?:job|profession|occupation|title|position|role)\b|\bis (?:it|she|he"
    r"|that)\b|\bam i\b",
    re.I,
)
_TO_CANADA = re.compile(r"\b(?:in|to|for) canada\b", re.I)
_BORDER = re.compile(r"\b(?:border|airport|port of entry|poe|bridge|fly|drive|show up|walk up)\b", re.I)
_ASKS_SOURCE = re.compile(
    r"\b(?:source|sources|says who|where (?:do|did) you|official|reference|get this)\b", re.I
)
_ASKS_LAWYER = re.compile(
    r"\b(?:lawyers?|attorneys?|call|talk|speak|someone|somebody|person|human|appointment|book|consult\w*|contact|advice|help)\b",
    re.I,
)
_ASKS_FIRM = re.compile(
    r"\byour? (?:\w+ ){0,2}(?:office|firm|address|phone|hours|fees?|rates?|lawyers?|email)\b", re.I
)


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
        return _set_right(_understood(entities, intent, facts), told, text)[:MOST_TOPICS]
    if intent in _CHAT:
        return []
    if not told.said - {"person", "topic"} and not _ELLIPSIS.search(text):
        return []
    return _taken_up(slots, told, facts, text)[:MOST_TOPICS]


def _understood(entities: Sequence[Mapping[str, Any]], intent: str, facts: Facts) -> list[str]:
    more = [str(entity["value"]) for entity in entities if entity.get("entity") == "topic"]
    first = "lawyer" if intent == LAWYER else intent[len(ASK) :]
    return [topic for topic in dict.fromkeys([first, *more]) if topic in facts.topics or topic in PEOPLE]


def _taken_up(slots: Mapping[str, Any], told: Told, facts: Facts, text: str) -> list[str]:
    """The last topics again, for the new facts; the verdict where the last topics do not turn on them."""
    before = [topic for topic in slots.get("topics") or [] if topic in facts.topics]
    about_the_job = not told.jobs or (remembered_job(slots) and JOB_TOPICS & set(before))
    if not before or not about_the_job:
        return ["eligibility"]
    if "going_south" in before and "destination" in told.said and str(told.slots["destination"]).isupper():
        return ["eligibility"]  # to Canada after all
    if remembered_job(told.slots) and set(before) <= _GENERAL and told.said & {"citizenship", "residence"}:
        return ["eligibility"]
    if remembered_job(told.slots) and told.said & (_CREDENTIALS | {"job_offer", "own_business"}):
        return _set_right(
            ["eligibility", *(t for t in before if t not in JOB_TOPICS | _GENERAL)][:1], told, text
        )
    return before


def _set_right(topics: list[str], told: Told, text: str) -> list[str]:
    """Adds the verdict where a job is named and asked for; leaves out what was stated rather than asked."""
    topics = with_neighbours(topics, text)
    if "going_south" in topics and _heads_for_canada(told, text):
        topics = [topic for topic in topics if topic != "going_south"]
        if re.search(r"\btn\b", text, re.I):
            topics.append("naming")
        if told.jobs or not topics:
            topics.insert(0, "eligibility")
    if "going_south" in topics and "ca" in told.nations and len(told.nations) > 1 and not _heads_south(told):
        topics = ["citizenship", *(topic for topic in topics if topic not in {"going_south", "job_offer"})]
    if "where_to_apply" in topics[1:] and "mx" in told.nations and _BORDER.search(text):
        topics.insert(0, topics.pop(topics.index("where_to_apply")))  # nobody reads a Yes into it
    if told.jobs and "job_offer" in topics and "job_offer" in told.said:
        topics = ["eligibility", *(topic for topic in topics if topic != "job_offer")]
    if told.jobs and "family" in topics and _is_about_the_job_of(told, text):
        topics = ["eligibility", *(topic for topic in topics if topic != "family")]
    unanswered = not VERDICT_TOPICS & set(topics) and not set(topics) <= set(PEOPLE)
    about_a_job = told.jobs or (remembered_job(told.slots) and MINE.search(text))
    if about_a_job and unanswered and _ASKS_VERDICT.search(text):
        topics.insert(0, "eligibility")
    if told.jobs and "eligibility" in topics and topics[0] not in {"where_to_apply", "going_south"}:
        topics = ["eligibility", *(topic for topic in topics if topic != "eligibility")]  # the verdict first
    return _without_echoes(topics, text)


def _without_echoes(topics: list[str], text: str) -> list[str]:
    """Leaves out the source, the firm and the lawyer beside a real question, unless their own words stand
    there."""
    if text and len(topics) > 1:
        topics = [t for t in topics if not (t == "source" and not _ASKS_SOURCE.search(text))] or topics
        topics = [t for t in topics if not (t == "firm" and not _ASKS_FIRM.search(text))] or topics
        topics = [t for t in topics if not (t == "lawyer" and not _ASKS_LAWYER.search(text))] or topics
    return list(dict.fromkeys(topics))


def _heads_for_canada(told: Told, text: str) -> bool:
    destination = str(told.slots.get("destination") or "")
    to_canada = destination.isupper() or _TO_CANADA.search(text)
    return bool(to_canada) and "ca" not in (told.slots.get("citizenship") or ())


def _heads_south(told: Told) -> bool:
    return told.slots.get("destination") in {"us", "mx"}


def _is_about_the_job_of(told: Told, text: str) -> bool:
    """'my husband is an architect, can he get the permit': his own case, not that of a spouse who comes
    along."""
    person = told.slots.get("person")
    if person not in _FAMILY:
        return person not in (None, "me") and "person" in told.said
    return bool(_ASKS_VERDICT.search(text)) or re.search(r"\bown\b", text, re.I) is not None
