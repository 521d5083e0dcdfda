"""The privacy text is the firm's, filled in and safe."""

import re

import pytest

from components.privacy import answer, page
from knowledge.facts import Facts


@pytest.mark.parametrize(("language", "days"), [("en", "days"), ("fr", "jours"), ("es", "días")])
def test_it_names_the_firm_how_long_and_whom_to_write_to(all_facts: Facts, language: str, days: str) -> None:
    text = page(all_facts.firm, language)
    for value in (
        f'<html lang="{language}">',
        all_facts.firm.name,
        f"{all_facts.firm.retention_days} {days}",
        f"mailto:{all_facts.firm.privacy_contact}",
    ):
        assert value in text
    assert "{firm}" not in text
    assert "{days}" not in text


def test_it_tells_the_days_that_are_kept_to(all_facts: Facts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVERSATION_DAYS", "21")
    monkeypatch.setenv("BACKUP_DAYS", "7")
    monkeypatch.setenv("SMTP_HOST", "half a setting")
    text = " ".join(page(all_facts.firm, "en").split())
    assert "nothing was said in it for 21 days" in text and "Backups are deleted after 7 days" in text


@pytest.mark.parametrize("language", ["fr", "es"])
def test_each_language_says_as_much_as_the_english_page(all_facts: Facts, language: str) -> None:
    firm = all_facts.firm.copy(update={"address": "Ottawa"})
    english, other = (page(firm, code) for code in ("en", language))
    assert re.findall("<[^>]*>", other)[4:] == re.findall("<[^>]*>", english)[4:]  # after the head's lang
    said = re.sub("<[^>]*>|privacy@", "", other)
    assert not re.search(r"\b(?:the|your|privacy|how long|this chat)\b", said, re.I)


def test_a_language_that_is_not_written_yet_is_english(all_facts: Facts) -> None:
    assert page(all_facts.firm, "xx") == page(all_facts.firm, "en")


def test_the_firms_name_is_text(all_facts: Facts) -> None:
    assert "<b>Smith &" not in page(all_facts.firm.copy(update={"name": "<b>Smith & Sons"}), "en")


@pytest.mark.parametrize("directive", ["default-src 'none'", "style-src 'sha256-", "frame-ancestors 'none'"])
def test_it_loads_nothing_and_is_framed_by_nobody(directive: str, all_facts: Facts) -> None:
    assert directive in answer(all_facts.firm, "en").headers["Content-Security-Policy"]
