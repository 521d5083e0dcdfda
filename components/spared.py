"""Work that Rasa does in each turn whatever the bot, and that ours has no use for.

Rasa copies, deeply, what it would write to its debug log, whether that log is on or not; and it looks for rules by the text of
the message before it looks for them by its intent, also where no rule has a text.
"""

from __future__ import annotations

from typing import Any

from rasa.core import processor
from rasa.core.policies import rule_policy
from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

_HAS_TEXTS = "has_rules_with_texts"
_by_text_too = RulePolicy._find_action_from_rules


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


def _find_action_from_rules(
    policy: RulePolicy, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
) -> tuple[str | None, str | None, bool]:
    """As Rasa's. By text no rule without one applies: such a rule has an intent, and the state that is looked at has none."""
    if use_text_for_last_user_input and not _has_texts(policy):
        return None, None, False
    found: tuple[str | None, str | None, bool] = _by_text_too(
        policy, tracker, domain, use_text_for_last_user_input
    )
    return found


def _has_texts(policy: RulePolicy) -> bool:
    """Whether some rule waits for certain words rather than for an intent. Its key is its states as JSON."""
    if _HAS_TEXTS not in policy.__dict__:
        policy.__dict__[_HAS_TEXTS] = any('"text":' in key for key in policy.lookup[RULES])
    return bool(policy.__dict__[_HAS_TEXTS])
