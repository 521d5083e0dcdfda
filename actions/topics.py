"""Which topics a message asks for: those that were understood, in the order in which they are best answered; or those of
before, for what is new."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from actions.jobs import remembered_job
from actions.situation import NOT_ABOUT_ME, Told
from knowledge.facts import Facts

MOST_TOPICS = 3
NEARLY = 0.6
SPOUSES = frozenset({"wife", "husband", "spouse", "partner"})
ASK, LAWYER = "ask_", "talk_to_lawyer"
# What people, not facts, answer: topic → sentence.
PEOPLE = {"lawyer": "contact", "firm": "firm", "privacy": "privacy", "legal_other": "no_fact"}
# Topics whose answer hangs on the job: a new job in the next message asks them again.
JOB_TOPICS = frozenset(
    {"eligibility", "requirements", "licence", "degree", "experience", "medical_exam", "job_offer"}
)
# After these a fact about the person asks for the verdict on them rather than for the same general words
# again.
_GENERAL = frozenset({"citizenship", "source", "naming", "what_is", "agreement_status", "quota", "list"})
_CHAT = NOT_ABOUT_ME | {"greet", "goodbye", "thank", "affirm", "deny", "who_are_you", "help", "start_over"}
_CREDENTIALS = frozenset({"degree", "licence", "experience_years"})
_ELLIPSIS = re.compile(r"^\W*(?:and|what about|what if|how about|or|also|same)\b", re.I)
# "is my job on the list", of a job named before
MINE = re.compile(
    r"\b(?:my|his|her|their) (?:job|profession|occupation|title|position|role)\b|\bis (?:it|she|he"
    r"|that)\b|\bam i\b",
    re.I,
)
_AND = re.compile(r"^\W*(?:and|so|but|then)\b", re.I)
# 'What does the employer have to do if there's no LMIA?' asks for more than that there is none.
_DUTIES = re.compile(
    r"\bwhat (?:does|do|must|should|will|would) (?:(?:the|an|my|our|his|her|their) )?(?:employer|company|boss|we)\b[^.?!]*\bdo\b",
    re.I,
)
# A Mexican who was told to ask there must hear that it is not so, whatever else the story asks.
_AT_THE_BORDER = re.compile(
    r"\b(?:ask|apply|show up|turn up|walk up)(?: for \w+(?: \w+)?)? at (?:the|a) (?:airport|border|bridge|port of entry)\b", re.I
)
_BORDER = re.compile(r"\b(?:border|airport|port of entry|poe|bridge|fly|drive|show up|walk up)\b", re.I)


def meant(
    slots: Mapping[str, Any], intent: str, ranking: Sequence[Mapping[str, Any]], text: str
) -> str:
    """The intent; for what goes on from the last answer ('and while I wait, may I work?') that of before, if it is nearly as
    likely.
    """
    before = {f"{ASK}{topic}" for topic in slots.get("topics") or ()}
    if not ranking or not before or not intent.startswith(ASK) or not _AND.search(text):
        return intent
    enough = NEARLY * float(ranking[0]["confidence"])
    near = (str(one["name"]) for one in ranking if float(one["confidence"]) >= enough)
    return next((name for name in near if name in before), intent)


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
        topics = _of_the_spouse(_understood(entities, intent, facts), slots, entities)
        return _in_order([*topics, *_also_due(topics, told, text)], told, text)[:MOST_TOPICS]
    if intent in _CHAT:
        return []
    if not told.said - {"person", "topic"} and not _ELLIPSIS.search(text):
        return []
    return _taken_up(slots, told, facts, text)[:MOST_TOPICS]


def _understood(entities: Sequence[Mapping[str, Any]], intent: str, facts: Facts) -> list[str]:
    more = [str(entity["value"]) for entity in entities if entity.get("entity") == "topic"]
    first = "lawyer" if intent == LAWYER else intent[len(ASK) :]
    return [topic for topic in dict.fromkeys([first, *more]) if topic in facts.topics or topic in PEOPLE]


def _also_due(topics: Sequence[str], told: Told, text: str) -> list[str]:
    """What is to be said though it is hardly asked; ``_in_order`` says each topic once."""
    due = ["where_to_apply"] if "mx" in told.nations and _AT_THE_BORDER.search(text) else []
    return [*due, "employer"] if "lmia" in topics and _DUTIES.search(text) else due


def _of_the_spouse(
    topics: list[str], slots: Mapping[str, Any], entities: Sequence[Mapping[str, Any]]
) -> list[str]:
    """The work of who asks 'and me, may I work?' after the case of husband or wife is a question of family."""
    is_me = any(entity.get("entity") == "person" and entity.get("value") == "me" for entity in entities)
    if not is_me or slots.get("person") not in SPOUSES:
        return topics
    return ["family" if topic == "work_allowed" else topic for topic in topics]


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
        return ["eligibility"]
    return before


def _in_order(topics: list[str], told: Told, text: str) -> list[str]:
    """The verdict first where a job is named; but where a Mexican may apply before that, so that nobody reads a Yes into it."""
    if topics == ["family"] and told.jobs and "citizenship" in told.said and "?" not in text:
        topics = ["eligibility"]  # 'my wife is American, a chemist too': her own case is told, and nothing asked
    if told.jobs and "job_offer" in topics and "job_offer" in told.said:  # the verdict says it
        topics = ["eligibility", *(topic for topic in topics if topic != "job_offer")]
    if topics[:1] == ["eligibility"] and "ca" not in told.nations:  # hardly both ways at once
        topics = [topic for topic in topics if topic != "going_south"]
    first = "eligibility" if told.jobs and topics[:1] != ["going_south"] else ""
    if "where_to_apply" in topics and "mx" in told.nations and _BORDER.search(text):
        first = "where_to_apply"
    return sorted(dict.fromkeys(topics), key=lambda topic: topic != first)
