"""Work that Rasa does in each turn whatever the bot, and that ours has no use for.

Rasa copies, deeply, what it would write to its debug log, whether that log is on or not; it looks for rules by the text of the
message before it looks for them by its intent, also where no rule has a text, and at all of the conversation where they look at
its last steps (rule_index.py); it searches all classes of events for that of each event, copies slots the general way, and goes
through all events for those that were taken back, also where none was.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from rasa.core import processor
from rasa.core.policies import rule_policy
from rasa.core.policies.rule_policy import RulePolicy
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionReverted,
    ActiveLoop,
    Event,
    Restarted,
    SessionStarted,
    UserUtteranceReverted,
)
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.common import all_subclasses

from components import tail
from components.rule_index import index_of

_as_rasa_does = RulePolicy._find_action_from_rules
_searched = Event.resolve_by_type
_gone_through = DialogueStateTracker.applied_events


class _AsItIs:
    """In the place of the module ``copy`` where it is used for the debug log alone (tests/unit/components/test_spared.py)."""

    @staticmethod
    def deepcopy(value: Any) -> Any:
        """The value itself."""
        return value


def install() -> None:
    """From here on in this process."""
    for module in (processor, rule_policy):
        module.copy = _AsItIs
    RulePolicy.format_tracker_states = staticmethod(_AsItIs.deepcopy)  # for that log too
    RulePolicy._find_action_from_rules = _find_action_from_rules
    Event.resolve_by_type = staticmethod(_resolve_by_type)
    DialogueStateTracker.applied_events = _applied_events
    Slot.__copy__ = _copy_of_slot


def _find_action_from_rules(
    policy: RulePolicy, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
) -> tuple[str | None, str | None, bool]:
    """As Rasa's, which is asked itself within a form, and where no rule fits. By text no rule without one applies."""
    rules = index_of(policy)
    if not rules.has_texts:
        if use_text_for_last_user_input:
            return None, None, False
        if not tracker.active_loop_name and (found := rules.action(tracker, domain)):
            return *found, False
    asked: tuple[str | None, str | None, bool] = _as_rasa_does(
        policy, tracker, domain, use_text_for_last_user_input
    )
    return asked


def _resolve_by_type(name: str, default: type[Event] | None = None) -> type[Event] | None:
    """The class of an event; Rasa's own way searches all classes each time."""
    return tail.kinds().get(name) or _searched(name, default)


def _applied_events(tracker: DialogueStateTracker) -> list[Event]:
    """The events that were not taken back: all since the last beginning, unless some take others back or belong to a form."""
    events = list(tracker.events)
    if any(type(event) in _take_back() for event in events):
        gone_through: list[Event] = _gone_through(tracker)
        return gone_through
    for place in range(len(events) - 1, -1, -1):
        if type(events[place]) in _begin():
            return events[place + 1 :]
    return events


@lru_cache(maxsize=1)
def _take_back() -> frozenset[type[Event]]:
    return _and_below(ActiveLoop, ActionReverted, UserUtteranceReverted)


@lru_cache(maxsize=1)
def _begin() -> frozenset[type[Event]]:
    return _and_below(Restarted, SessionStarted)


def _and_below(*kinds: type[Event]) -> frozenset[type[Event]]:
    return frozenset(kind for top in kinds for kind in (top, *all_subclasses(top)))


def _copy_of_slot(slot: Slot) -> Slot:
    """What ``copy.copy`` makes of an object that has nothing but its attributes."""
    copied: Slot = object.__new__(type(slot))
    copied.__dict__.update(slot.__dict__)
    return copied
