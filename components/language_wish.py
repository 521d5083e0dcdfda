"""A message that asks for a language and for nothing else: "in Spanish please", "¿habla español?", "français svp"."""

from __future__ import annotations

import re

_NAMES = {"english": "en", "french": "fr", "spanish": "es"}
_WISH = re.compile(
    r"(?:(?:hi|hello|hey|good (?:day|morning|evening)|sorry|excuse me|ok|okay|and|but|so|no|yes|please) )*"
    r"(?!(?:do|does|will|would) (?:i|we) (?:need|have|want) )"  # whether the language is asked of them
    r"(?:(?:can|could|would|may|will|shall|do|does|is it possible|is there a way) ?)?"
    r"(?:(?:i|we|you|us|let s|lets|let us) )*(?:(?:can|could|d|would|do) )*"  # not "am": that is a nation
    r"(?:(?:prefer|want|like|rather|need|please|possible|able) )*(?:(?:to|that|if|you|we|i|it|a) )*"
    r"(?:(?:speak|speaks|talk|write|answer|reply|respond|continue|go on|carry on|switch|change|chat|use|explain|help|say|tell"
    r"|have|know|understand|read) )*"
    r"(?:(?:me|us|to|back|with|this|it|everything|the|language|conversation|little|only|just|your) )*"
    r"(?:(?:in|to|into) )?(?:the )?(english|french|spanish)"
    r"(?: (?:please|instead|now|then|better|thanks|thank you|only|version|language|possible|if|you|can|and|or))*"
)


def asked_for(english: str) -> str | None:
    """The code of the language that a message, in English or rough English, asks for; None if it says anything else."""
    plain = " ".join(re.sub(r"[^\w]+", " ", english.lower()).split())
    match = _WISH.fullmatch(plain)
    return _NAMES[match[1]] if match else None
