"""Puts an answer together: verdict first, what has to be shown, source and date, the one question left.

``Answers`` is pure: facts, words and today's date in, ``Answer`` out. Nothing here knows of Rasa.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from actions.situation import JOB_TOPICS, Job, Told, remembered_job, situation
from actions.words import Words, capital, with_article
from knowledge.eligibility import PARTIES, Assessment, Situation, assess, citizenship_block, own_title
from knowledge.facts import Facts, Profession, Rule
from knowledge.text import key, tokens

Button = dict[str, str]

RULES_EACH = 2
_MINE = re.compile(
    r"\b(?:my|his|her|their) (?:job|profession|occupation|title|position|role)\b|\bis (?:it|she|he|that)\b|\bam i\b",
    re.I,
)
# What people, not facts, answer: topic → sentence.
PEOPLE = {"lawyer": "contact", "firm": "firm", "privacy": "privacy", "legal_other": "no_fact"}
# Topics that give a verdict themselves, or that have nothing to do with the job or nationality named.
NO_CAVEAT = frozenset({"eligibility", "requirements", "list", "citizenship", "going_south", "family"})


@dataclass
class Part:
    """The answer to one topic, with the facts it rests on."""

    text: str
    rules: tuple[str, ...] = ()
    professions: tuple[str, ...] = ()
    verdict: str | None = None
    reason: str | None = None
    asks: str = ""
    about: str = ""
    buttons: list[Button] = field(default_factory=list)


@dataclass
class Answer:
    """One message: the words, the buttons, and the record by which it can be replayed."""

    text: str
    buttons: list[Button]
    record: dict[str, Any]
    asks: str = ""


class Answers:
    """Answers topics from the facts, in one language, as of one day."""

    def __init__(self, facts: Facts, words: Words, today: date) -> None:
        self.facts, self.words, self.today = facts, words, today

    def answer(self, topics: Sequence[str], told: Told, text: str, offer_lawyer: bool = False) -> Answer:
        """All topics of a message in one answer."""
        parts = [
            *self._caveats(topics, told),
            *(p for topic in topics for p in self._parts(topic, told, text)),
        ]
        parts = [
            part for i, part in enumerate(parts) if part.text and part.text not in [p.text for p in parts[:i]]
        ]
        asking = next((part for part in parts if part.asks), None)
        pieces = _without_repeats(part.text for part in parts)
        if sources := self._sources(parts):
            pieces.append(sources)
        if asking:
            pieces.append(self._question(asking))
        elif offer_lawyer:
            pieces.append(self.words.say("lawyer_offer", phone=self.facts.firm.phone))
        buttons = asking.buttons if asking else next((part.buttons for part in parts if part.buttons), [])
        return Answer(
            "\n".join(pieces), buttons, self._record(topics, parts, asking), asking.asks if asking else ""
        )

    def _caveats(self, topics: Sequence[str], told: Told) -> list[Part]:
        """What a question about fees or documents leaves unsaid: how a job named with it, or a nationality, stands."""
        if (
            NO_CAVEAT & set(topics)
            or set(topics) <= set(PEOPLE)
            or any(_turned_down(t, told) for t in topics)
        ):
            return []
        parts = []
        for job in told.jobs:
            person = situation(told.slots, job)
            found = assess(person, self.facts)
            text = self._verdict(found, person, job)
            parts.append(Part(text, found.rules, found.professions[:1], found.verdict, found.reasons[0]))
        if not told.jobs and told.nations and (block := self._citizenship(told)).verdict:
            parts.append(block)
        return parts

    def _record(self, topics: Sequence[str], parts: Sequence[Part], asking: Part | None) -> dict[str, Any]:
        return {
            "topics": list(topics),
            "verdict": next((part.verdict for part in parts if part.verdict), None),
            "reasons": [part.reason for part in parts if part.reason],
            "professions": list(dict.fromkeys(name for part in parts for name in part.professions)),
            "rules": list(dict.fromkeys(name for part in parts for name in part.rules)),
            "facts_version": self.facts.version,
            "asks": asking.asks if asking else "",
        }

    def _question(self, part: Part) -> str:
        return (
            self.words.say(
                {"citizenship": "ask_citizenship", "licence": "ask_licence", "job": "which_job"}[part.asks]
            )
            if part.asks != "which"
            else self._which_question(part)
        )

    def _which_question(self, part: Part) -> str:
        title = self.facts.titles.get(part.about)
        return self.words.of(title.ask) if title and title.ask else self.words.say("ask_which")

    def _parts(self, topic: str, told: Told, text: str) -> list[Part]:
        jobs = told.jobs or tuple(filter(None, [remembered_job(told.slots)]))
        if topic in {"eligibility", "requirements"}:
            return [self._on_job(topic, told, job) for job in jobs] or [self._without_job(topic, told)]
        if topic in PEOPLE:
            return [Part(self._people(topic))]
        if topic == "list" and (told.jobs or jobs and _MINE.search(text)) and not _group_of(text):
            return [self._on_job("eligibility", told, job) for job in jobs]
        if topic == "list":
            return [self._list(told, text)]
        if topic == "source":
            return [
                Part(self.words.say("source_answer", date=self.words.date(self.facts.version.split("+")[0])))
            ]
        if turned_down := _turned_down(topic, told):
            reason, rules = turned_down
            return [Part(self._said(rules[0]), rules, (), "no", reason)]
        if topic == "citizenship" and told.jobs:
            return [self._on_job("eligibility", told, job) for job in told.jobs]
        parts = [self._citizenship(told)] if topic == "citizenship" else []
        if topic in JOB_TOPICS and jobs and topic != "medical_exam":
            parts += [self._credentials(topic, told, job) for job in jobs[:1]]
        if topic == "citizenship" and parts[0].text:
            return parts
        return [part for part in parts if part.text] + [self._rules(topic, told, text, jobs)]

    # ---- one job -------------------------------------------------------------------------------------------------

    def _on_job(self, topic: str, told: Told, job: Job) -> Part:
        person = situation(told.slots, job)
        assessment = assess(person, self.facts)
        if topic == "requirements" and assessment.professions and assessment.verdict != "no":
            return self._requirements(assessment, person)
        lines = [self._verdict(assessment, person, job), *self._after_verdict(assessment, person)]
        part = Part(
            "\n".join(line for line in lines if line),
            assessment.rules,
            assessment.professions[:1] or (),
            assessment.verdict,
            assessment.reasons[0],
        )
        return self._with_question(part, assessment, job)

    def _verdict(self, assessment: Assessment, person: Situation, job: Job) -> str:
        reason = assessment.reasons[0]
        title = self.facts.titles.get(job.title or "")
        profession = self._profession(assessment)
        if reason == "may_qualify" and title and title.ask:
            return self.words.say("may_qualify_which", why=self.words.of(title.why))
        nearest = [self._phrase(p) for p in assessment.nearest[:2]]
        return self.words.say(
            reason,
            Profession=capital(self._job_phrase(job, profession)),
            text=job.text,
            job=with_article(job.text),
            professions=self.words.listing([self._phrase(p) for p in assessment.professions[:3]]),
            why=self.words.of(title.why) if title and title.why else "",
            limits=self.words.of(profession.limits) if profession and profession.limits else "",
            nearest=self.words.say("nearest_inline", professions=self.words.listing(nearest)) if nearest else "",
            for_whom=self._for_whom(person),
            place=", ".join(c.upper() for c in person.citizenship),
            country={"us": "the US", "mx": "Mexico"}.get(person.destination or "", ""),
            country_possessive={"us": "the US's", "mx": "Mexico's"}.get(person.destination or "", ""),
        )  # fmt: skip

    def _for_whom(self, person: Situation) -> str:
        nations = set(person.citizenship) & PARTIES
        return self.words.say(
            {"us": "for_us", "mx": "for_mx"}.get(next(iter(nations)), "for_both")
            if len(nations) == 1
            else "for_both"
        )

    def _job_phrase(self, job: Job, profession: Profession | None) -> str:
        title = self.facts.titles.get(job.title or "")
        own = self.words.of(profession.phrase) if profession else job.text
        if title and title.status == "same" and profession and title.basis != "list_name":
            return f"{job.text} ({own})" if job.text.lower() not in own.lower() else own
        return own

    def _after_verdict(self, assessment: Assessment, person: Situation) -> list[str]:
        reason, profession = assessment.reasons[0], self._profession(assessment)
        if reason in {"not_listed", "not_listed_unknown"}:
            names = [self._phrase(p) for p in assessment.nearest[:2]]
            return [
                self.words.say("nearest", professions=self.words.listing(names)) if names else "",
                self.words.say("other_ways"),
            ]
        if reason == "third_country":
            return [self.words.say("other_citizenship")]
        if profession is None or reason in {
            "resident_only",
            "canadian",
            "territory",
            "going_south",
            "own_business",
            "unknown_title",
        }:
            return [
                self._said(rule) for rule in assessment.rules if reason in {"own_business", "going_south"}
            ][:1]
        if reason == "may_qualify" and (len(assessment.professions) > 1 or assessment.missing == "which"):
            return []
        lines = [self._minimum("show", profession), *self._conditions(profession)]
        if reason in {"requirements_not_met", "licence_needed", "other_route"}:
            return [self._alternatives(profession)]
        also = {"quebec_caq": "quebec", "self_employment": "self_employed"}
        return [*lines, *[self.words.say(also[rule]) for rule in assessment.rules if rule in also]]

    def _requirements(self, assessment: Assessment, person: Situation) -> Part:
        lines: list[str] = []
        for name in assessment.professions[:2]:
            profession = self.facts.professions[name]
            lines += [self._minimum("needs", profession), *self._conditions(profession)]
        title = self.facts.titles.get(person.title or "")
        if title and title.status == "may_qualify":
            lines.insert(0, self._verdict(assessment, person, Job(title.title, title.title)))
        names = assessment.professions[:2]
        part = Part("\n".join(dict.fromkeys(filter(None, lines))), ("qualifications",), names, None, None)
        return (
            self._with_question(part, assessment, Job(person.title, person.title or ""))
            if title and title.ask
            else part
        )

    def _minimum(self, kind: str, profession: Profession) -> str:
        several = len(profession.minimum_requirements) > 1
        intro = self.words.say(
            f"{kind}_{'one' if several else 'this'}", profession=self.words.of(profession.phrase)
        )
        return f"{intro}\n{self._alternatives(profession)}"

    def _alternatives(self, profession: Profession) -> str:
        both = self.words.say("and")
        lines = [
            both.join(self.words.of(self.facts.credentials[c].text) for c in a)
            for a in profession.minimum_requirements
        ]
        return "\n".join(self.words.say("alternative", items=line) for line in lines)

    def _conditions(self, profession: Profession) -> list[str]:
        lines = [self.words.of(condition) for condition in profession.conditions]
        if profession.health_care:
            lines.append(self.words.say("health_care"))
        if profession.regulated == "yes":
            lines.append(self.words.say("regulated"))
        return lines

    def _with_question(self, part: Part, assessment: Assessment, job: Job) -> Part:
        if assessment.missing == "which":
            part.asks, part.about, part.buttons = (
                "which",
                job.title or "",
                self._which_buttons(assessment, job),
            )
        elif assessment.missing == "citizenship":
            part.asks, part.buttons = "citizenship", self._citizenship_buttons()
        elif assessment.missing == "licence":
            part.asks = "licence"
            part.buttons = [
                self._button("button_yes", "licence", "yes"),
                self._button("button_no", "licence", "no"),
            ]
        return part

    def _which_buttons(self, assessment: Assessment, job: Job) -> list[Button]:
        choices = []
        for profession in assessment.professions:
            title = own_title(self.facts, profession)
            choices.append(
                {"title": capital(self._phrase(profession)), "payload": _inform("job_title", title)}
            )
        other = f"another kind of {job.text}"
        return [
            *choices,
            {"title": self.words.say("button_something_else"), "payload": _inform("unknown_job", other)},
        ]

    def _citizenship_buttons(self) -> list[Button]:
        return [self._button(f"button_{name}", "citizenship", name) for name in ("us", "mx", "other")]

    def _button(self, word: str, entity: str, value: str) -> Button:
        return {"title": self.words.say(word), "payload": _inform(entity, value)}

    # ---- everything else -----------------------------------------------------------------------------------------

    def _without_job(self, topic: str, told: Told) -> Part:
        person = situation(told.slots)
        block = self._citizenship(told)
        if block.text:
            return block
        for reason, rules in (
            ("own_business", ("self_employment",)),
            ("job_offer", ("no_job_offer", "prearranged")),
        ):
            if getattr(person, reason) == ("yes" if reason == "own_business" else "no"):
                return Part(self._said(rules[0]), rules, (), "no", reason)
        if topic == "requirements":
            rules = ("qualifications",)
            return Part(self._said("qualifications"), rules, asks="job")
        return Part(self._said("what_it_is"), ("what_it_is",), asks="job")

    def _citizenship(self, told: Told) -> Part:
        person = situation(told.slots)
        block = citizenship_block(person)
        if block:
            verdict, reason, rules = block
            text = (
                self.words.say("not_party")
                if person.citizenship == ("other",)
                else self.words.say(reason, place=", ".join(c.upper() for c in person.citizenship))
            )
            if reason == "third_country":
                text += "\n" + self.words.say("other_citizenship")
            return Part(text, rules, (), verdict, reason)
        if len(person.citizenship) > 1 and set(person.citizenship) & PARTIES:
            return Part(self._said("dual_citizens"), ("dual_citizens",))
        return Part("")

    def _credentials(self, topic: str, told: Told, job: Job) -> Part:
        """For 'is a diploma enough' and the like: the assessment if it now fails, else what the profession asks for."""
        person = situation(told.slots, job)
        assessment = assess(person, self.facts)
        if assessment.verdict == "no" or {"degree", "licence", "experience_years"} & told.said:
            return self._on_job("eligibility", told, job)
        if topic in {"degree", "experience"} and assessment.professions:
            profession = self.facts.professions[assessment.professions[0]]
            if assessment.reasons[0] in {"other_route", "licence_needed"}:
                return self._on_job("eligibility", told, job)
            return Part(self._minimum("needs", profession), (), assessment.professions[:1])
        return Part("")

    def _list(self, told: Told, text: str) -> Part:
        group = _group_of(text)
        if group is None:
            buttons = [
                {"title": self.words.of(name), "payload": f'/ask_list{{"group": "{g}"}}'}
                for g, name in self.facts.groups.items()
            ]
            return Part(self.words.say("list_intro"), ("how_many", "list_closed"), asks="", buttons=buttons)
        members = [p for p in self.facts.professions.values() if p.group == group]
        count = len({self.words.of(p.treaty_name) for p in members})
        names = ", ".join(self.words.of(p.name) for p in members)
        return Part(
            self.words.say(
                "list_group",
                group=self.words.of(self.facts.groups[group]),
                count=count,
                professions=names,
            ),
            ("how_many",),
        )

    def _rules(self, topic: str, told: Told, text: str, jobs: Sequence[Job]) -> Part:
        rules = self.chosen_rules(topic, told, text)
        lines = [self.words.of(rule.says) for rule in rules]
        part = Part("\n".join(lines), tuple(rule.id for rule in rules))
        if (
            any(rule.only_for for rule in rules)
            and not set(told.slots.get("citizenship") or ())
            and topic != "biometrics"
        ):
            part.asks, part.buttons = "citizenship", self._citizenship_buttons()
        return part

    def chosen_rules(self, topic: str, told: Told, text: str) -> list[Rule]:
        """The rules of a topic that fit this person and these words: those that the words name first, two at most."""
        nations = set(told.nations or told.slots.get("citizenship") or ()) & PARTIES
        fitting = [
            r
            for r in self.facts.rules_for(topic)
            if not (nations and r.only_for) or nations & set(r.only_for)
        ]
        named = [rule for rule in fitting if rule.mentions and _mentions(rule, text)]
        plain = [rule for rule in fitting if not rule.mentions]
        quebec = (
            [self.facts.rules["quebec_licence"]]
            if topic == "licence" and told.slots.get("destination") == "QC"
            else []
        )
        most = max(RULES_EACH, len({c for r in plain for c in r.only_for})) if not named else RULES_EACH
        return list({rule.id: rule for rule in [*named, *quebec, *plain]}.values())[:most]

    def _people(self, topic: str) -> str:
        firm = self.facts.firm
        return self.words.say(
            PEOPLE[topic],
            firm=firm.name,
            address=firm.address,
            phone=firm.phone,
            email=firm.email,
            hours=self.words.of(firm.hours),
            privacy_contact=firm.privacy_contact,
        )

    # ---- small change --------------------------------------------------------------------------------------------

    def _profession(self, assessment: Assessment) -> Profession | None:
        return self.facts.professions[assessment.professions[0]] if assessment.professions else None

    def _phrase(self, profession: str) -> str:
        return self.words.of(self.facts.professions[profession].phrase)

    def _said(self, rule: str) -> str:
        return self.words.of(self.facts.rules[rule].says)

    def _sources(self, parts: Sequence[Part]) -> str:
        """The line of sources: for each fact the best one that is not the firm's own page, with its date, and what is due."""
        seen: dict[str, str] = {}
        due: list[date] = []
        for part in parts:
            for fact in [
                *[self.facts.rules[r] for r in part.rules],
                *[self.facts.professions[p] for p in part.professions],
            ]:
                source = next((s for s in fact.sources if s != "seed"), fact.sources[0])
                seen.setdefault(self.words.of(self.facts.sources[source].short), fact.as_of)
                if fact.due(self.today) and fact.recheck_on:
                    due.append(fact.recheck_on)
        if not seen:
            return ""
        dated = [
            self.words.say("source_dated", source=name, date=self.words.date(as_of))
            for name, as_of in seen.items()
        ]
        line = self.words.say("source" if len(dated) == 1 else "sources", sources="; ".join(dated))
        return f"_{line}_" + (" " + self.words.say("due", date=self.words.date(str(min(due)))) if due else "")


def _turned_down(topic: str, told: Told) -> tuple[str, tuple[str, ...]] | None:
    """Questions whose answer is a No for this person: (reason, rules)."""
    if topic == "self_employment" and (
        "own_business=yes" in told.hypothetical or told.slots.get("own_business") == "yes"
    ):
        return "own_business", ("self_employment",)
    if topic == "job_offer" and "job_offer=no" in told.hypothetical:
        return "no_job_offer", ("no_job_offer", "prearranged")
    if topic == "going_south":
        south = "reciprocity_mexico" if told.slots.get("destination") == "mx" else "reciprocity_us"
        return "going_south", (south, "tn_not_canada")
    return None


def _without_repeats(texts: Iterable[str]) -> list[str]:
    """The texts without the lines that an earlier one has said already."""
    said: set[str] = set()
    kept = []
    for text in texts:
        lines = [line for line in text.split("\n") if line not in said or line.startswith("- ")]
        said.update(lines)
        if lines:
            kept.append("\n".join(lines))
    return kept


def chosen_of(facts: Facts, job: Job | None, text: str) -> str | None:
    """The profession that a few words pick among those of an ambiguous title: 'interior' after 'which designer?'."""
    title = facts.titles.get(job.title or "") if job else None
    if title is None or len(tokens(text)) > 4:
        return None
    said = {token.word for token in tokens(text)}
    fitting = [
        p
        for p in title.professions
        if said & {t.word for t in tokens(facts.professions[p].phrase["en"])} - set(key(title.title).split())
    ]
    return own_title(facts, fitting[0]) if len(fitting) == 1 else None


def _inform(entity: str, value: str) -> str:
    return f'/inform{{"{entity}": "{value}"}}'


def _mentions(rule: Rule, text: str) -> bool:
    return any(re.search(rf"\b{re.escape(word)}\b", text, re.I) for word in rule.mentions)


def _group_of(text: str) -> str | None:
    """The group a question on the list is about; buttons carry its id."""
    for group, pattern in (
        ("medical_allied", r"medical|health|allied"),
        ("scientist", r"scien"),
        ("teacher", r"teach|professor|academic"),
        ("general", r"\bgeneral"),
    ):
        if re.search(pattern, text, re.I):
            return group
    return None
