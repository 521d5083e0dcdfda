"""The brief by e-mail to one lawyer, over STARTTLS or TLS with the certificate checked."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, tzinfo
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from email_validator import EmailNotValidError, validate_email

from knowledge.records import Lawyer
from leads import brief
from leads.brief_html import as_html
from leads.records import Delivery, StoredLead
from leads.settings import Mail
from leads.targets import Refused, Retry

TIMEOUT_S = 10


class Email:
    """``reader`` says which lawyer a lead goes to; ``tls``: whom to trust (the system's authorities)."""

    name = "email"

    def __init__(
        self,
        settings: Mail,
        reader: Callable[[StoredLead], Lawyer],
        zone: tzinfo,
        now: Callable[[], datetime],
        tls: ssl.SSLContext | None = None,
        timeout: float = TIMEOUT_S,
    ) -> None:
        self._settings, self._reader, self._zone, self._now = settings, reader, zone, now
        self._tls = tls or ssl.create_default_context()
        self._timeout = timeout

    def deliver(self, lead: StoredLead, delivery: Delivery) -> None:
        """Returns when the mail server has taken responsibility for the message."""
        message = self.message(lead, delivery)
        try:
            server = self._connect()
            try:
                server.send_message(message)
            finally:  # taken is taken: a farewell that fails must not send it twice
                with suppress(OSError):
                    server.quit()
        except OSError as error:  # smtplib's own errors are OSErrors too
            raise _fault(error) from None

    def message(self, lead: StoredLead, delivery: Delivery) -> EmailMessage:
        """The message: no personal data in its subject, and a reply goes to the visitor."""
        shown = brief.of(lead, delivery.kind, self._zone)
        reader = self._reader(lead)
        message = EmailMessage()
        message["Subject"] = shown.subject
        message["From"] = self._settings.sender
        message["To"] = Address(reader.name, addr_spec=reader.email)
        if address := _mailable(lead.email):
            message["Reply-To"] = Address(addr_spec=address)
        message["Date"] = format_datetime(self._now())
        message["Message-ID"] = f"<{delivery.id}@{_domain(self._settings.sender)}>"
        message["Auto-Submitted"] = "auto-generated"  # no holiday notes to visitors
        message.set_content(brief.as_text(shown), cte="quoted-printable")
        message.add_alternative(as_html(shown), subtype="html", cte="quoted-printable")
        return message

    def _connect(self) -> smtplib.SMTP:
        settings = self._settings
        if settings.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                settings.host, settings.port, timeout=self._timeout, context=self._tls
            )
        else:
            server = smtplib.SMTP(settings.host, settings.port, timeout=self._timeout)
        try:
            if settings.security == "starttls":
                server.starttls(context=self._tls)
            if settings.user and settings.password:
                server.login(settings.user, settings.password)
        except BaseException:
            server.close()
            raise
        return server


def _fault(error: OSError) -> Retry | Refused:
    """What the error means, without the server's words, which may repeat an address.

    What the firm's own settings cause (login, certificate) can be mended within the hours that are left.
    """
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return Retry(f"SMTP login refused ({error.smtp_code})")
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _by_code(max(code for code, _ in error.recipients.values()))
    if isinstance(error, smtplib.SMTPResponseException):
        return _by_code(error.smtp_code)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Retry("the SMTP server offers no STARTTLS or login")
    if isinstance(error, ssl.SSLError):
        return Retry("its certificate was not accepted")
    if isinstance(error, (smtplib.SMTPServerDisconnected, TimeoutError)):
        return Retry("no answer, or the connection broke off")
    return Retry("no connection")


def _by_code(code: int) -> Retry | Refused:
    reason = f"SMTP {code}"
    return Refused(reason) if 500 <= code < 600 else Retry(reason)


def _mailable(address: str | None) -> str | None:
    """The address as a header can carry it; None if it is no address (a line break makes it none)."""
    try:
        return validate_email(address or "", check_deliverability=False).ascii_email
    except EmailNotValidError:
        return None


def _domain(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2] or "localhost"
