"""The questions: name, contact, best time, matter, employer, date. Every answer in a message is taken, in any
order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from leads import deadline, phrases, values
from leads.aside import FREE_TEXT
from leads.draft import MAY_BE_SKIPPED, Draft
from leads.phrases import Order
from leads.says import Line, Outcome, fields_of
from leads.turn import Turn


class Question(Turn):
    """An answer to one of them, or what else was said."""

    def take(self) -> Outcome:
        """Orders first, then answers, then questions in between; what is left is the line that was
        asked for.
        """
        draft, order = self.draft, self.order
        if self.heard.ours_open and self.is_aside:
            return self.aside(draft)
        if outcome := self.ordered(order):
            return outcome
        if order.command in {"skip", "no", "yes", "send", "change", "again"} and (
            outcome := self._short(order)
        ):
            return outcome
        found = values.read(self.heard, draft.step, self.known.regions, self.words)
        if found.values:
            return self._keep(found.values)
        if self.is_aside:
            return self.aside(self._with_offer())
        if self.heard.is_chat or self.heard.intent == "talk_to_lawyer" and draft.step not in FREE_TEXT:
            return self.chat()
        if draft.step in FREE_TEXT and (line := values.free(draft.step, self.heard.text)):
            return self._keep({draft.step: line})
        return self._repeated() or self.fail(*found.problems[:1])

    def _short(self, order: Order) -> Outcome | None:
        """A bare yes, no, skip or send in place of an answer."""
        draft = self.draft
        if draft.step == "matter" and order.command == "again":
            return None  # 'It's for my brother' says what it is about
        if draft.step == "matter" and draft.offer and order.command == "yes":
            return self._keep({"matter": draft.offer})
        if draft.step == "matter" and draft.offer and order.command == "no":
            return self.ask(replace(draft, offer=None))
        if order.command in {"skip", "no"} and draft.has(draft.step):
            return self.ask(draft.next())
        if order.command in {"skip", "no"} and draft.step in MAY_BE_SKIPPED:
            return self.ask(draft.without(draft.step).next())
        if order.command in {"skip", "no"}:
            return self.ask(draft, Line(f"intake_why_{draft.step}"), Line("intake_by_phone"), brief=True)
        if order.command == "change":
            return self.ask(draft.at("change"))
        return self.fail()

    def _keep(self, found: Mapping[str, str]) -> Outcome:
        """Keeps the answers; those to other questions are said back, so that nobody wonders."""
        draft = self.draft.with_values(**found)
        answered = draft.step in found or draft.step == "contact" and bool({"email", "phone"} & found.keys())
        others = {
            name: value for name, value in found.items() if name not in {draft.step, *fields_of(draft.step)}
        }
        before = [*self.noted(others)]
        if (
            "urgency" in found
            and deadline.is_near(found["urgency"], self.now, self.words)
            and not draft.warned
        ):
            before.insert(0, Line("intake_urgent"))
            draft = replace(draft, warned=True)
        return self.ask(draft.next() if answered else draft.at(self.still_open(draft)), *before)

    def _with_offer(self) -> Draft:
        """A question of fact where the matter is asked may well be the matter: proposed as such."""
        if self.draft.step != "matter":
            return self.draft
        return replace(self.draft, offer=values.free("matter", self.heard.text))

    def _repeated(self) -> Outcome | None:
        """A name that looked like something else is taken when it is said again: there are people
        called Baker and Jordan.
        """
        said = phrases.key(self.heard.text)
        if (
            self.draft.step != "name"
            or not said
            or said != self.draft.refused
            or self.heard.is_question_of_fact
        ):
            return None
        name = values.checked("name", self.heard.text, self.known.regions, self.words)
        return self._keep({"name": name}) if name else None
