"""Who is who on the website: the server names each conversation, and hands its name out in a signed token.

The token is all that a browser has. It opens one conversation, on the site it was made for, until nothing was
said for a day.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from itsdangerous import BadData, URLSafeSerializer

IDLE_S = 24 * 3600  # WCAG 2.2.1: a limit over 20 hours needs no warning
SKEW_S = 300  # so much may the clocks of several servers differ
_LONGEST = 1_000
_CONVERSATION = re.compile(r"web-[0-9a-f]{32}")


@dataclass(frozen=True)
class Session:
    """A conversation (Rasa's sender_id) and the site it belongs to; the server's own site is ''.

    ``begun``: something was said in it, so that it must be in the store, if it was not deleted.
    """

    conversation: str
    origin: str
    begun: bool = False


class Sessions:
    """Makes and reads tokens. The first secret signs; all of them open."""

    def __init__(self, keys: Sequence[str], random: Callable[[int], str] = secrets.token_hex) -> None:
        self._serializer = URLSafeSerializer(
            list(reversed(keys)),  # itsdangerous signs with the last
            salt="website session",
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )
        self._random = random

    def new(self, origin: str) -> Session:
        """A conversation that nobody has had."""
        return Session(f"web-{self._random(16)}", origin)

    def token(self, session: Session, now: float) -> str:
        """Good from now on for ``IDLE_S``. ``now``: seconds since 1970."""
        said = [session.conversation, session.origin, int(session.begun), int(now)]
        return str(self._serializer.dumps(said))

    def read(self, token: object, origin: str, now: float) -> Session | None:
        """The session of a token; None if it is not ours, too old, or another site's."""
        if not isinstance(token, str) or len(token) > _LONGEST:
            return None
        try:
            conversation, site, begun, at = self._serializer.loads(token)
        except (BadData, ValueError, TypeError):
            return None
        if site != origin or not -SKEW_S <= now - at <= IDLE_S or not _CONVERSATION.fullmatch(conversation):
            return None
        return Session(conversation, origin, bool(begun))
