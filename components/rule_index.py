"""Which rules fit a conversation, found as ``RulePolicy`` finds them, from no more of its states than the rules look at.

Rasa makes a state of every step of the conversation, twice a turn, and holds each against every rule. But a rule looks back a
step or two, and at few features (which, stands in its key); so what fits a step is found once for each combination of these.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterator
from typing import Any

from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.shared.core.constants import PREVIOUS_ACTION, USER
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.events import ActionExecuted
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import TEXT

_INDEX = "rule_index"


class RuleIndex:
    """The rules of a trained policy."""

    def __init__(self, policy: RulePolicy) -> None:
        self._policy = policy
        self._steps: dict[str, list[dict[str, Any]]] = {key: json.loads(key) for key in policy.lookup[RULES]}
        self._features = sorted(
            {
                (kind, name)
                for steps in self._steps.values()
                for step in steps
                for kind in step
                for name in step[kind]
            }
        )
        self.has_texts = (USER, TEXT) in self._features  # whether some rule waits for certain words
        self._fitting: dict[Hashable, frozenset[str]] = {}

    def action(self, tracker: DialogueStateTracker, domain: Domain) -> tuple[str, str] | None:
        """The next action and the key of the longest rule that fits; None if none does."""
        keys = frozenset(self._steps)
        states = _from_the_last(tracker, domain)
        back = 0
        while any(len(self._steps[key]) > back for key in keys) and (state := next(states, None)) is not None:
            keys &= self._fitting_at(back, state)
            back += 1
        if not keys:
            return None
        best = max(keys, key=len)
        return self._policy.lookup[RULES][best], best

    def _fitting_at(self, back: int, state: State) -> frozenset[str]:
        """The keys of the rules that this state fits, ``back`` steps before the last, or that do not look so far."""
        seen = (
            back,
            bool(state.get(PREVIOUS_ACTION)),
            *(state.get(kind, {}).get(name) for kind, name in self._features),
        )
        if seen not in self._fitting:
            fits = self._policy._is_rule_applicable
            self._fitting[seen] = frozenset(key for key in self._steps if fits(key, back, state))
        return self._fitting[seen]


def index_of(policy: RulePolicy) -> RuleIndex:
    """Made once for each policy."""
    index: RuleIndex | None = policy.__dict__.get(_INDEX)
    if index is None:
        index = policy.__dict__[_INDEX] = RuleIndex(policy)
    return index


def _from_the_last(tracker: DialogueStateTracker, domain: Domain) -> Iterator[State]:
    """The states that Rasa makes of a conversation, the last one first."""
    yield domain.get_active_state(tracker)
    events = tracker.applied_events()
    for place in (
        place for place in range(len(events) - 1, -1, -1) if isinstance(events[place], ActionExecuted)
    ):
        before = tracker.init_copy()
        for event in events[:place]:
            before.update(event)
        yield domain.get_active_state(before)
