"""A request to a lawyer while it is being filled in: plain values that Rasa can keep in a slot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Literal

Step = Literal[
    "consent", "name", "contact", "best_time", "matter", "employer", "urgency",
    "review", "change", "again", "sent",
]  # fmt: skip
# What a lead needs to hear, in the order in which it is asked; an e-mail address or a telephone number
# fills 'contact'.
QUESTIONS: tuple[Step, ...] = ("name", "contact", "best_time", "matter", "employer", "urgency")
FIELDS = ("name", "email", "phone", "best_time", "matter", "employer", "urgency")
NOTICE = ("version", "text", "language")
MAY_BE_SKIPPED = frozenset({"best_time", "matter", "employer", "urgency"})


@dataclass(frozen=True, repr=False)
class Draft:
    """Where the form stands.

    ``form``: id of this form, which with the conversation names the lead. ``notice``: the version, text and
    language of the notice as it was shown, until there is an answer. ``agreed``: what was consented to, and
    when. ``offer``: a line for the matter that we propose. ``failures``: answers in a row that
    were none to this question. ``refused``: the last such answer. ``asides``: questions of fact before
    consent. ``warned``: the telephone number has been given for something that can't wait. ``number``: of
    the lead, once sent.
    """

    form: str
    step: Step = "consent"
    values: Mapping[str, str] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()
    notice: Mapping[str, str] | None = None
    agreed: Mapping[str, str] | None = None
    offer: str | None = None
    failures: int = 0
    refused: str = ""
    asides: int = 0
    warned: bool = False
    number: str | None = None

    def __repr__(self) -> str:
        return f"Draft({self.step})"

    @property
    def was_shown(self) -> Mapping[str, str] | None:
        """The notice that was shown, wholly; None if there was none that we can tell."""
        notice = self.notice
        whole = isinstance(notice, Mapping) and all(isinstance(notice.get(part), str) for part in NOTICE)
        return notice if whole else None

    def has(self, question: str) -> bool:
        """True if the question has an answer."""
        if question == "contact":
            return bool(self.values.get("email") or self.values.get("phone"))
        return bool(self.values.get(question))

    def at(self, step: Step) -> Draft:
        """At another question, with no failures yet."""
        return replace(self, step=step, failures=0, refused="")

    def next(self) -> Draft:
        """At the first question that is neither answered nor skipped; when there is none, at the review."""
        open_ = (q for q in QUESTIONS if not self.has(q) and q not in self.skipped)
        return self.at(next(open_, "review"))

    def with_values(self, **values: str | None) -> Draft:
        """With these answers; None takes one away."""
        merged = {name: value for name, value in {**self.values, **values}.items() if value}
        left = tuple(name for name in self.skipped if name not in values)
        return replace(self, values=merged, skipped=left)

    def without(self, question: str) -> Draft:
        """With the question skipped."""
        values = {name: value for name, value in self.values.items() if name != question}
        return replace(self, values=values, skipped=tuple(dict.fromkeys([*self.skipped, question])))


def sent(draft: Draft, number: str) -> Draft:
    """What is kept of a request once it is with the lawyers: its number, and no contents."""
    return Draft(draft.form, "sent", number=number, warned=draft.warned)


def to_slot(draft: Draft | None) -> dict[str, Any] | None:
    """Plain JSON; empty values are left out."""
    return (
        None
        if draft is None
        else {k: v for k, v in asdict(draft).items() if v not in (None, {}, (), "", 0, False)}
    )


def from_slot(value: Any) -> Draft | None:
    """The draft of a slot; None for an empty slot, or for what no draft of ours ever was."""
    names = {f.name for f in fields(Draft)}
    if not isinstance(value, dict) or not isinstance(value.get("form"), str):
        return None
    kept: dict[str, Any] = {
        name: tuple(v) if isinstance(v, list) else v for name, v in value.items() if name in names
    }
    draft = Draft(**kept)
    return draft if draft.step in (*QUESTIONS, "consent", "review", "change", "again", "sent") else None
