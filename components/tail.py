"""The end of a conversation, and what its earlier part leaves: enough for the next turn, however long the chat is.

The earlier part is replaced by events that set what it left behind (slots, an open form, a pause). So Rasa, its policies
and our actions see an ordinary conversation, and replaying it gives the state of the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    ConversationPaused,
    Event,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.common import all_subclasses

# Messages of the visitor that stay, and that are let come together before: each costs at every turn.
KEPT, MOST = 1, 3
MOST_IN_FORM = 40

State = Mapping[str, Any]  # slots (those that differ from the start), loop, paused
NOTHING: State = {}


def replay(sender: str, events: Iterable[Event], slots: Sequence[Slot]) -> DialogueStateTracker:
    """Rasa's tracker of these events."""
    return DialogueStateTracker.from_events(sender, list(events), slots)


def left_by(tracker: DialogueStateTracker, slots: Sequence[Slot]) -> State:
    """What these events leave behind, as JSON can hold it."""
    changed = {
        slot.name: value for slot in slots if (value := tracker.get_slot(slot.name)) != slot.initial_value
    }
    return {"slots": changed, "loop": tracker.active_loop_name, "paused": tracker.is_paused()}


def head(state: State, at: float | None) -> list[Event]:
    """Events that bring a fresh tracker into this state; ``at``: their time, seconds since 1970."""
    events: list[Event] = [SlotSet(name, value, at) for name, value in state.get("slots", {}).items()]
    if state.get("loop"):
        events.append(ActiveLoop(state["loop"], at))
    return [*events, ConversationPaused(at)] if state.get("paused") else events


def cut(events: Sequence[Event], in_form: bool) -> int:
    """How many events at the beginning can be left off: 0 as long as few messages have come together.

    What is kept begins with the listening before a message. A form gets longer, for it may look further back.
    """
    said = [place for place, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(said) <= (MOST_IN_FORM if in_form else MOST):
        return 0
    place = said[-KEPT] - 1
    return place if place > 0 and _is_listening(events[place]) else 0


def event_of(data: Mapping[str, Any]) -> Event:
    """An event from what is stored of it. Rasa's own way searches all classes of events each time."""
    event = kinds()[data["event"]]._from_parameters(dict(data))
    assert event is not None
    return event


def _is_listening(event: Event) -> bool:
    return isinstance(event, ActionExecuted) and event.action_name == ACTION_LISTEN_NAME


@lru_cache(maxsize=1)
def kinds() -> dict[str, type[Event]]:
    """The classes of events by the name of their type."""
    return {kind.type_name: kind for kind in reversed(all_subclasses(Event)) if hasattr(kind, "type_name")}
