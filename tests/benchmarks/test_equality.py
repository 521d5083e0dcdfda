"""The fast bot says what plain Rasa says, with kill -9 in the middle of a form; else there are no figures."""

from __future__ import annotations

from pathlib import Path

from benchmarks.client import Said
from benchmarks.equality import Played, compare, seen


def test_the_fast_bot_says_what_plain_rasa_says(tmp_path: Path) -> None:
    played = compare(tmp_path, True, lambda _line: None)
    assert played.equal, (played.differences, played.empty)
    assert played.turns >= 35 and played.kills == 1


def test_an_empty_answer_or_a_different_one_is_not_equal() -> None:
    assert not Played(turns=3, empty=1).equal
    assert not Played(turns=3, differences=["turn 1"]).equal
    assert not Played().equal
    assert Said([{"text": " "}], 0.0).empty and Said([], 0.0).empty


def test_receipts_and_times_of_day_may_differ_and_nothing_else() -> None:
    first = Said(
        [{"text": "Number AB12-CD34, at 10:15", "buttons": [{"title": "Yes", "payload": "yes"}]}], 0.0
    )
    again = Said(
        [{"text": "Number ZZ99-YY88, at 11:20", "buttons": [{"title": "Yes", "payload": "yes"}]}], 0.0
    )
    other = Said(
        [{"text": "Number AB12-CD34, at 10:15", "buttons": [{"title": "Yes", "payload": "no"}]}], 0.0
    )
    assert seen(first) == seen(again) != seen(other)
