"""Whether a named job is somebody's work: not a lawyer sought, a manager spoken of, or a job denied."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.match import Match
from knowledge.text import Token, tokens
from knowledge.title_names import singular
from knowledge.vocabulary import Vocabulary

_POSSESSIONS = frozenset(
    {"office", "clinic", "firm", "shop", "note", "store", "practice", "wife", "son", "daughter"}
)
_PLACES = "clinic clinics office offices firm hospital practice shop store lab department"
_WORKPLACES = frozenset(_PLACES.split())
_AT = re.compile(r"\b(?:at|in|for|of|from|to|near) (?:an?|the|my|our|this|another)(?: [\w-]+)? $", re.I)
_HIRED = frozenset({"hire", "hires", "hired", "hiring", "bring", "bringing", "recruit", "recruiting"})
_ABROAD = frozenset({"american", "us", "usa", "mexican", "foreign", "texan", "californian"})
_ADVISERS = frozenset({"lawyer", "attorney", "solicitor", "advocate", "barrister", "legal counsel", "counsel", "consultant",
                       "paralegal", "notary", "notary public", "immigration consultant"})  # fmt: skip
_STATED = frozenset({"im", "am", "as", "is", "wife", "husband"})
# A job only of whom it is said: 'I am a model'; not 'churn models'.
_HARDLY_JOBS, _SAID_TO_BE = frozenset({"model"}), frozenset({"a", "an", "am", "im", "as", "is", "fashion", "american", "mexican"})
_DENIED = re.compile(
    r"\b(?:not|isn['’]?t(?! (?:that|this|it)\b)|aren['’]?t|never been|rather than|instead of|no longer) (?:an? |the )?(?:\w+ )?$",
    re.I,
)
_HELPED = re.compile(
    r"\b(?:(?:assist|assists|assisting|help|helps|helping) (?:an?|the|my|our|two|some|several)?"
    r"|(?:boss|employer|supervisor) is(?: an?| the)?|(?:i|he|she|we) works? with(?: an?| the| some)?"
    r"|(?<!it )(?<!this )(?:works?|working|worked|drives?|cooks?|cleans?|lift \w+) (?:directly )?for"
    r" (?:an?|the|my|our)"
    r"|(?:i|he|she|we) (?:manages?|supervises?|oversees?|leads?|advises?|sells? to)(?: \d+| the| a)?"
    r"|(?:i|he|she|we) (?:do|make|draw|render|build|prepare|write|draft|clean|cook|type|fetch)(?:s|es)?\b[\w ]{0,30} for"
    r"(?: the| our| two| some)?"
    r"|(?:assistant|secretary|receptionist|admin|helper|driver|aide|intern) (?:to|for|of) (?:an?|the|my|our)"
    r")(?: chief| head| senior| lead)? ?$",
    re.I,
)
_CLAUSE = re.compile(r"[,;:.!?()–—]\s|\s-\s|\s(?:so|and|but)\s")
_LIKENED_BEFORE = re.compile(
    r"^\W*(?:(?:and|so|but|or|then)\W+)*(?:"
    r"(?:is|are|was|isn['’]?t|aren['’]?t) (?:that|this|it|he|she|they|we|there|\w+ work)"
    r"|(?:does|do|would|will|could|can|might) (?:that|this|it)(?: \w+){0,3}"
    r"|(?:am|would|could|can|will|do|should|might) (?:i|we|he|she|they)(?: \w+){0,3}"
    r"|(?:that|this|it)['’]?s?(?: \w+){0,2}"
    r"|(?:landscape |garden |office |lab )?work,? ?same"
    r"|same|does|do|would|could|can|will|is|are|counts?|close to|like|under|as|still|near enough to"
    r")(?: thing)?(?:(?: the)? same)?(?: as| like| for| under| called| be| me| count as| considered)*"
    r"(?: an?| the| your| one| listed)?\W*$",
    re.I,
)
# Work told by a verb of its own: 'I phone people up', 'we rent out rooms'; not 'I have a degree', 'I'm moving'.
_WORK_TOLD = re.compile(
    r"^\W*(?:(?:so|well|hi|hello|hey|ok|and)\W+)*(?:i|we|he|she|they|my \w+)\s+(?:mostly |only |just |basically |also )?"
    r"(?:do (?=[a-z ]{0,12}[a-z]ing\b))?"
    r"(?!(?:is|am|are|was|were|have|has|had|hold|holds|got|get|did|do|does|want|wants|would|need|needs|live|lives|moved"
    r"|graduated|study|studies|studied|finished|earned|completed|speak|know|knew|think|heard|hear|saw|see|wonder|hope|plan"
    r"|read (?:that|on|in|about|online|your)|can|could|will|may|must|should|said|says|told|tell|work|works|worked|turn|found"
    r"|looked|applied|apply|qualify|qualified|retired|started|being|never|still|already)\b)"
    r"[a-z]+\b(?!')",
    re.I,
)
_LIKENED_BEHIND = re.compile(
    r"^\W{0,3}(?:(?<=\?)$|(?:technically|basically|then)\b|(?:is )?(?:kind of|sort of|close|my thing)|counts?|category|covers?"
    r"|right|no\b|or)",
    re.I,
)


def is_meant(
    text: str, words: Sequence[Token], place: int, width: int, title: str, lists: Vocabulary
) -> bool:
    """False where nobody is said to work as what is named: 'talk to a lawyer', 'my manager said'."""
    name = singular(" ".join(token.word for token in words[place : place + width]))
    before = [token.word for token in words[max(0, place - 4) : place]]
    follower = words[place + width].word if place + width < len(words) else ""
    owned = re.search(r"['’]s?$", words[place + width - 1].raw) and follower in _POSSESSIONS
    if owned or name == "ambassador" and follower == "bridge":
        return False
    if follower in _WORKPLACES and _AT.search(text[: words[place].start]):
        return False  # 'I groom dogs at a vet clinic'
    if name in _HARDLY_JOBS and before and before[-1] not in _SAID_TO_BE:
        return False
    if before and before[-1] in lists.not_behind and name in lists.ordinary_titles:
        return "as" in before[-2:-1]
    if {title, name} & lists.sought_titles:
        if _HIRED & set(before) and (not {title, name} & _ADVISERS or _ABROAD & set(before[-2:])):
            return True  # an employer speaks, not a client
        sought = any(word in lists.seeking_words for word in before)
        me = any(token.word == "me" for token in words[place + width : place + width + 2])
        return not (sought or me) or bool(_STATED & set(before[-3:]))
    return True


def is_denied(text: str, match: Match) -> bool:
    """'not a pharmacist', 'CMA as in medical assistant': named in order to say that it is not the job."""
    return bool(_DENIED.search(text[: match.start]) or re.match(r"\W{0,2}as in\b", text[match.end :]))


def is_helped(text: str, match: Match) -> bool:
    """'I assist an engineer', 'I lift hives for a beekeeper': somebody else's job."""
    return bool(_HELPED.search(text[: match.start]))


def likened_from(text: str, match: Match) -> int | None:
    """Where a question begins that holds work told before it against a job: 'I fix teeth, | is that it?'."""
    clause = 0
    for found in _CLAUSE.finditer(text, 0, match.start):
        clause = found.end()
    if len(tokens(text[:clause])) < 3:
        return None
    lead = text[clause : match.start]
    if _LIKENED_BEFORE.search(lead) or (not lead.strip() and _LIKENED_BEHIND.search(text[match.end :])):
        return clause
    return None


def other_work_told(text: str, match: Match) -> bool:
    """Work of no name that is held against a job: 'I phone folks up with questions, so surveyor technically?'."""
    clause = likened_from(text, match)
    return clause is not None and _WORK_TOLD.search(text[:clause]) is not None
