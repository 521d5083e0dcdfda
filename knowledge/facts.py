"""All facts, and the strict loader that refuses a file with a fault in it.

``load`` returns a complete ``Facts`` or raises ``FactsError``, which names the file and the key at fault.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from knowledge.languages import status_fault, text_fault
from knowledge.records import Credential, Firm, JobTitle, Profession, Record, Rule, Source, Text, texts
from knowledge.text import key as words_key

FOLDER = Path(__file__).parent
SECTIONS = {
    "sources.yml": ("sources",),
    "professions.yml": ("wording_status", "groups", "credentials", "footnotes", "professions"),
    "rules.yml": ("topics", "rules"),
    "job_titles.yml": ("bases", "titles"),
}
FILES = (*SECTIONS, "firm.yml")
WORDED = ("groups", "credentials", "footnotes")  # by the agreement, so that a translation may be ours only


class FactsError(ValueError):
    """A fact file is at fault. ``file`` and ``key`` say where, ``problem`` says what."""

    def __init__(self, file: str, key: str, problem: str) -> None:
        super().__init__(f"{file}: {key}: {problem}")
        self.file, self.key, self.problem = file, key, problem


class Facts(BaseModel):
    """All facts, by id. ``version`` names exactly these files: day of last check, hash of the bytes."""

    class Config:
        frozen = True

    version: str
    sources: dict[str, Source]
    wording_status: dict[str, Mapping[str, str]]
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
        name = _made(loader, key_node, "(key)", line)
        if not isinstance(name, str):
            raise FactsError("", str(name), f"is not a word {line}")
        if name in seen:
            raise FactsError("", name, f"key stands twice {line}")
        seen[name] = _made(loader, value_node, name, line)
    return seen


def _made(loader: _NoDuplicates, node: yaml.Node, where: str, line: str) -> Any:
    """What a node stands for."""
    try:
        return loader.construct_object(node, deep=True)
    except (FactsError, yaml.YAMLError):
        raise
    except (
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
    ) as error:  # a date in no calendar, a tag that does not fit
        raise FactsError("", where, f"{error} {line}") from None


_NoDuplicates.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping in a YAML file; a duplicate key, a broken file or no mapping at all is a ``FactsError``."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_NoDuplicates)
    except FactsError as error:
        raise FactsError(path.name, error.key, error.problem) from None
    except (
        OSError,
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        RecursionError,
        yaml.YAMLError,
    ) as error:
        raise FactsError(path.name, "(file)", " ".join(str(error).split())) from None
    if not isinstance(content, dict):
        raise FactsError(path.name, "(file)", "is not a mapping")
    return content


R = TypeVar("R", bound=Record)


def _record(model: type[R], data: Any, file: str, where: str) -> R:
    if not isinstance(data, dict):
        raise FactsError(file, where, "is not a mapping")
    for name, text in texts(data, model):
        _in_every_language(text, file, f"{where}.{name}")
    try:
        return model(**data)
    except ValidationError as error:
        first = error.errors()[0]
        raise FactsError(file, ".".join([where, *map(str, first["loc"])]), first["msg"]) from None


def _in_every_language(text: Any, file: str, where: str) -> None:
    if fault := text_fault(text, file):
        raise FactsError(file, where, fault)


def _named(model: type[R], data: Any, file: str, where: str) -> dict[str, R]:
    return {n: _record(model, value, file, f"{where}.{n}") for n, value in _mapping_of(data, file, where)}


def _mapping_of(data: Any, file: str, where: str) -> Iterable[tuple[str, Any]]:
    if not isinstance(data, Mapping):
        raise FactsError(file, where, "is missing or not a mapping")
    return data.items()


def _texts(data: Any, file: str, where: str) -> dict[str, Text]:
    named = dict(_mapping_of(data, file, where))
    for name, text in named.items():
        _in_every_language(text, file, f"{where}.{name}")
    return named


def _statuses(data: Any, file: str, where: str) -> Mapping[str, str]:
    if fault := status_fault(dict(_mapping_of(data, file, where))):
        raise FactsError(file, where, fault)
    return dict(data)


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
        firm=_firm(content["firm.yml"]),
    )
    _check_professions(facts)
    _check_rules(facts)
    _check_titles(facts)
    return facts.copy(update={"version": _version(folder, facts)})


def load_firm(folder: Path = FOLDER) -> Firm:
    """The firm alone, checked as ``load`` does, for whoever needs no law."""
    return _firm(read_yaml(folder / "firm.yml"))


def _firm(data: Any) -> Firm:
    firm = _record(Firm, data, "firm.yml", "firm")
    for lawyer in firm.lawyers:
        _known("firm.yml", f"firm.lawyers.{lawyer.id}.matters", lawyer.matters, firm.matters, "matter")
    _known("firm.yml", "firm.fallback", [firm.fallback], [lawyer.id for lawyer in firm.lawyers], "lawyer")
    return firm


def _sources_and_professions(content: Mapping[str, Any]) -> dict[str, Any]:
    file = "professions.yml"
    found: Mapping[str, Any] = content[file]
    return {
        "sources": _named(Source, content["sources.yml"].get("sources"), "sources.yml", "sources"),
        "wording_status": _wording_status(found.get("wording_status"), file),
        "groups": _texts(found.get("groups"), file, "groups"),
        "credentials": _named(Credential, found.get("credentials"), file, "credentials"),
        "footnotes": _texts(found.get("footnotes"), file, "footnotes"),
        "professions": _listed(Profession, found.get("professions"), file, "professions"),
    }


def _wording_status(data: Any, file: str) -> dict[str, Mapping[str, str]]:
    where = "wording_status"
    named = dict(_mapping_of(data, file, where))
    _known(file, where, named, WORDED, "section")
    return {section: _statuses(named.get(section), file, f"{where}.{section}") for section in WORDED}


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
        _statuses(p.names_status, file, f"{where}.names_status")
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
        _known(file, where, title.shows, facts.credentials, "credential")
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
