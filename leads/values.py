"""The answers that a message holds, whatever was asked: 'I'm Ana Ruiz, ana@x.mx, mornings are best' has
three.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from leads import clean, contact, names
from leads.aside import FREE_TEXT, TOLD, Heard
from leads.draft import Step
from leads.phrases import Phrases

LONGEST = {"best_time": 200, "matter": 1000, "employer": 150, "urgency": 200}
FEW_WORDS, SHORT = 4, 8
_BEST = re.compile(
    r"\s+(?:is|are|would be|works?|suits?)(?: me)?(?: the)? (?:best|better|good|fine|ok|great|well)\W*$", re.I
)


class Found(NamedTuple):
    """Field → answer, and what looked like a way to reach somebody but can't be right."""

    values: dict[str, str]
    problems: tuple[contact.Problem, ...] = ()


def read(heard: Heard, step: Step, regions: Sequence[str], phrases: Phrases) -> Found:
    """The answers in a message while ``step`` is asked. In a line of free text only what is labelled, or
    alone, counts.
    """
    if step in FREE_TEXT:
        return _in_free_text(heard.text, step, regions, phrases)
    contacts = contact.find(heard.text, regions)
    values = {"email": contacts.email, "phone": contacts.phone}
    if step == "name" and not any(values.values()) and (whole := _plain_name(heard, heard.text, phrases)):
        values["name"] = whole
    else:
        values |= _from_parts(heard, contacts, step, phrases)
    return Found({name: value for name, value in values.items() if value}, contacts.problems)


def carried(texts: Iterable[str], regions: Sequence[str], phrases: Phrases) -> dict[str, str]:
    """Name and ways to reach somebody that earlier messages gave, the latest first."""
    values: dict[str, str] = {}
    for text in texts:
        found = read(Heard(text), "contact", regions, phrases).values
        if found.keys() & {"email", "phone", "name"}:
            values |= found
    return values


def free(field: str, text: str) -> str | None:
    """A line of free text, made harmless and cut; None if nothing readable is in it."""
    line = clean.line(text, LONGEST[field] * 2)[: LONGEST[field]].strip(" ,;")
    return line if re.search(r"\w", line) else None


def checked(field: str, value: str, regions: Sequence[str], phrases: Phrases) -> str | None:
    """The value if it can be one of this field."""
    if field == "name":
        return names.name(value, phrases)
    if field == "email":
        return contact.email(value)
    if field == "phone":
        return contact.phone(value, regions)
    return None if phrases.asks(value) else free(field, value)


def _in_free_text(text: str, step: Step, regions: Sequence[str], phrases: Phrases) -> Found:
    if step == "best_time" and phrases.is_one_of("anytime", text):
        return Found({"best_time": free("best_time", text) or text})
    if labelled := phrases.labelled(text):
        field, value = labelled
        good = checked(field, value, regions, phrases)
        others = {"name"} if step == "matter" else {"name", "employer", "urgency"}
        if good and field in {step, *others}:
            return Found({field: good})
        if good and field in {"email", "phone"} and not phrases.is_english:
            text = value  # 'mon numéro de téléphone est le …' has more words than a line that is all contact
    contacts = contact.find(text, regions)
    if not (contacts.email or contacts.phone) or len(contacts.rest.split()) > FEW_WORDS:
        return Found({}, ())
    values = {"email": contacts.email, "phone": contacts.phone}
    if step == "best_time" and phrases.tells("times", contacts.rest):
        values["best_time"] = free("best_time", _without_label(contacts.rest, phrases))
    return Found({name: value for name, value in values.items() if value})


def _from_parts(
    heard: Heard, contacts: contact.Contacts, step: Step, phrases: Phrases
) -> dict[str, str | None]:
    values: dict[str, str | None] = {}
    times = []
    reachable = bool(contacts.email or contacts.phone)
    for part in filter(None, (part.strip(" -–:") for part in phrases.parts(contacts.rest))):
        labelled = phrases.labelled(part, weak=step == "name" or reachable)
        if labelled and labelled[0] == "name" and (value := names.name(labelled[1], phrases)):
            values.setdefault("name", value)
        elif not phrases.is_english and phrases.is_one_of("greetings", part):
            continue  # 'buenas tardes' is no time
        elif phrases.tells("times", part) and len(part.split()) <= SHORT and not phrases.asks(part):
            times.append(_without_label(part, phrases))
        elif labelled and labelled[0] in {"employer", "urgency"}:
            values.setdefault(labelled[0], free(labelled[0], labelled[1]))
        elif step == "name" and "name" not in values and (value := _plain_name(heard, part, phrases)):
            values["name"] = value
    if times and (reachable or "name" in values or step == "contact"):
        values["best_time"] = free("best_time", ", ".join(times))
    return values


def _plain_name(heard: Heard, text: str, phrases: Phrases) -> str | None:
    """A name that stands without 'my name is'; not what the model takes for a question or for facts of
    the case.
    """
    if heard.is_question_of_fact or heard.is_chat or heard.only_a_fact or len(heard.told & TOLD) > 1:
        return None
    if labelled := phrases.labelled(text, weak=True):
        told_a_fact = heard.told & TOLD and labelled[1].islower()  # 'I'm pharmacist'
        if labelled[0] != "name" or told_a_fact:
            return None
        return names.name(_without_end(labelled[1], phrases), phrases)
    return names.name(_without_end(text, phrases), phrases)


def _without_end(text: str, phrases: Phrases) -> str:
    said = (text if phrases.is_english else unicodedata.normalize("NFC", text)).rstrip(" .!,")
    for end in sorted(phrases.words("name_ends"), key=len, reverse=True):
        if phrases.key(said).endswith(f" {end}"):
            return said[: -len(end)].rstrip(" ,")
    return text


def _without_label(text: str, phrases: Phrases) -> str:
    labelled = phrases.labelled(text)
    time = labelled[1] if labelled and labelled[0] == "best_time" else " ".join(text.split())
    return phrases.without_time_end(_BEST.sub("", time))
