"""The request to a lawyer, between Rasa and ``leads``: its own active loop, so that it hears every message
until it ends.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from threading import Lock
from typing import Any, TypeVar

from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.actions import ActionAnswer, ActionConfirm, ActionRefuse
from actions.case import matter_line
from actions.promise import promised
from actions.request import OURS, new_lead, regions, since_last_request, told, unanswered
from actions.safe import INTAKE, Event, SafeAction, all_facts
from actions.words import Words
from leads import intake, phrases
from leads.channels import GOES_ON, PRIVATE, PUBLIC
from leads.deadline import is_emergency
from leads.draft import FIELDS, Draft, from_slot, sent, to_slot
from leads.errors import LeadsError, NoSuchLead
from leads.firm import route
from leads.says import BUTTONS, Line, Outcome
from leads.settings import Settings
from leads.store import LeadStore
from leads.turn import Known

logger = logging.getLogger(__name__)
STORE_LIMIT_S = 2.5  # so that its own word comes before the channel gives the turn up
Result = TypeVar("Result")


class Store:
    """The firm's lead store, opened when it is first needed."""

    def __init__(self) -> None:
        self._store: LeadStore | None = None
        self._lock = Lock()

    def __call__(self) -> LeadStore:
        """The store; whoever asks first waits for it to open."""
        with self._lock:
            self._store = self._store or LeadStore.open()
            return self._store


class ActionIntake(SafeAction):
    """Takes a request for a lawyer, question by question; answers what is asked in between. ``now`` and
    ``store`` are passed in.
    """

    now: Callable[[], datetime] = staticmethod(lambda: datetime.now(timezone.utc))
    store: Callable[[], LeadStore] = Store()

    def name(self) -> str:
        return INTAKE

    async def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker, words: Words) -> list[Event]:
        if tracker.get_latest_input_channel() == PUBLIC:
            return _go_on_in_private(dispatcher, tracker, words)
        draft = from_slot(tracker.get_slot("intake"))
        new = told(tracker) if draft is None else []
        known = await self._known(tracker, words, draft)
        outcome = Outcome(draft)
        for heard in unanswered(tracker, draft):
            outcome = intake.step(outcome.draft, heard, known, self.now())
            if outcome.does in {"send", "amend"}:
                outcome = await self._hand_over(outcome, tracker, words)
                break
            if not outcome.open:
                break
        return [*new, *self._say(outcome, dispatcher, tracker, words), *_ending(outcome)]

    # ---- what was said, and what is known --------------------------------------------------------

    async def _known(self, tracker: Tracker, words: Words, draft: Draft | None) -> Known:
        firm, facts = all_facts().firm, all_facts()
        notice = words.say("intake_consent", days=firm.retention_days, privacy_contact=firm.privacy_contact)
        events = since_last_request(tracker.events)
        return Known(
            form=uuid.uuid4().hex,
            consent=(firm.consent_version, notice),
            language=words.language,
            channel=tracker.get_latest_input_channel() or "",
            matter=matter_line(tracker.slots, events, facts, words) if draft is None else None,
            regions=regions(tracker.slots),
            earlier=tuple(
                str(e["text"])[:2000] for e in events if e.get("event") == "user" and e.get("text")
            )[:-1],
            lead=await self._lead(draft),
        )

    async def _lead(self, draft: Draft | None) -> Mapping[str, str] | None:
        """The values of the request that was sent; empty when the store can't be asked, None when
        there is none any more.
        """
        if draft is None or draft.number is None:
            return None
        try:
            lead = await self._in_time(lambda store: store.get(str(draft.number)))
        except NoSuchLead:
            return None
        except (LeadsError, asyncio.TimeoutError) as error:
            logger.error("a lead could not be read: %s", type(error).__name__)
            return {}
        return {name: value for name in FIELDS if (value := getattr(lead, name))}

    # ---- to the store ----------------------------------------------------------------------------

    async def _hand_over(self, outcome: Outcome, tracker: Tracker, words: Words) -> Outcome:
        """Only once the store has it, the visitor reads a receipt; until then all answers stay."""
        assert outcome.draft is not None
        try:
            number = await (
                self._amend(outcome.draft)
                if outcome.does == "amend"
                else self._accept(outcome.draft, tracker, words)
            )
        except (LeadsError, asyncio.TimeoutError) as error:
            logger.error("a lead could not be kept: %s", type(error).__name__)
            return Outcome(outcome.draft, (Line("intake_failed"),), BUTTONS["review"])
        by = promised(all_facts().firm, self.now(), words)
        word = "intake_amended" if outcome.does == "amend" else "intake_sent"
        receipt = Line(word, {"number": number, "by": by})
        return Outcome(sent(outcome.draft, number), (receipt,), open=False)

    async def _accept(self, draft: Draft, tracker: Tracker, words: Words) -> str:
        lead, targets = new_lead(draft, tracker, words), Settings.from_environment().targets
        lawyer = route(all_facts().firm, lead.language, lead.matter, self.now()).id
        receipt = await self._in_time(lambda store: store.accept(lead, targets, self.now(), lawyer))
        return receipt.number

    async def _amend(self, draft: Draft) -> str:
        changes = {name: draft.values.get(name) for name in FIELDS}
        changes["matter"] = changes["matter"] or ""
        receipt = await self._in_time(lambda store: store.amend(str(draft.number), changes, self.now()))
        return receipt.number

    async def _in_time(self, work: Callable[[LeadStore], Result]) -> Result:
        """Done in a thread, so that other visitors don't wait; ``TimeoutError`` when the store is
        slower than ``STORE_LIMIT_S``.
        """
        return await asyncio.wait_for(asyncio.to_thread(lambda: work(self.store())), STORE_LIMIT_S)

    # ---- to the visitor --------------------------------------------------------------------------

    def _say(
        self, outcome: Outcome, dispatcher: CollectingDispatcher, tracker: Tracker, words: Words
    ) -> list[Event]:
        """One message: what was asked in between is answered first. Returns what that answer remembers."""
        own = "\n".join(_rendered(line, words) for line in outcome.say)
        buttons = [{"title": words.say(name), "payload": words.say(name)} for name in outcome.buttons]
        if outcome.does != "aside":
            dispatcher.utter_message(text=own, buttons=buttons)
            return [SlotSet("asked", None), SlotSet("lawyer_offered", True)]
        said, events = self._aside(tracker, words)
        asks = next((event["value"] for event in events if event.get("name") == "asked"), None) in OURS
        text = said["text"] if asks or not own else f"{said['text']}\n{own}"
        dispatcher.utter_message(
            text=text, buttons=said["buttons"] if asks or not buttons else buttons, answer=said.get("answer")
        )
        return (
            [*events] if asks else [*events, SlotSet("asked", "lawyer" if own and not outcome.open else None)]
        )

    def _aside(self, tracker: Tracker, words: Words) -> tuple[dict[str, Any], list[Event]]:
        """The answer that the assistant gives outside the form, and what it remembers of it."""
        intent = (tracker.latest_message.get("intent") or {}).get("name")
        ours = tracker.get_slot("asked") in OURS
        kind = (
            {"affirm": ActionConfirm, "deny": ActionRefuse}.get(intent or "", ActionAnswer)
            if ours
            else ActionAnswer
        )
        doing, heard = kind(), CollectingDispatcher()
        doing.today = self.today
        events = doing.answer(heard, tracker, words)
        return heard.messages[-1], [event for event in events if event.get("event") != "followup"]


def _go_on_in_private(dispatcher: CollectingDispatcher, tracker: Tracker, words: Words) -> list[Event]:
    """Where others read along, nobody is asked who they are: the channel takes it up where they don't."""
    urgent = is_emergency(str(tracker.latest_message.get("text") or ""), phrases.load(words.language))
    lines = (Line("intake_urgent" if urgent else "contact"), Line("intake_in_private"))
    text = "\n".join(_rendered(line, words) for line in lines)
    dispatcher.utter_message(text=text, **{GOES_ON: PRIVATE})
    return [SlotSet("lawyer_offered", True), SlotSet("asked", None), FollowupAction("action_listen")]


def _rendered(line: Line, words: Words) -> str:
    firm = all_facts().firm
    values = {n: _rendered(v, words) if isinstance(v, Line) else v for n, v in line.values.items()}
    always = {"phone": firm.phone, "email": firm.email, "hours": words.of(firm.hours)}
    return words.say(line.word, **{**always, **values})


def _ending(outcome: Outcome) -> list[Event]:
    """The draft, and whether the next message is for the form. Rasa listens then, and predicts nothing of
    its own.
    """
    loop = ActiveLoop(INTAKE if outcome.open else None)
    return [SlotSet("intake", to_slot(outcome.draft)), loop, FollowupAction("action_listen")]
