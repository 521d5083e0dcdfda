"""The base of every action: whatever goes wrong, the visitor is told so and given the firm's phone number."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.words import Words
from knowledge import facts

logger = logging.getLogger(__name__)
Event = dict[str, Any]


@lru_cache(maxsize=1)
def all_facts() -> facts.Facts:
    """The facts of this process, loaded once; a fault in them stops the process at start-up."""
    return facts.load()


class SafeAction(Action, ABC):
    """An action that answers with an apology and a phone number when ``answer`` raises. ``today`` is passed in."""

    today: Callable[[], date] = staticmethod(date.today)

    @abstractmethod
    def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker, words: Words) -> list[Event]:
        """Says something through the dispatcher and returns the events to remember."""

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Runs ``answer``. What was half said when it failed is withdrawn; the log names the fault, not the visitor's words."""
        words = Words()
        try:
            words = Words(tracker.get_slot("language") or words.language)
            return self.answer(dispatcher, tracker, words)
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
