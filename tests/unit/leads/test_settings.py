"""The environment is understood, or refused by the name of the variable and without its value."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from leads.errors import SettingsError
from leads.settings import ROOT, Settings

MAIL = {"SMTP_HOST": "mail.firm.example", "LEADS_MAIL_FROM": "leads@firm.example"}
SLACK = {"SLACK_LEADS_CHANNEL": "C0LEADS", "SLACK_BOT_TOKEN": "xoxb-canary", "SLACK_SIGNING_SECRET": "canary"}
WEBHOOK = {"WEBHOOK_URL": "https://crm.example/in", "WEBHOOK_SECRET": "canary"}
CLIO = {"CLIO_TOKEN": "canary"}


def test_without_settings_nothing_is_sent_and_all_is_kept_here() -> None:
    settings = Settings.from_environment({"SMTP_HOST": " ", "LEADS_KEYS": ""})
    assert settings == Settings() and settings.targets == ()
    assert settings.database == f"sqlite:///{ROOT}/leads.db" and settings.key_file == ROOT / "leads.key"


def test_a_target_with_its_settings_is_on() -> None:
    settings = Settings.from_environment({**MAIL, **SLACK, **WEBHOOK, **CLIO})
    assert settings.targets == ("email", "slack", "webhook", "clio")
    assert settings.email and (settings.email.port, settings.email.security) == (587, "starttls")
    assert settings.clio and settings.clio.url == "https://grow.clio.com"


def test_a_bot_token_for_visitors_alone_turns_no_target_on() -> None:
    assert Settings.from_environment({"SLACK_BOT_TOKEN": "xoxb", "SLACK_SIGNING_SECRET": "s"}).targets == ()


def test_secrets_are_in_no_text_form() -> None:
    settings = Settings.from_environment(
        {
            **MAIL,
            **SLACK,
            **WEBHOOK,
            **CLIO,
            "SMTP_USER": "u",
            "SMTP_PASSWORD": "canary",
            "LEADS_KEYS": "canary,canary",
        }
    )
    assert "canary" not in repr(settings) and settings.keys == ("canary", "canary")


@pytest.mark.parametrize(
    ("environment", "name", "words"),
    [
        ({"SMTP_HOST": "h"}, "LEADS_MAIL_FROM", "is needed, because SMTP_HOST is set"),
        ({**MAIL, "SMTP_PORT": "0"}, "SMTP_PORT", "1 to 65535"),
        ({**MAIL, "SMTP_PORT": "²"}, "SMTP_PORT", "1 to 65535"),
        ({**MAIL, "SMTP_SECURITY": "ssl"}, "SMTP_SECURITY", "starttls, tls, none"),
        ({**MAIL, "SMTP_SECURITY": "none"}, "SMTP_SECURITY", "only for a server on this machine"),
        ({**MAIL, "SMTP_USER": "u"}, "SMTP_USER", "needed together"),
        ({**SLACK, "SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN", "is needed"),
        ({**SLACK, "SLACK_SIGNING_SECRET": ""}, "SLACK_SIGNING_SECRET", "is needed"),
        ({**SLACK, "SLACK_API_URL": "slack.com"}, "SLACK_API_URL", "https://"),
        ({**WEBHOOK, "WEBHOOK_SECRET": ""}, "WEBHOOK_SECRET", "is needed"),
        ({**WEBHOOK, "WEBHOOK_URL": "http://crm.example/canary"}, "WEBHOOK_URL", "this machine only"),
        ({**WEBHOOK, "WEBHOOK_URL": "https://[canary"}, "WEBHOOK_URL", "https://"),
        ({**WEBHOOK, "WEBHOOK_URL": "ftp://crm.example"}, "WEBHOOK_URL", "https://"),
        ({**CLIO, "CLIO_URL": "https://x:canary"}, "CLIO_URL", "https://"),
    ],
)
def test_a_setting_at_fault_is_named(environment: dict[str, str], name: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words) as refused:
        Settings.from_environment(environment)
    assert refused.value.name == name and "canary" not in str(refused.value)


def test_a_target_on_this_machine_needs_no_certificate() -> None:
    assert Settings.from_environment({**WEBHOOK, "WEBHOOK_URL": "http://127.0.0.1:8000/"}).webhook


def test_every_setting_that_is_read_is_explained_in_the_example_and_no_other() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    explained = set(re.findall(r"^#([A-Z_]+)=$", example, re.M))
    sources = [*Path(ROOT, "leads").glob("*.py"), *Path(ROOT, "components").glob("*.py")]
    families = "ACTION|BACKUP|CLIO|CONVERSATIONS?|LEADS|PROOF|REDIS|REST|SLACK|SMTP|WEB|WEBHOOK"
    name = re.compile(rf'"((?:{families})_[A-Z_]+|LOG_FORMAT|SHORTCUTS)"')
    read = {found for file in sources for found in name.findall(file.read_text())}
    assert explained == read
