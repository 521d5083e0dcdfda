"""E-mail addresses and telephone numbers, by what is meant: however they are typed, pasted or dictated.

``find(text)`` takes them out of a message. An address is normalised; a number is E.164, with its extension as
in RFC 3966 (``+16135550199;ext=12``). What looks like one but can't be right is named in ``problems``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Literal, NamedTuple

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberMatcher

REGIONS = ("CA", "US", "MX")
LONGEST = 2000
Problem = Literal["email", "phone"]

# Slack pastes <mailto:a@b.c|a@b.c> and <tel:+16135550199|613-555-0199>; browsers paste mailto:a@b.c
_SLACK = re.compile(r"<(?:mailto|tel):([^|<>\s]+)(?:\|[^<>]*)?>", re.I)
_SCHEME = re.compile(r"\b(?:mailto|tel):\s*", re.I)
_AT = re.compile(r"\s*[\[({<]\s*(?:at|@|arroba|arobase|arobas)\s*[\])}>]\s*|\s+(?:at|arroba|arobase|arobas)\s+", re.I)
_DOT = re.compile(r"\s*[\[({<]\s*(?:dot|\.|punto|point)\s*[\])}>]\s*|\s+(?:dot|punto|point)\s+", re.I)
_DICTATED = re.compile(  # but not in "I work at Google dot com"
    r"\b(?!(?:am|are|based|employed|is|live|me|meet|stay|study|was|work|worked|working|works)\b)[\w.+-]+(?:(?:\s+(?:dot|punto|point)\s+)[\w+-]+)*"
    r"(?:\s*[\[({<]\s*(?:at|@|arroba|arobase|arobas)\s*[\])}>]\s*|\s+(?:at|arroba|arobase|arobas)\s+|@)"
    r"[\w-]+(?:(?:\s*[\[({<]\s*(?:dot|\.|punto|point)\s*[\])}>]\s*|\s+(?:dot|punto|point)\s+|\.)[\w-]+)+",
    re.I,
)
_AROUND_AT = re.compile(r"(?<=[\w.+-])[ \t]*@[ \t]*(?=[\w-]+(?:\.[\w-]+)+)")
_EMAIL = re.compile(r"[^\s<>(),;:\"|\[\]{}]+@[^\s<>(),;:\"|\[\]{}]+")
_HALF = re.compile(r"\S*@\S*|\b[\w-]+\.(?:com|ca|mx|org|net)\b", re.I)
_DIGITS = re.compile(r"\+?\(?\d[\d\s().\-/]{4,}\d")
_DATE = re.compile(r"\b(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}\b|\b\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d\d\b")
_OLD_MEXICAN_MOBILE = re.compile(r"(?<!\d)(\+52[\s.-]*)1[\s.-]*(?=(?:\d[\s().-]*){10}(?!\d))")
_DOUBLE_ZERO = re.compile(r"(?<!\d)00[\s.-]?(?=[1-9]\d)")
_MEXICAN_GROUPS = re.compile(r"\(?\d{2}\)?[\s.-]\d{4}[\s.-]\d{4}(?!\d)")
_AMERICAN_GROUPS = re.compile(r"(?<!\d)(?:\(\d{3}\) ?|\d{3}[-.])\d{3}[-.]\d{4}(?!\d)")
_EXTENSION = re.compile(r"(?<=\d)[ ,]*\bposte +(?=\d{1,6}\b)", re.I)  # in French
_ENDS = " .,;:!?'\"<>()[]{}*_`"


class Contacts(NamedTuple):
    """What a message gives to reach somebody by; ``rest`` is the message without it, broken where it
    stood.
    """

    email: str | None = None
    phone: str | None = None
    rest: str = ""
    problems: tuple[Problem, ...] = ()


def find(text: str, regions: Sequence[str] = REGIONS) -> Contacts:
    """The first address and the first number of a text. ``regions``: where a number without + may be
    from, likeliest first.
    """
    plain = _written(text)
    email, rest, bad_email = _email(plain)
    phone, rest = _phone(rest, regions)
    problems: list[Problem] = ["email"] if bad_email and not email else []
    if not phone and _DIGITS.search(_DATE.sub(" ", rest)):
        problems.append("phone")
    return Contacts(email, phone, re.sub(r"[^\S\n]+", " ", rest).strip(), tuple(problems))


def email(text: str) -> str | None:
    """The address that a text is, or holds."""
    return find(text).email


def phone(text: str, regions: Sequence[str] = REGIONS) -> str | None:
    """The number that a text is, or holds."""
    return find(text, regions).phone


def shown(number: str) -> str:
    """A kept number as people write it: '+1 613-555-0199 ext. 12'. What is no number comes back as it is."""
    base, _, extension = number.partition(";ext=")
    try:
        written = phonenumbers.format_number(phonenumbers.parse(base), PhoneNumberFormat.INTERNATIONAL)
    except NumberParseException:
        return number
    return f"{written} ext. {extension}" if extension else written


def masked(value: str) -> str:
    """Enough of an address or a number for its owner to know it, and no more: 'a•••@x.mx', '••• 0199'."""
    name, at, domain = value.partition("@")
    if at:
        return f"{name[:1]}•••@{domain}"
    return f"••• {value.partition(';')[0][-4:]}"


def _written(text: str) -> str:
    """One way of writing: plain digits and signs, no Slack or browser marks, no 'at' and 'dot' in words."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST])
    plain = "".join(_plain(character) for character in plain)
    plain = _EXTENSION.sub(" ext. ", _SCHEME.sub("", _SLACK.sub(r" \1 ", plain)))
    plain = _DICTATED.sub(lambda found: _DOT.sub(".", _AT.sub("@", found.group())), plain)
    return _AROUND_AT.sub("@", plain)


def _plain(character: str) -> str:
    kind = unicodedata.category(character)
    if kind == "Nd":
        return str(unicodedata.digit(character))
    if kind == "Pd":
        return "-"
    return " " if kind == "Zs" else "" if kind in {"Cf", "Cs"} else character


def _email(text: str) -> tuple[str | None, str, bool]:
    """(address or None, the text without it, whether something looked like one and was none)."""
    bad = False
    for found in _EMAIL.finditer(text):
        try:
            address = validate_email(found.group().strip(_ENDS), check_deliverability=False).normalized
        except EmailNotValidError:
            bad = True
            continue
        return address, f"{text[: found.start()]}\n{text[found.end() :]}", False
    return None, text, bad or bool(_HALF.search(text))


def _phone(text: str, regions: Sequence[str]) -> tuple[str | None, str]:
    text = _DOUBLE_ZERO.sub("+", _OLD_MEXICAN_MOBILE.sub(r"\1", text))
    searched = _DATE.sub(lambda found: "x" * len(found.group()), text)
    if _MEXICAN_GROUPS.search(searched):  # 55 1234 5678 is how nobody writes a number of Canada or the US
        regions = ("MX", *regions)
    elif _AMERICAN_GROUPS.search(searched):
        regions = ("CA", *regions)
    for region in dict.fromkeys([*regions, *REGIONS]):
        for found in PhoneNumberMatcher(searched, region):
            number = phonenumbers.format_number(found.number, PhoneNumberFormat.E164)
            if extension := found.number.extension:
                number += f";ext={extension}"
            return number, f"{text[: found.start]}\n{text[found.end :]}"
    return None, text
