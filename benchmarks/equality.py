"""Whether the fast bot answers what plain Rasa answers, turn by turn: without that there are no figures.

The same conversations are played to ``ours`` and to ``plain`` (benchmarks/bots.py). Texts and buttons must be equal, apart
from receipt numbers and times of day, and none may be empty. In the long conversation the Rasa server of ours is killed
with kill -9 in the middle of a form, before an answer to it and right after one; plain Rasa, which would forget
everything, is let live.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import yaml

from benchmarks.bots import ROOT, Bot, running
from benchmarks.client import Client, Said
from benchmarks.messages import lines

CONVERSATIONS = ROOT / "tests" / "conversations"
RECEIPT = re.compile(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b")
TIME_OF_DAY = re.compile(r"\b\d{1,2}:\d{2}\b")
BACK = "(the first button)"  # in a script: whatever stands on it
KILL = "(kill -9)"
LONG = 210  # turns at least of the long conversation

# The form: digressions, a correction, nonsense, a kill before its first answer and right after another.
FORM = (
    *("I'm a US citizen and a pharmacist with a job in Ottawa", "can a lawyer call me", KILL, "Yes, I agree"),
    *(
        "how long is the permit?",
        "Ana Ruiz",
        KILL,
        "ana@example.com",
        "my email is actually ana.ruiz@example.com",
    ),
    *("Mornings", "work permit for a job in Toronto", "why do you ask", "skip", "No date"),
)
CANCELLED = ("call me", "Yes, I agree", "Bo Lind", KILL, "what does it cost?", "613-555-0199", "forget it")
NONSENSE = ("asdf", "?", "😀", "12345", "la la la la", "Is my cat on the list", "ok", "no", "yes", "x" * 300)


@dataclass
class Played:
    """What was compared. ``differences``: turn by turn, in words, none if equal."""

    conversations: int = 0
    turns: int = 0
    longest: int = 0
    kills: int = 0
    empty: int = 0
    differences: list[str] = field(default_factory=list)

    @property
    def equal(self) -> bool:
        """Something was compared, nothing differed and nothing was empty."""
        return self.turns > 0 and not self.differences and not self.empty

    def as_dict(self) -> dict[str, Any]:
        """For results.json."""
        return {**asdict(self), "equal": self.equal}


def seen(said: Said) -> list[tuple[str, list[tuple[str, str]]]]:
    """Texts and buttons as compared: receipt numbers and times of day are blanked."""
    return [
        (
            _blank(str(message.get("text", ""))),
            [(b["title"], b["payload"]) for b in message.get("buttons", [])],
        )
        for message in said.messages
    ]


def _blank(text: str) -> str:
    return TIME_OF_DAY.sub("(time)", RECEIPT.sub("(receipt)", text))


class Pair:
    """Both bots; what one hears the other hears too."""

    def __init__(self, ours: Bot, plain: Bot, progress: Callable[[str], None] = lambda _line: None) -> None:
        self.ours, self.plain, self.progress = ours, plain, progress
        self.played = Played()
        self._clients = [Client(ours.port), Client(plain.port)]

    def play(self, name: str, script: Iterable[str]) -> None:
        """One conversation. A line that is the title of a button under the last answer presses it."""
        played, turns, last = self.played, 0, Said([], 0.0)
        sender = f"equal-{played.conversations}"
        for text in script:
            if text == KILL:
                self._kill()
                continue
            said = pressed(text, last)
            last, expected = (client.say(sender, said) for client in self._clients)
            turns += 1
            played.empty += last.empty
            if seen(last) != seen(expected):
                played.differences.append(
                    f"{name}, turn {turns}, {said!r}: {seen(last)}, not {seen(expected)}"
                )
        played.conversations, played.turns = played.conversations + 1, played.turns + turns
        played.longest = max(played.longest, turns)
        self.progress(f"{played.turns} turns compared, {len(played.differences)} differ")

    def _kill(self) -> None:
        self.ours.kill("rasa")
        self.ours.start_again("rasa")
        self._clients[0] = Client(self.ours.port)
        self.played.kills += 1


def pressed(text: str, last: Said) -> str:
    """The payload of the button with these words in its title, or else the words themselves."""
    buttons = [button for message in last.messages for button in message.get("buttons", [])]
    if text == BACK:
        return str(buttons[0]["payload"]) if buttons else "yes"
    titled = (b for b in buttons if text.lower() in b["title"].lower() and len(text) > 2)
    return next((str(button["payload"]) for button in titled), text)


def scripts(folder: Path = CONVERSATIONS) -> Iterator[tuple[str, list[str]]]:
    """The conversations of the tests: what is said and pressed in them, but for typed commands, which are words to ours alone."""
    for file in sorted(folder.rglob("*.yml")):
        for one in yaml.safe_load(file.read_text(encoding="utf-8"))["conversations"]:
            said = [turn.get("user") or turn["press"] for turn in one["turns"]]
            yield one["name"], [text for text in said if not text.startswith("/")]


def long_conversation() -> list[str]:
    """At least ``LONG`` turns of one visitor: facts, follow-ups, corrections, both forms, nonsense."""
    told = [text for _name, script in scripts() for text in script]
    middle = [*FORM, "Send it", "Send it", *NONSENSE, *CANCELLED, BACK, *told[:60], *lines()]
    return [*lines()[:20], *middle, *told[60 : 60 + max(0, LONG - len(middle))], *CANCELLED]


def short_conversation() -> list[str]:
    """About forty turns with one kill in the middle of a form."""
    form = [text for place, text in enumerate(FORM) if text != KILL or place < 4]
    cancelled = [text for text in CANCELLED if text != KILL]
    return [*lines()[:12], *form, "Send it", *NONSENSE[:4], *cancelled, *lines()[40:44]]


def compare(folder: Path, short: bool, progress: Callable[[str], None]) -> Played:
    """Starts both bots and plays everything."""
    conversations: Sequence[tuple[str, list[str]]] = [] if short else list(scripts())
    with running("ours", folder) as ours, running("plain", folder) as plain:
        pair = Pair(ours, plain, progress)
        pair.play("long", short_conversation() if short else long_conversation())
        for name, script in conversations:
            pair.play(name, script)
        return pair.played
