"""What is spared is not needed: the copies are for the debug log alone, and rules are found as Rasa finds them."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from types import ModuleType

import pytest
from rasa.core import processor
from rasa.core.policies import rule_policy
from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.shared.core.events import Event
from rasa.shared.utils.common import all_subclasses

from components import spared


def uses_of_copy(tree: ast.AST) -> list[ast.Attribute]:
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "copy"
    ]


@pytest.mark.parametrize("module", [processor, rule_policy])
def test_rasa_uses_copy_there_for_its_debug_log_alone(module: ModuleType) -> None:
    tree = ast.parse(inspect.getsource(module))
    logged = [
        use
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "structlogger.debug"
        for use in uses_of_copy(call)
    ]
    assert uses_of_copy(tree) and len(logged) == len(uses_of_copy(tree))
    assert {use.attr for use in logged} == {"deepcopy"}


def test_rasa_formats_states_for_its_debug_log_alone() -> None:
    source = inspect.getsource(RulePolicy)
    assert source.count("format_tracker_states") == 1
    assert source.count("current_states") == 3  # made, and logged


def policy_with(*keys: str) -> RulePolicy:
    policy = RulePolicy.__new__(RulePolicy)
    policy.lookup = {RULES: dict.fromkeys(keys, "action_answer")}
    return policy


def test_rules_are_looked_for_by_text_only_where_one_has_a_text() -> None:
    by_intent = '[{"prev_action": {"action_name": "action_listen"}, "user": {"intent": "ask_fees"}}]'
    by_text = '[{"prev_action": {"action_name": "action_listen"}, "user": {"text": "the fees"}}]'
    assert spared._find_action_from_rules(policy_with(by_intent), None, None, True) == (None, None, False)  # type: ignore[arg-type]
    with pytest.raises(AttributeError):  # Rasa's own way is gone, which asks the tracker
        spared._find_action_from_rules(policy_with(by_intent, by_text), None, None, True)  # type: ignore[arg-type]


def test_an_event_is_of_the_class_that_rasa_finds() -> None:
    for kind in all_subclasses(Event):
        if hasattr(kind, "type_name"):
            assert spared._resolve_by_type(kind.type_name) is spared._searched(kind.type_name)
    with pytest.raises(ValueError, match="Unknown event name"):
        spared._resolve_by_type("no such event")


def test_it_is_installed_in_the_process_that_serves_and_nowhere_else() -> None:
    assert RulePolicy._find_action_from_rules is not spared._find_action_from_rules
    code = (
        "from components import spared; spared.install();"
        "from rasa.core.policies.rule_policy import RulePolicy as policy; from rasa.core import processor;"
        "from rasa.shared.core.events import Event;"
        "assert policy._find_action_from_rules is spared._find_action_from_rules;"
        "from rasa.shared.core.trackers import DialogueStateTracker as tracker;"
        "from rasa.shared.core.slots import AnySlot; import copy;"
        "assert tracker.applied_events is spared._applied_events;"
        "assert copy.copy(AnySlot('job', [{}], 'nurse')).value == 'nurse';"
        "assert Event.resolve_by_type is spared._resolve_by_type;"
        "value = []; assert processor.copy.deepcopy(value) is value and policy.format_tracker_states(value) is value"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
