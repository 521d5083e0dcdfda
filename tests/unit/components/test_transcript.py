"""What people see of a conversation: every message once and in order, titles for payloads, an answer to each."""

from __future__ import annotations

from typing import Any

import pytest

from components.gate import Press, Refused
from components.transcript import Transcript, at, ids, pressed, typed, with_entity

SORRY = "Sorry, please call us."
NOON = 1_795_000_000.0


def said(name: str, text: str, **metadata: Any) -> dict[str, Any]:
    return {"event": "user", "message_id": name, "text": text, "timestamp": NOON, "metadata": metadata}


def answered(text: str | None, *buttons: str) -> dict[str, Any]:
    """Each button stands for /its-title."""
    made = [{"title": title, "payload": f"/{title}"} for title in buttons]
    return {
        "event": "bot",
        "text": text,
        "timestamp": NOON + 1,
        "data": {"buttons": made or None},
        "metadata": {},
    }


def other(kind: str, **more: Any) -> dict[str, Any]:
    return {"event": kind, "timestamp": NOON, **more}


def press(message: str, index: int, title: str) -> dict[str, Any]:
    return said(f"press-{message}", f"/{title}", button={"message": message, "index": index, "title": title})


def shown(*events: dict[str, Any]) -> list[dict[str, Any]]:
    return [message.shown() for message in Transcript(events, SORRY).messages]


def lines(*events: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(message["id"], message["from"], message["text"]) for message in shown(*events)]


def test_a_message_and_its_answer() -> None:
    events = (
        other("action", name="action_session_start"),
        other("session_started"),
        said("a", "hello", model_id="x"),
        other("slot", name="asked", value=1),
        answered("Hi!\n\nHow are you?"),
    )
    assert shown(*events) == [
        {"id": "a", "from": "visitor", "text": "hello", "at": "2026-11-18T11:06:40.000Z"},
        {
            "id": "a.0",
            "from": "assistant",
            "text": "Hi!\n\nHow are you?",
            "at": "2026-11-18T11:06:41.000Z",
            "reply_to": "a",
        },
    ]


def test_several_answers_in_a_turn_are_numbered_from_nought_in_each() -> None:
    events = (said("a", "1"), answered("x"), answered("y"), said("b", "2"), answered("z"))
    assert [line[0] for line in lines(*events)] == ["a", "a.0", "a.1", "b", "b.0"]


def test_buttons_are_shown_by_their_titles_alone() -> None:
    answer = shown(said("a", "1"), answered("Which?", "One", "Two"))[1]
    assert (answer["buttons"], answer["used"]) == (["One", "Two"], None)
    assert "/One" not in str(answer)


def test_a_press_is_shown_as_its_title_and_marks_the_button() -> None:
    events = (said("a", "1"), answered("Which?", "One", "Two"), press("a.0", 1, "Two"), answered("Fine."))
    assert shown(*events)[1]["used"] == 1
    assert lines(*events)[2] == ("press-a.0", "visitor", "Two")


def test_words_are_shown_as_they_were_typed() -> None:
    assert lines(said("a", "restart", **typed("/restart")), answered("x"))[0][2] == "/restart"


@pytest.mark.parametrize(
    "nothing", [(), (answered(None),), (answered(""),), (other("slot", name="a", value=1),)]
)
def test_silence_is_an_apology(nothing: tuple[dict[str, Any], ...]) -> None:
    events = (said("a", "1"), *nothing, said("b", "2"), answered("x"), said("c", "3"), *nothing)
    assert lines(*events) == [
        ("a", "visitor", "1"),
        ("a.0", "assistant", SORRY),
        ("b", "visitor", "2"),
        ("b.0", "assistant", "x"),
        ("c", "visitor", "3"),
        ("c.0", "assistant", SORRY),
    ]


def test_buttons_without_words_are_an_answer() -> None:
    assert shown(said("a", "1"), answered(None, "One"))[1]["text"] == ""


def test_what_is_said_before_anything_was_asked_has_an_id_too() -> None:
    assert lines(answered("Welcome"), said("a", "1"), answered("x"))[0] == ("start.0", "assistant", "Welcome")


def test_a_turn_is_the_message_and_its_answers() -> None:
    transcript = Transcript(
        (said("a", "1"), answered("x"), said("b", "2"), answered("y"), answered("z")), SORRY
    )
    assert [message.id for message in transcript.turn("b")] == ["b", "b.0", "b.1"]
    assert transcript.turn("c") == []


def test_it_is_ended_when_it_was_closed() -> None:
    events = (said("a", "1"), answered("x"))
    assert not Transcript(events, SORRY).ended
    assert Transcript((*events, other("pause")), SORRY).ended
    assert not Transcript((*events, other("pause"), other("resume")), SORRY).ended


def test_ids_are_those_of_visitors_messages() -> None:
    assert ids((said("a", "1"), answered("x"), said("b", "2"))) == {"a", "b"}


# ---- buttons ------------------------------------------------------------------------------------------

ASKED = (said("a", "1"), answered("Which?", "One", "Two"))


def refusal(events: tuple[dict[str, Any], ...], message: str, index: int) -> str:
    with pytest.raises(Refused) as caught:
        Transcript(events, SORRY).button(Press("p" * 16, message, index))
    return caught.value.error


def test_a_button_of_the_last_answer_stands_for_its_payload() -> None:
    button = Transcript(ASKED, SORRY).button(Press("p" * 16, "a.0", 1))
    assert button == ("Two", "/Two")
    assert pressed(Press("p" * 16, "a.0", 1), button) == {
        "button": {"message": "a.0", "index": 1, "title": "Two"}
    }


def test_each_of_two_messages_of_the_last_turn_may_have_buttons() -> None:
    events = (said("a", "1"), answered("x", "One"), answered("y", "Two"), answered("z"))
    for name, title in (("a.0", "One"), ("a.1", "Two")):
        assert Transcript(events, SORRY).button(Press("p" * 16, name, 0)).title == title


@pytest.mark.parametrize(
    ("message", "index"), [("a.1", 0), ("b.0", 0), ("a", 0), ("", 0), ("a.0", 2), ("start.0", 0)]
)
def test_there_is_no_other_button(message: str, index: int) -> None:
    assert refusal(ASKED, message, index) == "unknown_button"


def test_a_button_is_pressed_once() -> None:
    events = (*ASKED, press("a.0", 1, "Two"), answered("Fine."))
    assert {refusal(events, "a.0", index) for index in (0, 1)} == {"used"}


def test_its_time_is_over_when_something_else_was_said() -> None:
    assert refusal((*ASKED, said("b", "2"), answered("Fine.")), "a.0", 0) == "used"


def test_times_are_utc() -> None:
    assert at(0.5) == "1970-01-01T00:00:00.500Z"


@pytest.mark.parametrize(
    ("payload", "more"),
    [
        ("/ask_fees", '/ask_fees{"language": "fr"}'),
        ('/inform{"citizenship": "us"}', '/inform{"citizenship": "us", "language": "fr"}'),
        ("Do I need a CAQ?", "Do I need a CAQ?"),
    ],
)
def test_a_payload_can_tell_the_language_too(payload: str, more: str) -> None:
    assert with_entity(payload, "language", "fr") == more
