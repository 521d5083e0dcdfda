"""The rules that fit are those that Rasa finds, whatever the conversation."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from rasa.core.policies.rule_policy import RULES, RULES_FOR_LOOP_UNHAPPY_PATH, RulePolicy
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    BotUttered,
    Event,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from components import rule_index, spared

LISTEN, ANSWER, GREET = "action_listen", "action_answer", "action_greet"
INTENTS = ["ask_eligibility", "ask_fees", "greet"]
DOMAIN = Domain.from_dict(
    {
        "intents": INTENTS,
        "actions": [ANSWER, GREET],
        "slots": {"offered": {"type": "bool", "mappings": [{"type": "custom"}]}},
    }
)


def step(action: str, intent: str, **more: Any) -> dict[str, Any]:
    return {"prev_action": {"action_name": action}, "user": {"intent": intent}, **more}


LOOKUP = {
    json.dumps(steps): action
    for steps, action in (
        ([step(LISTEN, "ask_eligibility")], ANSWER),
        ([step(LISTEN, "ask_eligibility"), step(ANSWER, "ask_eligibility")], LISTEN),
        ([step(LISTEN, "ask_fees", slots={"offered": [1.0, 1.0]})], ANSWER),
        ([step(LISTEN, "ask_fees", slots={"offered": "__should_not_be_set__"})], GREET),
        ([{}, step(LISTEN, "greet")], GREET),  # at the beginning alone
        ([step(LISTEN, "greet"), step(GREET, "greet"), step(ANSWER, "greet")], LISTEN),
    )
}


@pytest.fixture
def policy(tmp_path: Path) -> RulePolicy:
    made = RulePolicy(
        RulePolicy.get_default_config(),
        LocalModelStorage(tmp_path),
        Resource("rules"),
        ExecutionContext(GraphSchema({})),
    )
    made.lookup = {RULES: LOOKUP, RULES_FOR_LOOP_UNHAPPY_PATH: {}}
    return made


def conversation(chance: Random) -> DialogueStateTracker:
    events: list[Event] = [SessionStarted(), ActionExecuted(LISTEN)] if chance.random() < 0.8 else []
    for _ in range(chance.randrange(12)):
        intent = chance.choice(INTENTS)
        events.append(
            chance.choice(
                [
                    UserUttered("hello", {"name": intent}),
                    *(ActionExecuted(name) for name in (LISTEN, LISTEN, ANSWER, GREET)),
                    SlotSet("offered", chance.choice([True, False, None])),
                    BotUttered("well"),
                    *([Restarted()] if chance.random() < 0.1 else []),
                    *([UserUtteranceReverted()] if chance.random() < 0.1 else []),
                ]
            )
        )
    return DialogueStateTracker.from_events("somebody", events, DOMAIN.slots)


def test_the_same_rule_is_found(policy: RulePolicy) -> None:
    chance, found = Random(42), 0
    for _ in range(3000):
        tracker = conversation(chance)
        as_rasa = spared._as_rasa_does(policy, tracker, DOMAIN, False)
        assert spared._find_action_from_rules(policy, tracker, DOMAIN, False) == as_rasa
        found += as_rasa[0] is not None
    assert found > 300  # rules were found, not only the want of one


def test_the_same_events_were_not_taken_back_and_slots_are_copied_alike() -> None:
    chance = Random(7)
    for _ in range(1000):
        tracker = conversation(chance)
        assert spared._applied_events(tracker) == spared._gone_through(tracker)
        for slot in tracker.slots.values():
            copied = spared._copy_of_slot(slot)
            assert copied is not slot and type(copied) is type(slot) and vars(copied) == vars(slot)


def test_it_is_made_once_and_knows_whether_a_rule_has_a_text(policy: RulePolicy) -> None:
    index = rule_index.index_of(policy)
    assert rule_index.index_of(policy) is index and not index.has_texts
    policy.lookup[RULES] = {json.dumps([{"user": {"text": "the fees"}}]): ANSWER}
    assert rule_index.RuleIndex(policy).has_texts
