"""The answer to a topic from the rules of the permit: which rules, for whom, in which order."""

from __future__ import annotations

import re

from actions.cues import mentioned, preferred
from actions.parts import Kit, Part
from actions.situation import Told
from knowledge.eligibility import PARTIES
from knowledge.facts import Rule

RULES_EACH = 2
_GROUPS = (
    (
        "medical_allied",
        re.compile(r"medical|health|allied|m[eé]dic(?:o|a)s?\b|médica|param[eé]dic|sant[eé]\b|salud", re.I),
    ),
    ("scientist", re.compile(r"scien|cient[ií]f", re.I)),
    (
        "teacher",
        re.compile(r"teach|professor|academic|enseign|profess?eur|profesor|docente|maestr[oa]", re.I),
    ),
    ("general", re.compile(r"\bg[eé]n[eé]ral", re.I)),
)


def from_rules(kit: Kit, topic: str, told: Told, text: str) -> Part:
    """The rules in their own words. Asks for the citizenship if they turn on it."""
    rules = chosen_rules(kit, topic, told, text)
    part = Part("\n".join(kit.words.of(rule.says) for rule in rules), tuple(rule.id for rule in rules))
    unknown = not (told.slots.get("citizenship") or ())
    if unknown and (any(rule.only_for for rule in rules) or topic == "citizenship"):
        part.asks, part.buttons = "citizenship", kit.citizenship_buttons()
    return part


def asked_by_name(kit: Kit, topic: str, told: Told, text: str) -> Part:
    """Only those rules of a topic that the words ask for by name; empty if there is none."""
    rules = [rule for rule in chosen_rules(kit, topic, told, text) if preferred(rule.id, text)]
    return Part("\n".join(kit.words.of(rule.says) for rule in rules), tuple(rule.id for rule in rules))


def chosen_rules(kit: Kit, topic: str, told: Told, text: str) -> list[Rule]:
    """The rules of a topic that fit this person and these words, two at most.

    Those that the words ask for by name stand alone; then those that are said only when mentioned, then the
    others.
    """
    nations = set(told.nations or told.slots.get("citizenship") or ()) & PARTIES
    fitting = [
        rule
        for rule in kit.facts.rules_for(topic)
        if not (nations and rule.only_for) or nations & set(rule.only_for)
    ]
    plain = [rule for rule in fitting if not rule.mentions]
    named = [rule for rule in fitting if rule.mentions and mentioned(rule.mentions, text)]
    wanted = [rule for rule in [*named, *plain] if preferred(rule.id, text)]
    if wanted or (named and topic == "other_categories"):
        return list({rule.id: rule for rule in [*named, *wanted]}.values())[:RULES_EACH]
    quebec = topic == "licence" and told.slots.get("destination") == "QC"
    also = [kit.facts.rules["quebec_licence"]] if quebec else []
    most = max(RULES_EACH, len({c for r in plain for c in r.only_for})) if not named else RULES_EACH
    if topic == "fees" and nations == {"mx"}:
        most += 1  # Mexicans pay for biometrics too
    return list({rule.id: rule for rule in [*named, *also, *plain]}.values())[:most]


def turned_down(kit: Kit, topic: str, told: Told) -> Part | None:
    """The No to a question whose answer is one for this person, or None."""
    own = "own_business=yes" in told.hypothetical or told.slots.get("own_business") == "yes"
    if topic == "self_employment" and own:
        return Part(kit.said("self_employment"), ("self_employment",), (), "no", "own_business")
    if topic == "job_offer" and "job_offer=no" in told.hypothetical:
        return Part(kit.said("no_job_offer"), ("no_job_offer", "prearranged"), (), "no", "no_job_offer")
    if topic == "going_south":
        return _southward(kit, told)
    return None


def _southward(kit: Kit, told: Told) -> Part:
    """Work in the US or Mexico; to somebody who only says 'TN', which side that is."""
    destination = told.slots.get("destination")
    if destination not in PARTIES and "ca" not in (told.slots.get("citizenship") or ()):
        return Part(kit.said("tn_not_canada"), ("tn_not_canada",), (), "no", "going_south")
    south = "reciprocity_mexico" if destination == "mx" else "reciprocity_us"
    return Part(kit.said(south), (south,), (), "no", "going_south")


def the_list(kit: Kit, text: str) -> Part:
    """A group of the list by name, or the groups to choose from."""
    group = group_of(text)
    if group is None:
        buttons = [
            {"title": kit.words.of(name), "payload": f'/ask_list{{"group": "{g}"}}'}
            for g, name in kit.facts.groups.items()
        ]
        return Part(kit.words.say("list_intro"), ("how_many", "list_closed"), buttons=buttons)
    members = [p for p in kit.facts.professions.values() if p.group == group]
    count = len({kit.words.of(p.treaty_name) for p in members})
    names = ", ".join(kit.words.of(p.name) for p in members)
    title = kit.words.of(kit.facts.groups[group])
    return Part(kit.words.say("list_group", group=title, count=count, professions=names), ("how_many",))


def group_of(text: str) -> str | None:
    """The group a question on the list is about; buttons carry its id."""
    return next((group for group, pattern in _GROUPS if pattern.search(text)), None)
