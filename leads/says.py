"""What the form says next: sentences by their names in domain.yml, and the buttons under them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, cast

from leads import contact
from leads.draft import FIELDS, QUESTIONS, Draft, Step

BUTTONS: Mapping[str, tuple[str, ...]] = {
    "consent": ("intake_button_agree", "intake_button_refuse"),
    "best_time": (
        "intake_button_mornings", "intake_button_afternoons", "intake_button_anytime", "intake_button_skip",
    ),
    "matter": ("intake_button_skip",),
    "employer": ("intake_button_skip",),
    "urgency": ("intake_button_no_date",),
    "review": ("intake_button_send", "intake_button_change", "intake_button_cancel"),
    "change": (  # five: Slack drops them all when there are more
        "intake_button_name", "intake_button_email", "intake_button_phone", "intake_button_time",
        "intake_button_matter",
    ),
    "again": ("intake_button_change_it", "intake_button_second", "intake_button_nothing"),
}  # fmt: skip


class Line(NamedTuple):
    """A sentence by its name in domain.yml, and what fills its braces; a ``Line`` may fill one too."""

    word: str
    values: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Outcome:
    """What comes of a message. ``does``: 'aside' = answer it as outside the form, before ``say``; 'send'
    and 'amend' = give the lead to the store, and say what came of it. ``open``: the next message is for
    the form too.
    """

    draft: Draft | None
    say: tuple[Line, ...] = ()
    buttons: tuple[str, ...] = ()
    does: Literal["", "aside", "send", "amend"] = ""
    open: bool = True


def question(draft: Draft, brief: bool = False) -> tuple[Line, ...]:
    """The open question; at the end after what is read back, unless ``brief``."""
    if draft.step == "review":
        last = Line("intake_ask_amend" if draft.number else "intake_ask_send")
        return (last,) if brief else (Line("intake_review"), *read_back(draft), last)
    if draft.step == "matter" and draft.offer:
        return (Line("intake_ask_matter_offered", {"matter": draft.offer}),)
    return (Line(f"intake_ask_{draft.step}"),)


def brief_question(draft: Draft) -> Line:
    """The open question, without what stands before it the first time."""
    return question(draft, brief=True)[-1]


def buttons_of(draft: Draft) -> tuple[str, ...]:
    """The buttons under the open question."""
    if draft.step == "matter" and draft.offer:
        return ("intake_button_use", "intake_button_skip")
    return BUTTONS.get(draft.step, ())


def read_back(draft: Draft) -> list[Line]:
    """Every answer, in the order of the questions."""
    return [
        Line(f"intake_review_{name}", {"value": shown_value(name, draft.values[name])})
        for name in FIELDS
        if draft.values.get(name)
    ]


def shown_value(name: str, value: str) -> str:
    """A value as the visitor reads it back."""
    return contact.shown(value) if name == "phone" else value


def question_before(draft: Draft) -> Step:
    """The question before this one; before the first there is none."""
    if draft.step not in QUESTIONS:
        return QUESTIONS[-1]
    return QUESTIONS[max(QUESTIONS.index(draft.step) - 1, 0)]


def step_of(name: str) -> Step:
    """The question that an answer belongs to."""
    return "contact" if name in {"email", "phone"} else cast(Step, name)


def fields_of(step: Step) -> tuple[str, ...]:
    """The answers that a question may get."""
    return ("email", "phone") if step == "contact" else (step,)
