"""The answer for one job: the verdict, what has to be shown, the one question left."""

from __future__ import annotations

from collections.abc import Iterable

from actions.grammar import capital, plain
from actions.jobs import Job
from actions.parts import Button, Kit, Part, inform
from actions.situation import Told, situation
from knowledge.eligibility import PARTIES, TERRITORIES, Assessment, Situation, assess, own_title, still_open
from knowledge.facts import Profession

CREDENTIALS = frozenset({"degree", "licence", "experience_years"})
# After these verdicts nothing has to be shown: the person or the plan stands in the way.
_END_THERE = frozenset({"resident_only", "canadian", "territory", "unknown_title"})
_RULE_INSTEAD = frozenset({"own_business", "going_south"})
# Verdicts that end in "it asks for one of these:".
_ASKS_FOR_ONE_OF = frozenset({"requirements_not_met", "licence_needed", "other_route"})


def on_job(kit: Kit, topic: str, told: Told, job: Job) -> Part:
    """The verdict for one job and what follows from it; to 'requirements', the requirements alone unless
    they fail."""
    person = situation(told.slots, job)
    assessment = assess(person, kit.facts)
    only_requirements = topic == "requirements" and not CREDENTIALS & told.said
    if only_requirements and assessment.professions and assessment.verdict != "no":
        return _requirements(kit, assessment, person)
    part = verdict_part(kit, told, job)
    lines = [part.text, *_after_verdict(kit, assessment, person)]
    part.text = "\n".join(dict.fromkeys(line for line in lines if line))
    return _with_question(kit, part, assessment, job)


def verdict_part(kit: Kit, told: Told, job: Job, complete: bool = False) -> Part:
    """The verdict alone, in one line; ``complete``: with what it announces."""
    person = situation(told.slots, job)
    found = assess(person, kit.facts)
    text = _verdict(kit, found, person, job)
    if complete and found.reasons[0] in _ASKS_FOR_ONE_OF:
        text = "\n".join([text, *_after_verdict(kit, found, person)])
    return Part(text, found.rules, found.professions[:1], found.verdict, found.reasons[0])


def credentials(kit: Kit, topic: str, told: Told, job: Job) -> Part:
    """For 'is a diploma enough' and the like: the assessment if it turns on them, else what the profession
    asks for."""
    assessment = assess(situation(told.slots, job), kit.facts)
    if assessment.verdict == "no" or CREDENTIALS & told.said:
        return on_job(kit, "eligibility", told, job)
    if topic in {"degree", "experience"} and assessment.professions:
        if assessment.reasons[0] in _ASKS_FOR_ONE_OF:
            return on_job(kit, "eligibility", told, job)
        profession = kit.facts.professions[assessment.professions[0]]
        return Part(_minimum(kit, "needs", profession), (), assessment.professions[:1])
    return Part("")


def _verdict(kit: Kit, assessment: Assessment, person: Situation, job: Job) -> str:
    title = kit.facts.titles.get(job.title or "")
    profession = kit.profession(assessment)
    grammar = kit.words.grammar
    text = grammar.shown(job.text, title.title) if title else job.text
    nearest = [kit.phrase(p) for p in assessment.nearest[:2]]
    return kit.words.say(
        _sentence(kit, assessment, person, job),
        Profession=capital(_named(kit, job, profession)),
        profession=kit.words.of(profession.phrase) if profession else "",
        Text=capital(text),
        text=text,
        job=grammar.with_article(text),
        professions=kit.words.listing([kit.phrase(p) for p in assessment.professions[:3]]),
        why=kit.words.of(title.why) if title and title.why else "",
        limits=kit.words.of(profession.limits) if profession and profession.limits else "",
        nearest=kit.words.say("nearest_inline", professions=kit.words.listing(nearest)) if nearest else "",
        for_whom=_for_whom(kit, person),
        place=place_names(kit, person),
        country=_country(kit, "country", person),
        country_possessive=_country(kit, "possessive", person),
    )  # fmt: skip


def _sentence(kit: Kit, assessment: Assessment, person: Situation, job: Job) -> str:
    """The name of the sentence for the reason that decides."""
    reason, title = assessment.reasons[0], kit.facts.titles.get(job.title or "")
    if reason == "may_qualify" and title and title.ask:
        return "may_qualify_which"
    if reason == "listed" and _goes_by_another_name(kit, job, kit.profession(assessment)):
        return "listed_as"
    if reason == "licence_needed" and person.degree != "degree":
        return "licence_missing"
    return reason


def _country(kit: Kit, word: str, person: Situation) -> str:
    """Where somebody heads for from Canada; empty for anywhere else."""
    return kit.words.say(f"{word}_{person.destination}") if person.destination in PARTIES else ""


def place_names(kit: Kit, person: Situation) -> str:
    """The US territories among the citizenships, by name."""
    return kit.words.listing(
        [kit.words.say(f"place_{c}") for c in person.citizenship if c in TERRITORIES], "and_plain"
    )


def _goes_by_another_name(kit: Kit, job: Job, profession: Profession | None) -> bool:
    title = kit.facts.titles.get(job.title or "")
    if not title or not profession or title.status != "same" or title.basis == "list_name":
        return False
    return plain(kit.words.grammar.singular(job.text)) not in plain(kit.words.of(profession.phrase))


def _named(kit: Kit, job: Job, profession: Profession | None) -> str:
    own = kit.words.of(profession.phrase) if profession else job.text
    return (
        f"{kit.words.grammar.shown(job.text, job.title or '')} ({own})"
        if _goes_by_another_name(kit, job, profession)
        else own
    )


def _for_whom(kit: Kit, person: Situation) -> str:
    nations = set(person.citizenship) & PARTIES
    return kit.words.say(f"for_{next(iter(nations))}" if len(nations) == 1 else "for_both")


def _after_verdict(kit: Kit, assessment: Assessment, person: Situation) -> list[str]:
    """What has to be shown and observed, or the way on after a No."""
    reason, profession = assessment.reasons[0], kit.profession(assessment)
    if reason in {"not_listed", "not_listed_unknown"}:
        return _way_on(kit, assessment)
    if reason == "third_country":
        return [kit.words.say("other_citizenship")]
    if profession is None or reason in _END_THERE | _RULE_INSTEAD:
        return [kit.said(rule) for rule in assessment.rules if reason in _RULE_INSTEAD][:1]
    if reason == "may_qualify" and (len(assessment.professions) > 1 or assessment.missing == "which"):
        return []
    if reason in _ASKS_FOR_ONE_OF:
        nurse = reason == "licence_needed" and profession.health_care
        ways = still_open(person, profession, kit.facts) if reason == "other_route" else ()
        return [_alternatives(kit, profession, ways), *(_conditions(kit, profession) if nurse else [])]
    also = {"quebec_caq": "quebec", "self_employment": "self_employed"}
    return [
        _minimum(kit, "show", profession),
        *_conditions(kit, profession),
        *[kit.words.say(also[rule]) for rule in assessment.rules if rule in also],
    ]


def _way_on(kit: Kit, assessment: Assessment) -> list[str]:
    names = [kit.phrase(p) for p in assessment.nearest[:2]]
    nearest = kit.words.say("nearest", professions=kit.words.listing(names)) if names else ""
    return [nearest, kit.words.say("other_ways")]


def _requirements(kit: Kit, assessment: Assessment, person: Situation) -> Part:
    lines: list[str] = []
    names = assessment.professions[:2]
    for profession in map(kit.facts.professions.__getitem__, names):
        lines += [_minimum(kit, "needs", profession), *_conditions(kit, profession)]
    title = kit.facts.titles.get(person.title or "")
    job = Job(person.title, person.title or "")
    if title and title.status == "may_qualify":
        lines.insert(0, _verdict(kit, assessment, person, job))
    part = Part(_joined(lines), ("qualifications",), names, None, None)
    return _with_question(kit, part, assessment, job) if title and title.ask else part


def _joined(lines: Iterable[str]) -> str:
    return "\n".join(dict.fromkeys(filter(None, lines)))


def _minimum(kit: Kit, kind: str, profession: Profession) -> str:
    several = len(profession.minimum_requirements) > 1
    name = kit.words.of(profession.phrase)
    intro = kit.words.say(f"{kind}_{'one' if several else 'this'}", profession=name)
    return f"{intro}\n{_alternatives(kit, profession)}"


def _alternatives(kit: Kit, profession: Profession, only: tuple[tuple[str, ...], ...] = ()) -> str:
    """The alternatives of the minimum requirements, one a line; ``only``: some of them."""
    both = kit.words.say("and")
    lines = [
        both.join(kit.words.of(kit.facts.credentials[c].text) for c in alternative)
        for alternative in only or profession.minimum_requirements
    ]
    return "\n".join(kit.words.say("alternative", items=line) for line in lines)


def _conditions(kit: Kit, profession: Profession) -> list[str]:
    lines = [kit.words.of(condition) for condition in profession.conditions]
    if profession.health_care:
        lines.append(kit.words.say("health_care"))
    if profession.regulated == "yes":
        lines.append(kit.words.say("regulated"))
    return lines


def _with_question(kit: Kit, part: Part, assessment: Assessment, job: Job) -> Part:
    part.asks = assessment.missing
    if part.asks == "which":
        part.about, part.buttons = job.title or "", _which_buttons(kit, assessment, job)
    elif part.asks == "citizenship":
        part.buttons = kit.citizenship_buttons()
    elif part.asks == "licence":
        part.buttons = [kit.button(f"button_{value}", "licence", value) for value in ("yes", "no")]
    return part


def _which_buttons(kit: Kit, assessment: Assessment, job: Job) -> list[Button]:
    choices = [
        {"title": capital(kit.phrase(p)), "payload": inform("job_title", own_title(kit.facts, p))}
        for p in assessment.professions
    ]
    other = inform("unknown_job", kit.words.say("another_kind", job=job.text))
    return [*choices, {"title": kit.words.say("button_something_else"), "payload": other}]
