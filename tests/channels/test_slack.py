"""Slack, by signed requests to a running server: who is heard, what is answered, where, and how often."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from components.spoken import language_in
from leads.errors import StoreUnavailable
from tests.channels.parrot import ANSWERS
from tests.channels.slack_app import SECRET, SlackApp, buttons, shown, until
from tests.servers import slack_says as says
from tests.servers.loopback import Answer
from tests.servers.slack import BOT, CLOSED, TALK


@pytest.fixture
def app(tmp_path: Path) -> Iterator[SlackApp]:
    running = SlackApp(tmp_path)
    yield running
    running.stop()
    running.slack.down()


# ---- who is heard, and where the answer goes -------------------------------------------------------------------


def test_a_direct_message_is_answered_there(app: SlackApp) -> None:
    assert app.tell(says.direct("is a pharmacist on the list?")).status_code == 200
    (posted,) = app.until(1)
    assert posted["channel"] == "DU0ALICE" and "thread_ts" not in posted
    assert posted["text"] == "You said: is a pharmacist on the list?"
    (message,) = app.parrot.heard
    assert message.sender_id == "slack-T0FIRM-U0ALICE" and message.input_channel == "slack"


def test_a_mention_is_answered_in_its_thread(app: SlackApp) -> None:
    asked = says.mention("is a pharmacist on the list?")
    app.tell(asked)
    (posted,) = app.until(1)
    ts = asked["event"]["ts"]
    assert posted["channel"] == TALK and posted["thread_ts"] == ts
    (message,) = app.parrot.heard
    assert message.text == "is a pharmacist on the list?" and message.input_channel == "slack_channel"
    assert message.sender_id == f"slack-T0FIRM-C0TALK-{ts.replace('.', '_')}"
    assert message.message_id == f"C0TALK-{ts}"
    assert "Mention me here to go on" in shown(posted)


def test_a_thread_is_one_conversation_and_another_thread_another(app: SlackApp) -> None:
    first, second = says.mention("one"), says.mention("two")
    app.tell(first), app.tell(second)
    app.until(2)
    app.tell(says.mention("more", user="U0BOB", thread_ts=first["event"]["ts"]))
    posted = app.until(3)[-1]
    assert posted["thread_ts"] == first["event"]["ts"] and "Mention me" not in shown(posted)
    senders = [message.sender_id for message in app.parrot.heard]
    assert len(set(senders)) == 2 and senders.count(senders[-1]) == 2


def test_a_reply_in_a_thread_of_ours_needs_no_mention_and_elsewhere_it_is_not_ours(app: SlackApp) -> None:
    asked = says.mention("one")
    app.tell(asked)
    app.until(1)
    thread = asked["event"]["ts"]
    app.tell(says.reply("I'm American", thread))
    app.until(2)
    for other in (
        says.reply("<@U0BOB> what do you think?", thread),
        says.reply("nothing to do with it", "1700000000.000100"),
        says.event(text="just talk", channel=TALK, channel_type="channel"),
    ):
        assert app.tell(other).status_code == 200
    app.tell(says.direct("still there?"))
    app.until(3)
    assert app.parrot.texts == ["one", "I'm American", "still there?"]


def test_called_by_name_without_a_question_it_says_hello(app: SlackApp) -> None:
    app.tell(says.mention(""))
    app.until(1)
    assert app.parrot.texts == ["/greet"]


@pytest.mark.parametrize(
    "values",
    [
        {"subtype": "channel_join"},
        {"subtype": "message_changed"},
        {"subtype": "bot_message"},
        {"bot_id": "B0OTHER"},
        {"bot_profile": {"id": "B0"}},
        {"edited": {"user": "U0ALICE", "ts": "1.2"}},
        {"hidden": True},
        {"user": BOT},
        {"user": None},
        {"type": "reaction_added"},
    ],
    ids=str,
)
def test_what_no_person_said_is_not_heard(app: SlackApp, values: dict[str, Any]) -> None:
    event = says.direct("hello")
    event["event"].update(values)
    assert app.tell(event).status_code == 200
    app.tell(says.direct("a person"))
    app.until(1)
    assert app.parrot.texts == ["a person"]


def test_the_words_with_a_file_are_heard_and_a_file_alone_is_answered(app: SlackApp) -> None:
    app.tell(says.direct("my diploma", subtype="file_share", files=[{"id": "F1"}]))
    app.tell(says.direct("", subtype="file_share", files=[{"id": "F2"}]))
    assert "nothing to read" in app.until(2)[1]["text"]
    assert app.parrot.texts == ["my diploma"]


def test_what_people_type_is_heard_as_they_typed_it(app: SlackApp) -> None:
    app.tell(
        says.direct(
            "I&amp;J: <mailto:jo@x.com|jo@x.com>, <tel:+16135550100|613-555-0100> &gt; <https://a.ca/x>"
        )
    )
    app.until(1)
    assert app.parrot.texts == ["I&J: jo@x.com, 613-555-0100 > https://a.ca/x"]


@pytest.mark.parametrize("typed", ["/restart", " /affirm", '/intent{"a": "b"}'])
def test_a_typed_command_is_words(app: SlackApp, typed: str) -> None:
    app.tell(says.direct(typed))
    app.until(1)
    assert app.parrot.texts == [typed.strip()[1:]]


def test_a_message_that_is_too_long_is_answered_with_a_sentence(app: SlackApp) -> None:
    app.tell(says.direct("x" * 2001))
    assert "under 2,000 characters" in app.until(1)[0]["text"]
    assert not app.parrot.heard


def test_in_a_channel_only_the_writer_sees_why_a_message_is_not_taken(app: SlackApp) -> None:
    app.tell(says.mention("x" * 2001))
    until(lambda: bool(app.slack.ephemeral))
    assert app.slack.ephemeral[0]["user"] == "U0ALICE" and not app.posted


def test_who_writes_without_end_is_told_to_wait(app: SlackApp) -> None:
    for number in range(25):
        app.tell(says.direct(f"number {number}"))
    said = [message["text"] for message in app.until(25)]
    assert len(app.parrot.heard) < 25 and "faster than I am" in said[-1]


# ---- exactly once ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", [None, "http_timeout", "http_error", "connection_failed", "unknown_error"])
def test_an_event_that_comes_again_is_handled_once_for_whatever_reason(
    app: SlackApp, reason: str | None
) -> None:
    event = says.direct("once")
    again = {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": reason} if reason else {}
    assert app.tell(event).status_code == 200
    assert [app.tell(event, **again).status_code for _ in range(3)] == [200] * 3
    app.until(1)
    assert app.parrot.texts == ["once"]


def test_a_mention_and_a_message_of_one_text_are_one(app: SlackApp) -> None:
    mention = says.mention("one text")
    twin = says.event(
        **{**mention["event"], "kind": "message", "channel_type": "channel"} | {"type": "message"}
    )
    app.tell(mention), app.tell(twin)
    app.until(1)
    assert app.parrot.texts == ["one text"]


def test_at_once_it_is_still_one(app: SlackApp) -> None:
    event = says.direct("once")
    with ThreadPoolExecutor(10) as pool:
        assert {reply.status_code for reply in pool.map(lambda _: app.tell(event), range(10))} == {200}
    app.until(1)
    assert app.parrot.texts == ["once"]


def test_after_a_restart_it_is_still_one(app: SlackApp, tmp_path: Path) -> None:
    event = says.direct("once")
    app.tell(event)
    app.until(1)
    app.stop()
    second = SlackApp(tmp_path, app.slack)
    second.tell(event)
    second.tell(says.direct("more"))
    second.until(2)
    second.stop()
    assert second.parrot.texts == ["more"]


def test_messages_keep_their_order_and_persons_do_not_wait_for_each_other(app: SlackApp) -> None:
    app.parrot.seconds = 0.2
    for number in range(3):
        for user in ("U0ALICE", "U0BOB", "U0CLEO"):
            app.tell(says.direct(f"{user} {number}", user))
    app.until(9)
    assert app.parrot.busiest > 1
    for user in ("U0ALICE", "U0BOB", "U0CLEO"):
        assert [text for text in app.parrot.texts if user in text] == [
            f"{user} {number}" for number in range(3)
        ]


# ---- on the wire -----------------------------------------------------------------------------------------------


def test_it_acknowledges_within_a_second_however_slow_all_else_is(app: SlackApp) -> None:
    app.parrot.seconds = 2
    app.tell(says.direct("first"))
    with app.slack._lock:  # Slack answers nobody
        for _ in range(20):
            started = time.monotonic()
            assert app.tell(says.direct("quick")).status_code == 200
            assert app.command("quick").status_code == 200
            assert time.monotonic() - started < 1


def test_only_what_slack_has_signed_in_the_last_five_minutes_counts(app: SlackApp) -> None:
    body, now = json.dumps(says.direct("hello")).encode(), time.time()
    good = says.signed(body, SECRET, now, says.JSON)
    stamp, signature = "X-Slack-Request-Timestamp", "X-Slack-Signature"
    for bad in (
        {},
        says.signed(body, "another secret", now),
        says.signed(body, SECRET, now - 302),
        says.signed(body, SECRET, now + 302),
        says.signed(body + b" ", SECRET, now),
        {**good, stamp: "now"},
        {**good, stamp: ""},
        {**good, stamp: str(int(now) + 1)},
        {**good, signature: ""},
        {**good, signature: "v0="},
        {**good, signature: "v0=\xe9"},
        {stamp: good[stamp]},
        {signature: good[signature]},
    ):
        assert app.post(body, says.JSON, bad).status_code == 401, bad
    app.settle()
    assert not app.parrot.heard
    assert app.post(body, says.JSON, says.signed(body, SECRET, now - 290, says.JSON)).status_code == 200
    app.until(1)


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=utf-8", "application/json;charset=UTF-8"]
)
def test_a_charset_is_no_obstacle(app: SlackApp, content_type: str) -> None:
    assert app.post(json.dumps(says.direct("héllo")).encode(), content_type).status_code == 200
    app.until(1)
    assert app.parrot.texts == ["héllo"]


def test_the_address_is_verified(app: SlackApp) -> None:
    reply = app.tell({"type": "url_verification", "challenge": "3eZbrw1a", "token": "legacy"})
    assert reply.status_code == 200 and reply.json() == {"challenge": "3eZbrw1a"}


MALFORMED_EVENTS: list[Any] = [
    None,
    [],
    "text",
    {},
    {**says.direct("x"), "event": None},
    {**says.direct("x"), "event": []},
    {**says.direct("x"), "authorizations": None},
    {**says.direct("x"), "authorizations": [None]},
    {**says.direct("x"), "team_id": None},
    *(says.direct("x") | {"event": {**says.direct("x")["event"], name: bad}}
      for name, bad in (("text", 7), ("text", ["x"]), ("channel", {}), ("channel", "no channel"), ("ts", 1.5),
                        ("ts", ""), ("user", {"id": "U0"}), ("thread_ts", ["1.2"]))),
]  # fmt: skip


@pytest.mark.parametrize("payload", MALFORMED_EVENTS, ids=lambda payload: json.dumps(payload)[-60:])
def test_a_signed_event_that_is_malformed_is_refused(app: SlackApp, payload: Any) -> None:
    assert app.post(json.dumps(payload).encode(), says.JSON).status_code == 400
    assert app.is_idle()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"payload=%7B%7D",
        b"payload=null",
        b"payload=[]",
        b"payload=%7B",
        b"text=hello",
        b"payload=" + b"%5B" * 30_000,
        says.as_form({"type": "block_actions"}),
        says.as_form({"type": "block_actions", "actions": [], "user": {"id": "U0ALICE"}}),
        says.as_form({"type": "message_action", "callback_id": "ask_about_this"}),
        says.as_form({"type": "something_new"}),
        says.as_form(says.press({"action_id": "say_0", "value": "/restart"}, TALK, "1.2")),
        says.as_form(says.press({"action_id": "say_0", "value": None}, TALK, "1.2")),
        says.as_form(says.press({"action_id": "other", "value": "x"}, TALK, "1.2")),
        says.command("x", "https://evil.example/"),
    ],
    ids=lambda body: body[:60],
)
def test_a_signed_form_that_is_malformed_is_refused(app: SlackApp, body: bytes) -> None:
    assert app.post(body, says.FORM).status_code in (400, 401)
    assert app.is_idle()


def test_deep_json_is_refused_and_so_is_a_huge_body(app: SlackApp) -> None:
    assert app.post(b"[" * 100_000 + b"]" * 100_000, says.JSON).status_code == 400
    assert app.post(b'{"a": "' + b"x" * 400_000 + b'"}', says.JSON).status_code == 413
    app.tell(says.direct("still here"))
    app.until(1)


def test_what_cannot_be_kept_is_not_acknowledged(app: SlackApp, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: object) -> bool:
        raise StoreUnavailable("down")

    event = says.direct("hello")
    with monkeypatch.context() as broken:
        broken.setattr(app.queue, "take", down)
        assert app.tell(event).status_code == 503
    assert app.tell(event).status_code == 200  # Slack sends it again
    app.until(1)


# ---- Slack in trouble, and ours ----------------------------------------------------------------------------------


def test_an_answer_that_slack_refuses_is_sent_later_and_the_turn_is_kept(app: SlackApp) -> None:
    app.slack.refuse_next(Answer(429, b"", {"Retry-After": "2"}), Answer(503), Answer(500, b"<html>"))
    started = time.monotonic()
    app.tell(says.direct("once"))
    (posted,) = app.until(1)
    assert posted["text"] == "You said: once" and app.parrot.texts == ["once"]
    assert time.monotonic() - started > 2


def test_slack_may_be_away(app: SlackApp) -> None:
    app.slack.down()
    app.tell(says.direct("one"))
    app.tell(says.direct("two"))
    until(lambda: len(app.parrot.heard) == 2)
    app.slack.up()
    assert [message["text"] for message in app.until(2)] == ["You said: one", "You said: two"]


def test_an_answer_that_will_never_be_taken_holds_up_no_other(app: SlackApp) -> None:
    app.slack.refuse_next(Answer(200, b'{"ok": false, "error": "msg_blocks_too_long"}'))
    app.tell(says.direct("one"))
    app.tell(says.direct("two"))
    assert [message["text"] for message in app.until(1)] == ["You said: two"]


def test_where_the_app_may_not_write_it_answers_directly(app: SlackApp) -> None:
    app.interact(says.shortcut("is a pharmacist on the list?", channel=CLOSED))
    (posted,) = app.until(1)
    assert posted["channel"] == "DU0ALICE" and "thread_ts" not in posted
    assert "I can't write in that channel" in shown(posted)
    assert app.parrot.texts == ["is a pharmacist on the list?"]


def test_a_turn_that_fails_once_is_done_again(app: SlackApp) -> None:
    app.parrot.faults = [RuntimeError("hello")]
    app.tell(says.direct("hello"))
    assert [message["text"] for message in app.until(1)] == ["You said: hello"]


def test_when_a_turn_fails_the_writer_is_told_whom_to_call(app: SlackApp) -> None:
    app.parrot.faults = [RuntimeError("hello")] * 3
    started = time.monotonic()
    app.tell(says.direct("hello"))
    assert "613-555-0100" in app.until(1)[0]["text"] and time.monotonic() - started < 5
    app.tell(says.direct("again"))
    assert app.until(2)[1]["text"] == "You said: again"


def test_nothing_said_is_an_apology(app: SlackApp) -> None:
    app.tell(says.direct("nothing"))
    assert "613-555-0100" in app.until(1)[0]["text"]


# ---- buttons -----------------------------------------------------------------------------------------------------


def asked(app: SlackApp, event: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """The answer with buttons, and what Slack calls it."""
    app.tell(event)
    app.until(1)
    ((_, ts), posted) = next(iter(app.slack.messages.items()))
    return posted, ts


def test_a_question_has_buttons_that_tell_nothing_of_their_payload(app: SlackApp) -> None:
    posted, _ = asked(app, says.direct("which"))
    assert [one["text"]["text"] for one in buttons(posted)] == ["United States", "Other"]
    assert "I'm from the US" not in json.dumps(posted) and "/other" not in json.dumps(posted)
    assert posted["blocks"][1] == {
        "type": "context",
        "elements": [{"type": "mrkdwn", "text": "_Source: IRCC, as of 2026_", "verbatim": True}],
    }
    assert posted["text"] == "Which citizenship?\nSource: IRCC, as of 2026"


@pytest.mark.parametrize("say", [says.direct, says.mention])
def test_a_button_is_heard_as_its_payload_and_the_choice_takes_its_place(app: SlackApp, say: Any) -> None:
    posted, ts = asked(app, say("which"))
    values = {"thread_ts": posted["thread_ts"]} if "thread_ts" in posted else {}
    press = says.press(buttons(posted)[0], posted["channel"], ts, **values)
    assert app.interact(press).content == b""
    before, after = app.until(2)
    assert app.parrot.texts == ["which", "I'm from the US"]
    assert not buttons(before) and "✓ *United States*" in shown(before)
    assert after["text"] == "You said: I'm from the US" and after.get("thread_ts") == posted.get("thread_ts")


def test_a_button_pressed_twice_counts_once_and_so_does_a_second_one_below_the_same_question(
    app: SlackApp,
) -> None:
    posted, ts = asked(app, says.direct("which"))
    first, second = buttons(posted)
    press = says.press(first, "DU0ALICE", ts)
    for one in (press, press, says.press(first, "DU0ALICE", ts), says.press(second, "DU0ALICE", ts)):
        assert app.interact(one).status_code == 200
    app.until(2)
    assert app.parrot.texts == ["which", "I'm from the US"]


def test_a_button_whose_time_is_over_is_answered_with_a_sentence(app: SlackApp) -> None:
    posted, ts = asked(app, says.direct("which"))
    app.tell(says.direct("something else"))
    app.until(2)
    app.interact(says.press(buttons(posted)[0], "DU0ALICE", ts))
    assert "moved on since these buttons" in app.until(3)[2]["text"]
    assert app.parrot.texts == ["which", "something else"]


def test_a_button_that_nobody_was_shown_does_nothing(app: SlackApp) -> None:
    value = "slack-T0FIRM-U0ALICE DU0ALICE-1.2.0 0"
    app.interact(says.press({"action_id": "say_0", "value": value}, "DU0ALICE", "1.2"))
    assert "not part of your conversation" in app.until(1)[0]["text"] and not app.parrot.heard


# ---- /cusma, the shortcut, modals --------------------------------------------------------------------------------


def test_a_command_is_answered_for_one_person_alone(app: SlackApp) -> None:
    reply = app.command("which")
    assert reply.json() == {"response_type": "ephemeral", "text": "Looking it up …"}
    until(lambda: len(app.slack.hooked) == 1)
    (said,) = app.slack.hooked
    assert said["response_type"] == "ephemeral" and said["text"].startswith("Which citizenship?")
    app.interact(says.press(buttons(said)[0], TALK, "1700000009.000001", hook=app.slack.hook))
    until(lambda: len(app.slack.hooked) == 3)
    _, before, after = app.slack.hooked
    assert before["replace_original"] is True and "✓ *United States*" in shown(before)
    assert after["replace_original"] is False and after["text"] == "You said: I'm from the US"
    assert not app.posted


@pytest.mark.parametrize("typed", ["", "  ", "help"])
def test_a_command_without_a_question_explains_itself(app: SlackApp, typed: str) -> None:
    said = app.post(says.command(typed, app.slack.hook), says.FORM).json()
    assert said["response_type"] == "ephemeral" and "/cusma is a US pharmacist on the list?" in said["text"]
    assert app.is_idle() and not app.parrot.heard


def test_a_command_that_comes_twice_is_handled_once(app: SlackApp) -> None:
    body = says.command("once", app.slack.hook)
    assert [app.post(body, says.FORM).status_code for _ in range(2)] == [200, 200]
    until(lambda: bool(app.slack.hooked))
    app.settle()
    assert app.parrot.texts == ["once"] and len(app.slack.hooked) == 1


def test_slack_may_check_our_certificate(app: SlackApp) -> None:
    assert app.post(b"ssl_check=1&token=legacy", says.FORM).status_code == 200


def test_the_shortcut_answers_in_the_thread_of_the_message(app: SlackApp) -> None:
    app.interact(says.shortcut("is a pharmacist on the list?", ts="1700000005.000001"))
    (posted,) = app.until(1)
    assert posted["channel"] == TALK and posted["thread_ts"] == "1700000005.000001"
    assert posted["text"] == "You said: is a pharmacist on the list?"


@pytest.mark.parametrize(
    "kind, answer",
    [
        ("view_submission", {"response_action": "clear"}),
        ("view_closed", None),
        ("shortcut", None),
        ("block_suggestion", {"options": []}),
    ],
)
def test_modals_are_answered(app: SlackApp, kind: str, answer: Any) -> None:
    reply = app.interact(
        {"type": kind, "team": {"id": "T0FIRM"}, "user": {"id": "U0ALICE"}, "view": {"id": "V1"}}
    )
    assert reply.status_code == 200 and (reply.json() if reply.content else None) == answer


# ---- in the language written --------------------------------------------------------------------------------------

ASKED = {
    "en": "is a pharmacist on the list?",
    "fr": "une pharmacienne est-elle sur la liste?",
    "es": "¿está un farmacéutico en la lista?",
}
GO_ON = {
    "en": "Mention me here to go on",
    "fr": "Mentionnez-moi ici pour continuer",
    "es": "Mencióneme aquí para seguir",
}


@pytest.mark.parametrize("language", ASKED)
def test_how_to_go_on_in_a_channel_is_said_in_the_language_written(app: SlackApp, language: str) -> None:
    app.tell(says.mention(ASKED[language]))
    (posted,) = app.until(1)
    assert GO_ON[language] in shown(posted)


@pytest.mark.parametrize("text", ["", "CAQ?", "TN", "ok", "Wo kann ich mich bewerben?"])
def test_what_is_in_no_language_of_ours_is_met_in_english(app: SlackApp, text: str) -> None:
    app.tell(says.mention(text))
    (posted,) = app.until(1)
    assert GO_ON["en"] in shown(posted)


@pytest.mark.parametrize(
    ("language", "refused"),
    [("en", "under 2,000 characters"), ("fr", "2 000 caractères"), ("es", "2,000 caracteres")],
)
def test_a_message_that_is_too_long_is_refused_in_its_language(
    app: SlackApp, language: str, refused: str
) -> None:
    app.tell(says.direct(f"{ASKED[language]} " * 80))
    assert refused in app.until(1)[0]["text"]
    app.tell(says.mention(f"{ASKED[language]} " * 80))
    until(lambda: bool(app.slack.ephemeral))
    assert refused in app.slack.ephemeral[0]["text"] and not app.parrot.heard


@pytest.mark.parametrize("language", ["fr", "es"])
def test_when_a_turn_fails_the_apology_is_in_the_language_written(app: SlackApp, language: str) -> None:
    app.parrot.faults = [RuntimeError("hello")] * 3
    app.tell(says.direct(ASKED[language]))
    said = app.until(1)[0]["text"]
    assert language_in(said, "none") == language and "613-555-0100" in said


@pytest.mark.parametrize(
    ("language", "looking"), [("en", "Looking it up"), ("fr", "Je cherche"), ("es", "Lo estoy buscando")]
)
def test_a_command_is_acknowledged_in_the_language_written(
    app: SlackApp, language: str, looking: str
) -> None:
    said = app.command(ASKED[language]).json()
    assert said["response_type"] == "ephemeral" and said["text"].startswith(looking)
    until(lambda: bool(app.slack.hooked))
    assert app.parrot.texts == [ASKED[language]]


@pytest.mark.parametrize(
    ("typed", "explained"),
    [
        ("aide", "/cusma une pharmacienne"),
        ("Ayuda", "/cusma ¿está en la lista"),
        ("help", "/cusma is a US pharmacist"),
    ],
)
def test_a_command_explains_itself_to_who_asks_for_help_in_their_language(
    app: SlackApp, typed: str, explained: str
) -> None:
    said = app.command(typed).json()
    assert said["response_type"] == "ephemeral" and explained in said["text"]
    assert app.is_idle() and not app.parrot.heard


@pytest.mark.parametrize(
    ("language", "why"),
    [("fr", "Je ne peux pas écrire dans ce canal"), ("es", "No puedo escribir en ese canal")],
)
def test_where_the_app_may_not_write_it_says_so_in_the_language_of_the_answer(
    app: SlackApp, language: str, why: str
) -> None:
    app.interact(says.shortcut(ASKED[language], channel=CLOSED))
    (posted,) = app.until(1)
    assert posted["channel"] == "DU0ALICE" and why in shown(posted)


def test_the_wish_that_goes_on_in_private_is_in_the_language_written(
    app: SlackApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    wish = "je veux parler à un avocat"
    monkeypatch.setitem(ANSWERS, wish, {"text": "En privé, svp.", "metadata": {"goes_on": "private"}})
    app.tell(says.mention(wish))
    app.until(2)
    assert app.parrot.heard[1].text == "Je voudrais parler à un avocat"
    assert app.parrot.heard[1].input_channel == "slack"


# ---- personal data only between two ------------------------------------------------------------------------------


def test_the_request_to_a_lawyer_goes_on_in_a_direct_message(app: SlackApp) -> None:
    app.tell(says.mention("lawyer"))
    in_thread, in_private = app.until(2)
    if in_thread["channel"] != TALK:
        in_thread, in_private = in_private, in_thread
    assert (
        in_thread["channel"] == TALK and in_private["channel"] == "DU0ALICE" and "thread_ts" not in in_private
    )
    wish = app.parrot.heard[1]
    assert wish.text == "I would like to talk to a lawyer" and wish.sender_id == "slack-T0FIRM-U0ALICE"
    assert wish.input_channel == "slack"
    app.tell(says.direct("Ana Ruiz"))
    app.until(3)
    assert app.parrot.heard[2].sender_id == "slack-T0FIRM-U0ALICE"


# ---- what is kept ------------------------------------------------------------------------------------------------


def test_nothing_of_what_was_said_stays_in_the_queue(app: SlackApp, tmp_path: Path) -> None:
    app.tell(says.direct("canary-7391"))
    app.command("canary-7391")
    app.until(1)
    until(lambda: bool(app.slack.hooked))
    app.settle()
    app.stop()
    # A thread that was just reading closes the database a moment later.
    until(
        lambda: not any(canary in kept_in(tmp_path) for canary in (b"canary-7391", b"U0ALICE", b"DU0ALICE"))
    )


def kept_in(folder: Path) -> bytes:
    """All bytes of the queue's files."""
    found = b""
    for file in folder.glob("slack.db*"):
        with suppress(FileNotFoundError):  # just gone
            found += file.read_bytes()
    return found


def test_what_waits_is_encrypted(app: SlackApp, tmp_path: Path) -> None:
    app.slack.down()
    app.tell(says.direct("canary-7391"))
    until(lambda: bool(app.queue.lines("out")))
    for file in tmp_path.glob("slack.db*"):
        assert b"canary-7391" not in file.read_bytes(), file


def test_nothing_of_what_was_said_is_logged(app: SlackApp, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    app.slack.refuse_next(Answer(503), Answer(200, b'{"ok": false, "error": "channel_is_limited"}'))
    app.parrot.faults = [RuntimeError("canary-7391")]
    app.tell(says.direct("canary-7391"))
    app.tell(says.direct("canary-7391"))
    app.until(1)
    assert "channel_is_limited" in caplog.text and "canary-7391" not in caplog.text
