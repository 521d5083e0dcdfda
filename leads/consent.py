"""The beginning: the notice, and whether we may keep anything. Without a yes nothing is kept."""

from __future__ import annotations

from dataclasses import replace

from leads import deadline, values
from leads.draft import Draft
from leads.phrases import Order
from leads.says import Line, Outcome
from leads.turn import Turn

MOST_ASIDES, MOST_FAILURES = 1, 3


class Start(Turn):
    """The first message."""

    def take(self) -> Outcome:
        """The firm's number, for those who only want that; then the notice, and the question of consent."""
        urgent = deadline.is_emergency(self.heard.text, self.words)
        draft = Draft(self.known.form, offer=self.known.matter, warned=urgent)
        first = Line("intake_urgent") if urgent else Line("contact")
        return self.show_notice(draft, first, Line("intake_offer"))


class Consent(Turn):
    """The answer to whether we may."""

    def take(self) -> Outcome:
        """Yes, no, or something else first."""
        order, draft = self.order, self.draft
        if self.heard.ours_open and self.is_aside:
            return self.aside(draft)
        if self._is_yes(order) or self._begins_with_yes:
            return self._agreed()
        if order.command in {"no", "skip", "back", "cancel"}:
            return self.close("intake_refused")
        if order.command == "why":
            return self.ask(draft, Line("intake_why_consent"))
        if self.is_aside:
            return self._aside_before_consent()
        if values.read(self.heard, "contact", self.known.regions, self.words).values:
            return self.ask(draft, Line("intake_agree_first"))
        if self.heard.intent == "talk_to_lawyer" or self.heard.is_chat:
            return self.ask(draft)
        if draft.failures + 1 >= MOST_FAILURES:
            return self.close("intake_refused")
        return self.ask(replace(draft, failures=draft.failures + 1), Line("intake_hint_consent"))

    def _is_yes(self, order: Order) -> bool:
        """True for a plain yes. 'C'est tout, merci' sends at the review; here it may as well decline."""
        if self.words.is_english:
            return order.command in {"yes", "send"}
        return order.command == "yes" and not self.words.asks(self.heard.text)

    @property
    def _begins_with_yes(self) -> bool:
        first = self.heard.text.replace("\n", ",").replace(".", ",").replace("!", ",").split(",")[0]
        return self.words.order(first).command == "yes" and not self.words.asks(self.heard.text)

    def _agreed(self) -> Outcome:
        """What is agreed to is the notice that was shown; where that isn't known, it is shown first."""
        shown = self.draft.was_shown
        if shown is None:
            return self.show_notice(self.draft, Line("intake_agree_first"))
        agreed = {**shown, "given_at": self.now.isoformat(), "channel": self.known.channel}
        told = values.carried([*self.known.earlier, self.heard.text], self.known.regions, self.words)
        draft = replace(self.draft, notice=None, agreed=agreed).with_values(**told).next()
        return self.ask(draft, *self.noted(told) or (Line("intake_thanks"),))

    def _aside_before_consent(self) -> Outcome:
        """Somebody who goes on asking isn't held up: after the second question the form closes,
        nothing is kept.
        """
        if self.draft.asides >= MOST_ASIDES:
            return Outcome(None, (Line("intake_later"),), (), "aside", open=False)
        return self.aside(replace(self.draft, asides=self.draft.asides + 1))
