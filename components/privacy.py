"""The privacy text behind the link in the chat: widget/privacy.<language>.html, filled in from knowledge/firm.yml and
the days of the environment.
"""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html import escape
from pathlib import Path

from sanic import response
from sanic.response import HTTPResponse

from knowledge.records import Firm
from leads.retention import Retention

FOLDER = Path(__file__).resolve().parent.parent / "widget"
DEFAULT = "en"
_BRACE = re.compile(r"\{(\w+)\}")
_STYLE = re.compile(r"<style>(.*?)</style>", re.S)


def page(firm: Firm, language: str) -> str:
    """The page in a language, or in English where it is not written in that one. An unknown brace raises ``KeyError``."""
    file = FOLDER / f"privacy.{language}.html"
    kept = Retention.told(firm.retention_days)
    values = {
        "firm": firm.name,
        "address": firm.address,
        "days": str(kept.leads),
        "silent_days": str(kept.silent),
        "proof_days": str(kept.proofs),
        "backup_days": str(kept.backups),
        "privacy_contact": firm.privacy_contact,
    }
    text = (file if file.exists() else FOLDER / f"privacy.{DEFAULT}.html").read_text(encoding="utf-8")
    style = _STYLE.search(text)
    filled = _BRACE.sub(lambda brace: escape(values[brace[1]]), _STYLE.sub("<style></style>", text))
    return filled.replace("<style></style>", style[0] if style else "")


def answer(firm: Firm, language: str) -> HTTPResponse:
    """The page, which may load nothing and which no site may frame. ``language`` is one of ours."""
    text = page(firm, language)
    styles = " ".join(
        f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'" for style in _STYLE.findall(text)
    )
    headers = {
        "Content-Security-Policy": f"default-src 'none'; style-src {styles}; base-uri 'none'; form-action 'none';"
        " frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-cache",
    }
    return response.html(text, headers=headers)
