"""A real mail server (aiosmtpd) with STARTTLS or TLS from the first byte, and a login."""

from __future__ import annotations

import ssl
from collections import deque
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.servers.loopback import HOST, free_port

USER, PASSWORD = "leads", "mail-password"


@dataclass(frozen=True)
class Mail:
    """One message as it arrived: who it was for on the envelope, the raw bytes, and those bytes read."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    message: EmailMessage


class _Inbox:
    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.refusals: deque[str] = deque()

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("nobody@"):
            return "550 5.1.1 No such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.refusals:
            return self.refusals.popleft()
        raw = bytes(envelope.content or b"")
        message = message_from_bytes(raw, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.mails.append(Mail(envelope.mail_from or "", tuple(envelope.rcpt_tos), raw, message))
        return "250 OK"


class MailServer:
    """Keeps its port while it goes down and up. ``tls`` by STARTTLS, or ``implicit``: from the first byte."""

    def __init__(
        self, tls: ssl.SSLContext | None = None, implicit: bool = False, login: bool = False
    ) -> None:
        self._inbox = _Inbox()
        self._options: dict[str, Any] = {}
        if login:
            self._options |= {"auth_required": True, "authenticator": _knows}
        if tls:
            self._options |= (
                {"ssl_context": tls} if implicit else {"tls_context": tls, "require_starttls": True}
            )
        self.port = free_port()
        self._controller: Controller | None = None
        self.up()

    @property
    def mails(self) -> list[Mail]:
        """All that it took, in order."""
        return self._inbox.mails

    def refuse_next(self, *answers: str) -> None:
        """Each of these answers one message, which is not taken."""
        self._inbox.refusals.extend(answers)

    def up(self) -> None:
        """Listens, on the same port as before."""
        self._controller = Controller(self._inbox, hostname=HOST, port=self.port, **self._options)
        self._controller.start()

    def down(self) -> None:
        """Connections are refused from now on."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def __enter__(self) -> MailServer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.down()


def _knows(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    known = isinstance(data, LoginPassword) and data == LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=known)
