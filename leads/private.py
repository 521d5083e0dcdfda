"""What is never kept before a lawyer asks for it: passport, SIN, SSN and CURP numbers, dates of birth, health;
in English, French and Spanish, whatever the language of the conversation, for people mix them.

``without(text)`` takes it out, and leaves a mark where it stood.
"""

from __future__ import annotations

import re
from typing import NamedTuple

MARK = "[…]"
_DATE = (
    r"(?:\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}"
    r"|\d{1,2}(?:st|nd|rd|th|er|[º°])?(?: of| de)? [a-zà-ÿ]{3,10}\.?,?(?: del?)? \d{2,4}"
    r"|[a-z]{3,9}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{2,4})"
)
_LEAD = (
    r"(?:\s*(?:number|numbers|n[uú]mero|num[eé]ro|no\.?|n[uú]m\.?|nr\.?|nro\.?|#|n[°º]))?"
    r"(?:\s*(?:is|was|are|c'est|est|es|le|el|:|=|-|,|\((?:nas|nip|nss|curp)\)))*\s*"
)
_RELATIVE = (
    r"(?:mon|ma|mi) (?:[eé]poux|[eé]pouse|femme|mari|conjointe?|fils|fille|m[eè]re|p[eè]re|enfant"
    r"|espos[ao]|mujer|marido|pareja|hij[ao]|madre|padre|mam[aá]|pap[aá])"
)
_ILLS = (
    r"(?:vih|sida|c[aá]ncer|diab[eè]te|diabetes|tuberculos[ei]s?|h[eé]patite|hepatitis|[eé]pilepsie|epilepsia"
    r"|d[eé]pression|depresi[oó]n|schizophr[eé]nie|esquizofrenia|autisme|autismo|tdah)"
)
_PATTERNS = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        # a passport's number: letters and digits with at least five digits, after the word
        r"\b(?:passport|pasaporte|passeport)\b" + _LEAD
        + r"(?=[a-z]{0,3}[\s-]?\d{5})[a-z]{0,3}[\s-]?\d[\d\s-]{4,14}",
        # Social Insurance, Social Security, tax and file numbers, after the word
        r"\b(?:s\.?i\.?n\.?|s\.?s\.?n\.?|social (?:insurance|security)|itin|curp|rfc|uci)\b"
        + _LEAD + r"(?=[a-z]{0,4}[\s-]?\d)[a-z0-9][a-z0-9\s-]{6,20}\d",
        r"\b(?:n\.?a\.?s\.?|n\.?s\.?s\.?|assurance[ -]sociale|seguro social|seguridad social|iuc|rfc|curp)(?!\w)"
        + _LEAD + r"(?=[a-z]{0,4}[\s-]?\d)[a-z0-9][a-z0-9\s-]{6,20}\d",
        # the Mexican ones by their shape: the CURP of a person, and the RFC of one
        r"\b[a-z]{4}\d{6}[hmx][a-z]{5}[a-z\d]\d\b",
        r"\b[a-zñ&]{4}\d{6}[a-z\d]{3}\b",
        # the same by their shape: 123-45-6789 in the US, 123 456 789 in Canada (unless more digits
        # follow: a telephone)
        r"(?<![\d+(-])\d{3}-\d{2}-\d{4}(?![\d-])",
        r"(?<![\d+()-])(?<!\d[ .-])\d{3}[ -]\d{3}[ -]\d{3}(?![\d-])(?![ .-]\d)",
        # a date of birth, after the word
        r"\b(?:d\.?o\.?b\.?|date of birth|birth ?date|birthday|fecha de nacimiento|date de naissance"
        r"|born(?: on| in)?|nac[ií](?: el)?)\b(?:\s*(?:is|was|c'est|est|es|le|el|en|:|=|-|,))*\s*(?:" + _DATE
        + r"|(?:19|20)\d\d\b)",
        r"\b(?:n[eé](?:e|\(e\))?|nac[ií]|naci[oó])(?: (?:à|a|en|au) [^\d,.;:]{2,30}?)? (?:le|el|en) (?:" + _DATE
        + r"|(?:19|20)\d\d\b)",
        # the visitor's own health, told as a fact
        r"\b(?:i|my (?:wife|husband|son|daughter|partner|mother|father|child))"
        r"(?:'m| am|'ve| have| had| has| is| was)"
        r"(?: been| just| also)*"
        r" (?:diagnosed|(?:hiv|aids|cancer|diabetes|tuberculosis|tb|hepatitis|epilepsy|depression"
        r"|schizophrenia|bipolar|autism|adhd|ptsd)\b|hiv[ -]positive|pregnant|disabled|a disability"
        r"|an? (?:illness|disease|medical condition)|on medication|in (?:chemo\w*|dialysis))[^.!?;\n]*",
        r"\bi(?:'m)? (?:suffer(?:ing)?|recover(?:ing)?) from [^.!?;\n]*",
        r"\bmy (?:diagnosis|disability|illness|disease|medication|pregnancy|medical condition|hiv status)"
        r"(?: is| was|:)[^.!?;\n]*",
        r"\b(?:j'ai|j ai|je fais|" + _RELATIVE + r" a) (?:aussi |d[eé]j[aà] )?(?:eu )?(?:un |une |le |la |l'|du |de la |de l')?"
        + _ILLS + r"\b[^.!?;\n]*",
        r"\b(?:je suis|j'suis|chu|chui|" + _RELATIVE + r" est) (?:aussi |actuellement )?"
        r"(?:enceinte|s[eé]roposi\w+|diab[eé]tique|[eé]pileptique|handicap[eé]e?|autiste|bipolaire"
        r"|en chimio\w*|en dialyse|atteinte? d)[^.!?;\n]*",
        r"\b(?:je souffre|" + _RELATIVE + r" souffre|je me remets) d[^.!?;\n]*",
        r"\bon m'a diagnostiqu[eé][^.!?;\n]*",
        r"\b(?:mon diagnostic|ma maladie|mon handicap|ma grossesse|mes m[eé]dicaments|mon [eé]tat de sant[eé])"
        r"(?: est| sont| [eé]tait|\s*:)[^.!?;\n]*",
        r"\b(?:tengo|tener|tuve|padezco|" + _RELATIVE + r" (?:tiene|tuvo|padece)) (?:de |un |una |el |la )?" + _ILLS
        + r"\b[^.!?;\n]*",
        r"\b(?:estoy|soy|" + _RELATIVE + r" (?:est[aá]|es)) (?:tambi[eé]n )?"
        r"(?:embarazada|discapacitad[ao]|seropositiv[ao]|vih|diab[eé]tic[ao]|epil[eé]ptic[ao]|autista"
        r"|bipolar|en quimio\w*|en di[aá]lisis)\b[^.!?;\n]*",
        r"\b(?:sufro|" + _RELATIVE + r" sufre) de [^.!?;\n]*",
        r"\bme diagnosticaron[^.!?;\n]*",
        r"\b(?:mi diagn[oó]stico|mi enfermedad|mi discapacidad|mi embarazo|mis medicamentos|mi estado de salud)"
        r"(?: es| son| era|\s*:)[^.!?;\n]*",
    )
)  # fmt: skip


class Kept(NamedTuple):
    """A text that may be kept, and whether something had to go. ``empty``: nothing of substance is left."""

    text: str
    left_out: bool
    empty: bool


def without(text: str) -> Kept:
    """The text without what must not be kept."""
    kept = text.replace("’", "'")
    for pattern in _PATTERNS:
        kept = pattern.sub(f" {MARK} ", kept)
    if MARK not in kept or kept == text.replace("’", "'"):
        return Kept(text, False, not text.strip())
    kept = re.sub(r" (?=[.,;!?])", "", " ".join(kept.split()))
    words = re.findall(r"[^\W_]{2,}", re.sub(_OWN, " ", kept.replace(MARK, " "), flags=re.I))
    return Kept(kept, True, not words)


# What is left around a number that was taken out and says nothing by itself.
_OWN = (
    r"\b(?:my|the|here|here's|is|it|and|number|passport|sin|ssn|dob|ok|yes|please|sure|i|was|am|with"
    r"|mon|ma|mes|le|la|est|c'est|et|de|du|num[eé]ro|passeport|nas|nss|iuc|voici|oui|je|suis|avec|bonjour|date"
    r"|naissance|d'assurance|assurance|mi|mis|el|es|y|n[uú]mero|pasaporte|curp|rfc|aqu[ií]|est[aá]|s[ií]|con|hola|soy"
    r"|fecha|nacimiento|seguro|seguridad|social|sociale)\b|'s\b"
)
