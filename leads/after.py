"""Once it is sent: the same receipt again, changes to it, or a second request."""

from __future__ import annotations

from dataclasses import replace

from leads import contact
from leads.consent import Start
from leads.draft import FIELDS, MAY_BE_SKIPPED, QUESTIONS, Draft
from leads.phrases import Order
from leads.says import Line, Outcome, step_of
from leads.turn import Turn


class Sent(Turn):
    """Asked for a lawyer again."""

    def take(self) -> Outcome:
        """Asked again once a request is with the lawyers: says what there is, and offers to change it
        or a second one.
        """
        number, order = self.draft.number or "", self.order
        if order.command == "send":
            return Outcome(self.draft, (Line("intake_receipt_again", {"number": number}),), open=False)
        if order.command == "again":
            return self._second()
        if self.known.lead is None:  # erased meanwhile
            return Start(Draft(self.known.form), self.heard, self.known, self.now, self.words).take()
        if not self.known.lead:  # the store can't be asked just now
            return self.ask(self.draft.at("again"), Line("intake_sent_short", {"number": number}))
        lead = self.known.lead
        reach = contact.masked(lead.get("email") or lead.get("phone") or "")
        told = {"number": number, "whose": lead.get("name", ""), "contact": reach}
        return self.ask(self.draft.at("again"), Line("intake_sent_already", told))

    def _amend(self, order: Order) -> Outcome:
        """Opens the lead that was sent for changes."""
        lead = {name: value for name, value in (self.known.lead or {}).items() if name in FIELDS and value}
        if not lead:
            return self.ask(self.draft, Line("intake_not_at_hand"))
        skipped = tuple(q for q in QUESTIONS if q in MAY_BE_SKIPPED and q not in lead)
        draft = replace(self.draft, values=lead, skipped=skipped)
        name = order.field or self.words.field(self.heard.text)
        return self.ask(draft.at(step_of(name) if name else "change"))

    def _second(self) -> Outcome:
        """A second request, for somebody else or something else, with a consent of its own."""
        draft = Draft(self.known.form, offer=None)
        return self.show_notice(draft, Line("intake_second"))


class Again(Sent):
    """The answer to whether it should be changed, or a second one made."""

    def take(self) -> Outcome:
        """A change, a second request, or neither."""
        order = self.order
        if order.command == "again":
            return self._second()
        if order.command in {"change", "yes"} or self.words.field(self.heard.text):
            return self._amend(order)
        if order.command in {"no", "skip", "cancel", "back"} or self.heard.is_chat:
            return Outcome(
                self.draft.at("sent"),
                (Line("intake_all_good", {"number": self.draft.number or ""}),),
                open=False,
            )
        if order.command == "send":
            return super().take()
        if self.heard.intent == "talk_to_lawyer":
            return self.ask(self.draft)
        return Outcome(self.draft.at("sent"), (), (), "aside", open=False)
