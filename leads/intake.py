"""The request to a lawyer, question by question. Pure: ``step(draft, heard, known, now)`` says what comes next.

Nothing here knows of Rasa, and no sentence stands here: ``Line``s name words of domain.yml, ``buttons`` too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, NamedTuple, cast

from leads import contact, deadline, phrases, private, values
from leads.aside import FREE_TEXT, Heard, is_aside
from leads.draft import FIELDS, MAY_BE_SKIPPED, QUESTIONS, Draft, Step
from leads.phrases import Order, Phrases

MOST_ASIDES, MOST_FAILURES, EXPLAIN_AT, PHONE_AT = 1, 3, 2, 3
SURE_YES_OR_NO, FEW_WORDS = 0.8, 4

BUTTONS: Mapping[str, tuple[str, ...]] = {
    "consent": ("intake_button_agree", "intake_button_refuse"),
    "best_time": ("intake_button_mornings", "intake_button_afternoons", "intake_button_anytime", "intake_button_skip"),
    "matter": ("intake_button_skip",),
    "employer": ("intake_button_skip",),
    "urgency": ("intake_button_no_date",),
    "review": ("intake_button_send", "intake_button_change", "intake_button_cancel"),
    "change": ("intake_button_name", "intake_button_email", "intake_button_phone", "intake_button_time", "intake_button_matter"),
    "again": ("intake_button_change_it", "intake_button_second", "intake_button_nothing"),
}  # fmt: skip


class Line(NamedTuple):
    """A sentence by its name in domain.yml, and what fills its braces; a ``Line`` may fill one too."""

    word: str
    values: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Known:
    """What the form may build on. ``consent``: version and text, as shown. ``matter``: a line put together from the
    conversation. ``earlier``: the visitor's messages before consent. ``lead``: the values of the lead already sent. ``form``: a
    fresh id."""

    form: str
    consent: tuple[str, str]
    language: str = "en"
    channel: str = ""
    matter: str | None = None
    regions: tuple[str, ...] = contact.REGIONS
    earlier: tuple[str, ...] = ()
    lead: Mapping[str, str] | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Outcome:
    """What comes of a message. ``does``: 'aside' = answer it as outside the form, before ``say``; 'send' and 'amend' = give the
    lead to the store, then say ``sent`` or ``not_sent``. ``open``: the next message is for the form too."""

    draft: Draft | None
    say: tuple[Line, ...] = ()
    buttons: tuple[str, ...] = ()
    does: Literal["", "aside", "send", "amend"] = ""
    open: bool = True


def step(draft: Draft | None, heard: Heard, known: Known, now: datetime) -> Outcome:
    """The next step after a message. Never raises, whatever is typed, and never loses an answer given before."""
    words = phrases.load(known.language)
    kept = private.without(heard.text)
    turn = Turn(draft or Draft(known.form), heard._replace(text=kept.text), known, now, words)
    if draft is None:
        outcome = turn.start()
    elif kept.left_out and kept.empty:
        outcome = turn.ask(turn.draft)
    else:
        outcome = turn.take()
    return _with_notes(outcome, kept.left_out and draft is not None, turn)


def sent(draft: Draft, number: str) -> Draft:
    """What is kept of a request once it is with the lawyers: its number, and no contents."""
    return Draft(draft.form, "sent", number=number, warned=draft.warned)


def brief_question(draft: Draft) -> Line:
    """The open question, without what stands before it the first time."""
    return _question(draft, brief=True)[-1]


def _with_notes(outcome: Outcome, left_out: bool, turn: Turn) -> Outcome:
    notes = [Line("intake_private")] if left_out else []
    draft = outcome.draft
    if draft and not draft.warned and deadline.is_emergency(turn.heard.text, turn.words):
        notes.append(Line("intake_urgent"))
        draft = replace(draft, warned=True)
    return replace(outcome, draft=draft, say=(*notes, *outcome.say)) if notes else outcome


@dataclass(frozen=True, repr=False)
class Turn:
    """One message at one point of the form."""

    draft: Draft
    heard: Heard
    known: Known
    now: datetime
    words: Phrases

    def start(self) -> Outcome:
        """The firm's number, for those who only want that; then the notice, and the question of consent."""
        urgent = deadline.is_emergency(self.heard.text, self.words)
        draft = Draft(self.known.form, offer=self.known.matter, warned=urgent)
        first = Line("intake_urgent") if urgent else Line("contact")
        return self.ask(draft, first, Line("intake_offer"), self._notice)

    def take(self) -> Outcome:
        """By the point at which the form stands."""
        points: dict[str, Callable[[], Outcome]] = {
            "consent": self._consent,
            "review": self._review,
            "change": self._change,
            "again": self._again,
            "sent": self._after_sending,
        }
        return points.get(self.draft.step, self._field)()

    def ask(self, draft: Draft, *before: Line, brief: bool = False) -> Outcome:
        """The question at which a draft stands, after what else there is to say."""
        return Outcome(draft, (*before, *_question(draft, brief)), _buttons(draft))

    # ---- what a message orders, wherever the form stands --------------------------------------------------------------

    @property
    def order(self) -> Order:
        """What is ordered; by the model's word alone only a clear and short yes or no. Order('') for nothing."""
        if order := self.words.order(self.heard.text):
            return order
        short = len(self.heard.text.split()) <= FEW_WORDS and self.heard.sure >= SURE_YES_OR_NO
        if short and self.heard.intent in {"affirm", "deny"} and self.draft.step not in {"name", "contact"}:
            return Order("yes" if self.heard.intent == "affirm" else "no")
        return Order(cast(Any, ""))

    def _ordered(self, order: Order) -> Outcome | None:
        """Cancel, back, why, change and the like; None for what is no such order."""
        draft = self.draft
        if order.command == "cancel":
            return self._close("intake_cancelled")
        if order.command == "start_over":
            return self.ask(replace(draft, values={}, skipped=()).at("name"), Line("intake_from_start"))
        if order.command == "why":
            return self.ask(draft, Line(f"intake_why_{draft.step}"), brief=True)
        if order.command == "back":
            return self.ask(draft.at(_before(draft)))
        if order.command == "change" and order.field:
            return self._change_of(order.field)
        if order.command == "remove" and order.field:
            return self._remove(order.field)
        return None

    def _change_of(self, name: str) -> Outcome:
        """Asks one answer anew; the old one stays until there is another."""
        draft = self.draft.at(_step_of(name))
        if name in {"email", "phone"} and draft.has("contact"):
            return Outcome(draft, (Line(f"intake_new_{name}"),), _buttons(draft))
        return self.ask(draft)

    def _remove(self, name: str) -> Outcome:
        """Takes an answer away; what the lawyers can't do without is asked for again."""
        draft = self.draft
        for one in ("email", "phone") if name == "contact" else (name,):
            draft = draft.with_values(**{one: None})
        if name in MAY_BE_SKIPPED:
            draft = draft.without(name)
        return self.ask(
            draft.next() if draft.step == "review" else draft.at(self._open(draft)), Line("intake_removed")
        )

    def _open(self, draft: Draft) -> Step:
        return draft.step if draft.step in QUESTIONS and not draft.has(draft.step) else draft.next().step

    def _close(self, word: str) -> Outcome:
        """Ends the form, and forgets what was typed; a lead that was sent before stays known by its number."""
        if self.draft.number:
            return Outcome(
                sent(self.draft, self.draft.number),
                (Line("intake_unchanged", {"number": self.draft.number}),),
                open=False,
            )
        return Outcome(None, (Line(word),), open=False)

    def _aside(self, draft: Draft) -> Outcome:
        """To be answered by the assistant; the open question follows in the same bubble."""
        return Outcome(
            draft, (Line("intake_back", {"question": brief_question(draft)}),), _buttons(draft), "aside"
        )

    @property
    def _is_aside(self) -> bool:
        ours = self.heard.ours_open and (self.order.command in {"yes", "no"} or self.heard.intent == "inform")
        return ours or is_aside(self.heard, self.draft.step, self.words)

    # ---- consent ------------------------------------------------------------------------------------------------------

    @property
    def _notice(self) -> Line:
        return Line("intake_notice", {"notice": self.known.consent[1]})

    def _consent(self) -> Outcome:
        order, draft = self.order, self.draft
        if self.heard.ours_open and self._is_aside:
            return self._aside(draft)
        if order.command in {"yes", "send"} or self._begins_with_yes:
            return self._agreed()
        if order.command in {"no", "skip", "back", "cancel"}:
            return self._close("intake_refused")
        if order.command == "why":
            return self.ask(draft, Line("intake_why_consent"))
        if self._is_aside:
            return self._aside_before_consent()
        if values.read(self.heard, "contact", self.known.regions, self.words).values:
            return self.ask(draft, Line("intake_agree_first"))
        if self.heard.intent == "talk_to_lawyer" or self.heard.is_chat:
            return self.ask(draft)
        if draft.failures + 1 >= MOST_FAILURES:
            return self._close("intake_refused")
        return self.ask(replace(draft, failures=draft.failures + 1), Line("intake_hint_consent"))

    @property
    def _begins_with_yes(self) -> bool:
        first = self.heard.text.replace("\n", ",").replace(".", ",").replace("!", ",").split(",")[0]
        order = self.words.order(first)
        return order is not None and order.command == "yes" and not self.words.asks(self.heard.text)

    def _agreed(self) -> Outcome:
        version, text = self.known.consent
        agreed = {
            "version": version,
            "text": text,
            "given_at": self.now.isoformat(),
            "language": self.known.language,
            "channel": self.known.channel,
        }
        told = values.carried([*self.known.earlier, self.heard.text], self.known.regions, self.words)
        draft = replace(self.draft, agreed=agreed).with_values(**told).next()
        return self.ask(draft, *self._noted(told) or (Line("intake_thanks"),))

    def _aside_before_consent(self) -> Outcome:
        """Somebody who goes on asking isn't held up: after the second question the form closes, nothing is kept."""
        if self.draft.asides >= MOST_ASIDES:
            return Outcome(None, (Line("intake_later"),), (), "aside", open=False)
        return self._aside(replace(self.draft, asides=self.draft.asides + 1))

    # ---- the questions ------------------------------------------------------------------------------------------------

    def _field(self) -> Outcome:
        draft, order = self.draft, self.order
        if self.heard.ours_open and self._is_aside:
            return self._aside(draft)
        if outcome := self._ordered(order):
            return outcome
        if order.command in {"skip", "no", "yes", "send", "change", "again"} and (
            outcome := self._short(order)
        ):
            return outcome
        found = values.read(self.heard, draft.step, self.known.regions, self.words)
        if found.values:
            return self._keep(found.values)
        if self._is_aside:
            return self._aside(self._with_offer())
        if self.heard.is_chat or self.heard.intent == "talk_to_lawyer" and draft.step not in FREE_TEXT:
            return self._chat()
        if draft.step in FREE_TEXT and (line := values.free(draft.step, self.heard.text)):
            return self._keep({draft.step: line})
        return self._repeated() or self._fail(*found.problems[:1])

    def _short(self, order: Order) -> Outcome | None:
        """A bare yes, no, skip or send in place of an answer."""
        draft = self.draft
        if draft.step == "matter" and order.command == "again":
            return None  # 'It's for my brother' says what it is about
        if draft.step == "matter" and draft.offer and order.command == "yes":
            return self._keep({"matter": draft.offer})
        if draft.step == "matter" and draft.offer and order.command == "no":
            return self.ask(replace(draft, offer=None))
        if order.command in {"skip", "no"} and draft.has(draft.step):
            return self.ask(draft.next())
        if order.command in {"skip", "no"} and draft.step in MAY_BE_SKIPPED:
            return self.ask(draft.without(draft.step).next())
        if order.command in {"skip", "no"}:
            return self.ask(draft, Line(f"intake_why_{draft.step}"), Line("intake_by_phone"), brief=True)
        if order.command == "change":
            return self.ask(draft.at("change"))
        return self._fail()

    def _keep(self, found: Mapping[str, str]) -> Outcome:
        """Keeps the answers; those to other questions are said back, so that nobody wonders."""
        draft = self.draft.with_values(**found)
        answered = draft.step in found or draft.step == "contact" and bool({"email", "phone"} & found.keys())
        others = {
            name: value for name, value in found.items() if name not in {draft.step, *_fields(draft.step)}
        }
        before = [*self._noted(others)]
        if (
            "urgency" in found
            and deadline.is_near(found["urgency"], self.now, self.words)
            and not draft.warned
        ):
            before.insert(0, Line("intake_urgent"))
            draft = replace(draft, warned=True)
        return self.ask(draft.next() if answered else draft.at(self._open(draft)), *before)

    def _noted(self, told: Mapping[str, str]) -> tuple[Line, ...]:
        shown = [shown_value(name, told[name]) for name in FIELDS if name in told]
        return (Line("intake_noted", {"values": ", ".join(shown)}),) if shown else ()

    def _with_offer(self) -> Draft:
        """A question of fact where the matter is asked may well be the matter: proposed as such."""
        if self.draft.step != "matter":
            return self.draft
        return replace(self.draft, offer=values.free("matter", self.heard.text))

    def _chat(self) -> Outcome:
        word = {"goodbye": "intake_unsent", "who_are_you": "intake_who", "not_helpful": "intake_by_phone"}
        before = [Line(word[self.heard.intent])] if self.heard.intent in word else []
        return self.ask(self.draft, *before, brief=True)

    def _repeated(self) -> Outcome | None:
        """A name that looked like something else is taken when it is said again: there are people called Baker and Jordan."""
        said = phrases.key(self.heard.text)
        if (
            self.draft.step != "name"
            or not said
            or said != self.draft.refused
            or self.heard.is_question_of_fact
        ):
            return None
        name = values.checked("name", self.heard.text, self.known.regions, self.words)
        return self._keep({"name": name}) if name else None

    def _fail(self, problem: str = "") -> Outcome:
        """A hint within the question; from the second time on why it is asked, then the telephone number too."""
        draft = replace(
            self.draft, failures=self.draft.failures + 1, refused=phrases.key(self.heard.text)[:80]
        )
        if draft.failures < EXPLAIN_AT:
            return Outcome(draft, (Line(f"intake_hint_{problem or draft.step}"),), _buttons(draft))
        by_phone = (Line("intake_by_phone"),) if draft.failures >= PHONE_AT else ()
        return self.ask(draft, Line(f"intake_why_{draft.step}"), *by_phone, brief=True)

    # ---- before sending, and after --------------------------------------------------------------------------------------

    def _review(self) -> Outcome:
        order, draft = self.order, self.draft
        if order.command in {"send", "yes"}:
            return Outcome(draft, does="amend" if draft.number else "send")
        if outcome := self._ordered(order):
            return outcome
        return self._edited() or self._otherwise(order)

    def _change(self) -> Outcome:
        order, draft = self.order, self.draft
        if order.command == "send":
            return self._ordered_review()
        if order.command in {"no", "skip", "back"}:
            return self.ask(draft.next())
        if outcome := self._ordered(order):
            return outcome
        return self._edited() or self._otherwise(order)

    def _ordered_review(self) -> Outcome:
        draft = self.draft.next()
        return self.ask(draft) if draft.step == "review" else self.ask(draft)

    def _edited(self) -> Outcome | None:
        """A field that is named, or a new value for one."""
        if name := self.words.field(self.heard.text):
            return self._change_of(name)
        labelled = self.words.labelled(self.heard.text)
        found = values.read(self.heard, "contact", self.known.regions, self.words).values
        if labelled and (good := values.checked(*labelled, self.known.regions, self.words)):
            found = {**found, labelled[0]: good}
        return self.ask(self.draft.with_values(**found).next()) if found else None

    def _otherwise(self, order: Order) -> Outcome:
        draft = self.draft
        if order.command in {"no", "change", "skip"}:
            return self.ask(draft.at("change"))
        if self._is_aside:
            return self._aside(draft)
        if self.heard.is_chat or self.heard.intent == "talk_to_lawyer":
            return self._chat()
        return self._fail()

    def _after_sending(self) -> Outcome:
        """Asked again once a request is with the lawyers: says what there is, and offers to change it or a second one."""
        number, order = self.draft.number or "", self.order
        if order.command == "send":
            return Outcome(self.draft, (Line("intake_receipt_again", {"number": number}),), open=False)
        if order.command == "again":
            return self._second()
        if not self.known.lead:
            return self._second()
        lead = self.known.lead
        reach = contact.masked(lead.get("email") or lead.get("phone") or "")
        told = {"number": number, "whose": lead.get("name", ""), "contact": reach}
        return self.ask(self.draft.at("again"), Line("intake_sent_already", told))

    def _again(self) -> Outcome:
        order = self.order
        if order.command == "again":
            return self._second()
        if order.command in {"change", "yes"} or self.words.field(self.heard.text):
            return self._amend(order)
        if order.command in {"no", "skip", "cancel", "back"} or self.heard.is_chat:
            return Outcome(
                self.draft.at("sent"),
                (Line("intake_all_good", {"number": self.draft.number or ""}),),
                open=False,
            )
        if order.command == "send":
            return self._after_sending()
        if self.heard.intent == "talk_to_lawyer":
            return self.ask(self.draft)
        return Outcome(self.draft.at("sent"), (), (), "aside", open=False)

    def _amend(self, order: Order) -> Outcome:
        """Opens the lead that was sent for changes."""
        lead = {name: value for name, value in (self.known.lead or {}).items() if name in FIELDS and value}
        if not lead:
            return self._second()
        skipped = tuple(q for q in QUESTIONS if q in MAY_BE_SKIPPED and q not in lead)
        draft = replace(self.draft, values=lead, skipped=skipped)
        name = order.field or self.words.field(self.heard.text)
        return self.ask(draft.at(_step_of(name) if name else "change"))

    def _second(self) -> Outcome:
        """A second request, for somebody else or something else, with a consent of its own."""
        draft = Draft(self.known.form, offer=None)
        return self.ask(draft, Line("intake_second"), self._notice)


def shown_value(name: str, value: str) -> str:
    """A value as the visitor reads it back."""
    return contact.shown(value) if name == "phone" else value


def _question(draft: Draft, brief: bool = False) -> tuple[Line, ...]:
    if draft.step == "review":
        last = Line("intake_ask_amend" if draft.number else "intake_ask_send")
        return (last,) if brief else (Line("intake_review"), *_read_back(draft), last)
    if draft.step == "matter" and draft.offer:
        return (Line("intake_ask_matter_offered", {"matter": draft.offer}),)
    return (Line(f"intake_ask_{draft.step}"),)


def _read_back(draft: Draft) -> list[Line]:
    return [
        Line(f"intake_review_{name}", {"value": shown_value(name, draft.values[name])})
        for name in FIELDS
        if draft.values.get(name)
    ]


def _buttons(draft: Draft) -> tuple[str, ...]:
    if draft.step == "matter" and draft.offer:
        return ("intake_button_use", "intake_button_skip")
    return BUTTONS.get(draft.step, ())


def _before(draft: Draft) -> Step:
    """The question before this one; before the first there is none."""
    if draft.step not in QUESTIONS:
        return QUESTIONS[-1]
    return QUESTIONS[max(QUESTIONS.index(draft.step) - 1, 0)]


def _step_of(name: str) -> Step:
    return "contact" if name in {"email", "phone"} else cast(Step, name)


def _fields(step: Step) -> tuple[str, ...]:
    return ("email", "phone") if step == "contact" else (step,)
