"""What a program may send to the REST channel, and which programs may."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, TypeGuard

from components.gate import Refused

LONGEST_BODY = 16 * 1024  # bytes
_ID = re.compile(r"[A-Za-z0-9_-]{16,64}", re.ASCII)
# What proxies add. The channel is not for the public, so what came through one has to show the token.
FORWARDED = ("x-forwarded-for", "x-real-ip", "forwarded")


@dataclass(frozen=True)
class Asked:
    """``text`` is as it came. ``id`` names the message: one that comes again under it is not heard again; None: unnamed."""

    sender: str
    id: str | None
    text: str


def read(body: bytes) -> Asked:
    """Reads a body; what else is in it is not looked at. Raises ``Refused`` and nothing else."""
    data = _object(body)
    sender, text, name = data.get("sender"), data.get("message"), data.get("message_id")
    if not _is_id(sender):
        raise Refused("rest_sender")
    if not isinstance(text, str):
        raise Refused("rest_message")
    if name is not None and not _is_id(name):
        raise Refused("rest_message_id")
    return Asked(sender, name, text)


def admit(headers: Mapping[str, str], peer: str, token: str) -> None:
    """Whether this caller may ask: with the token if there is one, else a program on this machine alone.

    ``headers``: names in small letters. Raises ``Refused``.
    """
    if "origin" in headers:  # a page in a browser, of whatever site
        raise Refused("rest_forbidden")
    if token:
        given = headers.get("authorization", "").encode()
        if not hmac.compare_digest(given, f"Bearer {token}".encode()):
            raise Refused("rest_token")
    elif any(name in headers for name in FORWARDED) or not _is_loopback(peer):
        raise Refused("rest_forbidden")


def _object(body: bytes) -> dict[str, Any]:
    try:
        data = json.loads(body.decode())
    except (ValueError, RecursionError):  # no UTF-8, no JSON, a number of 5,000 digits; too deep
        raise Refused("rest_json") from None
    if not isinstance(data, dict):
        raise Refused("rest_json")
    return data


def _is_id(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _is_loopback(peer: str) -> bool:
    try:
        address = ip_address(peer)
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback
