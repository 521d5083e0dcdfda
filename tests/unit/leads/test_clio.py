"""Clio Grow's inbox, by a server that speaks its documented API."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from leads.settings import Clio as Settings
from leads.targets import Refused, Retry
from leads.targets.clio import Clio, fields
from tests.sample_leads import FORMULA, ZONE, delivery, hostile, stored_lead
from tests.servers.clio import TOKEN, ClioServer
from tests.servers.loopback import Answer


@pytest.fixture
def server() -> Iterator[ClioServer]:
    with ClioServer() as running:
        yield running


def target(server: ClioServer, token: str = TOKEN) -> Clio:
    return Clio(Settings(token, server.url), ZONE)


def test_the_inbox_gets_the_lead_with_the_brief_as_its_message(server: ClioServer) -> None:
    target(server).deliver(stored_lead(), delivery("clio"))
    (lead,) = server.leads
    message = lead.pop("from_message")
    assert lead == {
        "from_first": "Maria",
        "from_last": "Quill",
        "from_email": "maria.quill@example.com",
        "from_phone": "+16135550142",
        "referring_url": "Website assistant of the firm",
        "from_source": "Website assistant",
    }
    assert message.startswith("New lead K7PM-3WX9\n") and "Rideau Pharmacy Inc." in message


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Maria Quill", "Maria", "Quill"),
        ("Maria de la Quill", "Maria de la", "Quill"),
        ("Maria", "Maria", "(not given)"),
        ("", "(not given)", "(not given)"),
        ("=cmd|' /C calc'!A0", "'=cmd|' /C", "calc'!A0"),
    ],
)
def test_a_name_in_two_fields(name: str, first: str, last: str) -> None:
    shown = fields(stored_lead(name=name), delivery("clio"), ZONE)
    assert (shown["from_first"], shown["from_last"]) == (first, last)


def test_what_was_not_given_stays_out(server: ClioServer) -> None:
    target(server).deliver(stored_lead(email=None, phone=None), delivery("clio"))
    assert not {"from_email", "from_phone"} & server.leads[0].keys()


def test_a_wrong_token_is_refused(server: ClioServer) -> None:
    with pytest.raises(Refused, match="^answered 401$"):
        target(server, "other").deliver(stored_lead(), delivery("clio"))


@pytest.mark.parametrize("status", [429, 500, 503])
def test_when_clio_is_in_trouble_it_is_tried_later(server: ClioServer, status: int) -> None:
    server.refuse_next(Answer(status))
    with pytest.raises(Retry, match=f"^answered {status}$"):
        target(server).deliver(stored_lead(), delivery("clio"))
    assert server.leads == []


@pytest.mark.parametrize(
    "text", [FORMULA, "x" * 10_000, "<!channel>\r\nBcc: x\u202e\x00", "👩\u200d⚖️"], ids=range(4)
)
def test_hostile_texts_arrive_harmless(server: ClioServer, text: str) -> None:
    target(server).deliver(stored_lead(**hostile(text)), delivery("clio"))
    (lead,) = server.leads
    assert len(lead["from_message"]) < 20_100
    for value in lead.values():
        assert not value.startswith(("=", "@", "-")) and not any(sign in value for sign in "\r\x00\u202e")
