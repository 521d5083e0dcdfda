"""One message at one point of the form, and what holds wherever that is: cancel, back, why, change, questions
in between.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from leads import aside, contact, phrases
from leads.aside import Heard
from leads.draft import FIELDS, MAY_BE_SKIPPED, QUESTIONS, Draft, Step, sent
from leads.phrases import Order, Phrases
from leads.says import (
    Line,
    Outcome,
    brief_question,
    buttons_of,
    question,
    question_before,
    shown_value,
    step_of,
)

EXPLAIN_AT, PHONE_AT = 2, 3
SURE_YES_OR_NO, FEW_WORDS = 0.8, 4


@dataclass(frozen=True)
class Known:
    """What the form may build on. ``consent``: version and text, as they are to be shown. ``matter``: a line put
    together from the conversation. ``earlier``: the visitor's messages before consent. ``lead``: the
    values of the lead already sent. ``form``: a fresh id.
    """

    form: str
    consent: tuple[str, str]
    language: str = "en"
    channel: str = ""
    matter: str | None = None
    regions: tuple[str, ...] = contact.REGIONS
    earlier: tuple[str, ...] = ()
    lead: Mapping[str, str] | None = field(default=None, repr=False)


@dataclass(frozen=True, repr=False)
class Turn:
    """One message at one point of the form; each kind of point has a class of its own, with ``take``."""

    draft: Draft
    heard: Heard
    known: Known
    now: datetime
    words: Phrases

    def take(self) -> Outcome:
        """What comes of the message."""
        raise NotImplementedError

    def ask(self, draft: Draft, *before: Line, brief: bool = False) -> Outcome:
        """The question at which a draft stands, after what else there is to say."""
        return Outcome(draft, (*before, *question(draft, brief)), buttons_of(draft))

    @property
    def order(self) -> Order:
        """What is ordered; by the model's word alone only a clear and short yes or no."""
        order = self.words.order(self.heard.text)
        if order.command:
            return order
        short = len(self.heard.text.split()) <= FEW_WORDS and self.heard.sure >= SURE_YES_OR_NO
        if short and self.heard.intent in {"affirm", "deny"} and self.draft.step not in {"name", "contact"}:
            return Order("yes" if self.heard.intent == "affirm" else "no")
        return order

    def ordered(self, order: Order) -> Outcome | None:
        """Cancel, back, why, change and the like; None for what is no such order."""
        draft = self.draft
        if order.command == "cancel":
            return self.close("intake_cancelled")
        if order.command == "start_over":
            return self.ask(replace(draft, values={}, skipped=()).at("name"), Line("intake_from_start"))
        if order.command == "why":
            return self.ask(draft, Line(f"intake_why_{draft.step}"), brief=True)
        if order.command == "back":
            return self.ask(draft.at(question_before(draft)))
        if order.command == "change" and order.field:
            return self.change_of(order.field)
        if order.command == "remove" and order.field:
            return self._remove(order.field)
        return None

    def change_of(self, name: str) -> Outcome:
        """Asks one answer anew; the old one stays until there is another."""
        draft = self.draft.at(step_of(name))
        if name in {"email", "phone"} and draft.has("contact"):
            return Outcome(draft, (Line(f"intake_new_{name}"),), buttons_of(draft))
        return self.ask(draft)

    def _remove(self, name: str) -> Outcome:
        """Takes an answer away; what the lawyers can't do without is asked for again."""
        draft = self.draft
        for one in ("email", "phone") if name == "contact" else (name,):
            draft = draft.with_values(**{one: None})
        if name in MAY_BE_SKIPPED:
            draft = draft.without(name)
        return self.ask(
            draft.next() if draft.step == "review" else draft.at(self.still_open(draft)),
            Line("intake_removed"),
        )

    def still_open(self, draft: Draft) -> Step:
        """The question that stands, or the next one once it has an answer."""
        return draft.step if draft.step in QUESTIONS and not draft.has(draft.step) else draft.next().step

    def close(self, word: str) -> Outcome:
        """Ends the form, and forgets what was typed; a lead that was sent before stays known by its
        number.
        """
        if self.draft.number:
            return Outcome(
                sent(self.draft, self.draft.number),
                (Line("intake_unchanged", {"number": self.draft.number}),),
                open=False,
            )
        return Outcome(None, (Line(word),), open=False)

    def aside(self, draft: Draft) -> Outcome:
        """To be answered by the assistant; the open question follows in the same bubble."""
        return Outcome(
            draft, (Line("intake_back", {"question": brief_question(draft)}),), buttons_of(draft), "aside"
        )

    @property
    def is_aside(self) -> bool:
        """True for what the assistant should answer outside the form, its own open question included."""
        ours = self.heard.ours_open and (self.order.command in {"yes", "no"} or self.heard.intent == "inform")
        return ours or aside.is_aside(self.heard, self.draft.step, self.words)

    def chat(self) -> Outcome:
        """A greeting or thanks is no answer, and no failure either."""
        word = {"goodbye": "intake_unsent", "who_are_you": "intake_who", "not_helpful": "intake_by_phone"}
        before = [Line(word[self.heard.intent])] if self.heard.intent in word else []
        return self.ask(self.draft, *before, brief=True)

    def fail(self, problem: str = "") -> Outcome:
        """A hint within the question; from the second time on why it is asked, then the telephone
        number too.
        """
        draft = replace(
            self.draft, failures=self.draft.failures + 1, refused=phrases.key(self.heard.text)[:80]
        )
        if draft.failures < EXPLAIN_AT:
            return Outcome(draft, (Line(f"intake_hint_{problem or draft.step}"),), buttons_of(draft))
        by_phone = (Line("intake_by_phone"),) if draft.failures >= PHONE_AT else ()
        return self.ask(draft, Line(f"intake_why_{draft.step}"), *by_phone, brief=True)

    def noted(self, told: Mapping[str, str]) -> tuple[Line, ...]:
        """Says answers back that were not asked for just now."""
        shown = [shown_value(name, told[name]) for name in FIELDS if name in told]
        return (Line("intake_noted", {"values": ", ".join(shown)}),) if shown else ()

    def show_notice(self, draft: Draft, *before: Line) -> Outcome:
        """Shows the text that is agreed to, and keeps it as shown: by the time of the yes, the language or the
        words may be others.
        """
        version, text = self.known.consent
        shown = {"version": version, "text": text, "language": self.known.language}
        return self.ask(replace(draft, notice=shown), *before, Line("intake_notice", {"notice": text}))
