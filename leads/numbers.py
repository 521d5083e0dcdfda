"""Receipt numbers: short enough to read over the telephone, and not to be guessed from one another."""

from __future__ import annotations

import secrets
from collections.abc import Callable

# No sign that is taken for another in print or by ear, and no vowels, so that no number is a word. Nineteen,
# a prime, so that the check character tells any wrong sign and any two neighbours in the wrong order.
ALPHABET = "23456789CFHJKMPRWXY"
LENGTH = 7


def new_number(choice: Callable[[str], str] = secrets.choice) -> str:
    """A random number such as K7PM-3WXM: 900 million are possible."""
    body = "".join(choice(ALPHABET) for _ in range(LENGTH))
    return _shown(body + _check(body))


def parse(text: str) -> str | None:
    """The number in what somebody typed, in any case, hyphens and spaces or not; None if it is none."""
    typed = "".join(text.upper().replace("-", " ").split())
    if len(typed) != LENGTH + 1 or any(sign not in ALPHABET for sign in typed):
        return None
    return _shown(typed) if _check(typed[:-1]) == typed[-1] else None


def _check(body: str) -> str:
    return ALPHABET[sum(place * ALPHABET.index(sign) for place, sign in enumerate(body, 1)) % len(ALPHABET)]


def _shown(signs: str) -> str:
    return f"{signs[:4]}-{signs[4:]}"
