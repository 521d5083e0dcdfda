"""From which sites a browser may speak to this server, and by which name a session is bound to one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

OWN = ""


class Origins:
    """The server's own site always, and the ``allowed`` ones. ``proxied``: a proxy of ours says which host was asked.

    Own is who names the host that was asked, by http or https: whatever ends TLS may stand before us. A browser
    sends no Origin with a GET to its own site, so none is own, too; whoever is no browser can claim any.
    """

    def __init__(self, allowed: frozenset[str], proxied: bool) -> None:
        self._allowed, self._proxied = allowed, proxied

    def allows(self, origin: str | None, environ: Mapping[str, Any]) -> bool:
        """Whether a request may come from there. ``environ``: its headers, as engine.io hands them on."""
        return origin in self._allowed or self.name(environ) == OWN

    def name(self, environ: Mapping[str, Any]) -> str:
        """The site that a request comes from; the own one is ''."""
        origin = str(environ.get("HTTP_ORIGIN") or "")
        scheme, _, host = origin.partition("://")
        if not origin or (scheme in ("http", "https") and host == self._host(environ)):
            return OWN
        return origin

    def _host(self, environ: Mapping[str, Any]) -> str:
        asked = str(environ.get("HTTP_HOST") or "")
        if self._proxied:
            asked = str(environ.get("HTTP_X_FORWARDED_HOST") or asked).split(",")[0]
        return asked.strip().lower()
