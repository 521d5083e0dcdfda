"""How often somebody may do something, and who counts as one. Time is passed in, memory is bounded."""

from __future__ import annotations

from collections import OrderedDict
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

_NETWORK = 64  # an IPv6 network of this size is one household


class Buckets:
    """A bucket of tokens for each key: ``burst`` at once, then ``per_minute``.

    Of more than ``most`` keys the one that was quiet longest is forgotten, and begins again.
    """

    def __init__(self, burst: int, per_minute: float, most: int = 10_000) -> None:
        self._burst, self._per_s, self._most = float(burst), per_minute / 60, most
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._levels)

    def take(self, key: str, now: float) -> bool:
        """Whether there was a token to take. ``now``: seconds that only grow."""
        level, then = self._levels.pop(key, (self._burst, now))
        level = min(self._burst, level + max(0.0, now - then) * self._per_s)
        enough = level >= 1
        self._levels[key] = (level - 1 if enough else level, now)
        if len(self._levels) > self._most:
            self._levels.popitem(last=False)
        return enough


def counted_as(peer: str, forwarded: str = "", proxies: int = 0) -> str | None:
    """The visitor's address, by which limits count: an IPv4 address or an IPv6 network.

    ``forwarded`` is X-Forwarded-For, of which only what our own ``proxies`` added is believed: from the right,
    the last of them having seen the one before. None where nobody can be told apart: this machine, without a
    proxy that names the visitors.
    """
    hops = [*(hop for hop in forwarded.split(",") if hop.strip()), peer] if proxies else [peer]
    address = _read(hops[-1 - min(proxies, len(hops) - 1)]) or _read(peer)
    if address is None or (address.is_loopback and not proxies):
        return None
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, _NETWORK), strict=False))
    return str(address)


def _read(hop: str) -> IPv4Address | IPv6Address | None:
    """With or without a port, in brackets or not; None when it is no address."""
    host = hop.strip()
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
