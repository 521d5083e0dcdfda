"""The coverage shows every profession and rule with its sources and age, asks for a re-check in time, and lists
the names whose official wording nobody has seen."""

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from knowledge.__main__ import main
from knowledge.coverage import as_table, names_as_text, rows, unverified
from knowledge.facts import load

VALID = Path(__file__).parent / "valid"


def test_the_table_is_aligned_and_ends_with_the_counts() -> None:
    assert (
        as_table(rows(load(VALID), date(2027, 3, 1)))
        == """\
fact        as of       checked     age   re-check        sure              sources

professions
librarian   2026-02-11  2026-11-23  98 d  2027-11-23      high              page

rules
worker_fee  2026-02     2026-11-23  98 d  2027-02-23 DUE  medium, volatile  page
visa_fee    2024        2026-11-23  98 d  never           high              page

1 professions, 2 rules: 1 due for a re-check"""
    )


def test_nothing_to_show_is_said_in_one_line() -> None:
    found = rows(load(VALID), date(2026, 11, 24))
    assert as_table(found, only_due=True) == "1 professions, 2 rules: nothing is due for a re-check"


def test_names_that_are_not_verified_are_listed_by_language() -> None:
    assert (
        names_as_text(unverified(load(VALID)))
        == """\
official wording not verified in fr: 0 names of professions
groups       all 1 texts
credentials  all 2 texts

official wording not verified in es: 1 names of professions
groups       all 1 texts
credentials  all 2 texts
footnotes    all 1 texts
librarian    Bibliotecario"""
    )


def test_names_that_are_not_verified_stand_before_the_facts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], date(2026, 11, 24)) == 0
    out = capsys.readouterr().out
    assert out.startswith("official wording not verified in fr: 51 names of professions\n")
    assert "\nofficial wording not verified in es: 64 names of professions\n" in out
    french, spanish = out.split("not verified in es")
    assert "Infirmier autorisé" in french and "\nengineer " not in french and "\nengineer " in spanish


def test_all_facts_are_shown_and_being_due_is_no_failure(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--today", "2030-01-01"], date(2026, 11, 24)) == 0
    out = capsys.readouterr().out
    assert "\nregistered_nurse " in out and "\nquebec_caq " in out
    assert out.endswith("64 professions, 72 rules: 136 due for a re-check\n")


def test_only_what_is_due_is_shown_and_fails_when_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--due"], date(2027, 3, 1)) == 1
    out = capsys.readouterr().out
    assert "\nworker_fee " in out and "\nquebec_caq " not in out and "professions\n" not in out


def test_nothing_due_is_a_success(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--due"], date(2026, 11, 24)) == 0
    assert capsys.readouterr().out == "64 professions, 72 rules: nothing is due for a re-check\n"


def test_json_carries_the_same_facts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--json"], date(2026, 11, 24)) == 0
    content = json.loads(capsys.readouterr().out)
    assert (content["version"], content["due"], len(content["facts"])) == (load().version, 0, 136)
    caq = next(fact for fact in content["facts"] if fact["id"] == "quebec_caq")
    assert Counter(name["language"] for name in content["unverified"]) == {"fr": 51 + 3, "es": 64 + 3}
    assert caq["sources"] == ["seed", "ircc_quebec"] and caq["age"] == 1 and caq["recheck_on"] == "2027-11-23"


def test_a_file_at_fault_is_named_on_stderr(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = Path(__file__).parent / "broken" / "bad_yaml"
    monkeypatch.setattr("knowledge.__main__.load", lambda: load(broken))
    assert main([], date(2026, 11, 24)) == 2
    assert capsys.readouterr().err.startswith("sources.yml: (file): ")
