"""Posts JSON to a system of somebody else; reads the status of its answer, and follows no redirect."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

import requests

from leads.settings import LOOPBACK
from leads.targets import Refused, Retry

TIMEOUT_S = 5
TRY_AGAIN = frozenset({408, 425, 429})


def post(url: str, body: bytes, headers: Mapping[str, str], fine: frozenset[int] = frozenset()) -> None:
    """Returns when the answer is 2xx or one of ``fine``; raises ``Retry`` or ``Refused``."""
    status, after = _answer(url, body, headers)
    if 200 <= status < 300 or status in fine:
        return
    if status in TRY_AGAIN or status >= 500:
        raise Retry(f"answered {status}", after)
    raise Refused(f"answered {status}")


def seconds(retry_after: str | None) -> float | None:
    """The seconds of a Retry-After header; a date there, or nonsense, counts as none."""
    text = (retry_after or "").strip()
    return float(text) if text.isascii() and text.isdecimal() and len(text) < 6 else None


def _answer(url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, float | None]:
    with requests.Session() as session:
        session.trust_env = urlsplit(url).hostname not in LOOPBACK  # no proxy between us and this machine
        try:
            reply = session.post(
                url,
                data=body,
                headers={"Content-Type": "application/json", "Accept": "application/json", **headers},
                timeout=TIMEOUT_S,
                allow_redirects=False,
                stream=True,
            )
        except requests.Timeout:
            raise Retry(f"no answer in {TIMEOUT_S} s") from None
        except requests.exceptions.SSLError:
            raise Retry("its certificate was not accepted") from None
        except requests.RequestException:
            raise Retry("no connection") from None
        return reply.status_code, seconds(reply.headers.get("Retry-After"))
