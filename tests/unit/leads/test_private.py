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
    ("typed", "gone"),
    [
        ("mon NAS est le 046 454 286", "046"),
        ("mon N.A.S. : 046454286", "046"),
        ("numéro d’assurance sociale (NAS) 046-454-286", "454"),
        ("mon numero d'assurance sociale c'est le 046454286", "046"),
        ("mon numéro de passeport est AB123456", "123456"),
        ("passeport numéro AB123456", "123456"),
        ("passeport no AB 123456", "123456"),
        ("IUC : 1234-5678", "1234"),
        ("Je suis née à Guadalajara le 3 février 1990", "1990"),
        ("je suis ne le 3 fevrier 1990", "1990"),
        ("né le 1er août 1990", "1990"),
        ("ma date de naissance est le 3 décembre 1990", "1990"),
        ("ma femme est enceinte", "enceinte"),
        ("je suis séropositif", "positif"),
        ("j’ai le cancer", "cancer"),
        ("on m'a diagnostiqué une dépression", "pression"),
        ("Mi CURP es HEGG560427MVZRRL04", "HEGG"),
        ("HEGG560427MVZRRL04", "HEGG"),
        ("mi RFC: HEGG560427AB1", "HEGG"),
        ("mi número de pasaporte es G12345678", "12345678"),
        ("pasaporte número G12345678", "12345678"),
        ("mi numero de seguro social es 12345678901", "12345678901"),
        ("NSS 12 34 56 7890 1", "7890"),
        ("nací en Puebla el 3 de mayo de 1990", "1990"),
        ("naci el 3 de mayo del 1990", "1990"),
        ("mi fecha de nacimiento es el 3/5/1990", "1990"),
        ("estoy embarazada", "embarazada"),
        ("mi esposa esta embarazada", "embarazada"),
        ("tengo VIH", "VIH"),
        ("me diagnosticaron cáncer", "ncer"),
        ("mi hijo tiene autismo", "autismo"),
    ],
)
def test_it_goes_in_french_and_spanish(typed: str, gone: str) -> None:
    kept = private.without(typed)
    assert kept.left_out and kept.empty and gone not in kept.text and private.MARK in kept.text


@pytest.mark.parametrize(
    "typed",
    [
        "514-555-0199", "mon passeport expire le 3 mai 2027", "ai-je besoin d'un passeport?",
        "mon passeport est mexicain et mon numéro est le 514-555-0199", "je suis chercheuse en cancer",
        "je suis infirmière", "je ne suis pas né au Canada", "je pars le 3 mai 2027", "mon vol est le 3/5/2027",
        "mi pasaporte vence el 3 de mayo de 2027", "¿necesito pasaporte?", "mi pasaporte es mexicano",
        "soy enfermera", "trabajo en diabetes infantil", "nací en México", "¿Necesito seguro social?",
        "mi vuelo sale el 3 de diciembre de 2026", "tengo 10 años de experiencia", "mi cel es 55 1234 5678",
    ],
)  # fmt: skip
def test_it_stays_in_french_and_spanish(typed: str) -> None:
    assert private.without(typed) == (typed, False, False)


def test_the_rest_of_a_french_or_spanish_message_is_kept() -> None:
    kept = private.without("Renouvellement du permis, mon NAS est le 046 454 286")
    assert kept.text.startswith("Renouvellement du permis") and not kept.empty
    kept = private.without("Renovación de mi permiso, nací el 3 de mayo de 1990.")
    assert kept.text.startswith("Renovación de mi permiso") and not kept.empty


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
