"""Puts an answer together: verdict first, what has to be shown, source and date, the one question left.

``Answers`` is pure: facts, words and today's date in, ``Answer`` out. Nothing here knows of Rasa.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from actions.job_answers import credentials, on_job, place_names, verdict_part
from actions.jobs import remembered_job
from actions.parts import Answer, Kit, Part
from actions.rule_answers import asked_by_name, from_rules, group_of, the_list, turned_down
from actions.situation import Told, situation
from actions.sources import sources_line
from actions.topics import JOB_TOPICS, MINE, PEOPLE
from actions.words import Words
from knowledge.eligibility import PARTIES, citizenship_block
from knowledge.facts import Facts

# Topics that give a verdict themselves, or that have nothing to do with the job or nationality named.
NO_CAVEAT = frozenset({"eligibility", "requirements", "list", "citizenship", "going_south"})
# Who wants to hear "you qualify" hears who decides.
_WANTS_A_PROMISE = re.compile(
    r"\bqualif(?:y|ies|ied)\b|\beligible\b|\bguarantee\w*|\bapproved?\b|\bconfirm\b|\bcertain\b|\b100 ?%"
    r"|\bpromise\b|\bsurely\b|\bfor sure\b"
    r"|\bgaranti\w*|\bpromet\w*|\bapprouv\w*|\bsuis[- ]je admissible\b|\badmissible au\b|\bje me qualifie\b"
    r"|\bgarant[ií]\w*|\baprob\w*|\bapruebe?n?\b|\bcalific\w*|\belegible\b|\basegura\w*",
    re.I,
)
_LIMITS_OF_ADVICE = re.compile(
    r"\badvice\b|\blegal\b|\btrust\b|\brely\b|\breliable\b|\bconfirm\b|\bguarantee\w*|\bapprove\b"
    r"|\bconseils?\b|\bjuridiques?\b|\bfiables?\b|\bme fier\b|\bgaranti\w*|\bconfirmer\b|\bapprouver\b"
    r"|\basesor[ií]a\b|\bconfiables?\b|\bconfiar\b|\bgarant[ií]\w*|\bconfirmar\b|\baprobar\b",
    re.I,
)
_QUESTIONS = {"citizenship": "ask_citizenship", "licence": "ask_licence", "job": "which_job"}


class Answers:
    """Answers topics from the facts, in one language, as of one day."""

    def __init__(self, facts: Facts, words: Words, today: date) -> None:
        self.kit = Kit(facts, words, today)

    def answer(self, topics: Sequence[str], told: Told, text: str, offer_lawyer: bool = False) -> Answer:
        """All topics of a message in one answer."""
        before, after = self._caveats(topics, told)
        found = [
            *before,
            *(main := [p for topic in topics for p in self._parts(topic, told, text)]),
            *(part for part in after if part.professions not in {p.professions for p in main} - {()}),
        ]
        once: dict[str, Part] = {}
        for part in found:
            if part.text:
                once.setdefault(part.text, part)
        parts = list(once.values())
        asking = next((part for part in parts if part.asks), None)
        pieces = self._with_who_decides(parts, list(_without_repeats(part.text for part in parts)), text)
        pieces.append(sources_line(self.kit, parts))
        if asking:
            pieces.append(self._question(asking))
        elif offer_lawyer:
            pieces.append(self.kit.words.say("lawyer_offer", phone=self.kit.facts.firm.phone))
        buttons = asking.buttons if asking else next((part.buttons for part in parts if part.buttons), [])
        asks = asking.asks if asking else ""
        return Answer("\n".join(filter(None, pieces)), buttons, self._record(topics, parts, asks), asks)

    def _caveats(self, topics: Sequence[str], told: Told) -> tuple[list[Part], list[Part]]:
        """What a question about fees or documents leaves unsaid: how a job named with it, or a nationality,
        stands.

        A No goes before the answer; a Yes after it, so that it is not read as the answer to the question.
        """
        another = "family" in topics and "person" in told.said
        if NO_CAVEAT & set(topics) or set(topics) <= set(PEOPLE) or another:
            return [], []
        if any(turned_down(self.kit, topic, told) for topic in topics):
            return [], []
        if not told.jobs:
            block = self._citizenship(told)
            return ([block] if told.nations and block.verdict else []), []
        parts = [verdict_part(self.kit, told, job, complete=True) for job in told.jobs]
        if parts[0].verdict == "no":
            return parts, []
        parts[0].text = self.kit.words.say("on_the_list", verdict=parts[0].text)
        return [], parts

    def _with_who_decides(self, parts: Sequence[Part], pieces: list[str], text: str) -> list[str]:
        """Who wants a promise hears that there is none: after a verdict, else at once."""
        verdicts = {part.verdict for part in parts} - {None}
        if (
            not _WANTS_A_PROMISE.search(text)
            or verdicts == {"no"}
            or not any(p.rules or p.professions for p in parts)
        ):
            return pieces
        words = self.kit.words.say("who_decides")
        return [*pieces, words] if verdicts else [words, *pieces]

    def _record(self, topics: Sequence[str], parts: Sequence[Part], asks: str) -> dict[str, Any]:
        return {
            "topics": list(topics),
            "verdict": next((part.verdict for part in parts if part.verdict), None),
            "reasons": [part.reason for part in parts if part.reason],
            "professions": list(dict.fromkeys(name for part in parts for name in part.professions)),
            "rules": list(dict.fromkeys(name for part in parts for name in part.rules)),
            "facts_version": self.kit.facts.version,
            "asks": asks,
        }

    def _question(self, part: Part) -> str:
        if part.asks != "which":
            return self.kit.words.say(_QUESTIONS[part.asks])
        title = self.kit.facts.titles.get(part.about)
        return self.kit.words.of(title.ask) if title and title.ask else self.kit.words.say("ask_which")

    def _parts(self, topic: str, told: Told, text: str) -> list[Part]:
        """The answer to one topic."""
        jobs = told.jobs or tuple(filter(None, [remembered_job(told.slots)]))
        if topic in {"eligibility", "requirements"}:
            return [on_job(self.kit, topic, told, job) for job in jobs] or [self._without_job(topic, told)]
        if topic in PEOPLE:
            return [Part(self._people(topic))]
        if topic == "list":
            mine = told.jobs or (jobs and MINE.search(text))
            if mine and not group_of(text):
                return [on_job(self.kit, "eligibility", told, job) for job in jobs]
            return [the_list(self.kit, text)]
        if topic == "source":
            return self._about_us(told, text)
        by_verdict = jobs and self._is_answered_by_the_verdict(topic, told, text)
        if not by_verdict and (no := turned_down(self.kit, topic, told)):
            return [no]
        if by_verdict:
            return [on_job(self.kit, "eligibility", told, job) for job in jobs]
        if topic == "citizenship":
            return self._whose_citizenship(told, text)
        if topic in JOB_TOPICS and jobs and topic != "medical_exam":
            on_it = credentials(self.kit, topic, told, jobs[0])
            if on_it.verdict:
                if topic == "licence":  # the rule says it in full
                    on_it.text = on_it.text.replace("\n" + self.kit.words.say("regulated"), "")
                more = from_rules if topic == "licence" else asked_by_name
                return [on_it, more(self.kit, topic, told, text)]
            return [on_it, from_rules(self.kit, topic, told, text)]
        return [from_rules(self.kit, topic, told, text)]

    def _is_answered_by_the_verdict(self, topic: str, told: Told, text: str) -> bool:
        """Self-employed abroad, or asking for other ways with a job that is on the list: its verdict says
        more."""
        if topic == "self_employment":
            is_news = told.jobs or "own_business" in told.said
            return bool(is_news) and told.slots.get("own_business") == "self_employed"
        if topic != "other_categories" or not told.jobs:
            return False
        listed = all(verdict_part(self.kit, told, job).verdict == "yes" for job in told.jobs)
        return listed and from_rules(self.kit, topic, told, text).rules == ("unlisted",)

    # ---- without a job
    # -----------------------------------------------------------------------------------------------

    def _without_job(self, topic: str, told: Told) -> Part:
        block = self._citizenship(told)
        if block.text:
            return block
        person = situation(told.slots)
        if person.own_business == "yes":
            return Part(self.kit.said("self_employment"), ("self_employment",), (), "no", "own_business")
        if person.job_offer == "no":
            return Part(self.kit.said("no_job_offer"), ("no_job_offer", "prearranged"), (), "no", "job_offer")
        rule = "qualifications" if topic == "requirements" else "what_it_is"
        return Part(self.kit.said(rule), (rule,), asks="job")

    def _whose_citizenship(self, told: Told, text: str) -> list[Part]:
        if told.jobs:
            return [on_job(self.kit, "eligibility", told, job) for job in told.jobs]
        block = self._citizenship(told)
        return [block] if block.text else [from_rules(self.kit, "citizenship", told, text)]

    def _citizenship(self, told: Told) -> Part:
        """How the citizenship stands by itself; empty when nothing said so far stands in the way."""
        person, say = situation(told.slots), self.kit.words.say
        if block := citizenship_block(person):
            verdict, reason, rules = block
            name = "not_party" if person.citizenship == ("other",) else reason
            text = say(name, place=place_names(self.kit, person))
            if reason == "third_country":
                text += "\n" + say("other_citizenship")
            part = Part(text, rules, (), verdict, reason)
            if reason == "resident_only":  # a resident may still be a citizen of the other country
                part.asks, part.buttons = "citizenship", self.kit.citizenship_buttons()
            return part
        if len(person.citizenship) > 1 and set(person.citizenship) & PARTIES:
            return Part(self.kit.said("dual_citizens"), ("dual_citizens",))
        return Part("")

    # ---- the firm and this assistant
    # ---------------------------------------------------------------------------------

    def _about_us(self, told: Told, text: str) -> list[Part]:
        """Where the answers come from, and what they are not."""
        if _LIMITS_OF_ADVICE.search(text):
            return [from_rules(self.kit, "source", told, text)]
        checked = self.kit.words.date(self.kit.facts.version.split("+")[0])
        return [Part(self.kit.words.say("source_answer", date=checked))]

    def _people(self, topic: str) -> str:
        firm, words = self.kit.facts.firm, self.kit.words
        return words.say(
            PEOPLE[topic],
            firm=firm.name,
            address=firm.address,
            phone=firm.phone,
            email=firm.email,
            hours=words.of(firm.hours),
            privacy_contact=firm.privacy_contact,
        )


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
