"""Typed, frozen records of the facts, and the strict loader that refuses a file with a fault in it.

Every text that a visitor may read is a mapping from language code to text. Dates are ISO 8601; ``as_of`` may be a
year, a month or a day, because some sources give no more. ``load`` either returns a complete ``Facts`` or raises
``FactsError``, which names the file and the key at fault.
"""

from __future__ import annotations

import hashlib
import re
from datetime import date
from pathlib import Path
from typing import Any, Dict, Iterable, Iterator, List, Mapping, Optional, Tuple, Type, TypeVar

import yaml
from pydantic import BaseModel, Extra, Field, ValidationError, validator

from knowledge.text import key as words_key

FOLDER = Path(__file__).parent
LANGUAGES = ("en",)
FILES = ("sources.yml", "professions.yml", "rules.yml", "job_titles.yml", "firm.yml")

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
    def _complete_text(cls, value: Any, field: Any) -> Any:
        texts = [value] if field.outer_type_ == Text else value if field.outer_type_ == Tuple[Text, ...] else []
        for text in texts:
            missing = [n for n in LANGUAGES if not (isinstance(text, dict) and str(text.get(n) or "").strip())]
            if missing:
                raise ValueError(f"text is missing in {', '.join(missing)}")
        return value


def _not_empty(value: Tuple[Any, ...]) -> Tuple[Any, ...]:
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
    sources: Tuple[str, ...]
    as_of: str
    checked_on: date
    confidence: str = Field(regex="^(high|medium|low)$")
    volatile: bool = False
    recheck_on: Optional[date] = None

    @validator("sources")
    def _has_a_source(cls, value: Tuple[str, ...]) -> Tuple[str, ...]:
        return _not_empty(value)

    @validator("as_of", pre=True)
    def _is_a_date(cls, value: Any) -> str:
        text = str(value)
        if not re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", text):
            raise ValueError(f"as_of must be YYYY, YYYY-MM or YYYY-MM-DD, not {text!r}")
        date.fromisoformat(text + "-01-01"[len(text) - 4 :] if len(text) < 10 else text)
        return text

    @validator("recheck_on", always=True)
    def _volatile_needs_recheck(cls, value: Optional[date], values: Dict[str, Any]) -> Optional[date]:
        if values.get("volatile") and value is None:
            raise ValueError("a volatile fact needs recheck_on")
        return value

    def due(self, today: date) -> bool:
        """True once the day for looking at the source again has come."""
        return self.recheck_on is not None and today >= self.recheck_on


class Credential(Record):
    """One thing a person can show. ``kind``: degree, diploma, experience, licence, designation, training, knowledge."""

    kind: str = Field(regex="^(degree|diploma|experience|licence|designation|training|knowledge)$")
    years: Optional[int] = None
    text: Text


class Profession(Dated):
    """A listed profession. ``minimum_requirements`` is a list of alternatives; all items of one alternative are needed."""

    name: Text
    treaty_name: Text
    phrase: Text
    group: str
    minimum_requirements: Tuple[Tuple[str, ...], ...]
    verdict: str = Field("yes", regex="^(yes|depends)$")
    limits: Text = {}
    conditions: Tuple[Text, ...] = ()
    footnotes: Tuple[str, ...] = ()
    regulated: str = Field(regex="^(yes|some|title|no)$")
    regulated_note: str
    health_care: bool = False
    notes: Tuple[str, ...] = ()
    names: Dict[str, str]
    names_status: Dict[str, str]

    @validator("minimum_requirements")
    def _something_is_required(cls, value: Tuple[Tuple[str, ...], ...]) -> Tuple[Tuple[str, ...], ...]:
        return _not_empty(tuple(_not_empty(alternative) for alternative in value))


class Rule(Dated):
    """A rule of the permit: ``statement`` for lawyers, ``says`` for visitors, ``answers`` the topics it belongs to."""

    topic: str
    answers: Tuple[str, ...] = ()
    statement: str = Field(min_length=10)
    says: Text
    only_for: Tuple[str, ...] = ()
    mentions: Tuple[str, ...] = ()
    bot_should: Optional[str] = None
    seed_says: Optional[str] = None
    relation_to_seed: str


class JobTitle(Record):
    """An everyday title and how it stands to the list. ``why`` is read by visitors, ``basis`` says what it rests on."""

    title: str = Field(min_length=2)
    aliases: Tuple[str, ...] = ()
    status: str = Field(regex="^(same|may_qualify|not_listed)$")
    professions: Tuple[str, ...] = ()
    nearest: Tuple[str, ...] = ()
    why: Text = {}
    ask: Text = {}
    basis: str

    @property
    def names(self) -> Tuple[str, ...]:
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
    """All facts, by id. ``version`` names exactly these files: date of the last check and a hash of their bytes."""

    class Config:
        frozen = True

    version: str
    sources: Dict[str, Source]
    groups: Dict[str, Text]
    credentials: Dict[str, Credential]
    footnotes: Dict[str, Text]
    professions: Dict[str, Profession]
    topics: Dict[str, Text]
    rules: Dict[str, Rule]
    titles: Dict[str, JobTitle]
    title_bases: Dict[str, str]
    firm: Firm

    def rules_for(self, topic: str) -> List[Rule]:
        """The rules that answer a topic, in the order of the file."""
        return [rule for rule in self.rules.values() if topic in rule.answers]


class _NoDuplicates(yaml.SafeLoader):
    """YAML in which a key may stand only once."""


def _mapping(loader: _NoDuplicates, node: yaml.MappingNode) -> Dict[Any, Any]:
    seen: Dict[Any, Any] = {}
    for key_node, value_node in node.value:
        name = loader.construct_object(key_node, deep=True)
        if name in seen:
            raise FactsError("", str(name), f"key stands twice (line {key_node.start_mark.line + 1})")
        seen[name] = loader.construct_object(value_node, deep=True)
    return seen


_NoDuplicates.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_yaml(path: Path) -> Dict[str, Any]:
    """The mapping in a YAML file; a duplicate key, a broken file or anything but a mapping is a ``FactsError``."""
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


def _record(model: Type[R], data: Any, file: str, where: str) -> R:
    if not isinstance(data, dict):
        raise FactsError(file, where, "is not a mapping")
    try:
        return model(**data)
    except ValidationError as error:
        first = error.errors()[0]
        raise FactsError(file, ".".join([where, *map(str, first["loc"])]), first["msg"]) from None


def _named(model: Type[R], data: Any, file: str, where: str) -> Dict[str, R]:
    return {name: _record(model, value, file, f"{where}.{name}") for name, value in _mapping_of(data, file, where)}


def _mapping_of(data: Any, file: str, where: str) -> Iterable[Tuple[str, Any]]:
    if not isinstance(data, dict):
        raise FactsError(file, where, "is missing or not a mapping")
    return data.items()


def _texts(data: Any, file: str, where: str) -> Dict[str, Text]:
    class Holder(Record):
        text: Text

    return {n: _record(Holder, {"text": v}, file, f"{where}.{n}").text for n, v in _mapping_of(data, file, where)}


def _listed(model: Type[R], data: Any, file: str, where: str, name: str = "id") -> Dict[str, R]:
    if not isinstance(data, list):
        raise FactsError(file, where, "is missing or not a list")
    found: Dict[str, R] = {}
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
    _only(content["sources.yml"], "sources.yml", {"sources"})
    _only(content["professions.yml"], "professions.yml", {"groups", "credentials", "footnotes", "professions"})
    _only(content["rules.yml"], "rules.yml", {"topics", "rules"})
    _only(content["job_titles.yml"], "job_titles.yml", {"bases", "titles"})
    professions, rules, titles = content["professions.yml"], content["rules.yml"], content["job_titles.yml"]
    facts = Facts.construct(
        version="",
        sources=_named(Source, content["sources.yml"].get("sources"), "sources.yml", "sources"),
        groups=_texts(professions.get("groups"), "professions.yml", "groups"),
        credentials=_named(Credential, professions.get("credentials"), "professions.yml", "credentials"),
        footnotes=_texts(professions.get("footnotes"), "professions.yml", "footnotes"),
        professions=_listed(Profession, professions.get("professions"), "professions.yml", "professions"),
        topics=_texts(rules.get("topics"), "rules.yml", "topics"),
        rules=_listed(Rule, rules.get("rules"), "rules.yml", "rules"),
        titles=_listed(JobTitle, titles.get("titles"), "job_titles.yml", "titles", "title"),
        title_bases=dict(_mapping_of(titles.get("bases"), "job_titles.yml", "bases")),
        firm=_record(Firm, content["firm.yml"], "firm.yml", "firm"),
    )
    for problem in _faults(facts):
        raise problem
    return facts.copy(update={"version": _version(folder, facts)})


def _faults(facts: Facts) -> Iterator[FactsError]:
    """What no single record can know: ids that lead nowhere, and two titles in the same words."""
    try:
        for p in facts.professions.values():
            where = f"professions.{p.id}"
            _known("professions.yml", where, p.sources, facts.sources, "source")
            _known("professions.yml", where, [p.group], facts.groups, "group")
            _known("professions.yml", where, p.footnotes, facts.footnotes, "footnote")
            _known("professions.yml", where, sum(p.minimum_requirements, ()), facts.credentials, "credential")
            if (p.verdict == "depends") != bool(p.limits):
                raise FactsError("professions.yml", f"{where}.limits", "belong to the verdict 'depends', and only to it")
        for r in facts.rules.values():
            _known("rules.yml", f"rules.{r.id}", r.sources, facts.sources, "source")
            _known("rules.yml", f"rules.{r.id}", r.answers, facts.topics, "topic")
        _check_titles(facts)
    except FactsError as error:
        yield error


def _check_titles(facts: Facts) -> None:
    owner: Dict[str, str] = {}
    for title in facts.titles.values():
        where = f"titles.{title.title}"
        _known("job_titles.yml", where, title.professions + title.nearest, facts.professions, "profession")
        _known("job_titles.yml", where, [title.basis], facts.title_bases, "basis")
        if (title.status == "not_listed") == bool(title.professions):
            raise FactsError("job_titles.yml", where, f"status {title.status} does not fit its professions")
        if title.status != "same" and not title.why:
            raise FactsError("job_titles.yml", where, "why is missing")
        for name in title.names:
            other = owner.setdefault(words_key(name), title.title)
            if other != title.title:
                raise FactsError("job_titles.yml", where, f"{name!r} has the same words as a name of {other!r}")


def _version(folder: Path, facts: Facts) -> str:
    digest = hashlib.sha256(b"".join((folder / file).read_bytes() for file in FILES)).hexdigest()
    dated = [*facts.professions.values(), *facts.rules.values()]
    return f"{max(fact.checked_on for fact in dated)}+{digest[:8]}"
