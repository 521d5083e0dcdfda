"""How the website channel is set up, from the environment alone (``.env.example`` lists every variable)."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from leads.errors import SettingsError
from leads.key_file import secrets_in

ROOT = Path(__file__).resolve().parent.parent
SHORTEST_SECRET = 32
MOST_PROXIES = 9
_ORIGIN = re.compile(r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?")
_DEFAULT_PORT = re.compile(r"(?<=^http)(://.*):80$|(?<=^https)(://.*):443$")


@dataclass(frozen=True)
class WebSettings:
    """``secrets``: what signs sessions, the first one new tokens. ``origins``: sites that may embed the chat.
    ``proxies``: how many of ours stand before this server.
    """

    secrets: tuple[str, ...] = field(repr=False)
    origins: frozenset[str] = frozenset()
    proxies: int = 0

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> WebSettings:
        """Reads and checks it; without a secret, makes the key file. Raises ``SettingsError``."""
        env = {name: value.strip() for name, value in environment.items() if value.strip()}
        file = Path(env.get("WEB_KEY_FILE", ROOT / "web.key"))
        return cls(
            _long_enough(_parts(env["WEB_SECRET"].replace("\n", ",")), "WEB_SECRET")
            if "WEB_SECRET" in env
            else _long_enough(secrets_in(file, "WEB_KEY_FILE"), "WEB_KEY_FILE"),
            frozenset(map(_origin, _parts(env.get("WEB_ORIGINS", "")))),
            _proxies(env.get("WEB_PROXIES", "0")),
        )


def _origin(text: str) -> str:
    """As a browser writes it: small letters, no path, no usual port."""
    origin = text.lower().rstrip("/")
    if not _ORIGIN.fullmatch(origin):
        raise SettingsError("WEB_ORIGINS", "must be addresses such as https://www.firm.example, with commas")
    return _DEFAULT_PORT.sub(lambda found: found[1] or found[2], origin)


def _proxies(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) <= MOST_PROXIES):
        raise SettingsError("WEB_PROXIES", f"must be a number from 0 to {MOST_PROXIES}")
    return int(text)


def _long_enough(secrets: list[str], name: str) -> tuple[str, ...]:
    if not secrets or any(len(secret) < SHORTEST_SECRET for secret in secrets):
        raise SettingsError(name, f"must have {SHORTEST_SECRET} characters or more, chosen at random")
    return tuple(secrets)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
