"""E-mail addresses and telephone numbers are found however they are typed, pasted or dictated."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads import contact


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ana@example.com", "ana@example.com"),
        ("Ana.Ruiz@EXAMPLE.com", "Ana.Ruiz@example.com"),
        ("my email is ana@example.com.", "ana@example.com"),
        ("(ana@example.com)", "ana@example.com"),
        ("<mailto:ana@example.com|ana@example.com>", "ana@example.com"),
        ("<mailto:a@b.c|a@b.c>", "a@b.c"),
        ("mailto:ana@example.com", "ana@example.com"),
        ("ana at example dot com", "ana@example.com"),
        ("ana (at) example (dot) com", "ana@example.com"),
        ("ana[at]example[dot]com", "ana@example.com"),
        ("ana.ruiz at example.com", "ana.ruiz@example.com"),
        ("ana dot ruiz at example dot co dot uk", "ana.ruiz@example.co.uk"),
        ("ana @ example.com", "ana@example.com"),
        ("ana＠example.com", "ana@example.com"),
        ("ana+cusma@example.com", "ana+cusma@example.com"),
        ("josé@correo.mx", "josé@correo.mx"),
        ("ana\u200b@example.com", "ana@example.com"),
    ],
)
def test_an_address(typed: str, kept: str) -> None:
    assert contact.email(typed) == kept


@pytest.mark.parametrize(
    "typed", ["ana@", "@example", "ana@example", "ana@x..mx", "anaexample.com", "a@b@c.com", "ana@.com"]
)
def test_what_looks_like_an_address_and_is_none_is_named(typed: str) -> None:
    found = contact.find(typed)
    assert (found.email, found.problems) == (None, ("email",))


@pytest.mark.parametrize(
    "typed",
    [
        "613-555-0199", "613.555.0199", "613 555 0199", "6135550199", "(613) 555-0199", "+1 613-555-0199",
        "1-613-555-0199", "001 613 555 0199", "6 1 3 5 5 5 0 1 9 9", "６１３－５５５－０１９９", "٦١٣٥٥٥٠١٩٩",
        "६१३५५५०१९९", "613–555–0199", "tel:613-555-0199", "<tel:+16135550199|613-555-0199>",
        "call me at 613-555-0199 after 5", "+1\u00a0613\u00a0555\u00a00199",
    ],
)  # fmt: skip
def test_a_canadian_number(typed: str) -> None:
    assert contact.phone(typed) == "+16135550199"


@pytest.mark.parametrize(
    "typed",
    ["+52 55 1234 5678", "55 1234 5678", "(55) 1234 5678", "+52 1 55 1234 5678", "011 52 55 1234 5678",
     "0052 55 1234 5678"],
)  # fmt: skip
def test_a_mexican_number(typed: str) -> None:
    assert contact.phone(typed) == "+525512345678"


def test_bare_digits_are_of_where_somebody_lives_unless_written_as_in_the_north() -> None:
    assert contact.phone("5512345678", ("MX", "CA", "US")) == "+525512345678"
    assert contact.phone("613-555-0199", ("MX", "CA", "US")) == "+16135550199"


def test_numbers_from_elsewhere_need_their_country_code() -> None:
    assert contact.phone("+44 20 7946 0958") == "+442079460958"


@pytest.mark.parametrize("typed", ["613-555-0199 ext. 12", "613 555 0199 x12", "(613) 555-0199 extension 12"])
def test_an_extension_stays(typed: str) -> None:
    assert contact.phone(typed) == "+16135550199;ext=12"
    assert contact.shown("+16135550199;ext=12") == "+1 613-555-0199 ext. 12"


@pytest.mark.parametrize("typed", ["555-0199", "613-555-01", "1234567890123456789"])
def test_what_looks_like_a_number_and_is_none_is_named(typed: str) -> None:
    found = contact.find(typed)
    assert (found.phone, found.problems) == (None, ("phone",))


@pytest.mark.parametrize(
    "typed",
    ["2026-12-01", "on 12/01/2026", "after 5 pm", "2 years", "I work at Google dot com", "meet me at noon",
     "", "?",
     "Room 12, floor 3", "CAN$155"],
)  # fmt: skip
def test_what_is_no_way_to_reach_anybody(typed: str) -> None:
    assert contact.find(typed)[:2] == (None, None)


def test_both_in_one_message_and_the_rest() -> None:
    found = contact.find("I'm Ana Ruiz, ana@example.com or 613-555-0199, mornings are best")
    assert (found.email, found.phone) == ("ana@example.com", "+16135550199")
    assert "Ana Ruiz" in found.rest and "mornings" in found.rest and "@" not in found.rest


def test_masked_is_known_to_its_owner_alone() -> None:
    assert contact.masked("ana@example.com") == "a•••@example.com"
    assert contact.masked("+16135550199;ext=12") == "••• 0199"


@given(st.text())
def test_no_text_raises(text: str) -> None:
    found = contact.find(text)
    assert found.email is None or "@" in found.email
    assert found.phone is None or found.phone.startswith("+")


@given(st.from_regex(r"[a-z0-9]{1,12}(\.[a-z0-9]{1,8})?", fullmatch=True))
def test_every_plain_address_is_taken(local: str) -> None:
    assert contact.email(f"it's {local}@example.com, thanks") == f"{local}@example.com"
