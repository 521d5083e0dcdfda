"""The secret that Rasa shows to the action server, so that nobody else on the machine or network can run an action.

From ``ACTION_SECRET``, or from a file that is made at the first start (``ACTION_KEY_FILE``; default: action.key).
"""

from __future__ import annotations

import os
from collections.abc import Mapping, MutableMapping
from pathlib import Path

from leads.errors import SettingsError
from leads.key_file import secrets_in

HEADER = "X-Action-Secret"
SHORTEST = 32
ROOT = Path(__file__).resolve().parent.parent


def secrets(environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """The first is shown, all are accepted: so it can be changed while both sides run. Raises ``SettingsError``."""
    if given := environment.get("ACTION_SECRET", "").strip():
        return _checked([part.strip() for part in given.split(",") if part.strip()], "ACTION_SECRET")
    file = Path(environment.get("ACTION_KEY_FILE", "").strip() or ROOT / "action.key")
    return _checked(secrets_in(file, "ACTION_KEY_FILE"), "ACTION_KEY_FILE")


def give(environment: MutableMapping[str, str] = os.environ) -> None:
    """Puts the one that is shown where endpoints.yml reads it. Raises ``SettingsError``."""
    environment["ACTION_SECRET"] = secrets(environment)[0]


def _checked(found: list[str], name: str) -> tuple[str, ...]:
    if not found or any(len(one) < SHORTEST or not _fits_a_header(one) for one in found):
        raise SettingsError(name, f"must have {SHORTEST} letters, digits or signs or more, chosen at random")
    return tuple(found)


def _fits_a_header(text: str) -> bool:
    return text.isascii() and text.isprintable() and " " not in text and "$" not in text
