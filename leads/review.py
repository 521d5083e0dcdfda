"""Before it is sent: read back, changed, sent."""

from __future__ import annotations

from leads import values
from leads.phrases import Order
from leads.says import Outcome
from leads.turn import Turn


class Change(Turn):
    """What is to be changed."""

    def take(self) -> Outcome:
        """A field, a new value, or nothing after all."""
        order, draft = self.order, self.draft
        if order.command in {"send", "no", "skip", "back", "cancel"}:  # 'never mind': no change, then
            return self.ask(draft.next())
        if outcome := self.ordered(order):
            return outcome
        return self._edited() or self._otherwise(order)

    def _edited(self) -> Outcome | None:
        """A field that is named, or a new value for one."""
        if name := self.words.field(self.heard.text):
            return self.change_of(name)
        labelled = self.words.labelled(self.heard.text)
        found = values.read(self.heard, "contact", self.known.regions, self.words).values
        if labelled and (good := values.checked(*labelled, self.known.regions, self.words)):
            found = {**found, labelled[0]: good}
        return self.ask(self.draft.with_values(**found).next()) if found else None

    def _otherwise(self, order: Order) -> Outcome:
        draft = self.draft
        if order.command in {"no", "change", "skip"}:
            return self.ask(draft.at("change"))
        if self.is_aside:
            return self.aside(draft)
        if self.heard.is_chat or self.heard.intent == "talk_to_lawyer":
            return self.chat()
        return self.fail()


class Review(Change):
    """Whether to send it."""

    def take(self) -> Outcome:
        """Yes, no, or a change."""
        order, draft = self.order, self.draft
        if self.heard.ours_open and self.is_aside:
            return self.aside(draft)
        if order.command in {"send", "yes"} and draft.next().step != "review":
            return self.ask(draft.next())
        if order.command in {"send", "yes"}:
            return Outcome(draft, does="amend" if draft.number else "send")
        if outcome := self.ordered(order):
            return outcome
        return self._edited() or self._otherwise(order)
