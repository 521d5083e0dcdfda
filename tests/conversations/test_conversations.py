"""Whole conversations through the real trained bot with its real actions: what is seen, turn by turn."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.bot import Bot, Reply, Visitor
from tests.known import expected_to_fail

HERE = Path(__file__).parent
CONVERSATIONS = [
    pytest.param(one["turns"], id=f"{file.relative_to(HERE).with_suffix('')}: {one['name']}")
    for file in sorted(HERE.rglob("*.yml"))
    for one in yaml.safe_load(file.read_text(encoding="utf-8"))["conversations"]
]
PHONE = "613-555-0100"
RECEIPT = re.compile(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b")


@pytest.mark.parametrize("turns", CONVERSATIONS)
def test_a_conversation(turns: list[dict[str, Any]], bot: Bot, request: pytest.FixtureRequest) -> None:
    expected_to_fail(request, "conversations")
    visitor = bot.visitor()
    for number, turn in enumerate(turns, start=1):
        reply = visitor.press(turn["press"]) if "press" in turn else visitor.say(turn["user"])
        problems = [*check(turn, reply), *check_request(turn, reply, visitor)]
        assert not problems, (
            f"turn {number} {turn.get('user') or turn.get('press')!r}: {problems}\n{reply.text}"
        )


def check(turn: dict[str, Any], reply: Reply) -> list[str]:
    """What of the turn's promises the reply breaks. In ``says`` and ``rules``, 'a|b' means that either of them is enough."""
    problems: list[str] = []

    def expect(fits: bool, problem: str) -> None:
        if not fits:
            problems.append(problem)

    seen, record, slots = reply.visible.lower().replace("\u00a0", " "), reply.record, reply.slots
    expect(bool(seen.strip()), "the bot said nothing")
    if "verdict" in turn:
        expect(
            record.get("verdict") == turn["verdict"],
            f"verdict {record.get('verdict')}, not {turn['verdict']}",
        )
    for rule in turn.get("rules", []):
        expect(
            bool({*rule.split("|")} & {*record.get("rules", [])}),
            f"rests on {record.get('rules')}, not on {rule}",
        )
    for rule in turn.get("not_rules", []):
        expect(rule not in record.get("rules", []), f"rests on {rule}")
    for words in turn.get("says", []):
        expect(any(word in seen for word in words.lower().split("|")), f"does not say {words!r}")
    for words in turn.get("never", []):
        expect(words.lower() not in seen, f"says {words!r}")
    if "title" in turn:
        title = (slots.get("job") or {}).get("title")
        expect(title == turn["title"], f"judged {title!r}, not {turn['title']!r}")
    for name in ("citizenship", "destination"):
        if name in turn:
            expect(slots.get(name) == turn[name], f"believes {name} {slots.get(name)!r}, not {turn[name]!r}")
    for name in turn.get("forgets", []):
        expect(
            not slots.get("job" if name == "job_title" else name),
            f"still believes {name} {slots.get(name)!r}",
        )
    if "asks" in turn:
        expect(record.get("asks") == turn["asks"], f"asks {record.get('asks')!r}, not {turn['asks']!r}")
        expect(bool(reply.buttons), "asks without buttons")
    if turn.get("declines"):
        expect(record.get("topics") == ["decline"] and not record.get("rules"), f"does not decline: {record}")
    if turn.get("choices"):
        expect(len(reply.buttons) >= 3 and PHONE in seen, "gives no choices with the phone number")
    if turn.get("lawyer"):
        expect(PHONE in seen and "@" in seen, "gives no way to a lawyer")
    if turn.get("no_fact"):
        expect(
            "legal_other" in record.get("topics", []),
            f"does not own up to having no fact: {record.get('topics')}",
        )
    return problems


def check_request(turn: dict[str, Any], reply: Reply, visitor: Visitor) -> list[str]:
    """What of the turn's promises on the request to a lawyer is broken.

    ``form``: the question at which it stands, false when there is none. ``draft``: answers so far.
    ``receipt``: its number is shown, and a lead with it is stored. ``lead``: what the last stored lead holds.
    ``leads``: how many there are. ``buttons``: all of them.
    """
    problems: list[str] = []
    draft = reply.slots.get("intake") or {}
    if "form" in turn and (draft.get("step") or False) != turn["form"]:
        problems.append(f"the form is at {draft.get('step')}, not at {turn['form']}")
    for name, value in turn.get("draft", {}).items():
        if (draft.get("values") or {}).get(name) != value:
            problems.append(f"{name} is {(draft.get('values') or {}).get(name)!r}, not {value!r}")
    if turn.get("receipt"):
        shown = set(RECEIPT.findall(reply.visible))
        if not shown or shown != {visitor.leads[-1].number} if visitor.leads else True:
            problems.append(f"shows {shown or 'no receipt'}, with {len(visitor.leads)} leads stored")
    for name, value in turn.get("lead", {}).items():
        found = getattr(visitor.leads[-1], name, None) if visitor.leads else "(no lead)"
        if found != value:
            problems.append(f"the lead's {name} is {found!r}, not {value!r}")
    if "leads" in turn and len(visitor.leads) != turn["leads"]:
        problems.append(f"{len(visitor.leads)} leads are stored, not {turn['leads']}")
    if "buttons" in turn and [button["title"] for button in reply.buttons] != turn["buttons"]:
        problems.append(f"offers {[button['title'] for button in reply.buttons]}")
    if "form" in turn and len(reply.messages) != 1:
        problems.append(f"says {len(reply.messages)} messages")
    return problems
