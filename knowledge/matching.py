"""Words → job titles: exact names, plurals, spellings, typos and longer titles, never a careless substring.

``TitleMatcher(facts).find(text)`` returns every job title in a text, left to right. A ``Match`` either names a title of
the facts (``title``), or is an unknown job: then ``title`` is None and ``nearest`` names the profession that its last word
makes people think of, if any, and ``status`` what a closed list makes of it.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import (
    AbstractSet,
    Any,
    NamedTuple,
)

from rapidfuzz.distance import OSA

from knowledge.facts import FOLDER, Facts
from knowledge.places import read_words
from knowledge.text import Token, fold, tokens

LONGEST_NAME = 7
VOCABULARY = FOLDER / "vocabulary.yml"
_SPELLINGS = (
    ("counsellor", "counselor"), ("labour", "labor"), ("behaviour", "behavior"), ("paed", "ped"), ("anaesth", "anesth"),
    ("haemat", "hemat"), ("orthopaed", "orthoped"), ("gynaecol", "gynecol"), ("archaeo", "archeo"), ("jewellery", "jewelry"),
    ("programme", "program"), ("licence", "license"), ("centre", "center"), ("adviser", "advisor"), ("draught", "draft"),
    ("fibre", "fiber"), ("tyre", "tire"), ("colour", "color"), ("organis", "organiz"), ("theatre", "theater"),
)  # fmt: skip


_POSSESSIONS = {"office", "clinic", "firm", "shop", "note", "store", "practice"}
_SOUNDS = (
    ("ph", "f"),
    ("psy", "sy"),
    ("qu", "k"),
    ("ck", "k"),
    ("ch", "k"),
    ("ce", "se"),
    ("ci", "si"),
    ("cy", "si"),
    ("c", "k"),
    ("y", "i"),
    ("z", "s"),
    ("x", "ks"),
    ("ge", "je"),
    ("gi", "ji"),
)


_STUDIED = re.compile(
    r"(?:degree|diploma|bachelor'?s?|master'?s?|ph\.?d|b\.?sc?|b\.?a|m\.?sc?|major(?:ed)?|minor|studied|study|studying|certificate|licen[sc]e|graduated|background|course|school)(?: of \w+)?(?: \w+)? (?:in|of)?\s*$|\bschool of\s*$",
    re.I,
)
_STUDY_AFTER = re.compile(
    r"\s*(?:degree|diploma|student|school|course|program|graduate|licen[sc]e|major|department|class)", re.I
)
_JOB = r"(?P<job>[A-Za-zÀ-ÿ'’&/-]+(?: [A-Za-zÀ-ÿ'’&/-]+){0,4})"
_JOB_PLACES = (
    (
        re.compile(
            rf"\b(?:i['’]?m|i am|am|he is|she is|he['’]s|she['’]s|wife is|husband is|works?|working|worked|job|employed|hired|me|him|her|hire|bring) (?:as )?(?:an?|the) {_JOB}",
            re.I,
        ),
        True,
    ),
    (re.compile(rf"\bas (?:an? )?{_JOB}", re.I), True),
    (
        re.compile(
            rf"\b(?:is|are|does|do|can|could|would|will) (?:an?|the|being an?|my job,?|my title,?)? ?{_JOB} (?:on the list|on it|listed|eligible|covered|included|qualif\w+|counts?|on that list|get|work|apply|a listed)\b",
            re.I,
        ),
        True,
    ),
    (
        re.compile(
            rf"\b(?:my )?(?:job|profession|occupation|title|job title|trade|role|position)(?: title)?(?: is|:|=| would be| of)? (?:an?|the|that of an?)? ?{_JOB}",
            re.I,
        ),
        True,
    ),
    (
        re.compile(rf"^\W*(?:an?|the|for an?|and an?|what about an?|how about an?|for)? ?{_JOB}\W*$", re.I),
        True,
    ),
    (
        re.compile(
            rf"\b(?:an?|for|about) {_JOB}(?= (?:from|in|at|with|who|for|to|on|going|wanting|job|position|visa|permit)\b|[?.,!]|$)",
            re.I,
        ),
        True,
    ),
    (
        re.compile(
            rf"^\W*(?!(?:what|whats|how|hows|who|where|when|why|is|are|can|do|does|will|tell|give|show|write|find|ignore)\b){_JOB},? (?:from|in|at|on the list|listed|covered|eligible)\b",
            re.I,
        ),
        True,
    ),
)
_JOB_ENDING = re.compile(
    r"(?:er|or|ist|ian|man|woman|men|women|person|people|smith|wright|eer|stewardess|actress|hostess|waitress|seamstress|eur|euse|yst|hand|keeper|guard|monger|herd|nun|monk|clown|spy|scout|chef|cop|medic|mechanic|mate|midwife|sweep|bouncer|jockey|dj|barista|stylist|assistant|attendant|accountant|agent|resident|pro|host|aide|butler|groom|maid|page|usher|umpire|valet|model|bailiff|sheriff|marshal|judge|priest|rabbi|imam|monk|pastor|deacon|cleric|sommelier|croupier|masseuse|therapist|rep|temp|hygienist|doula|nanny|surgeon|physicist|guide|cook|technician)$"
)


class Match(NamedTuple):
    """A job named in a text: where it stands, as typed, and the title of the facts or None for an unknown job."""

    start: int
    end: int
    text: str
    title: str | None
    status: str = "known"
    nearest: str | None = None
    typo: bool = False


class Vocabulary:
    """The word lists of ``vocabulary.yml``, folded, as sets of words or of word tuples."""

    def __init__(self, path: Path = VOCABULARY) -> None:
        content: Any = read_words(path)
        self.heads: Mapping[str, str] = content["heads"]
        self.head_professions: Mapping[str, str] = content["head_professions"]
        self.fields: Mapping[str, str] = content["fields"]
        self.contexts: Sequence[Mapping[str, Any]] = content["contexts"]
        for name in ("technician_disciplines", "engineering_branches", "neutral", "boundaries", "following", "ordinary_titles",
                     "not_behind", "sought_titles", "seeking_words", "article_like", "not_jobs", "unpaid"):  # fmt: skip
            setattr(self, name, frozenset(fold(word) for word in content[name]))

    def __getattr__(self, name: str) -> frozenset[str]:
        raise AttributeError(name)


def _plurals(word: str) -> tuple[str, ...]:
    if word.endswith("s") and not word.endswith("ss"):
        return ()
    if word.endswith("man"):
        return (word[:-3] + "men", word + "s")
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return (word[:-1] + "ies", word + "s")
    return (word + "es",) if word.endswith(("ss", "sh", "ch", "x")) else (word + "s",)


def _spellings(word: str) -> Iterator[str]:
    for british, american in _SPELLINGS:
        if british in word:
            yield word.replace(british, american)
        elif american in word:
            yield word.replace(american, british)


def _is_short(name: str) -> bool:
    """An abbreviation such as PT, CPA or P.Eng: in small letters it may be another word."""
    letters = re.sub(r"[^A-Za-z]", "", name)
    return " " not in name and len(letters) <= 4 and letters[:2].isupper()


class TitleMatcher:
    """Finds job titles. ``ordinary`` are everyday words, never taken for the typo of a title's word."""

    def __init__(
        self, facts: Facts, ordinary: AbstractSet[str] = frozenset(), vocabulary: Vocabulary | None = None
    ):
        self.facts = facts
        self.words = vocabulary or Vocabulary()
        self._contexts = [
            (rule["title"], rule["heads"], re.compile(rule["pattern"], re.I)) for rule in self.words.contexts
        ]
        self._fields = re.compile(
            r"\b(?:" + "|".join(sorted(map(re.escape, self.words.fields), key=len, reverse=True)) + r")\b",
            re.I,
        )
        self._names: dict[tuple[str, ...], str] = {}
        self._short: dict[tuple[str, ...], str] = {}
        for title in facts.titles.values():
            for name in title.names:
                self._learn(name, title.title)
        for title in facts.titles.values():
            for name in title.names:
                self._learn_variants(name, title.title)
        self._parts = frozenset(word for name in self._names for word in name if len(word) >= 5)
        self._ordinary = frozenset(ordinary) - self._parts
        self._corrections: dict[str, tuple[str, ...]] = {}
        self._alike: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for part in self._parts:
            for handle in (_first(part), part[1:3]):
                self._alike[handle].add((part, _sound(part)))
        self._followers: dict[tuple[str, ...], list[str]] = {}
        for words in self._names:
            for place, word in enumerate(words):
                if 1 < len(words) <= 4 and len(word) >= 4:
                    self._followers.setdefault((*words[:place], "", *words[place + 1 :]), []).append(word)

    def _learn(self, name: str, title: str) -> None:
        words = tuple(token.word for token in tokens(name))
        target = self._short if _is_short(name) else self._names
        target.setdefault(words, title)

    def _learn_variants(self, name: str, title: str) -> None:
        words = tuple(token.word for token in tokens(name))
        if _is_short(name):
            for plural in _plurals(words[-1]):
                self._short.setdefault((*words[:-1], plural), title)
            return
        variants = [words]
        for place, word in enumerate(words):
            variants += [(*words[:place], other, *words[place + 1 :]) for other in _spellings(word)]
        for variant in variants:
            self._names.setdefault(variant, title)
            for plural in _plurals(variant[-1]):
                self._names.setdefault((*variant[:-1], plural), title)
            if len(variant) == 2 and len(variant[0]) <= 5:
                self._names.setdefault(("".join(variant),), title)

    def find(self, text: str) -> list[Match]:
        """Every job in the text, in order, none overlapping another: titles, else a field of work, else an unknown job."""
        found = [
            self._in_context(text, match)
            for match in _heads_of_phrases(text, self._titles_in(text), self.words.boundaries)
        ]
        meant = [match for match in found if not _denied(text, match)]
        if found or self._sought(text):
            return meant
        return self._fields_in(text) or self._unknown_in(text)

    def _sought(self, text: str) -> bool:
        """Somebody is looked for or spoken of: 'can I talk to a lawyer', 'my manager said so'."""
        words = tokens(text)
        names = {_singular(token.word) for token in words}
        if not names & (self.words.sought_titles | self.words.ordinary_titles):
            return False
        for place, token in enumerate(words):
            title = self._names.get((token.word,)) or self._short.get((token.word,))
            if title and self._not_meant(text, words, place, 1, title):
                return True
        return False

    def _titles_in(self, text: str) -> list[Match]:
        found: list[Match] = []
        words = tokens(text)
        place = 0
        while place < len(words):
            match, width = self._at(text, words, place)
            if match:
                found.append(match)
            place += width
        return found

    def _at(self, text: str, words: Sequence[Token], place: int) -> tuple[Match | None, int]:
        for width in range(min(LONGEST_NAME, len(words) - place), 0, -1):
            span = words[place : place + width]
            if width > 1 and not _joined(text, span):
                continue
            title, typo = self._title(words, place, span)
            if title is None:
                continue
            if self._not_meant(text, words, place, width, title):
                return None, width
            return self._whole(text, words, place, width, title, typo), width
        return self._bare_head(text, words, place), 1

    def _title(self, words: Sequence[Token], place: int, span: Sequence[Token]) -> tuple[str | None, bool]:
        exact = tuple(token.word for token in span)
        if exact in self._names:
            return self._names[exact], False
        if exact in self._short and self._short_is_meant(words, place, span):
            return self._short[exact], False
        singular = (*map(_singular, exact[:-1]), exact[-1])
        if singular in self._names:
            return self._names[singular], False
        if place and any(token.raw[0].isupper() for token in span) and not words[0].raw.isupper():
            return None, False  # a capital inside a sentence is a name, not a typo: Whistler is no wrestler
        for corrected in itertools.islice(itertools.product(*map(self._readings, exact)), 1, 25):
            if corrected in self._names:
                return self._names[corrected], True
        return self._nearly(exact), True

    def _readings(self, word: str) -> tuple[str, ...]:
        return (word, *self._corrections_of(word))

    def _nearly(self, exact: tuple[str, ...]) -> str | None:
        """A name of several words, all right but one, and that one a letter off: 'front office manger', 'urbn planner'."""
        if len(exact) < 2:
            return None
        for place, word in enumerate(exact):
            if len(word) < 4 or word in self.words.boundaries:
                continue
            for part in self._followers.get((*exact[:place], "", *exact[place + 1 :]), ()):
                if word[0] == part[0] and OSA.distance(word, part, score_cutoff=1) <= 1:
                    right = (*exact[:place], part, *exact[place + 1 :])
                    return self._names[right]
        return None

    def _short_is_meant(self, words: Sequence[Token], place: int, span: Sequence[Token]) -> bool:
        raw = span[0].raw
        shouting = len(words) > 3 and all(token.raw.isupper() for token in words if token.raw.isalpha())
        before = words[place - 1].word if place else ""
        letters = re.sub(r"[^A-Za-z]", "", raw).rstrip("s")
        if (letters.isupper() or "." in raw and letters[:2].isupper()) and not shouting:
            return before not in {"in", "from", "near", "of", "to"} or len(raw) > 2 and raw not in {"PEI"}
        return len(words) == 1 or before in self.words.article_like

    def _corrections_of(self, word: str) -> tuple[str, ...]:
        """The words of titles that this may be a typo of, the nearest ones only."""
        if word not in self._corrections:
            if len(self._corrections) > 20_000:
                self._corrections.clear()
            self._corrections[word] = self._nearest_parts(word)
        return self._corrections[word]

    def _nearest_parts(self, word: str) -> tuple[str, ...]:
        if len(word) < 5 or not word.isalpha() or word in self._parts or word in self._ordinary:
            return ()
        if word in self.words.boundaries or word in self.words.neutral:
            return ()
        if any(
            word.endswith(end) and word[: -len(end)] in self._ordinary
            for end in ("s", "es", "ed", "ing", "ly", "d")
        ):
            return ()
        allowed = 1 if len(word) < 8 else 2 if len(word) < 12 else 3
        near: list[tuple[int, str]] = []
        sound = _sound(word)
        for part, part_sound in {*self._alike[_first(word)], *self._alike[word[1:3]]}:
            if abs(len(part) - len(word)) <= allowed + 1:
                distance = OSA.distance(word, part, score_cutoff=allowed)
                distance = allowed if distance > allowed and sound == part_sound else distance
                if distance <= allowed:
                    near.append((distance, part))
        nearest = min(near)[0] if near else 0
        nearest_parts = [part for distance, part in near if distance == nearest]
        return tuple(sorted(nearest_parts, key=lambda part: (_singular(part) not in self.words.heads, part)))[
            :4
        ]

    def _not_meant(self, text: str, words: Sequence[Token], place: int, width: int, title: str) -> bool:
        """The words are there, but nobody is said to work as one: 'talk to a lawyer', 'my manager said'."""
        name = " ".join(token.word for token in words[place : place + width])
        before = [token.word for token in words[max(0, place - 4) : place]]
        follower = words[place + width].word if place + width < len(words) else ""
        if re.search(r"['’]s?$", words[place + width - 1].raw) and follower in _POSSESSIONS:
            return True
        if before and before[-1] in self.words.not_behind and _singular(name) in self.words.ordinary_titles:
            return "as" not in before[-2:-1]
        if title in self.words.sought_titles or _singular(name) in self.words.sought_titles:
            sought = [word for word in before if word in self.words.seeking_words]
            stated = any(word in {"im", "am", "as", "is", "wife", "husband"} for word in before[-3:])
            me = any(token.word == "me" for token in words[place + width : place + width + 2])
            return (bool(sought) or me) and not stated
        return False

    def _whole(
        self, text: str, words: Sequence[Token], place: int, width: int, title: str, typo: bool
    ) -> Match:
        """The match with what belongs to it before and behind; a longer, unknown title does not fall back to the short one."""
        end = place + width
        if (
            end < len(words)
            and words[end].word in self.words.following
            and _joined(text, words[end - 1 : end + 1])
        ):
            return self._unknown(text, words[place : end + 1], words[end].word, title)
        head = _singular(words[end - 1].word)
        modifiers = self._modifiers(text, words, place)
        if modifiers and modifiers[-1].word in self.words.unpaid:
            return self._unknown(text, words[place - 1 : end], "hobby", title)
        if width > 1 or head not in self.words.heads or not modifiers:
            return Match(
                words[place].start,
                words[end - 1].end,
                text[words[place].start : words[end - 1].end],
                title,
                typo=typo,
            )
        span = words[place - len(modifiers) : end]
        phrase = " ".join(token.word for token in modifiers)
        if head == "engineer" and (
            modifiers[-1].word in self.words.engineering_branches or phrase in self.words.engineering_branches
        ):
            return Match(span[0].start, span[-1].end, text[span[0].start : span[-1].end], title, typo=typo)
        return self._unknown(text, span, head, title)

    def _modifiers(self, text: str, words: Sequence[Token], place: int) -> list[Token]:
        """The unknown words directly before a title, at most three, not counting neutral ones such as 'senior'."""
        found: list[Token] = []
        for before in range(place - 1, max(-1, place - 4), -1):
            token = words[before]
            if (
                not _joined(text, words[before : before + 2])
                or token.word in self.words.boundaries
                or token.word.isdigit()
            ):
                break
            if token.word in self.words.neutral and not (found and found[0].word == "software"):
                if not found:
                    continue
                break
            if re.search(r"['’]s$", token.raw) or token.raw.endswith("."):
                break
            found.insert(0, token)
        return found

    def _unknown(self, text: str, span: Sequence[Token], head: str, title: str) -> Match:
        head = _singular(head)
        status = self.words.heads.get(head, "not_listed")
        if head in {"technician", "technologist", "tech"} and any(
            t.word in self.words.technician_disciplines for t in span
        ):
            status = "depends"
        known = self.facts.titles[title]
        nearest = next(iter(known.professions or known.nearest), self.words.head_professions.get(head))
        return Match(span[0].start, span[-1].end, text[span[0].start : span[-1].end], None, status, nearest)

    def _in_context(self, text: str, match: Match) -> Match:
        """A title whose meaning hangs on the place of work: a teacher at a high school, a manager of a hotel."""
        name = match.text.lower()
        for title, heads, pattern in self._contexts:
            bare = any(re.search(rf"\b{head}s?$", name) for head in heads) and self._is_open(match, heads)
            if bare and pattern.search(text):
                return match._replace(title=title, status="known", nearest=None)
        return match

    def _is_open(self, match: Match, heads: Sequence[str]) -> bool:
        """True unless the title itself already says where the work is done ('CEGEP teacher')."""
        known = self.facts.titles.get(match.title or "")
        return known is None or known.basis == "ours" or _singular(match.text.lower()) in heads

    def _fields_in(self, text: str) -> list[Match]:
        """A field of work instead of a title ('I do management consulting'), unless it is what somebody studied."""
        for field in self._fields.finditer(text):
            if not _STUDIED.search(text[: field.start()]) and not _STUDY_AFTER.match(text[field.end() :]):
                return [
                    Match(
                        field.start(),
                        field.end(),
                        field.group(),
                        self.words.fields[fold(field.group()).replace("-", " ")],
                    )
                ]
        return []

    def _unknown_in(self, text: str) -> list[Match]:
        """A job that no list knows, by its place in the sentence: 'I'm a falconer', 'are chimney sweeps covered?'."""
        for pattern, needs_ending in _JOB_PLACES:
            for found in pattern.finditer(text):
                start, end = found.span("job")
                words = [token for token in tokens(text[start:end])]
                while words and words[0].word in self.words.neutral | self.words.boundaries:
                    words.pop(0)
                for number, token in enumerate(words):
                    if token.word in self.words.boundaries:
                        words = words[:number]
                        break
                title_case = all(token.raw[0].isupper() for token in tokens(text))
                named = bool(words) and words[-1].raw[0].isupper() and not title_case
                if words and not named and self._looks_like_a_job(words[-1].word, needs_ending):
                    first, last = start + words[0].start, start + words[-1].end
                    return [Match(first, last, text[first:last], None, "not_listed")]
        return []

    def _looks_like_a_job(self, word: str, needs_ending: bool) -> bool:
        if len(word) < 3 or word in self.words.not_jobs or _singular(word) in self.words.not_jobs:
            return False
        return not needs_ending or bool(_JOB_ENDING.search(_singular(word)))

    def _bare_head(self, text: str, words: Sequence[Token], place: int) -> Match | None:
        """An unknown title by its last word alone ('wedding planner'), when that word is the head of jobs."""
        head = _singular(words[place].word)
        modifiers = self._modifiers(text, words, place)
        if head not in self.words.heads or not modifiers:
            return None
        if (
            place + 1 < len(words)
            and words[place + 1].word in self.words.following
            and _joined(text, words[place : place + 2])
        ):
            return None
        span = words[place - len(modifiers) : place + 1]
        status = self.words.heads[head]
        return Match(
            span[0].start,
            span[-1].end,
            text[span[0].start : span[-1].end],
            None,
            status,
            self.words.head_professions.get(head),
        )


def _sound(word: str) -> str:
    """How a word sounds, roughly: 'grafic' and 'graphic', 'farmasist' and 'pharmacist' are alike."""
    for letters, sound in _SOUNDS:
        word = word.replace(letters, sound)
    return re.sub(r"(.)\1", r"\1", word)


def _first(word: str) -> str:
    return _sound(word[:3])[:1]


def _joined(text: str, span: Sequence[Token]) -> bool:
    """True where only spaces, hyphens, slashes or '&' stand between the words, so that they may be one title."""
    return all(re.fullmatch(r"[\s\-/&'’.]{0,3}", text[a.end : b.start]) and (text[a.end : b.start].strip() != "." or len(a.raw) < 4)
               for a, b in zip(span, span[1:]))  # fmt: skip


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _heads_of_phrases(text: str, matches: Sequence[Match], boundaries: frozenset[str]) -> list[Match]:
    """Of titles in one phrase the last one is the job: a 'vet clinic receptionist' is a receptionist."""
    kept = []
    for number, match in enumerate(matches):
        following = matches[number + 1] if number + 1 < len(matches) else None
        between = text[match.end : following.start] if following else ","
        words = tokens(between)
        one_phrase = (
            re.fullmatch(r"[\w\s-]*", between)
            and len(words) <= 1
            and not any(w.word in boundaries for w in words)
        )
        if not one_phrase:
            kept.append(match)
    return kept


def _denied(text: str, match: Match) -> bool:
    """'not a pharmacist': named in order to say that it is not the job."""
    return bool(
        re.search(
            r"\b(?:not|isn['’]?t|aren['’]?t|never been|rather than|instead of|no longer) (?:an? |the )?(?:\w+ )?$",
            text[: match.start],
            re.I,
        )
    )
