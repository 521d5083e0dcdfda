"""E-mail, over a real mail server with a certificate of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest

from knowledge.records import Lawyer
from leads.records import StoredLead
from leads.settings import Mail
from leads.targets import Refused, Retry
from leads.targets.email import Email
from tests.sample_leads import DELIVERY_ID, FORMULA, RECEIVED, ZONE, delivery, hostile, stored_lead
from tests.servers.certificate import Certificate
from tests.servers.loopback import free_port, silent_port
from tests.servers.smtp import PASSWORD, USER, MailServer

LAWYER = Lawyer(id="anna", name="Anna Roy, LL.B.", email="anna@firm.example", languages=("en",))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return Certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def server(certificate: Certificate) -> Iterator[MailServer]:
    with MailServer(certificate.for_server(), login=True) as running:
        yield running


def settings(port: int, **changes: str | None) -> Mail:
    mail = Mail("localhost", port, "Leads <leads@firm.example>", "starttls", USER, PASSWORD)
    return replace(mail, **changes)  # type: ignore[arg-type]


def target(certificate: Certificate, mail: Mail, to: str = LAWYER.email, timeout: float = 10) -> Email:
    reader = LAWYER.copy(update={"email": to})
    return Email(mail, lambda _: reader, ZONE, lambda: RECEIVED, certificate.for_client(), timeout)


def arrived(server: MailServer, certificate: Certificate, lead: StoredLead) -> EmailMessage:
    target(certificate, settings(server.port)).deliver(lead, delivery("email"))
    return server.mails[-1].message


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_the_lawyer_gets_text_and_page(server: MailServer, certificate: Certificate) -> None:
    message = arrived(server, certificate, stored_lead())
    assert server.mails[0].recipients == ("anna@firm.example",)
    assert message["From"] == "Leads <leads@firm.example>"
    assert message["To"] == '"Anna Roy, LL.B." <anna@firm.example>'
    assert message["Subject"] == "New lead K7PM-3WX9"
    assert message["Reply-To"] == "maria.quill@example.com"
    assert message["Message-ID"] == f"<{DELIVERY_ID}@firm.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert "Rideau Pharmacy Inc." in body(message, "plain")
    assert "Rideau Pharmacy Inc." in body(message, "html")


def test_a_second_try_has_the_same_message_id(server: MailServer, certificate: Certificate) -> None:
    email = target(certificate, settings(server.port))
    email.deliver(stored_lead(), delivery("email", attempt=1))
    email.deliver(stored_lead(), delivery("email", attempt=2))
    assert len({mail.message["Message-ID"] for mail in server.mails}) == 1


def test_tls_from_the_first_byte(certificate: Certificate) -> None:
    with MailServer(certificate.for_server(), implicit=True) as server:
        mail = settings(server.port, security="tls", user=None, password=None)
        target(certificate, mail).deliver(stored_lead(), delivery("email"))
        assert len(server.mails) == 1


def test_on_this_machine_it_may_go_without_tls(certificate: Certificate) -> None:
    with MailServer() as server:
        mail = settings(server.port, security="none", user=None, password=None)
        target(certificate, mail).deliver(stored_lead(), delivery("email"))
        assert len(server.mails) == 1


def test_a_server_without_starttls_gets_nothing(certificate: Certificate) -> None:
    with MailServer() as server, pytest.raises(Retry, match="offers no STARTTLS"):
        target(certificate, settings(server.port)).deliver(stored_lead(), delivery("email"))
    assert server.mails == []


def test_a_certificate_of_somebody_else_gets_nothing(certificate: Certificate, tmp_path: Path) -> None:
    with MailServer(Certificate(tmp_path).for_server()) as server:
        with pytest.raises(Retry, match="certificate was not accepted"):
            target(certificate, settings(server.port)).deliver(stored_lead(), delivery("email"))
        assert server.mails == []


def test_a_certificate_for_another_host_gets_nothing(tmp_path: Path) -> None:
    elsewhere = Certificate(tmp_path, "mail.example")
    with MailServer(elsewhere.for_server()) as server, pytest.raises(Retry, match="certificate"):
        target(elsewhere, settings(server.port)).deliver(stored_lead(), delivery("email"))


@pytest.mark.parametrize(
    ("answer", "fault", "reason"),
    [
        ("451 4.3.0 Try later, maria.quill@example.com", Retry, "SMTP 451"),
        ("421 4.3.2 Going down", Retry, "SMTP 421"),
        ("550 5.7.1 Rejected: maria.quill@example.com", Refused, "SMTP 550"),
        ("554 5.6.0 No", Refused, "SMTP 554"),
    ],
)
def test_what_the_server_answers_decides_without_its_words(
    server: MailServer, certificate: Certificate, answer: str, fault: type[Exception], reason: str
) -> None:
    server.refuse_next(answer)
    with pytest.raises(fault) as raised:
        target(certificate, settings(server.port)).deliver(stored_lead(), delivery("email"))
    assert str(raised.value) == reason


def test_a_recipient_that_does_not_exist_is_refused(server: MailServer, certificate: Certificate) -> None:
    with pytest.raises(Refused, match="^SMTP 550$"):
        target(certificate, settings(server.port), "nobody@firm.example").deliver(
            stored_lead(), delivery("email")
        )


def test_a_wrong_password_can_be_mended(server: MailServer, certificate: Certificate) -> None:
    with pytest.raises(Retry, match="login refused"):
        target(certificate, settings(server.port, password="wrong")).deliver(stored_lead(), delivery("email"))


def test_nobody_there(certificate: Certificate) -> None:
    with pytest.raises(Retry, match="no connection"):
        target(certificate, settings(free_port())).deliver(stored_lead(), delivery("email"))


def test_somebody_who_never_answers(certificate: Certificate) -> None:
    with silent_port() as port, pytest.raises(Retry, match="no answer"):
        target(certificate, settings(port), timeout=0.3).deliver(stored_lead(), delivery("email"))


def test_hostile_texts_add_no_header_and_no_recipient(server: MailServer, certificate: Certificate) -> None:
    message = arrived(server, certificate, stored_lead(**hostile()))
    plain = arrived(server, certificate, stored_lead(urgency="soon"))
    assert set(message.keys()) == set(plain.keys()) - {"Reply-To"}
    assert server.mails[0].recipients == ("anna@firm.example",)
    assert message["Subject"] == "Urgent: new lead K7PM-3WX9"
    assert "<!channel>" in body(message, "plain")
    assert "&lt;!channel&gt;" in body(message, "html")
    assert "\u202e" not in body(message, "plain") + body(message, "html")


@pytest.mark.parametrize(
    "address",
    [
        "a@b.example\r\nBcc: c@d.example",
        "a@b.example, c@d.example",
        "<a@b.example>",
        "jösé@example.com",
        "",
        "a",
    ],
)
def test_an_address_that_no_header_can_carry_is_only_in_the_brief(
    server: MailServer, certificate: Certificate, address: str
) -> None:
    message = arrived(server, certificate, stored_lead(email=address))
    assert message["Reply-To"] is None and message["Bcc"] is None


@pytest.mark.parametrize("text", ["x" * 10_000, "👩‍⚖️" * 3000, FORMULA], ids=range(3))
def test_long_texts_and_formulas_arrive(server: MailServer, certificate: Certificate, text: str) -> None:
    message = arrived(server, certificate, stored_lead(matter=text))
    assert text[:500] in body(message, "plain")
    assert max(len(line) for line in server.mails[0].raw.splitlines()) <= 998
