"""Tells what is missing in the set-up of Slack: ``make slack-check``, with ARGS=https://… for a public address.

Reads the environment as the servers do, asks Slack, and asks the assistant's server, which must be running. Posts
nothing. Exit status 0 if nothing is missing.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import requests
import yaml
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier

from components.slack_settings import SlackSettings
from knowledge.facts import load
from leads.errors import SettingsError
from leads.settings import ROOT, Settings

MANIFEST = ROOT / "slack" / "manifest.yaml"
PATH = "/webhooks/slack/webhook"
TIMEOUT_S = 5
STATUS = {
    401: "has another SLACK_SIGNING_SECRET: start it anew with this .env",
    404: "has Slack turned off: start it anew with this .env, and look into logs/rasa.log",
}


class Finding(NamedTuple):
    """One thing that was looked at."""

    is_well: bool
    text: str


def findings(address: str, client: WebClient | None = None) -> Iterator[Finding]:
    """All of them. ``address``: where the assistant's server is."""
    try:
        settings, leads = SlackSettings.from_environment(), Settings.from_environment().slack
    except SettingsError as error:
        yield Finding(False, f"{error}.")
        return
    if settings is None:
        yield Finding(False, "SLACK_BOT_TOKEN is not set in .env: the app's page → OAuth & Permissions.")
        return
    yield Finding(True, "SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET are set.")
    client = client or WebClient(settings.token, base_url=settings.api_url, timeout=TIMEOUT_S)
    yield from _in_slack(client, leads.channel if leads else None)
    yield from _lawyers(bool(leads))
    if settings.app_token:
        yield _socket_mode(client, settings.app_token)
    yield _server(address, settings.signing_secret)


def _in_slack(client: WebClient, channel: str | None) -> Iterator[Finding]:
    try:
        reply = client.auth_test()
    except SlackApiError as error:
        yield Finding(
            False, f"SLACK_BOT_TOKEN is not accepted ({error.response.get('error')}): install the app anew."
        )
        return
    except OSError as error:
        yield Finding(False, f"Slack cannot be reached from here ({type(error).__name__}).")
        return
    yield Finding(True, f"The app is installed in {reply['team']}, as {reply['user']}.")
    headers = {name.lower(): value for name, value in reply.headers.items()}
    given = {scope.strip() for scope in headers.get("x-oauth-scopes", "").split(",")}
    missing = sorted(set(wanted_scopes()) - given)
    yield Finding(
        not missing,
        f"These scopes are missing: {', '.join(missing)}. Put slack/manifest.yaml in place and install the app anew."
        if missing
        else "The app has every scope of slack/manifest.yaml.",
    )
    yield _leads_channel(client, channel)


def _leads_channel(client: WebClient, channel: str | None) -> Finding:
    if channel is None:
        return Finding(
            False, "SLACK_LEADS_CHANNEL is not set: no leads are posted. It is the id, such as C0123456789."
        )
    try:
        found: dict[str, Any] = client.conversations_info(channel=channel)["channel"]
    except (SlackApiError, OSError) as error:
        name = error.response.get("error") if isinstance(error, SlackApiError) else type(error).__name__
        return Finding(
            False,
            f"The channel {channel} is not to be seen ({name}): is it the id, and was the app invited there?",
        )
    if not found.get("is_member"):
        return Finding(False, f"The app is not in {channel}: write /invite @ with its name there.")
    if not found.get("is_private"):
        return Finding(False, f"{channel} is a public channel: leads belong in a private one.")
    return Finding(True, f"The app is in the private channel {channel}.")


def _lawyers(leads: bool) -> Iterator[Finding]:
    """Only they may claim a lead."""
    lawyers = load().firm.lawyers
    without = [one.name for one in lawyers if not one.slack]
    if leads and without:
        yield Finding(
            len(without) < len(lawyers),
            f"Without `slack:` (the member id) in knowledge/firm.yml, so unable to claim leads: {', '.join(without)}.",
        )
    elif leads:
        yield Finding(True, "Every lawyer in knowledge/firm.yml can claim leads.")


def _socket_mode(client: WebClient, app_token: str) -> Finding:
    try:
        client.apps_connections_open(app_token=app_token)
    except SlackApiError as error:
        return Finding(
            False,
            f"SLACK_APP_TOKEN is not accepted ({error.response.get('error')}): it needs connections:write.",
        )
    except OSError as error:
        return Finding(False, f"Slack cannot be reached from here ({type(error).__name__}).")
    return Finding(True, "Socket Mode can be opened: no public address is needed.")


def _server(address: str, secret: str) -> Finding:
    """Whether our server hears what is signed with this secret."""
    url, body, now = (
        address.rstrip("/") + PATH,
        '{"type": "url_verification", "challenge": "here"}',
        str(int(time.time())),
    )
    signature = SignatureVerifier(secret).generate_signature(timestamp=now, body=body) or ""
    headers = {
        "X-Slack-Request-Timestamp": now,
        "X-Slack-Signature": signature,
        "Content-Type": "application/json",
    }
    try:
        reply = requests.post(url, body, headers=headers, timeout=TIMEOUT_S, allow_redirects=False)
    except requests.RequestException as error:
        return Finding(
            False, f"No assistant answers at {url} ({type(error).__name__}): is `make run` running?"
        )
    if reply.status_code == 200 and "here" in reply.text:
        return Finding(True, f"The assistant answers Slack at {url}.")
    said = STATUS.get(reply.status_code, f"answers {reply.status_code}")
    return Finding(False, f"The server at {url} {said}.")


def wanted_scopes() -> list[str]:
    """Those of the manifest."""
    found: list[str] = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))["oauth_config"]["scopes"]["bot"]
    return found


def main(arguments: list[str] | None = None) -> int:
    """The exit status."""
    parser = argparse.ArgumentParser("make slack-check", description=__doc__)
    here = f"http://localhost:{os.environ.get('PORT', '5005')}"
    parser.add_argument(
        "address", nargs="?", default=here, help=f"of the assistant's server; default: {here}"
    )
    is_well = True
    for finding in findings(parser.parse_args(arguments).address):
        print(f"{'ok ' if finding.is_well else '-->'} {finding.text}", flush=True)
        is_well = is_well and finding.is_well
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main())
