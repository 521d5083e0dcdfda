"""A receipt number survives a telephone line."""

from __future__ import annotations

import pytest

from leads.numbers import ALPHABET, new_number, parse


def test_it_is_short_and_has_no_signs_that_are_mixed_up() -> None:
    number = new_number(lambda signs: signs[-1])
    assert len(number) == 9 and number[4] == "-"
    assert not set("O0I1LAEU") & set(ALPHABET)


def test_thousands_are_distinct_and_none_follows_another() -> None:
    numbers = [new_number() for _ in range(5000)]
    assert len(set(numbers)) == 5000 and numbers != sorted(numbers)


@pytest.mark.parametrize("change", [str.lower, lambda n: n.replace("-", ""), lambda n: f" {' '.join(n)} "])
def test_it_may_be_typed_in_any_way(change: object) -> None:
    number = new_number()
    assert parse(change(number)) == number  # type: ignore[operator]


def test_any_wrong_sign_and_any_swap_of_neighbours_is_noticed() -> None:
    signs = new_number().replace("-", "")
    for place, sign in enumerate(signs):
        for other in set(ALPHABET) - {sign}:
            assert parse(signs[:place] + other + signs[place + 1 :]) is None
        swapped = signs[:place] + signs[place : place + 2][::-1] + signs[place + 2 :]
        assert swapped == signs or parse(swapped) is None


@pytest.mark.parametrize("text", ["", "K7PM", "K7PM-3WX", "maria@example.com", "+16135550142", "O0I1-O0I1"])
def test_what_is_none_is_none(text: str) -> None:
    assert parse(text) is None
