"""The inbox on the command line, as whoever answers the telephone meets it."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from leads.__main__ import main
from leads.crypto import Keyring, new_key
from leads.outbox import Outbox
from leads.store import LeadStore
from tests.sample_leads import FORMULA, HOSTILE, RECEIVED, hostile, new_lead

CONTACT = ("maria.quill@example.com", "+1 613-555-0142")


@pytest.fixture
def inbox(sqlite: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LeadStore:
    """A store that the environment names."""
    key = new_key()
    for name in ("SMTP_HOST", "SLACK_LEADS_CHANNEL", "WEBHOOK_URL", "CLIO_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LEADS_DB", sqlite)
    monkeypatch.setenv("LEADS_KEYS", key)
    monkeypatch.setenv("CONVERSATIONS_DB", str(tmp_path / "conversations.db"))
    return LeadStore.open(sqlite, Keyring([key]))


@pytest.fixture
def number(inbox: LeadStore) -> str:
    """The number of the one lead there is."""
    return inbox.accept(new_lead(), ["email", "slack"], RECEIVED, "intake").number


class Cli:
    """Runs commands and reads what they print."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: str, status: int = 0) -> str:
        try:
            ended = main(arguments)
        except SystemExit as usage:  # argparse
            ended = int(usage.code or 0)
        printed = self._capsys.readouterr()
        assert ended == status, printed
        assert "Traceback" not in printed.err and bool(printed.err) == (status != 0)
        return printed.err if status else printed.out

    def json(self, *arguments: str, status: int = 0) -> Any:
        """Its JSON."""
        return json.loads(self(*arguments, "--json", status=status))


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(capsys)


def test_list_shows_leads_without_their_contact_details(cli: Cli, number: str, inbox: LeadStore) -> None:
    head, line = cli("list").splitlines()
    assert head.startswith("NUMBER") and line.startswith(number)
    assert "Maria Quill" in line and "m…@example.com" in line and "email waiting, slack waiting" in line
    shown = cli("list") + cli("list", "--json")
    assert not any(way in shown for way in CONTACT)
    assert [row.what for row in inbox.audit()] == ["created"]


def test_contact_details_are_shown_on_demand_and_that_is_noted(
    cli: Cli, number: str, inbox: LeadStore
) -> None:
    shown = cli("list", "--contacts")
    assert all(way in shown for way in CONTACT)
    assert cli.json("list", "--contacts")[0]["email"] == CONTACT[0]
    assert [row.what for row in inbox.audit(number)] == ["created", "opened", "opened"]


def test_list_is_narrowed_by_status_day_and_count(cli: Cli, number: str, inbox: LeadStore) -> None:
    other = inbox.accept(new_lead(form="2"), [], RECEIVED).number
    cli("claim", other, "--as", "intake")
    assert [lead["number"] for lead in cli.json("list", "--status", "claimed")] == [other]
    assert len(cli.json("list", "--since", "2026-11-24")) == 2
    assert cli("list", "--since", "2026-11-25") == "No leads.\n"
    assert len(cli.json("list", "--limit", "1")) == 1


def test_show_tells_all_and_is_noted(cli: Cli, number: str, inbox: LeadStore) -> None:
    shown = cli("show", number.lower())
    for words in (*CONTACT, "Rideau Pharmacy", "Can I work as a pharmacist?", "email (new): waiting"):
        assert words in shown
    assert cli.json("show", number, "--who", "anna")["consent"]["version"] == "2026-11-24"
    assert [(row.who, row.what) for row in inbox.audit(number)][-1] == ("anna", "opened")


def test_a_claim_is_won_once(cli: Cli, number: str, inbox: LeadStore) -> None:
    assert cli("claim", number, "--as", "intake@firm.example").startswith(
        f"{number}: claimed by intake since"
    )
    assert cli.json("claim", number, "--as", "intake")["won"] is True
    assert cli("claim", number, "--as", "intake", "--not-a-fit").startswith(f"{number}: refused by intake")


def test_a_claim_that_is_lost_has_its_exit_status(
    number: str, inbox: LeadStore, capsys: pytest.CaptureFixture[str]
) -> None:
    inbox.claim(number, "anna", RECEIVED)
    assert main(["claim", number, "--as", "intake"]) == 1
    assert "claimed by anna" in capsys.readouterr().out


def test_retry_makes_the_dead_due(cli: Cli, number: str, inbox: LeadStore) -> None:
    outbox = Outbox(inbox, "w1")
    for delivery in outbox.due(RECEIVED):
        outbox.refused(delivery, "no", RECEIVED)
    assert cli("retry", "--target", "slack") == f"{number} to slack: due now\n"
    assert cli.json("retry", number) == [
        {"number": number, "target": "email"},
        {"number": number, "target": "slack"},
    ]
    assert cli("retry", "--target", "clio") == "Nothing to retry.\n"


def test_export_runs_no_formula_in_any_spreadsheet(cli: Cli, inbox: LeadStore) -> None:
    for form, start in enumerate(
        ["=", "+", "-", "@", "\t=", "\r=", " =", "\u202e=", "\ufeff=", FORMULA, HOSTILE]
    ):
        inbox.accept(new_lead(form=str(form), **hostile(f"{start}1+1")), [], RECEIVED)
    rows = list(csv.DictReader(io.StringIO(cli("export"))))
    assert len(rows) == 11 and {row["status"] for row in rows} == {"new"}
    for value in (value for row in rows for value in row.values()):
        assert not re.match(r"\s*[=+\-@\t\r]", value), value
    assert sum(row["name"].startswith("'=") for row in rows) == 7
    assert {row.what for row in inbox.audit()} == {"created", "exported"}


def test_export_makes_a_file_for_its_owner_and_replaces_none(cli: Cli, number: str, tmp_path: Path) -> None:
    file = tmp_path / "leads.csv"
    cli("export", "--output", str(file))
    assert file.stat().st_mode & 0o777 == 0o600
    assert number in file.read_text(encoding="utf-8-sig")
    assert "cannot be made (FileExistsError)" in cli("export", "--output", str(file), status=2)


@pytest.mark.parametrize("whom", ["number", "MARIA.quill@example.com", "(613) 555-0142", "+1 613 555 0142"])
def test_erase_takes_a_number_an_address_or_a_telephone(
    cli: Cli, number: str, inbox: LeadStore, whom: str
) -> None:
    erased = cli.json("erase", number if whom == "number" else whom, "--yes")
    assert erased == {"numbers": [number], "events": 0} and inbox.find() == []


def test_erase_asks_first(cli: Cli, number: str, inbox: LeadStore, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "needs --yes" in cli("erase", number, status=2)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda question: "n" if number in question else "y")
    assert "nothing was erased" in cli("erase", number, status=2)
    monkeypatch.setattr("builtins.input", lambda question: "y")
    assert number in cli("erase", number)


def test_purge_says_first_what_would_go(cli: Cli, inbox: LeadStore, number: str) -> None:
    old = inbox.accept(new_lead(form="2"), [], RECEIVED.replace(year=2025)).number
    assert cli.json("purge", "--dry-run") == {"numbers": [old], "retention_days": 90}
    assert cli.json("purge")["numbers"] == [old] and len(inbox.find()) == 1


def test_stats_and_audit_count_and_tell(cli: Cli, number: str) -> None:
    figures = cli.json("stats")
    assert figures["leads"] == 1 and figures["deliveries"] == {"email waiting": 1, "slack waiting": 1}
    assert "by_status                new 1" in cli("stats")
    assert f"{number}  created by visitor" in cli("audit", number)


def test_a_new_key_is_made_and_takes_over(
    cli: Cli, number: str, inbox: LeadStore, sqlite: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = cli("key").strip()
    old = os.environ["LEADS_KEYS"]
    monkeypatch.setenv("LEADS_KEYS", f"{new},{old}")
    assert cli("rotate").startswith("1 leads")
    monkeypatch.setenv("LEADS_KEYS", old)
    assert "do not open this store" in cli("list", status=3)
    monkeypatch.setenv("LEADS_KEYS", new)
    assert number in cli("list")


@pytest.mark.parametrize(
    "command", [["show"], ["claim", "--as", "intake"], ["retry"], ["erase", "--yes"]], ids=lambda c: c[0]
)
def test_a_number_that_nobody_has_ends_with_1(cli: Cli, number: str, command: list[str]) -> None:
    assert "There is no lead" in cli(*command, "K7PM-3WXM", status=1)


@pytest.mark.parametrize(
    "command",
    [[], ["nothing"], ["show"], ["list", "--since", "x"], ["list", "--limit", "0"], ["claim", "K7PM-3WXM"],
     ["claim", "K7PM-3WXM", "--as", "nobody"], ["retry", "--target", "fax"]],
)  # fmt: skip
def test_what_cannot_be_asked_ends_with_2(cli: Cli, inbox: LeadStore, command: list[str]) -> None:
    cli(*command, status=2)


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("LEADS_DB", "mysql://u:canary@h/d", 2),
        ("LEADS_DB", "postgresql://u:canary@127.0.0.1:9/d", 3),
        ("LEADS_DB", "/missing/leads.db", 3),
        ("LEADS_KEYS", "canary", 2),
        ("SMTP_HOST", "mail.example", 2),
    ],
)
def test_trouble_is_a_sentence_and_a_status(
    cli: Cli, inbox: LeadStore, monkeypatch: pytest.MonkeyPatch, name: str, value: str, status: int
) -> None:
    monkeypatch.setenv(name, value)
    said = cli("list", status=status)
    assert said.startswith("python -m leads: ") and said.count("\n") == 1 and "canary" not in said


def test_a_fault_of_ours_shows_no_visitors_words(
    cli: Cli, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("Maria Quill")

    monkeypatch.setattr("leads.commands.list_", fail)
    assert cli("list", status=3) == "python -m leads: unexpected RuntimeError; please report it\n"


def test_the_help_has_examples_and_the_exit_statuses() -> None:
    command = [sys.executable, "-m", "leads", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[3])
    assert done.returncode == 0
    for words in ("python -m leads erase", "exit status: 0 done", "rotate"):
        assert words in done.stdout


def test_hostile_words_move_no_cursor(cli: Cli, inbox: LeadStore) -> None:
    inbox.accept(new_lead(**hostile()), [], RECEIVED)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202a-\u202e]", cli("list", "--contacts"))
