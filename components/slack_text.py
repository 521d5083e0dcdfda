"""Between Slack's way of writing and ours: what people type there, and what the assistant says there.

Documented at https://docs.slack.dev/messaging/formatting-message-text.
"""

from __future__ import annotations

import re

# A "<" that somebody typed comes as "&lt;", so these are Slack's own: <@U1>, <#C1|general>, <https://a.ca|a.ca>.
_MARKUP = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_TYPED_MARKS = re.compile(r"(?<!\w)([*_~`]{1,3})(?=\S)(.+?)(?<=\S)\1(?!\w)")
_SPACES = re.compile(r"[ \t\u00a0]{2,}")
# A web address comes first, so that marks within one are none; marks within a word are none either.
_MARKS = re.compile(
    r"(?P<url>https?://[^\s<>|]*[^\s<>|.,;:!?)])"
    r"|\*\*(?=\S)(?P<bold>.+?)(?<=\S)\*\*"
    r"|(?<![\w*])\*(?=[^\s*])(?P<starred>.+?)(?<=[^\s*])\*(?![\w*])"
    r"|(?<!\w)_(?=\S)(?P<italic>.+?)(?<=\S)_(?!\w)"
    r"|\[(?P<label>[^\]]+)\]\((?P<href>(?:https?://|mailto:|tel:)[^()\s|]+)\)"
)


def heard(text: str) -> str:
    """What somebody typed, as they typed it: no links around addresses, no escapes, nobody called by an id."""
    plain = _unescaped(_MARKUP.sub(_as_typed, text))
    while (bare := _TYPED_MARKS.sub(r"\2", plain)) != plain:
        plain = bare
    return _SPACES.sub(" ", plain).strip()


def escaped(text: str) -> str:
    """The text as Slack shows it literally: no mention, no link, no channel."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def mrkdwn(text: str) -> str:
    """The assistant's few marks (**bold**, *italic* or _italic_, lists with "- ", links) as Slack's."""
    lines = (f"• {line[2:]}" if line.startswith("- ") else line for line in text.split("\n"))
    return _marked(escaped("\n".join(lines)))


def plain(text: str) -> str:
    """The same for a notification, which shows no marks."""
    return escaped(_MARKS.sub(_bare, text))


def _as_typed(found: re.Match[str]) -> str:
    target, label = found[1], found[2] or ""
    if target.startswith(("@", "#")):
        return f"{target[0]}{label.lstrip('@#')}" if label else ""
    if target.startswith("!"):
        return label if target.startswith(("!date", "!subteam")) else ""
    if target.startswith("mailto:"):
        return label if "@" in label else target.removeprefix("mailto:")
    return label or target.removeprefix("tel:")


def _unescaped(text: str) -> str:
    """Slack escapes these three; "&amp;" comes last, lest "&amp;lt;" be unescaped twice."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _marked(text: str) -> str:
    return _MARKS.sub(_mark, text)


def _mark(found: re.Match[str]) -> str:
    if url := found["url"]:
        return f"<{url}>"
    if label := found["label"]:
        return f"<{found['href']}|{label.replace('|', '¦')}>"
    if bold := found["bold"]:
        return f"*{_marked(bold)}*"
    return f"_{_marked(found['starred'] or found['italic'])}_"


def _bare(found: re.Match[str]) -> str:
    inside = found["label"] or found["bold"] or found["starred"] or found["italic"]
    return _MARKS.sub(_bare, inside) if inside else found[0]
