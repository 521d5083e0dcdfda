"""The set-up of Slack: a manifest that Slack accepts and that fits the code, and a check that says what is missing."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.slack import SlackChannel
from components.slack_events import SHORTCUT
from leads.settings import ROOT
from tests.channels.slack_app import SECRET, SlackApp
from tests.servers.slack import CLOSED, LEADS, TALK, TOKEN, SlackServer

sys.path.insert(0, str(ROOT / "scripts"))
import slack_check

ADDRESS = "https://assistant.firm.example/webhooks/slack/webhook"


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "slack" / "manifest.yaml").read_text(encoding="utf-8"))
    return found


def test_the_manifest_has_what_slack_asks_for_within_its_limits(manifest: dict[str, Any]) -> None:
    """By https://docs.slack.dev/reference/app-manifest."""
    assert set(manifest) == {"display_information", "features", "oauth_config", "settings"}
    shown, features = manifest["display_information"], manifest["features"]
    assert 0 < len(shown["name"]) <= 35 and 0 < len(shown["description"]) <= 140
    assert re.fullmatch("#[0-9a-f]{6}", shown["background_color"])
    assert re.fullmatch(r"[\w .-]{1,80}", features["bot_user"]["display_name"])
    (command,) = features["slash_commands"]
    assert command["command"] == "/cusma" and 0 < len(command["description"]) <= 2000
    assert len(command["usage_hint"]) <= 1000
    (shortcut,) = features["shortcuts"]
    assert (
        shortcut["type"] == "message" and len(shortcut["name"]) <= 24 and len(shortcut["description"]) <= 150
    )
    assert (
        features["app_home"]["messages_tab_enabled"]
        and not features["app_home"]["messages_tab_read_only_enabled"]
    )


def test_the_manifest_fits_the_code(manifest: dict[str, Any]) -> None:
    features, settings = manifest["features"], manifest["settings"]
    addresses = {
        features["slash_commands"][0]["url"],
        settings["event_subscriptions"]["request_url"],
        settings["interactivity"]["request_url"],
    }
    assert addresses == {ADDRESS} and ADDRESS.endswith(slack_check.PATH)
    assert f"/webhooks/{SlackChannel.name()}/webhook" == slack_check.PATH
    assert settings["interactivity"]["is_enabled"] and features["shortcuts"][0]["callback_id"] == SHORTCUT


def test_each_event_and_method_has_its_scope_and_no_scope_is_idle(manifest: dict[str, Any]) -> None:
    needed = {
        "app_mention": "app_mentions:read",
        "message.im": "im:history",
        "chat.postMessage, chat.update, chat.postEphemeral": "chat:write",
        "conversations.open": "im:write",
        "/cusma and the shortcut": "commands",
        "conversations.info": "groups:read",
    }
    events = manifest["settings"]["event_subscriptions"]["bot_events"]
    assert events == ["app_mention", "message.im"]
    assert sorted(slack_check.wanted_scopes()) == sorted(needed.values())


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SlackApp]:
    running = SlackApp(tmp_path)
    for name in ("SLACK_APP_TOKEN", "SLACK_DB"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SLACK_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("SLACK_SIGNING_SECRET", SECRET)
    monkeypatch.setenv("SLACK_LEADS_CHANNEL", LEADS)
    monkeypatch.setenv("SLACK_API_URL", running.slack.api)
    yield running
    running.stop()
    running.slack.down()


def check(app: SlackApp, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """The exit status, and what it says is missing."""
    status = slack_check.main([app.server.url])
    said = capsys.readouterr().out.splitlines()
    assert all(line.startswith(("ok ", "-->")) for line in said)
    return status, "\n".join(line for line in said if line.startswith("-->"))


def test_with_a_whole_set_up_only_the_lawyers_ids_are_missing(
    app: SlackApp, capsys: pytest.CaptureFixture[str]
) -> None:
    status, missing = check(app, capsys)
    assert status == 1 and missing.count("-->") == 1
    assert "unable to claim leads: Intake desk" in missing
    assert not app.posted and app.is_idle()


@pytest.mark.parametrize(
    "name, value, says",
    [
        ("SLACK_BOT_TOKEN", "", "SLACK_BOT_TOKEN is needed, because SLACK_LEADS_CHANNEL is set"),
        ("SLACK_BOT_TOKEN", "xoxp-1", "SLACK_BOT_TOKEN must start with xoxb-"),
        ("SLACK_BOT_TOKEN", "xoxb-old", "SLACK_BOT_TOKEN is not accepted (invalid_auth)"),
        ("SLACK_SIGNING_SECRET", "", "SLACK_SIGNING_SECRET is needed, because SLACK_"),
        ("SLACK_SIGNING_SECRET", "another", "has another SLACK_SIGNING_SECRET"),
        ("SLACK_LEADS_CHANNEL", "", "SLACK_LEADS_CHANNEL is not set"),
        ("SLACK_LEADS_CHANNEL", "C0NOWHERE", "C0NOWHERE is not to be seen (channel_not_found)"),
        ("SLACK_LEADS_CHANNEL", CLOSED, "The app is not in C0CLOSED"),
        ("SLACK_LEADS_CHANNEL", TALK, "C0TALK is a public channel"),
        ("SLACK_APP_TOKEN", "xapp-old", "SLACK_APP_TOKEN is not accepted (invalid_auth)"),
        ("SLACK_API_URL", "http://127.0.0.1:9/api/", "Slack cannot be reached"),
    ],
)
def test_what_is_missing_is_said(
    app: SlackApp,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: str,
    says: str,
) -> None:
    monkeypatch.setenv(name, value)
    status, missing = check(app, capsys)
    assert status == 1 and says in missing
    assert "xoxb" not in missing.replace("xoxb-", "", 1) and SECRET not in missing


def test_without_any_setting_it_says_where_to_begin(
    app: SlackApp, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_LEADS_CHANNEL"):
        monkeypatch.delenv(name)
    assert "SLACK_BOT_TOKEN is not set in .env" in check(app, capsys)[1]


def test_missing_scopes_are_named(
    app: SlackApp, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.servers.slack.SCOPES", "chat:write,commands,app_mentions:read,groups:read")
    assert "These scopes are missing: im:history, im:write." in check(app, capsys)[1]


def test_a_server_that_is_not_running_is_named(app: SlackApp, capsys: pytest.CaptureFixture[str]) -> None:
    app.server.stop()
    with SlackServer() as other:  # its port is free afterwards
        address = other.url
    assert slack_check.main([address]) == 1
    assert "is `make run` running?" in capsys.readouterr().out
