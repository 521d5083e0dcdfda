"""The log of every process, Rasa, the action server and the worker: readable text, or with LOG_FORMAT=json an object a line
(``time`` in UTC, ``level``, ``logger``, ``event``; of an error its ``kind`` and the ``at`` where it was raised).

No line tells what people wrote, at any LOG_LEVEL. Our own messages are written so. Of those of libraries, which put texts,
ids and local variables into them, only what stands word for word in the library's own source is shown, else its place there;
of exceptions only the kind and the place.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import threading
import warnings
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, TextIO

from leads.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent
OURS = tuple(f"{ROOT / folder}{os.sep}" for folder in ("actions", "components", "knowledge", "leads", "scripts"))
FORMATS = ("", "text", "json")
_NAME = re.compile(r"\w+(\.\w+)+", re.ASCII)  # of an event of structlog, such as processor.message.parse
_KIND = re.compile(r"\w{1,80}", re.ASCII)

logger = logging.getLogger(__name__)


class Shown(NamedTuple):
    """What a line tells of a record."""

    event: str
    kind: str | None
    at: str | None


def set_up(default_level: str = "INFO", environment: Mapping[str, str] = os.environ) -> None:
    """From now on everything is logged so, on standard output. A second time it does nothing. Raises ``SettingsError``."""
    wanted = environment.get("LOG_FORMAT", "").strip().lower()
    if wanted not in FORMATS:
        raise SettingsError("LOG_FORMAT", "must be text or json")
    level = environment.get("LOG_LEVEL", "").strip().upper() or default_level
    if not isinstance(logging.getLevelName(level), int):
        raise SettingsError("LOG_LEVEL", "must be DEBUG, INFO, WARNING or ERROR")
    root = logging.getLogger()
    if any(isinstance(handler.formatter, Text) for handler in root.handlers):
        return
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(Json() if wanted == "json" else Text())
    # In the place of those that libraries have put there.
    root.handlers = [handler, *(other for other in root.handlers if not _prints(other))]
    root.setLevel(level)
    logging.raiseExceptions = False  # else what cannot be formatted is printed, with what it was about
    threading.excepthook = _tell_of_thread
    warnings.showwarning = _tell_of_warning


def begin(default_level: str = "INFO") -> None:
    """The same as the first thing that a program does; what is wrong with the settings ends it with a sentence."""
    try:
        set_up(default_level)
    except SettingsError as error:
        raise SystemExit(f"It cannot start: {error}.") from None


class Text(logging.Formatter):
    """A line for a reader."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        event, kind, at = shown(record)
        more = " at ".join(filter(None, (kind, at)))
        line = f"{self.formatTime(record)} {record.levelname} {record.name}: {event}"
        return (f"{line} ({more})" if more else line).replace("\n", " ")


class Json(Text):
    """A line for a program."""

    def format(self, record: logging.LogRecord) -> str:
        """One object."""
        event, kind, at = shown(record)
        line = {
            "time": datetime.fromtimestamp(record.created, timezone.utc).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": event,
        }
        return json.dumps(line | {k: v for k, v in (("kind", kind), ("at", at)) if v}, ensure_ascii=False)


def shown(record: logging.LogRecord) -> Shown:
    """What may be told of it."""
    error = record.exc_info[1] if record.exc_info and record.exc_info[1] else None
    kind = type(error).__name__ if error else getattr(record, "kind", None)
    at = _place(error.__traceback__) if error else None
    if record.pathname.startswith(OURS):
        return Shown(record.getMessage(), kind, at)
    if isinstance(record.msg, BaseException):
        kind = kind or type(record.msg).__name__
    elif event := _structured(record.msg):
        return Shown(event[0], kind or event[1], at)
    elif _is_literal(record):
        return Shown(record.msg, kind, at)
    return Shown(f"{Path(record.pathname).name}:{record.lineno} {record.funcName}", kind, at)


def _structured(message: Any) -> tuple[str, str | None] | None:
    """The name of an event of structlog, as Rasa logs it, and the kind of its error: all else tells contents."""
    if not (isinstance(message, str) and message.startswith("{")):
        return None
    try:
        found = json.loads(message)
        name = str(found["event"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if not _NAME.fullmatch(name):
        return None
    try:
        kind = str(found["exception"][0]["exc_type"])
    except (KeyError, IndexError, TypeError):
        return name, None
    return name, kind if _KIND.fullmatch(kind) else None


def _is_literal(record: logging.LogRecord) -> bool:
    """Whether the message, before anything is filled in, stands in the code that logs it."""
    frame = sys._getframe()
    while frame := frame.f_back:  # type: ignore[assignment]
        code = frame.f_code
        if code.co_filename == record.pathname and code.co_name == record.funcName:
            return record.msg in code.co_consts
    return False


def _place(trace: TracebackType | None) -> str | None:
    """Where it was raised; in code of ours, if that is on the way there."""
    ours = last = None
    while trace:
        name, last = trace.tb_frame.f_code.co_filename, trace
        ours = trace if name.startswith(OURS) else ours
        trace = trace.tb_next
    if not (found := ours or last):
        return None
    path = Path(found.tb_frame.f_code.co_filename)
    return f"{path.relative_to(ROOT) if ours else path.name}:{found.tb_lineno}"


def _prints(handler: logging.Handler) -> bool:
    return getattr(handler, "stream", None) in (sys.stdout, sys.stderr)


def _tell_of_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    logger.info("a warning, %s at %s:%d", category.__name__, Path(filename).name, lineno)


def _tell_of_thread(caught: threading.ExceptHookArgs) -> None:
    if caught.exc_value:
        logger.error("a thread ended", exc_info=caught.exc_value)
