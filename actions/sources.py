"""The line of sources under an answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from actions.parts import Kit, Part
from knowledge.facts import Profession, Rule


def sources_line(kit: Kit, parts: Sequence[Part]) -> str:
    """For each fact the best source that is not the firm's own page, with its date, and since when it is due
    for a re-check."""
    seen: dict[str, str] = {}
    due: list[date] = []
    for fact in _facts_of(kit, parts):
        source = next((s for s in fact.sources if s != "seed"), fact.sources[0])
        seen.setdefault(kit.words.of(kit.facts.sources[source].short), fact.as_of)
        if fact.due(kit.today) and fact.recheck_on:
            due.append(fact.recheck_on)
    if not seen:
        return ""
    dated = [
        kit.words.say("source_dated", source=name, date=kit.words.date(as_of)) for name, as_of in seen.items()
    ]
    line = kit.words.say("source" if len(dated) == 1 else "sources", sources="; ".join(dated))
    return f"_{line}_" + (f" {kit.words.say('due', date=kit.words.date(str(min(due))))}" if due else "")


def _facts_of(kit: Kit, parts: Sequence[Part]) -> Iterator[Rule | Profession]:
    for part in parts:
        yield from (kit.facts.rules[name] for name in part.rules)
        yield from (kit.facts.professions[name] for name in part.professions)
