"""How the assistant in Slack is set up, from the environment alone (``.env.example`` lists every variable)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from leads.errors import SettingsError
from leads.settings import Slack, address, needed, slack_queue

HOOKS = ("https://hooks.slack.com/", "https://hooks.slack-gov.com/")


@dataclass(frozen=True)
class SlackSettings:
    """``database``: what is still to be done, as the path of an SQLite file or a database URL.

    ``app_token``: for Socket Mode. ``hooks``: how an address for an answer to one person may begin.
    """

    token: str = field(repr=False)
    signing_secret: str = field(repr=False)
    database: str = field(repr=False)
    app_token: str | None = field(default=None, repr=False)
    api_url: str = Slack.api_url

    @property
    def hooks(self) -> tuple[str, ...]:
        """Slack's own, and nobody else's; in tests, where its API is."""
        parts = urlsplit(self.api_url)
        return HOOKS if parts.scheme == "https" else (f"{parts.scheme}://{parts.netloc}/",)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> SlackSettings | None:
        """Reads and checks it; None without a token. Raises ``SettingsError``."""
        env = {name: value.strip() for name, value in environment.items() if value.strip()}
        if "SLACK_BOT_TOKEN" not in env:
            return None
        return cls(
            token=_token(env, "SLACK_BOT_TOKEN", "xoxb-"),
            signing_secret=needed(env, "SLACK_SIGNING_SECRET", "SLACK_BOT_TOKEN"),
            database=slack_queue(env),
            app_token=_token(env, "SLACK_APP_TOKEN", "xapp-") if "SLACK_APP_TOKEN" in env else None,
            api_url=address(env, "SLACK_API_URL", Slack.api_url).rstrip("/") + "/",
        )


def _token(env: Mapping[str, str], name: str, start: str) -> str:
    if not env[name].startswith(start):
        raise SettingsError(name, f"must start with {start}")
    return env[name]
