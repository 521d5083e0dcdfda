"""What each language does to the words that fill a sentence: dates, times, lists, articles, and how words meet.

One class a language, English being the plain one; whoever adds a language adds a class here, and texts elsewhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

_NO_BREAK = "\u00a0"
_VOWEL = "aeiouyàâäéèêëîïôöûùüœæáíóú"
# A short form such as "rn" or "cpa", which is said in capitals.
_SHORT_FORM = re.compile("[bcdfghjklmnpqrstvwxz]{2,4}")


class Grammar:
    """English."""

    months: Sequence[str] = (
        "January", "February", "March", "April", "May", "June", "July",
        "August", "September", "October", "November", "December",
    )  # fmt: skip
    # How somebody begins who tells what they do rather than the name of a job: "I teach 3rd grade".
    telling = re.compile(r"(?:i|we|he|she|they|my|who|teach\w*|work\w*)\b", re.I)

    def date(self, iso: str) -> str:
        """'2026-02' → 'February 2026'; a day or a bare year likewise."""
        year, _, month = iso.partition("-")
        return f"{self.day_of(month)} {int(year)}" if month else str(int(year))

    def day_of(self, month_and_day: str) -> str:
        """'02-11' → '11 February'; '02' → 'February'."""
        month, _, day = month_and_day.partition("-")
        name = self.months[int(month) - 1]
        return f"{self.day(int(day))} {name}" if day else name

    def day(self, number: int) -> str:
        """The day of a month."""
        return str(number)

    def clock(self, hour: int, minute: int) -> str:
        """'5' or '5:30'; morning or afternoon is for the sentence to say."""
        return f"{(hour - 1) % 12 + 1}" + (f":{minute:02}" if minute else "")

    def listing(self, items: Sequence[str], last: str) -> str:
        """'a, b or c', with ``last`` being ' or '."""
        if len(items) < 2:
            return "".join(items)
        return self.meeting(", ".join(items[:-1]) + last, items[-1]) + items[-1]

    def meeting(self, before: str, value: str) -> str:
        """``before`` as it is said when ``value`` comes next."""
        return before

    def singular(self, job: str) -> str:
        """'wildlife biologists' → 'wildlife biologist'; a word whose s belongs to it stays."""
        if re.search(r"[^aeious]ies$", job, re.I):
            return job[:-3] + "y"
        return job[:-1] if re.search(r"(?:[^aeious]|[aeiou][^s]?e)s$", job, re.I) else job

    def shown(self, job: str, title: str) -> str:
        """A known job in the singular as it was typed; short forms in capitals, and 'I teach 3rd grade' by
        its ``title``."""
        if self.telling.match(job):
            return title
        return job.upper() if _SHORT_FORM.fullmatch(job) else self.singular(job)

    def with_article(self, job: str) -> str:
        """'plumber' → 'a plumber'; plurals and phrases that bring their own article stay as they are."""
        if re.match(r"(a|an|the|my|our)\b", job, re.I) or re.search(r"[^s]s$", job.split()[-1]):
            return job
        vowel = re.match(r"(?!uni|use|usu|ux|eu|one)[aeiou]|hour", job, re.I) or re.match(
            "[FHLMNRSX][A-Z]", job
        )
        return ("an " if vowel else "a ") + job


class _Quoting(Grammar):
    """A language whose sentences put a typed job in quotes: it stays as typed, so that it need not agree."""

    def shown(self, job: str, title: str) -> str:
        """As typed; short forms in capitals."""
        return job.upper() if _SHORT_FORM.fullmatch(job) else job

    def with_article(self, job: str) -> str:
        """As it is."""
        return job


class French(_Quoting):
    """French, as in Canada."""

    months = (
        "janvier", "février", "mars", "avril", "mai", "juin", "juillet",
        "août", "septembre", "octobre", "novembre", "décembre",
    )  # fmt: skip
    _MUTE_H = "h(?:y|is|or|om|on|ô|ot|um|ab|eu|é|er)"
    _ELIDES = re.compile(rf"(?:[{_VOWEL}]|{_MUTE_H})", re.I)
    _DOES_NOT = re.compile(r"(?:oui|onz|y[aeou]|hors|hern)", re.I)
    _BEFORE_VOWEL = re.compile(r"\b([Dd]|[Qq]u|[Ll])(?:e|(?<=[Ll])a) (\**)$")
    _DAY = re.compile(r"(?:\d{1,2}|1er) [a-zéû]+ \d{4}$")

    def day(self, number: int) -> str:
        """'1er', '2' …"""
        return "1er" if number == 1 else str(number)

    def clock(self, hour: int, minute: int) -> str:
        """'17 h' or '17 h 30'."""
        return f"{hour}{_NO_BREAK}h" + (f"{_NO_BREAK}{minute:02}" if minute else "")

    def meeting(self, before: str, value: str) -> str:
        """'de ' → 'd'' before a vowel; 'en date de ' → 'en date du ' and 'depuis ' → 'depuis le ' before a day."""
        if self._DAY.match(value):
            return re.sub(r"(?<=\bd)e $", "u ", re.sub(r"(?<=\bdepuis) $", " le ", before))
        if self._ELIDES.match(value) and not self._DOES_NOT.match(value):
            return self._BEFORE_VOWEL.sub(r"\1'\2", before)
        return before

    def singular(self, job: str) -> str:
        """'infirmières autorisées' → 'infirmière autorisée'."""
        return re.sub(r"(?<=[^\Ws])s\b", "", job)


class Spanish(_Quoting):
    """Spanish, as in Mexico."""

    months = (
        "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio",
        "agosto", "septiembre", "octubre", "noviembre", "diciembre",
    )  # fmt: skip
    _DAY = re.compile(r"\d{1,2} de [a-z]+ de \d{4}$")

    def date(self, iso: str) -> str:
        """'2026-02' → 'febrero de 2026'."""
        year, _, month = iso.partition("-")
        return f"{self.day_of(month)} de {int(year)}" if month else str(int(year))

    def day_of(self, month_and_day: str) -> str:
        """'02-11' → '11 de febrero'."""
        return super().day_of(month_and_day).replace(" ", " de ")

    def clock(self, hour: int, minute: int) -> str:
        """'las 5' or 'la 1:30'."""
        said = super().clock(hour, minute)
        return f"{'la' if said.partition(':')[0] == '1' else 'las'} {said}"

    def meeting(self, before: str, value: str) -> str:
        """'o ' → 'u ' before o, 'y ' → 'e ' before i; 'desde ' → 'desde el ', 'fecha de ' → 'fecha del ' before a day."""
        if self._DAY.match(value):
            return re.sub(r"(?<=\bfecha de) $", "l ", re.sub(r"(?<=\bdesde) $", " el ", before))
        first = plain(value)
        if re.match("h?o", first):
            return re.sub(r"\bo (\**)$", r"u \1", before)
        if re.match("h?i(?![ae])", first):
            return re.sub(r"\by (\**)$", r"e \1", before)
        return before

    def singular(self, job: str) -> str:
        """'doctoras' → 'doctora', 'diseñadores industriales' → 'diseñador industrial'."""
        return re.sub(r"(?<=[aeiouáéíóú])s\b", "", re.sub(r"(?<=[lnrd])es\b", "", job))


GRAMMARS: Mapping[str, Grammar] = {"en": Grammar(), "fr": French(), "es": Spanish()}


def plain(text: str) -> str:
    """Small letters without accents, to compare by."""
    return "".join(
        sign for sign in unicodedata.normalize("NFKD", text.casefold()) if unicodedata.category(sign) != "Mn"
    )


def capital(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def small(text: str) -> str:
    """The text with a small first letter, unless it begins with a short form."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
