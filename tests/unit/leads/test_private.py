"""Passport, SIN and SSN numbers, dates of birth and health are never kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads import private


@pytest.mark.parametrize(
    ("typed", "gone"),
    [
        ("my passport number is X1234567", "1234567"),
        ("Passport: 567890123", "567890123"),
        ("passport no. AB 123456, valid till 2030", "123456"),
        ("SIN 046 454 286", "046"),
        ("my social insurance number is 046-454-286", "454"),
        ("046 454 286", "046"),
        ("SSN 123-45-6789", "6789"),
        ("it's 123-45-6789", "6789"),
        ("my social security number: 123456789", "123456789"),
        ("CURP HEGG560427MVZRRL04", "HEGG"),
        ("I was born on 3 May 1990", "1990"),
        ("DOB: 1990-05-03", "1990"),
        ("date of birth is May 3, 1990", "1990"),
        ("I am HIV positive", "HIV"),
        ("I was diagnosed with cancer last year, can I come?", "cancer"),
        ("my wife is pregnant", "pregnant"),
        ("I suffer from depression", "depression"),
        ("my medication is insulin", "insulin"),
    ],
)
def test_it_goes(typed: str, gone: str) -> None:
    kept = private.without(typed)
    assert kept.left_out and gone not in kept.text and private.MARK in kept.text


@pytest.mark.parametrize(
    "typed",
    [
        "613-555-0199", "+1 613 555 0199", "55 1234 5678", "+52 55 1234 5678",
        "my passport expires 2027-01-01",
        "do I need a passport?", "do I need a medical exam?", "I'm a cancer researcher",
        "I treat diabetes patients",
        "I have a degree", "HIV nurse in Toronto", "file 12345", "I have 10 years of experience",
        "I fly on 2026-12-03",
    ],
)  # fmt: skip
def test_it_stays(typed: str) -> None:
    assert private.without(typed) == (typed, False, False)


def test_the_rest_of_the_message_is_kept() -> None:
    kept = private.without("Permit renewal, my SIN is 046 454 286")
    assert kept.text.startswith("Permit renewal") and not kept.empty
    assert private.without("my passport number is X1234567").empty


@given(st.text())
def test_no_text_raises(text: str) -> None:
    assert private.without(text).text is not None
