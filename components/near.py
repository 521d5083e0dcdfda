"""Addresses that are for this machine and the private network alone: health, figures. No proxy of ours forwards them."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address

from components.rest_request import FORWARDED

HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def is_near(headers: Mapping[str, str], peer: str) -> bool:
    """False for what came through a proxy, from a page in a browser, or from outside. ``headers``: in small letters."""
    if "origin" in headers or any(name in headers for name in FORWARDED):
        return False
    try:
        address = ip_address(peer.partition("%")[0])
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return address.is_private or address.is_loopback
