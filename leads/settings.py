"""Where the leads are kept and sent, from the environment alone (``.env.example`` lists every variable).

A target without its variables is off. Half a target, or a value that can't be right, is a ``SettingsError``:
better at the start than at the first lead.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from leads.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = ("localhost", "127.0.0.1", "::1")
MAIL_PORTS = {"starttls": 587, "tls": 465, "none": 25}


@dataclass(frozen=True)
class Mail:
    """An SMTP server. ``security``: starttls, tls, or none (only on this machine)."""

    host: str
    port: int
    sender: str
    security: str = "starttls"
    user: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Slack:
    """The private channel for leads; ``signing_secret`` checks who pressed a button."""

    token: str = field(repr=False)
    channel: str
    signing_secret: str = field(repr=False)
    api_url: str = "https://slack.com/api/"


@dataclass(frozen=True)
class Webhook:
    """Any system that takes signed JSON."""

    url: str
    secret: str = field(repr=False)


@dataclass(frozen=True)
class Clio:
    """The lead inbox of Clio Grow; ``url`` without the path, as regions have their own."""

    token: str = field(repr=False)
    url: str = "https://grow.clio.com"


@dataclass(frozen=True)
class Settings:
    """Everything that the environment says about leads."""

    database: str = f"sqlite:///{ROOT / 'leads.db'}"
    keys: tuple[str, ...] = field(default=(), repr=False)
    key_file: Path = ROOT / "leads.key"
    conversations: str = str(ROOT / "conversations.db")
    slack_queue: str = str(ROOT / "slack.db")
    conversation_days: int | None = None
    proof_days: int = 3 * 365
    backups: Path = ROOT / "backups"
    backup_days: int = 14
    backup_role: tuple[str, str | None] | None = field(default=None, repr=False)
    email: Mail | None = None
    slack: Slack | None = None
    webhook: Webhook | None = None
    clio: Clio | None = None

    @property
    def targets(self) -> tuple[str, ...]:
        """The names of the targets that are on, in the order in which they are tried."""
        return tuple(name for name in ("email", "slack", "webhook", "clio") if getattr(self, name))

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Reads and checks it; an empty variable is one that is not there. Raises ``SettingsError``."""
        env = {name: value.strip() for name, value in environment.items() if value.strip()}
        return cls(
            database=env.get("LEADS_DB", cls.database),
            keys=tuple(key.strip() for key in env.get("LEADS_KEYS", "").split(",") if key.strip()),
            key_file=Path(env.get("LEADS_KEY_FILE", cls.key_file)),
            conversations=env.get("CONVERSATIONS_DB", cls.conversations),
            slack_queue=slack_queue(env),
            conversation_days=_days(env, "CONVERSATION_DAYS", cls.conversation_days),
            proof_days=_days(env, "PROOF_DAYS", cls.proof_days) or cls.proof_days,
            backups=Path(env.get("BACKUP_DIR", cls.backups)),
            backup_days=_days(env, "BACKUP_DAYS", cls.backup_days) or cls.backup_days,
            backup_role=(env["BACKUP_USER"], env.get("BACKUP_PASSWORD")) if "BACKUP_USER" in env else None,
            email=_mail(env) if "SMTP_HOST" in env else None,
            slack=_slack(env) if "SLACK_LEADS_CHANNEL" in env else None,
            webhook=_webhook(env) if "WEBHOOK_URL" in env else None,
            clio=_clio(env) if "CLIO_TOKEN" in env else None,
        )


def slack_queue(env: Mapping[str, str]) -> str:
    """Where is kept what is on its way from and to Slack: with the conversations when they are on a server, else in a
    file of its own beside theirs.
    """
    conversations = env.get("CONVERSATIONS_DB") or Settings.conversations
    beside = conversations if "://" in conversations else str(Path(conversations).with_name("slack.db"))
    return env.get("SLACK_DB") or beside


def _days(env: Mapping[str, str], name: str, default: int | None) -> int | None:
    value = env.get(name)
    if value is None:
        return default
    if not (value.isascii() and value.isdecimal() and len(value) < 5 and 1 <= int(value) <= 3650):
        raise SettingsError(name, "must be a number of days from 1 to 3650")
    return int(value)


def _mail(env: Mapping[str, str]) -> Mail:
    security = env.get("SMTP_SECURITY", "starttls").lower()
    if security not in MAIL_PORTS:
        raise SettingsError("SMTP_SECURITY", f"must be one of {', '.join(MAIL_PORTS)}")
    if security == "none" and env["SMTP_HOST"] not in LOOPBACK:
        raise SettingsError("SMTP_SECURITY", "may be none only for a server on this machine")
    if ("SMTP_USER" in env) != ("SMTP_PASSWORD" in env):
        raise SettingsError("SMTP_USER", "and SMTP_PASSWORD are needed together")
    return Mail(
        host=env["SMTP_HOST"],
        port=_port(env, "SMTP_PORT", MAIL_PORTS[security]),
        sender=needed(env, "LEADS_MAIL_FROM", "SMTP_HOST"),
        security=security,
        user=env.get("SMTP_USER"),
        password=env.get("SMTP_PASSWORD"),
    )


def _slack(env: Mapping[str, str]) -> Slack:
    return Slack(
        token=needed(env, "SLACK_BOT_TOKEN", "SLACK_LEADS_CHANNEL"),
        channel=env["SLACK_LEADS_CHANNEL"],
        signing_secret=needed(env, "SLACK_SIGNING_SECRET", "SLACK_LEADS_CHANNEL"),
        api_url=address(env, "SLACK_API_URL", Slack.api_url),
    )


def _webhook(env: Mapping[str, str]) -> Webhook:
    return Webhook(address(env, "WEBHOOK_URL", ""), needed(env, "WEBHOOK_SECRET", "WEBHOOK_URL"))


def _clio(env: Mapping[str, str]) -> Clio:
    return Clio(env["CLIO_TOKEN"], address(env, "CLIO_URL", Clio.url).rstrip("/"))


def needed(env: Mapping[str, str], name: str, because_of: str) -> str:
    """The variable, which another one makes necessary. Raises ``SettingsError``."""
    if name not in env:
        raise SettingsError(name, f"is needed, because {because_of} is set")
    return env[name]


def _port(env: Mapping[str, str], name: str, default: int) -> int:
    value = env.get(name, str(default))
    if not (value.isascii() and value.isdecimal() and 1 <= int(value) <= 65535):
        raise SettingsError(name, "must be a number from 1 to 65535")
    return int(value)


def address(env: Mapping[str, str], name: str, default: str) -> str:
    """An https address; http is for this machine only, since personal data goes there."""
    value = env.get(name, default)
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https"):
        raise SettingsError(name, "must be an address that starts with https://")
    if parts.scheme == "http" and host not in LOOPBACK:
        raise SettingsError(name, "must start with https:// (http is for this machine only)")
    return value
