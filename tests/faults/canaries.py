"""Many visitors at once, each with words of their own: nobody may read another's.

    .venv/bin/python -m tests.faults.canaries --turns 10000 [--visitors 40] [--seed 1]

Each visitor tells a name, an address, a job and a wish that nobody else has, in a form, in questions and in nonsense, in an
order of their own; some write without waiting for the answer, some send a message twice. Every answer, and in the end every
conversation and every lead as it is kept, is searched for the words of all others. Exit status 0 only if there are none, and no
turn went without an answer.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tests.bot import Bot
from tests.channels.rest_client import Reply, ask, new_id

WORD = re.compile(r"canary[a-p]{10}", re.I)
LETTERS = "abcdefghijklmnop"
FORM = ("I want to talk to someone", "Yes, I agree", "{name}", "{mail}", "Mornings", "a permit for {wish}", "Skip", "No date")
ASIDE = (
    *("what does it cost for {wish}", "I am a nurse called {name}", "is a {wish} on the list", "how long is it valid, {name}?"),
    *("my address is {mail}", "{wish}", "hello, {name} here", "thanks from {name}", "do I need a CAQ for {wish}"),
)


@dataclass
class Found:
    """``faults``: what should not be, in words without the canaries."""

    turns: int = 0
    conversations: int = 0
    echoed: int = 0  # answers that repeated the visitor's own words, so that a crossing would show
    leads: int = 0
    seconds: float = 0.0
    slowest_s: float = 0.0
    faults: list[str] = field(default_factory=list)


@dataclass
class Talker:
    """One conversation after the other, each by somebody new."""

    bot: Bot
    random: random.Random
    found: Found = field(default_factory=Found)
    owners: dict[str, str] = field(default_factory=dict)  # canary → conversation

    def talk(self, turns: int) -> None:
        """So many turns."""
        while self.found.turns < turns:
            self._converse(turns - self.found.turns)

    def _converse(self, most: int) -> None:
        sender = new_id()
        words = {kind: self._canary(sender) for kind in ("name", "mail", "wish")}
        words = {**words, "name": f"{words['name'].title()} Ruiz", "mail": f"{words['mail']}@example.com"}
        script = [line.format(**words) for line in self._script()][:most]
        self.found.conversations += 1
        place = 0
        while place < len(script):
            together = script[place : place + self.random.choice((1, 1, 1, 2))]
            place += len(together)
            self._say(sender, together)

    def _script(self) -> Iterator[str]:
        """The form with something in between, now and then up to its end."""
        if self.random.random() < 0.4:
            yield from self.random.sample(ASIDE, self.random.randint(3, len(ASIDE)))
            return
        for line in FORM[: self.random.randint(3, len(FORM))]:
            yield line
            if self.random.random() < 0.3:
                yield self.random.choice(ASIDE)
        if self.random.random() < 0.5:
            yield "Send it"

    def _say(self, sender: str, texts: list[str]) -> None:
        name = new_id()
        if len(texts) == 1 and self.random.random() < 0.1:
            texts = texts * 2  # sent twice, under one id
            replies = _at_once(lambda text: ask(self.bot.url, sender, text, message_id=name), texts)
            if replies[0].body != replies[1].body:
                self.found.faults.append("one message under one id got two answers")
        else:
            replies = _at_once(lambda text: ask(self.bot.url, sender, text), texts)
        for reply in replies:
            self._hear(sender, reply)

    def _hear(self, sender: str, reply: Reply) -> None:
        self.found.turns += 1
        self.found.slowest_s = max(self.found.slowest_s, reply.seconds)
        if reply.status != 200 or not reply.text:
            self.found.faults.append(f"status {reply.status}, {'with' if reply.text else 'without'} words")
        if any(message.get("recipient_id") != sender for message in reply.body):
            self.found.faults.append("an answer to somebody else")
        self.check(sender, json.dumps(reply.body), "an answer")
        self.found.echoed += bool(WORD.search(reply.text))

    def check(self, sender: str, text: str, where: str) -> None:
        """Whether the text has only this conversation's canaries; those of others' talkers are looked at in the end."""
        for word in WORD.findall(text):
            if self.owners.get(word.lower()) != sender:
                self.found.faults.append(f"another's words in {where}")

    def _canary(self, sender: str) -> str:
        word = "canary" + "".join(self.random.choices(LETTERS, k=10))
        self.owners[word] = sender
        return word


def _at_once(deed: Callable[[str], Reply], texts: list[str]) -> list[Reply]:
    if len(texts) == 1:
        return [deed(texts[0])]
    with ThreadPoolExecutor(len(texts)) as pool:
        return list(pool.map(deed, texts))


def crossings(bot: Bot, turns: int, visitors: int, seed: int) -> Found:
    """So many turns in all, of so many visitors at once."""
    started = time.monotonic()
    each = -(-turns // visitors)
    talkers = [Talker(bot, random.Random(f"{seed}-{number}")) for number in range(visitors)]
    with ThreadPoolExecutor(visitors) as pool:
        list(pool.map(lambda talker: talker.talk(each), talkers))
    return crossings_in(bot, talkers, seed, time.monotonic() - started)


def crossings_in(bot: Bot, talkers: list[Talker], seed: int, seconds: float) -> Found:
    """What these found, and what stands in the conversations and leads as they are kept."""
    owners = {word: sender for talker in talkers for word, sender in talker.owners.items()}
    kept = Talker(bot, random.Random(seed), owners=owners)
    for sender in sorted(set(owners.values())):
        kept.check(sender, json.dumps(bot.events(sender)), "a conversation as it is kept")
        for lead in bot.store.of_conversation(sender):
            kept.found.leads += 1
            kept.check(sender, repr(lead), "a lead")
            if f"{lead.email}".partition("@")[0] not in owners:
                kept.found.faults.append("a lead without its visitor's address")
    return _sum(kept.found, [talker.found for talker in talkers], seconds)


def _sum(kept: Found, parts: list[Found], seconds: float) -> Found:
    return Found(
        turns=sum(part.turns for part in parts),
        conversations=sum(part.conversations for part in parts),
        echoed=sum(part.echoed for part in parts),
        leads=kept.leads,
        seconds=seconds,
        slowest_s=max(part.slowest_s for part in parts),
        faults=[*(fault for part in parts for fault in part.faults), *kept.faults],
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=10_000)
    parser.add_argument("--visitors", type=int, default=40, help="at once")
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Bot.apart(Path(folder)) as bot:
        found = crossings(bot, wanted.turns, wanted.visitors, wanted.seed)
    print(
        f"{found.turns} turns in {found.conversations} conversations, {wanted.visitors} at once, {found.seconds:.0f} s,"
        f" slowest {found.slowest_s:.1f} s; {found.echoed} answers with the visitor's own words, {found.leads} leads;"
        f" {len(found.faults)} faults"
    )
    for fault in sorted(set(found.faults)):
        print(f"{found.faults.count(fault)} × {fault}")
    return bool(found.faults)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (OSError, http.client.HTTPException) as error:
        raise SystemExit(f"The bot is not there: {type(error).__name__}") from None
