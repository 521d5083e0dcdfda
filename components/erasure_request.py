"""“Delete my data”, typed in the chat: asked back with two buttons, and done only when that is confirmed.

Told by its words alone, before anything is understood: so it works whatever the model makes of it, and in the midst of a
form. Only a message that says nothing else counts. What is asked and answered here is part of the transcript, but not of
what Rasa goes on from: after a no, the conversation stands where it stood.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from rasa.core.channels.channel import UserMessage
from rasa.core.processor import MessageProcessor
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, UserUtteranceReverted, UserUttered

from components.sentences import Sentences

ERASED = "erased"  # the sentence that says so, and how a channel is told
MARK = "erasure"  # in the metadata of the question

_END = r"(?: (?:please|now|right now|immediately|at once|completely|permanently|forever|for good|thanks|thank you))*"
_KNOWN = r"(?: (?:that )?(?:you|u) (?:have|know|keep|hold|store|stored|saved|collected)(?: (?:about|on|of) me)?| about me)"
_TOLD = r"(?: (?:that )?i (?:ve |have )?(?:said|told you|wrote|written|typed|sent|gave you|given you|entered)(?: here)?)"
_WHERE = r"(?: (?:from|in|on|off) (?:your|the|this) (?:systems?|servers?|records|databases?|files|chat|site|website))"
_THINGS = (
    r"(?:personal |private )?(?:data|info|information|details|messages|chats?|conversations?|"
    r"(?:chat |conversation )?history|records?)"
)
_THINGS = rf"{_THINGS}(?: and (?:my )?{_THINGS})?"
_ALL = r"(?:all |any )?(?:of )?"
_WHAT = (
    rf"(?:{_ALL}my {_THINGS}|{_ALL}(?:this|the|our) (?:whole |entire )?(?:chat|conversation)"
    rf"|{_ALL}(?:the )?(?:personal )?(?:data|info|information){_KNOWN}|(?:everything|whatever|what|all){_KNOWN}"
    rf"|(?:everything|whatever|what|all){_TOLD}|everything|it all|me)"
)
_FR_END = (
    r"(?: (?:s il (?:vous|te) pla[iî]t|svp|stp|merci|maintenant|tout de suite|imm[eé]diatement|d[eé]finitivement"
    r"|pour de bon))*"
)
_FR_THINGS = (
    r"(?:donn[eé]es|informations?|infos|renseignements|coordonn[eé]es|messages|conversations?|historique)"
    r"(?: personnel(?:le)?s)?"
)
_FR_WHAT = (
    rf"(?:(?:toutes |tous |tout )?(?:mes|mon|ma) {_FR_THINGS}(?: et (?:mes|mon|ma) {_FR_THINGS})?"
    r"|(?:toute )?(?:cette|la|notre) (?:conversation|discussion)|l historique|(?:ce|le) (?:chat|clavardage)"
    r"|(?:tout )?ce que (?:vous avez|tu as|vous savez|tu sais|j ai [eé]crit|je vous ai (?:dit|[eé]crit))"
    r"(?: (?:sur|de) moi| ici)?|tout)"
)
_ES_END = r"(?: (?:por favor|gracias|ahora|ya|ahora mismo|de inmediato|inmediatamente|para siempre|definitivamente))*"
_ES_THINGS = (
    r"(?:datos|informaci[oó]n|mensajes|chats?|conversaci[oó]n|conversaciones|historial)(?: personal(?:es)?)?"
)
_ES_WHAT = (
    rf"(?:(?:todos |todas |toda |todo )?(?:mis|mi) {_ES_THINGS}(?: y (?:mis|mi) {_ES_THINGS})?"
    r"|(?:toda )?(?:esta|la|nuestra) (?:conversaci[oó]n|pl[aá]tica)|(?:este|el) chat|el historial"
    r"|(?:todo )?lo que (?:tiene|tienen|tienes|sabe|saben|sabes|guarda|guardan|guard[oó]|escrib[ií]|"
    r"(?:le|te|les) (?:dije|escrib[ií]|cont[eé]))(?: (?:de|sobre) m[ií]| aqu[ií])?|todo)"
)
# In any language: a request, and the words that confirm it or take it back, without punctuation.
_REQUEST: Mapping[str, re.Pattern[str]] = {
    "en": re.compile(
        r"(?:(?:hi|hello|hey|ok|okay|so|and|yes|please|pls|kindly|just) )*"
        r"(?:(?:can|could|would|will) (?:you|u|i)(?: please)? |how (?:can|do) i |i (?:d like|would like|want|wish|need)"
        r"(?: you)? to |you (?:must|should|have to) )?(?:please )?"
        rf"(?:(?:delete|erase|remove|wipe|destroy|get rid of) {_WHAT}{_KNOWN}?{_WHERE}?"
        rf"|forget (?:me|about me|(?:everything|all){_KNOWN}|{_ALL}my {_THINGS})"
        rf"|(?:(?:have|get)|i want) {_ALL}my {_THINGS} (?:to be )?(?:deleted|erased|removed)"
        r"|(?:be|the right to be|my right to be|right to be) forgotten"
        rf"|(?:i )?(?:withdraw|revoke|take back) my consent){_END}"
    ),
    "fr": re.compile(
        r"(?:(?:bonjour|salut|all[oô]|ok|oui|alors|et|svp|stp|s il (?:vous|te) pla[iî]t) )*"
        r"(?:(?:(?:pouvez|pourriez) vous|(?:peux|pourrais) tu|je (?:veux|voudrais|souhaite)|j aimerais|veuillez|il faut)"
        r"(?: que (?:vous|tu))? )?"
        rf"(?:(?:supprim(?:er|ez|e|es|iez)|effac(?:er|ez|e|es|iez)|d[eé]trui(?:re|sez|s|siez)) {_FR_WHAT}"
        r"|oubli(?:er|ez|e) (?:moi|tout)|(?:le |mon )?droit [aà] l (?:oubli|effacement)"
        rf"|(?:je )?(?:retire|retirer|r[eé]voque) mon consentement){_FR_END}"
    ),
    "es": re.compile(
        r"(?:(?:hola|buen(?:os|as) (?:d[ií]as|tardes|noches)|ok|s[ií]|y|por favor) )*"
        r"(?:(?:puede|puedes|podr[ií]a|podr[ií]as|pueden|quiero|quisiera|deseo|necesito|solicito)(?: que)?(?: me)? )?"
        rf"(?:(?:borr(?:ar|e|a|en|es)|elimin(?:ar|e|a|en|es)|suprim(?:ir|a|e|an)) {_ES_WHAT}"
        r"|olv[ií]d(?:e|a|ar)(?:se|te)? (?:de m[ií]|de todo|todo)"
        r"|(?:el |mi )?derecho (?:al olvido|a la supresi[oó]n|de cancelaci[oó]n)"
        rf"|(?:yo )?(?:retiro|retirar|revoco|revocar) mi consentimiento){_ES_END}"
    ),
}
_YES = {
    "en": frozenset(
        {"yes", "y", "yes please", "yep", "yeah", "sure", "ok", "okay", "confirm", "i confirm", "delete", "delete it",
         "delete it all", "yes delete", "yes delete it", "yes delete it all", "yes delete everything", "do it",
         "yes do it", "go ahead", "yes go ahead", "erase it", "yes erase it", "yes i am sure", "yes im sure"}
    ),
    "fr": frozenset(
        {"oui", "oui merci", "oui svp", "oui s il vous plaît", "d accord", "oui supprimez", "supprimez", "supprimer",
         "tout supprimer", "oui tout supprimer", "supprimez tout", "oui supprimez tout", "effacez", "effacez tout",
         "oui effacez tout", "allez y", "oui allez y", "je confirme", "confirmer", "oui je confirme",
         "oui je suis sûr", "oui je suis sûre"}
    ),
    "es": frozenset(
        {"sí", "si", "sí por favor", "si por favor", "claro", "de acuerdo", "borrar", "borrar todo", "sí borrar todo",
         "si borrar todo", "bórrelo", "borrelo", "bórrelo todo", "borrelo todo", "sí bórrelo", "si borrelo",
         "sí bórrelo todo", "si borrelo todo", "borre todo", "sí borre todo", "si borre todo", "elimínelo",
         "adelante", "sí adelante", "si adelante", "confirmo", "sí confirmo", "si confirmo", "estoy seguro",
         "estoy segura"}
    ),
}  # fmt: skip
_NO = {
    "en": frozenset(
        {"no", "n", "no thanks", "no thank you", "nope", "no keep it", "keep it", "cancel", "never mind", "nevermind",
         "stop", "dont", "no dont", "dont delete", "dont delete it", "no dont delete it", "not now"}
    ),
    "fr": frozenset(
        {"non", "non merci", "conserver", "conservez", "conservez tout", "non conservez", "gardez", "gardez tout",
         "annuler", "annulez", "laissez tomber", "ne supprimez pas", "ne supprimez rien", "non ne supprimez pas",
         "pas maintenant", "arrêtez"}
    ),
    "es": frozenset(
        {"no", "no gracias", "conservar", "consérvelo", "conservelo", "no borre", "no lo borre", "no borre nada",
         "no lo borres", "guárdelo", "guardelo", "cancelar", "cancele", "déjelo", "dejelo", "olvídelo", "olvidelo",
         "ahora no", "mejor no"}
    ),
}  # fmt: skip

Events = Sequence[Mapping[str, Any]]


class Reply(UserMessage):
    """A message that the channel answers itself, with ``said`` and buttons that stand for words; Rasa does not hear it."""

    said: str
    buttons: tuple[str, ...] = ()


class Forget(UserMessage):
    """The confirmation; ``at``: when, in seconds since 1970."""

    at: float


def heard(
    message: UserMessage, events: Events, sentences: Sentences, at: float, language: str = "en"
) -> UserMessage:
    """What becomes of a message, given the last turns: a ``Reply``, a ``Forget``, or the same message, which is for Rasa.

    It is answered in the language in which it is said; ``language``: that of the conversation, for words of several.
    """
    words = _plain(str(message.text))
    if _is_asked(events):
        if any(words in some for some in _YES.values()):
            return _as(Forget, message, at=at)
        if refused := [name for name, some in _NO.items() if words in some]:
            return _as(Reply, message, said=sentences.say("erase_kept", _one_of(refused, language)))
    if not (asked := [name for name, pattern in _REQUEST.items() if pattern.fullmatch(words)]):
        return message
    language = _one_of(asked, language)
    titles = tuple(sentences.say(name, language) for name in ("erase_yes", "erase_no"))
    return _as(Reply, message, said=sentences.say("erase_ask", language), buttons=titles)


def _one_of(languages: Sequence[str], likely: str) -> str:
    return likely if likely in languages else languages[0]


async def answer(processor: MessageProcessor, reply: Reply) -> None:
    """Stores the message with its answer, as a turn after which everything stands as before."""
    tracker = await processor.fetch_tracker_and_update_session(
        reply.sender_id, reply.output_channel, reply.metadata
    )
    for event in _turn(reply):
        tracker.update(event, processor.domain)
    await processor.save_tracker(tracker)


def _turn(reply: Reply) -> list[Event]:
    buttons = [{"title": title, "payload": title} for title in reply.buttons]
    said = {"message_id": reply.message_id, "input_channel": reply.input_channel, "metadata": reply.metadata}
    return [
        UserUttered(reply.text, **said),
        BotUttered(reply.said, {"buttons": buttons or None}, {MARK: "asked"} if buttons else {}),
        UserUtteranceReverted(),  # of the message, and of the listening before it
        ActionExecuted(ACTION_LISTEN_NAME),
    ]


def _is_asked(events: Events) -> bool:
    """Whether the last thing said was our question."""
    for event in reversed(events):
        if event.get("event") in ("bot", "user"):
            return event["event"] == "bot" and MARK in (event.get("metadata") or {})
    return False


def _plain(text: str) -> str:
    """Small letters and single spaces; an apostrophe joins ("don't" is "dont", but "i'd" is "i d")."""
    text = text.casefold().replace("’", "'").replace("n't", "nt").replace("i'm", "im")
    return " ".join(re.sub(r"[^\w\s]|_", " ", text).split())


def _as(kind: type[Reply] | type[Forget], message: UserMessage, **more: Any) -> Any:
    made = kind(
        message.text,
        message.output_channel,
        message.sender_id,
        input_channel=message.input_channel,
        message_id=message.message_id,
        metadata=message.metadata,
    )
    for name, value in more.items():
        setattr(made, name, value)
    return made
