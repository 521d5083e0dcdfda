"""Typed, frozen records of the facts, and the strict loader that refuses a file with a fault in it.

Every text that a visitor may read is a mapping from language code to text. Dates are ISO 8601; ``as_of`` may
be a year, a month or a day, because some sources give no more. ``load`` returns a complete ``Facts`` or
raises ``FactsError``, which names the file and the key at fault.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, Extra, Field, ValidationError, validator

from knowledge.text import key as words_key

FOLDER = Path(__file__).parent
LANGUAGES = ("en",)
PARTIES = ("us", "mx")
SECTIONS = {
    "sources.yml": ("sources",),
    "professions.yml": ("groups", "credentials", "footnotes", "professions"),
    "rules.yml": ("topics", "rules"),
    "job_titles.yml": ("bases", "titles"),
}
FILES = (*SECTIONS, "firm.yml")

Text = Mapping[str, str]


class FactsError(ValueError):
    """A fact file is at fault. ``file`` and ``key`` say where, ``problem`` says what."""

    def __init__(self, file: str, key: str, problem: str) -> None:
        super().__init__(f"{file}: {key}: {problem}")
        self.file, self.key, self.problem = file, key, problem


class Record(BaseModel):
    """A frozen record that takes only the keys it names."""

    class Config:
        extra = Extra.forbid
        allow_mutation = False
        frozen = True

    @validator("*", pre=True)
    def _is_written_well(cls, value: Any, field: Any) -> Any:
        """What pydantic lets pass or mends: a missing language, a bare YAML ``no``, a number for a date."""
        if field.outer_type_ in (Text, tuple[Text, ...]):
            for text in [value] if field.outer_type_ == Text else value:
                _check_languages(text)
        text_like = isinstance(field.type_, type) and issubclass(field.type_, str)
        if text_like and any(isinstance(word, bool) for word in (value, *_items(value))):
            raise ValueError("is true or false to YAML: put the word in quotes")
        if field.type_ is date and not isinstance(value, (date, str, type(None))):
            raise ValueError("is not a date YYYY-MM-DD")
        return value


def _check_languages(text: Any) -> None:
    missing = [n for n in LANGUAGES if not (isinstance(text, dict) and str(text.get(n) or "").strip())]
    if missing:
        raise ValueError(f"text is missing in {', '.join(missing)}")


def _items(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else ()


def _not_empty(value: tuple[Any, ...]) -> tuple[Any, ...]:
    if not value:
        raise ValueError("is empty")
    return value


class Source(Record):
    """Where a fact was read. ``date`` is the date of the page in its own words."""

    title: str = Field(min_length=3)
    kind: str
    url: str
    date: str
    short: Text


class Dated(Record):
    """What every fact carries: its sources, since when it holds, when we looked, and how sure we are."""

    id: str = Field(regex=r"^[a-z][a-z0-9_]*$")
    sources: tuple[str, ...]
    as_of: str
    checked_on: date
    confidence: str = Field(regex="^(high|medium|low)$")
    volatile: bool = False
    recheck_on: date | None = None

    @validator("sources")
    def _has_a_source(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return _not_empty(value)

    @validator("as_of", pre=True)
    def _is_a_date(cls, value: Any) -> str:
        text = str(value)
        if not re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", text):
            raise ValueError(f"as_of must be YYYY, YYYY-MM or YYYY-MM-DD, not {text!r}")
        date.fromisoformat(text + "-01-01"[len(text) - 4 :] if len(text) < 10 else text)
        return text

    @validator("recheck_on", always=True)
    def _volatile_needs_recheck(cls, value: date | None, values: dict[str, Any]) -> date | None:
        if values.get("volatile") and value is None:
            raise ValueError("a volatile fact needs recheck_on")
        return value

    def due(self, today: date) -> bool:
        """True once the day for looking at the source again has come."""
        return self.recheck_on is not None and today >= self.recheck_on


class Credential(Record):
    """One thing a person can show; ``years`` only for experience."""

    kind: str = Field(regex="^(degree|diploma|experience|licence|designation|training|knowledge)$")
    years: int | None = None
    text: Text


class Profession(Dated):
    """A listed profession.

    ``minimum_requirements`` is a list of alternatives; all credentials of one alternative are needed.
    """

    name: Text
    treaty_name: Text
    phrase: Text
    group: str
    minimum_requirements: tuple[tuple[str, ...], ...]
    verdict: str = Field("yes", regex="^(yes|depends)$")
    limits: Text = {}
    conditions: tuple[Text, ...] = ()
    footnotes: tuple[str, ...] = ()
    regulated: str = Field(regex="^(yes|some|title|no)$")
    regulated_note: str
    health_care: bool = False
    notes: tuple[str, ...] = ()
    names: dict[str, str]
    names_status: dict[str, str]

    @validator("minimum_requirements")
    def _something_is_required(cls, value: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
        return _not_empty(tuple(_not_empty(alternative) for alternative in value))


class Rule(Dated):
    """A rule of the permit: ``statement`` for lawyers, ``says`` for visitors, ``answers`` its topics.

    ``only_for``: the citizens it concerns (empty: all); ``mentions``: words without which it stays unsaid.
    """

    topic: str
    answers: tuple[str, ...] = ()
    statement: str = Field(min_length=10)
    says: Text
    only_for: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    bot_should: str | None = None
    seed_says: str | None = None
    relation_to_seed: str = Field(regex="^(seed_only|confirms_seed|adds_to_seed|differs_from_seed)$")

    @validator("only_for", each_item=True)
    def _is_a_party(cls, value: str) -> str:
        if value not in PARTIES:
            raise ValueError(f"{value!r} is none of {', '.join(PARTIES)}")
        return value

    @validator("mentions", each_item=True)
    def _is_lower_case(cls, value: str) -> str:
        if not value or value != value.lower():
            raise ValueError(f"{value!r} is not in lower case")
        return value


class JobTitle(Record):
    """An everyday title and how it stands to the list: ``why`` for visitors, ``basis`` what it rests on."""

    title: str = Field(min_length=2)
    aliases: tuple[str, ...] = ()
    status: str = Field(regex="^(same|may_qualify|not_listed)$")
    professions: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()
    why: Text = {}
    ask: Text = {}
    basis: str

    @property
    def names(self) -> tuple[str, ...]:
        return (self.title, *self.aliases)


class Firm(Record):
    """The firm, as visitors and lawyers know it."""

    name: str
    phone: str
    email: str
    address: str
    website: str
    hours: Text
    time_zone: str
    reply_promise: Text
    privacy_contact: str
    retention_days: int


class Facts(BaseModel):
    """All facts, by id. ``version`` names exactly these files: day of last check, hash of the bytes."""

    class Config:
        frozen = True

    version: str
    sources: dict[str, Source]
    groups: dict[str, Text]
    credentials: dict[str, Credential]
    footnotes: dict[str, Text]
    professions: dict[str, Profession]
    topics: dict[str, Text]
    rules: dict[str, Rule]
    titles: dict[str, JobTitle]
    title_bases: dict[str, str]
    firm: Firm

    def rules_for(self, topic: str) -> list[Rule]:
        """The rules that answer a topic, in the order of the file."""
        return [rule for rule in self.rules.values() if topic in rule.answers]


class _NoDuplicates(yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader):  # type: ignore[misc]
    """YAML in which a key may stand only once."""


def _mapping(loader: _NoDuplicates, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        line = f"(line {key_node.start_mark.line + 1})"
        if not isinstance(key_node, yaml.ScalarNode):
            raise FactsError("", "(key)", f"is not a word {line}")
        name = loader.construct_object(key_node, deep=True)
        if name in seen:
            raise FactsError("", str(name), f"key stands twice {line}")
        try:
            seen[name] = loader.construct_object(value_node, deep=True)
        except FactsError:
            raise
        except ValueError as error:  # a date that is in no calendar
            raise FactsError("", str(name), f"{error} {line}") from None
    return seen


_NoDuplicates.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping in a YAML file; a duplicate key, a broken file or no mapping at all is a ``FactsError``."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_NoDuplicates)
    except FactsError as error:
        raise FactsError(path.name, error.key, error.problem) from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise FactsError(path.name, "(file)", " ".join(str(error).split())) from None
    if not isinstance(content, dict):
        raise FactsError(path.name, "(file)", "is not a mapping")
    return content


R = TypeVar("R", bound=Record)


def _record(model: type[R], data: Any, file: str, where: str) -> R:
    if not isinstance(data, dict):
        raise FactsError(file, where, "is not a mapping")
    try:
        return model(**data)
    except ValidationError as error:
        first = error.errors()[0]
        raise FactsError(file, ".".join([where, *map(str, first["loc"])]), first["msg"]) from None


def _named(model: type[R], data: Any, file: str, where: str) -> dict[str, R]:
    return {n: _record(model, value, file, f"{where}.{n}") for n, value in _mapping_of(data, file, where)}


def _mapping_of(data: Any, file: str, where: str) -> Iterable[tuple[str, Any]]:
    if not isinstance(data, dict):
        raise FactsError(file, where, "is missing or not a mapping")
    return data.items()


def _texts(data: Any, file: str, where: str) -> dict[str, Text]:
    class Holder(Record):
        text: Text

    named = _mapping_of(data, file, where)
    return {n: _record(Holder, {"text": value}, file, f"{where}.{n}").text for n, value in named}


def _listed(model: type[R], data: Any, file: str, where: str, name: str = "id") -> dict[str, R]:
    if not isinstance(data, list):
        raise FactsError(file, where, "is missing or not a list")
    found: dict[str, R] = {}
    for number, item in enumerate(data):
        label = str(item.get(name, number)) if isinstance(item, dict) else str(number)
        record = _record(model, item, file, f"{where}.{label}")
        if getattr(record, name) in found:
            raise FactsError(file, f"{where}.{label}", f"{name} stands twice")
        found[getattr(record, name)] = record
    return found


def _only(content: Mapping[str, Any], file: str, allowed: Iterable[str]) -> None:
    for name in content:
        if name not in allowed:
            raise FactsError(file, str(name), "unknown key")


def _known(file: str, where: str, ids: Iterable[str], known: Iterable[str], what: str) -> None:
    for name in ids:
        if name not in known:
            raise FactsError(file, where, f"unknown {what} {name!r}")


def load(folder: Path = FOLDER) -> Facts:
    """Read and check every fact file of a folder. Raises ``FactsError`` at the first fault."""
    content = {file: read_yaml(folder / file) for file in FILES}
    for file, allowed in SECTIONS.items():
        _only(content[file], file, allowed)
    facts = Facts.construct(
        version="",
        **_sources_and_professions(content),
        **_rules_and_titles(content),
        firm=_record(Firm, content["firm.yml"], "firm.yml", "firm"),
    )
    _check_professions(facts)
    _check_rules(facts)
    _check_titles(facts)
    return facts.copy(update={"version": _version(folder, facts)})


def _sources_and_professions(content: Mapping[str, Any]) -> dict[str, Any]:
    file = "professions.yml"
    found: Mapping[str, Any] = content[file]
    return {
        "sources": _named(Source, content["sources.yml"].get("sources"), "sources.yml", "sources"),
        "groups": _texts(found.get("groups"), file, "groups"),
        "credentials": _named(Credential, found.get("credentials"), file, "credentials"),
        "footnotes": _texts(found.get("footnotes"), file, "footnotes"),
        "professions": _listed(Profession, found.get("professions"), file, "professions"),
    }


def _rules_and_titles(content: Mapping[str, Any]) -> dict[str, Any]:
    rules, titles = content["rules.yml"], content["job_titles.yml"]
    return {
        "topics": _texts(rules.get("topics"), "rules.yml", "topics"),
        "rules": _listed(Rule, rules.get("rules"), "rules.yml", "rules"),
        "titles": _listed(JobTitle, titles.get("titles"), "job_titles.yml", "titles", "title"),
        "title_bases": dict(_mapping_of(titles.get("bases"), "job_titles.yml", "bases")),
    }


# What no single record can know: ids that lead nowhere, unanswered topics, two titles in the same words.


def _check_professions(facts: Facts) -> None:
    file = "professions.yml"
    for p in facts.professions.values():
        where = f"professions.{p.id}"
        _known(file, f"{where}.sources", p.sources, facts.sources, "source")
        _known(file, f"{where}.group", [p.group], facts.groups, "group")
        _known(file, f"{where}.footnotes", p.footnotes, facts.footnotes, "footnote")
        credentials = [name for alternative in p.minimum_requirements for name in alternative]
        _known(file, f"{where}.minimum_requirements", credentials, facts.credentials, "credential")
        if (p.verdict == "depends") != bool(p.limits):
            raise FactsError(file, f"{where}.limits", "belong to the verdict 'depends', and only to it")


def _check_rules(facts: Facts) -> None:
    for r in facts.rules.values():
        _known("rules.yml", f"rules.{r.id}.sources", r.sources, facts.sources, "source")
        _known("rules.yml", f"rules.{r.id}.answers", r.answers, facts.topics, "topic")
    for topic in facts.topics:
        if all(rule.mentions for rule in facts.rules_for(topic)):
            raise FactsError("rules.yml", f"topics.{topic}", "no rule answers it without being mentioned")


def _check_titles(facts: Facts) -> None:
    file, owner = "job_titles.yml", dict[str, str]()
    for title in facts.titles.values():
        where = f"titles.{title.title}"
        _known(file, where, title.professions + title.nearest, facts.professions, "profession")
        _known(file, where, [title.basis], facts.title_bases, "basis")
        if (title.status == "not_listed") == bool(title.professions):
            raise FactsError(file, where, f"status {title.status} does not fit its professions")
        if title.status != "same" and not title.why:
            raise FactsError(file, where, "why is missing")
        for name in title.names:
            other = owner.setdefault(words_key(name), title.title)
            if other != title.title:
                raise FactsError(file, where, f"{name!r} has the same words as a name of {other!r}")


def _version(folder: Path, facts: Facts) -> str:
    digest = hashlib.sha256(b"".join((folder / file).read_bytes() for file in FILES)).hexdigest()
    dated = [*facts.professions.values(), *facts.rules.values()]
    return f"{max(fact.checked_on for fact in dated)}+{digest[:8]}"
