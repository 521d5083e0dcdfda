"""The base of every action: whatever goes wrong, the visitor is told so and given the firm's phone number."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from datetime import date
from functools import lru_cache
from inspect import isawaitable
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions.words import Words
from knowledge import facts
from leads import phrases
from leads.deadline import is_emergency
from leads.draft import from_slot

logger = logging.getLogger(__name__)
Event = dict[str, Any]
INTAKE = "action_intake"


@lru_cache(maxsize=1)
def all_facts() -> facts.Facts:
    """The facts of this process, loaded once; a fault in them stops the process at start-up."""
    return facts.load()


class SafeAction(Action, ABC):
    """An action that answers with an apology and a phone number when ``answer`` raises. ``today`` is
    passed in.
    """

    today: Callable[[], date] = staticmethod(date.today)

    @abstractmethod
    def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, words: Words
    ) -> list[Event] | Awaitable[list[Event]]:
        """Says something through the dispatcher and returns the events to remember."""

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Runs ``answer``. What was half said when it failed is withdrawn; the log names the fault,
        not the visitor's words.
        """
        words = Words()
        try:
            words = Words(tracker.get_slot("language") or words.language)
            if self.name() != INTAKE and is_for_the_form(tracker):
                return [FollowupAction(INTAKE)]
            events = self.answer(dispatcher, tracker, words)
            return await events if isawaitable(events) else events
        except Exception as error:
            place = error.__traceback__
            while place and place.tb_next:
                place = place.tb_next
            line = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else "?"
            logger.error("%s failed: %s at %s", self.name(), type(error).__name__, line)
            dispatcher.messages.clear()
            firm = all_facts().firm
            dispatcher.utter_message(text=words.say("problem", phone=firm.phone, hours=words.of(firm.hours)))
            return []


def is_for_the_form(tracker: Tracker) -> bool:
    """True where Rasa has forgotten that a form is open (a new session), for a second 'send it' once it is
    sent, and for who asks for a lawyer from the border, whatever else is asked with it.
    """
    if (tracker.active_loop or {}).get("name") == INTAKE:
        return False
    draft, text = from_slot(tracker.slots.get("intake")), str(tracker.latest_message.get("text") or "")
    said = phrases.load(str(tracker.slots.get("language") or phrases.DEFAULT))
    if draft is None:
        wanted = any(e.get("value") == "lawyer" for e in tracker.latest_message.get("entities") or ())
        return wanted and is_emergency(text, said)
    return draft.step != "sent" or said.order(text).command == "send"
