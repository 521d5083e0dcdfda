"""The request to a lawyer, question by question. Pure: ``step(draft, heard, known, now)`` says what comes
next.

Nothing here knows of Rasa, and no sentence stands here: ``Line``s name words of domain.yml, ``buttons`` too.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from leads import deadline, phrases, private
from leads.after import Again, Sent
from leads.aside import Heard
from leads.consent import Consent, Start
from leads.draft import Draft
from leads.questions import Question
from leads.review import Change, Review
from leads.says import Line, Outcome
from leads.turn import Known, Turn

POINTS: dict[str, type[Turn]] = {
    "consent": Consent, "review": Review, "change": Change, "again": Again, "sent": Sent
}  # fmt: skip


def step(draft: Draft | None, heard: Heard, known: Known, now: datetime) -> Outcome:
    """The next step after a message. Never raises, whatever is typed, and never loses an answer given
    before.
    """
    words = phrases.load(known.language)
    kept = private.without(heard.text)
    point = POINTS.get(draft.step, Question) if draft else Start
    turn = point(draft or Draft(known.form), heard._replace(text=kept.text), known, now, words)
    outcome = turn.ask(turn.draft) if draft and kept.left_out and kept.empty else turn.take()
    return _with_notes(outcome, kept.left_out and draft is not None, turn)


def _with_notes(outcome: Outcome, left_out: bool, turn: Turn) -> Outcome:
    notes = [Line("intake_private")] if left_out else []
    draft = outcome.draft
    if draft and not draft.warned and deadline.is_emergency(turn.heard.text, turn.words):
        notes.append(Line("intake_urgent"))
        draft = replace(draft, warned=True)
    return replace(outcome, draft=draft, say=(*notes, *outcome.say)) if notes else outcome
