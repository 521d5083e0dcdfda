"""What the documents say to do can be done, and their numbers are those of the code."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.core import Metric

from components import counts, metrics
from knowledge.facts import Facts
from leads.__main__ import parser as leads_parser
from leads.backups.__main__ import parser as backups_parser
from leads.retention import Retention
from leads.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "deploy").glob("*.md"), *ROOT.glob("SECURITY.md")])
ALERTS = ROOT / "deploy" / "alerts.yml"
PROMETHEUS_OWN = {"up"}
NAME = re.compile(r"\b[a-z][a-z_]*_[a-z_]+\b|\bup\b")
SECRET = re.compile(r"^#([A-Z_]*(?:SECRET|TOKEN|PASSWORD|KEYS))=$", re.M)
MAKE = re.compile(r"\bmake ((?:-\S+ )*)([a-z][a-z-]*)")
FILE = re.compile(r"(?:tests|docs|deploy|scripts|knowledge|components|leads|widget)/[\w./]+\.\w+")
COMMANDS = re.compile(r"python(?:3)? -m ([\w.]+)((?:[ \\\n]+[^\s`|&;)]+)*)")


def code_in(page: Path) -> list[str]:
    """What stands as code in a page: its blocks, and what is between back-ticks."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"^```.*?\n(.*?)^```", text, re.M | re.S)
    rest = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    return [*(line for block in blocks for line in block.splitlines()), *re.findall(r"`([^`]+)`", rest)]


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def names_of(families: list[Metric]) -> set[str]:
    """As they are asked for: a counter has no sample before it counts, a histogram has buckets."""
    ends = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum")}
    return {f"{family.name}{end}" for family in families for end in ends.get(family.type, ("",))}


def shown() -> set[str]:
    figures = {"leads": {"new": 1}, "deliveries": [["email", "dead", 1]], "oldest_waiting_s": 1.0}
    now = metrics.gauges({"actions": True}, figures)
    return names_of([*counts.REGISTRY.collect(), *now.collect()]) | PROMETHEUS_OWN


def asked_in(expression: str) -> set[str]:
    without_labels = re.sub(r"\{.*?\}", "", re.sub(r"\b(?:by|on|without|ignoring) *\(.*?\)", "", expression))
    return set(NAME.findall(without_labels)) - {"histogram_quantile"}


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: str(rule["alert"]))
def test_every_alarm_asks_for_figures_that_are_shown_and_says_what_to_do(rule: dict[str, Any]) -> None:
    asked = asked_in(rule["expr"])
    assert asked and asked <= shown(), asked - shown()
    assert rule["labels"]["severity"] in ("page", "ticket") and rule["annotations"]["summary"]
    assert f"\n### {rule['alert']}\n" in (ROOT / "docs/operations.md").read_text(encoding="utf-8")


def test_the_labels_that_alarms_look_at_are_there() -> None:
    labels = {"outcome": counts.TURNS, "logger": counts.ERRORS, "kind": counts.FAILURES, "topic": counts.UNANSWERED}
    for name, metric in labels.items():
        assert name in metric._labelnames
    found = (pair for rule in rules() for pair in re.findall(r"by \((\w+)\)|[{,](\w+)=", rule["expr"]))
    asked = {name for pair in found for name in pair if name}
    assert asked - {"le", "job", "part", "target", "state"} == set(labels)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_make_target_that_is_named_is_there(page: Path) -> None:
    there = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    named = {found[1] for code in code_in(page) for found in MAKE.findall(code)}
    assert named <= there, named - there


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_python_command_that_is_named_is_there_with_its_options(page: Path) -> None:
    known = {"leads": commands_of(leads_parser()), "leads.backups": commands_of(backups_parser())}
    for code in code_in(page):
        for module, rest in COMMANDS.findall(code.partition(" #")[0]):
            words = rest.split()
            file = source_of(module)
            assert file, f"python -m {module}"
            if module in known and words and words[0] not in ("…", "--help"):
                assert words[0] in known[module], f"python -m {module} {words[0]}"
            for option in (word for word in words if word.startswith("--") and word != "--help"):
                assert f'"{option}"' in file.read_text(encoding="utf-8"), f"python -m {module} {option}"


def commands_of(parser: Any) -> set[str]:
    return set(parser._subparsers._group_actions[0].choices)


def source_of(module: str) -> Path | None:
    """The file that ``python -m`` runs."""
    spec = find_spec(module)
    if spec and spec.submodule_search_locations:
        spec = find_spec(f"{module}.__main__")
    return Path(spec.origin) if spec and spec.origin else None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_that_is_named_or_linked_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    linked = {link for link in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", text) if "://" not in link and link}
    assert not [link for link in linked if not (page.parent / link).exists()]
    named = {code for code in code_in(page) if FILE.fullmatch(code)}
    assert not [name for name in named if not (ROOT / name).exists()]


def test_for_every_secret_it_is_told_how_to_change_it() -> None:
    text = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    rotated = text[text.index("## Rotate keys") : text.index("## Back up")]
    secrets = set(SECRET.findall((ROOT / ".env.example").read_text(encoding="utf-8"))) - {"BACKUP_PASSWORD"}  # a database's
    assert {"LEADS_KEYS", "WEB_SECRET", "CLIO_TOKEN", "SMTP_PASSWORD"} <= secrets
    assert not [name for name in secrets if f"`{name}`" not in rotated]


def test_the_days_in_the_privacy_notes_are_those_that_are_kept_to(all_facts: Facts) -> None:
    days = Retention.of(Settings(), all_facts.firm.retention_days)
    notes = (ROOT / "docs/privacy.md").read_text(encoding="utf-8")
    assert f"{days.silent} days from its last word" in notes
    assert f"{days.leads} days (`retention_days` of firm.yml)" in notes
    assert f"{days.proofs} days after the request is gone" in notes
    assert f"{days.backups} days (`BACKUP_DAYS`)" in notes and f"backups, for {days.backups} days" in notes
    assert f"`BACKUP_DAYS` ({days.backups})" in (ROOT / "docs/operations.md").read_text(encoding="utf-8")


def test_every_target_is_among_those_who_get_data() -> None:
    notes = (ROOT / "docs/privacy.md").read_text(encoding="utf-8").lower()
    assert not [f"| {name}" for name in ("e-mail", "slack", "webhook", "clio") if f"\n| {name}" not in notes]
    assert "to be confirmed by the firm" in notes


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_test_that_is_named_as_a_proof_is_there(page: Path) -> None:
    for file, name in re.findall(r"(tests/[\w/]+\.py)::(\w+)", page.read_text(encoding="utf-8")):
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8"), f"{file}::{name}"
