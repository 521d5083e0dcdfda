"""Whether a message inside the form is an answer to it, or something else: a question, or small talk."""

from __future__ import annotations

from typing import NamedTuple

from leads.draft import Step
from leads.phrases import Phrases

SURE, FAIRLY_SURE = 0.5, 0.3
ASK = "ask_"
FREE_TEXT = frozenset({"best_time", "matter", "employer", "urgency"})
# What only people answer: told to a lawyer as the matter rather than answered here.
FOR_A_LAWYER = frozenset({"ask_legal_other"})
CHAT = frozenset({"greet", "thank", "goodbye", "who_are_you", "help", "not_helpful"})
TOLD = frozenset({"job_title", "unknown_job", "citizenship", "residence", "destination"})


class Heard(NamedTuple):
    """One message. ``intent`` and ``sure``: what the model takes it for; ``told``: the kinds of facts in
    it.

    ``only_a_fact``: it is a listed job or a country and nothing else. ``ours_open``: the assistant asked
    a question of its own in the last answer of fact, and this may be the answer.
    """

    text: str
    intent: str = ""
    sure: float = 0.0
    told: frozenset[str] = frozenset()
    only_a_fact: bool = False
    ours_open: bool = False

    @property
    def is_question_of_fact(self) -> bool:
        """True if the model surely takes it for a question that the assistant can answer."""
        return self.intent.startswith(ASK) and self.sure >= SURE

    @property
    def is_chat(self) -> bool:
        """True for a greeting, thanks and the like, and little else."""
        return self.intent in CHAT and self.sure >= SURE and len(self.text.split()) <= 6


def is_aside(heard: Heard, step: Step, phrases: Phrases) -> bool:
    """True for a message that the assistant should answer by itself before it comes back to the form."""
    if heard.text.startswith("/") and heard.intent not in {"talk_to_lawyer", "affirm", "deny"}:
        return True  # a button under one of the assistant's answers
    asks = phrases.asks(heard.text)
    if step in FREE_TEXT:
        if step == "matter" and (heard.intent in FOR_A_LAWYER or not heard.intent.startswith(ASK)):
            return False
        return asks and not heard.is_chat
    if heard.is_question_of_fact or asks and heard.intent.startswith(ASK) and heard.sure >= FAIRLY_SURE:
        return True
    if heard.intent == "inform" and heard.told & TOLD and (heard.only_a_fact or len(heard.told) > 1):
        return True
    return asks and not heard.is_chat and heard.intent != "talk_to_lawyer"
