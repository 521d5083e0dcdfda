"""Slack: the channel sees the case and not the person, and nothing that anybody types comes alive there."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from leads.settings import Slack as Settings
from leads.targets import Refused, Retry
from leads.targets.slack import Slack
from leads.targets.slack_message import channel_message, contact_message
from tests.sample_leads import DELIVERY_ID, RECEIVED, ZONE, delivery, hostile, new_lead, stored_lead
from tests.servers.loopback import Answer
from tests.servers.slack import TOKEN, SlackServer, fault_of

PERSONAL = ("Maria", "Quill", "maria.quill@example.com", "613-555-0142", "Rideau")


@pytest.fixture
def server() -> Iterator[SlackServer]:
    with SlackServer() as running:
        yield running


def target(server: SlackServer, token: str = TOKEN, channel: str = "#leads") -> Slack:
    return Slack(Settings(token, channel, "secret", server.api), ZONE, lambda who: f"Name of {who}")


def test_the_case_is_posted_with_two_buttons(server: SlackServer) -> None:
    reference = target(server).deliver(stored_lead(), delivery("slack"))
    assert reference == "C0LEADS/1700000000.000001"
    (posted,) = server.called("chat.postMessage")
    assert posted["client_msg_id"] == DELIVERY_ID
    assert posted["text"] == "New lead K7PM-3WX9: A work permit for a job in Ottawa"
    shown = json.dumps(posted, ensure_ascii=False)
    for said in ("Pharmacist", "United States", "Yes, pharmacist is on the list.", "degree or licence"):
        assert said in shown
    buttons = posted["blocks"][-2]["elements"]
    assert [(one["text"]["text"], one["value"]) for one in buttons] == [
        ("Claim", "K7PM-3WX9"),
        ("Not a fit", "K7PM-3WX9"),
    ]


def test_the_channel_does_not_learn_who_it_is(server: SlackServer) -> None:
    lead = stored_lead(
        matter="I am Maria Quill, call 613-555-0142 or (613) 555 0142, or write m.q@work.example.com",
        urgency="Tell MARIA by Friday at +1 613 555 0142",
    )
    target(server).deliver(lead, delivery("slack"))
    shown = json.dumps(server.calls)
    for secret in (*PERSONAL, "613-555", "555 0142", "m.q@", "MARIA"):
        assert secret not in shown
    assert "[contact detail]" in shown and "by Friday" in shown


def test_nothing_of_the_conversation_is_posted(server: SlackServer) -> None:
    target(server).deliver(stored_lead(), delivery("slack"))
    assert "Can I work as a pharmacist?" not in json.dumps(server.calls)


def test_the_claimer_learns_it() -> None:
    shown = json.dumps(contact_message(stored_lead(), ZONE).blocks)
    for told in ("Maria Quill", "maria.quill@example.com", "+1 613-555-0142", "mornings", "Rideau"):
        assert told in shown


def test_a_correction_changes_the_message_in_its_place(server: SlackServer) -> None:
    reference = target(server).deliver(stored_lead(), delivery("slack"))
    lead = stored_lead(matter="A study permit after all", amended_at=RECEIVED)
    again = target(server).deliver(lead, delivery("slack", "amended", reference=reference))
    assert again == reference
    (update,) = server.called("chat.update")
    assert "A study permit after all" in json.dumps(update)
    assert server.called("chat.postMessage")[-1]["thread_ts"] == "1700000000.000001"


def test_a_message_that_somebody_deleted_is_posted_anew(server: SlackServer) -> None:
    reference = target(server).deliver(stored_lead(), delivery("slack"))
    server.messages.clear()
    target(server).deliver(stored_lead(), delivery("slack", "amended", reference=reference))
    assert len(server.called("chat.postMessage")) == 2


def test_a_claimed_lead_has_no_buttons_and_says_whose_it_is() -> None:
    lead = stored_lead(status="claimed", claimed_by="anna", claimed_at=RECEIVED)
    message = channel_message(lead, "new", ZONE, lambda who: f"<{who}>")
    shown = json.dumps(message.blocks)
    assert "actions" not in [block["type"] for block in message.blocks]
    assert "Claimed by &lt;anna&gt;, Tuesday 24 November 2026, 4:09 PM EST" in shown


def test_one_that_is_not_a_fit_can_still_be_claimed() -> None:
    lead = stored_lead(status="refused", claimed_by="anna", claimed_at=RECEIVED)
    (actions,) = [
        block for block in channel_message(lead, "new", ZONE, str).blocks if block["type"] == "actions"
    ]
    assert [one["action_id"] for one in actions["elements"]] == ["lead_claim"]


@pytest.mark.parametrize("length", [1, 100, 10_000])
def test_hostile_texts_come_to_nothing(server: SlackServer, length: int) -> None:
    text = "<!channel> <@U1> <#C1> <https://evil.example|x> & \u202eab\u202c \x00 =HYPERLINK(1) 👩\u200d⚖️\r\n"
    lead = stored_lead(**hostile((text * length)[:10_000]))
    target(server).deliver(lead, delivery("slack"))
    for message in (server.called("chat.postMessage")[0], vars(contact_message(lead, ZONE))):
        shown = json.dumps(message, ensure_ascii=False)
        assert not any(mark in shown for mark in ("<!", "<@", "<#", "<http", "\u202e", "\\u0000"))
        assert fault_of(message) is None  # within the limits of Block Kit
        for block in message["blocks"]:
            if block["type"] == "section":
                assert block["text"]["verbatim"] is True
    posted = server.called("chat.postMessage")[0]
    assert posted["parse"] == "none" and posted["unfurl_links"] is False


def test_a_cut_never_falls_within_an_escape() -> None:
    for padding in range(6):
        lead = stored_lead(matter="x" * padding + "&<>" * 5000)
        for block in channel_message(lead, "new", ZONE, str).blocks:
            text = block.get("text", {}).get("text", "")
            assert len(text) <= 3000
            assert "&" not in text.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "")


@pytest.mark.parametrize(
    ("answer", "after"),
    [(Answer(429, b"", {"Retry-After": "7"}), 7), (Answer(503, b"oops"), None), (Answer(500), None)],
)
def test_when_slack_is_busy_it_is_tried_later(
    server: SlackServer, answer: Answer, after: float | None
) -> None:
    server.refuse_next(answer)
    with pytest.raises(Retry) as raised:
        target(server).deliver(stored_lead(), delivery("slack"))
    assert raised.value.reason == f"answered {answer.status}" and raised.value.after == after
    assert len(server.received) == 1


def test_what_the_firm_can_mend_is_tried_later(server: SlackServer) -> None:
    with pytest.raises(Retry, match="invalid_auth"):
        target(server, token="xoxb-other").deliver(stored_lead(), delivery("slack"))
    with pytest.raises(Retry, match="channel_not_found"):
        target(server, channel="#elsewhere").deliver(stored_lead(), delivery("slack"))


def test_a_message_that_slack_will_never_take_is_refused(server: SlackServer) -> None:
    server.refuse_next(Answer(200, b'{"ok":false,"error":"invalid_blocks"}'))
    with pytest.raises(Refused, match="invalid_blocks"):
        target(server).deliver(stored_lead(), delivery("slack"))


def test_no_connection_and_a_lost_reply(server: SlackServer) -> None:
    server.lose_replies(1)
    with pytest.raises(Retry, match="no connection"):
        target(server).deliver(stored_lead(), delivery("slack"))
    assert len(server.called("chat.postMessage")) == 1  # asked once; the outbox repeats
    server.down()
    with pytest.raises(Retry, match="no connection"):
        target(server).deliver(stored_lead(), delivery("slack"))


def test_a_lead_without_a_name_hides_nothing_else() -> None:
    lead = stored_lead(name="", person=None, email=None, phone=None)
    shown = json.dumps(channel_message(lead, "new", ZONE, str).blocks)
    assert new_lead().matter in shown
