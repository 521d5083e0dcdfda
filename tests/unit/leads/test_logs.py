"""What a line of the log tells: ours in full, a library's only as far as it stands in its source."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from leads.errors import SettingsError
from leads.logs import Json, Text, set_up

ROOT = Path(__file__).resolve().parents[3]
CANARY = "canary-quillfeather"
LIBRARY = """
def log(logger, name):
    logger.warning("a plain sentence")
    logger.warning("about %s", name)
    logger.warning(f"about {name}")
    logger.warning("about " + name)
    logger.warning(ValueError(name))
    logger.warning('{"event": "processor.message.parse", "text": "' + name + '"}')
    logger.warning('{"event": "about ' + name + '"}')
    logger.warning("{" * 100_000 + name)
    try:
        raise KeyError(name)
    except KeyError:
        logger.exception(f"failed for {name}")
"""


class Kept(logging.Handler):
    """Formats at once, as a stream does."""

    def __init__(self, formatter: logging.Formatter) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.formatter = formatter

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


def logged(formatter: logging.Formatter, code: str, path: str) -> list[str]:
    space: dict[str, Any] = {}
    exec(compile(code, path, "exec"), space)
    logger, kept = logging.Logger("some.library"), Kept(formatter)
    logger.addHandler(kept)
    space["log"](logger, CANARY)
    return kept.lines


@pytest.mark.parametrize("formatter", [Text(), Json()])
def test_of_a_library_only_its_own_words_are_shown(formatter: logging.Formatter) -> None:
    lines = logged(formatter, LIBRARY, "/usr/lib/library.py")
    assert len(lines) == 9 and not [line for line in lines if CANARY in line or "\n" in line]
    expected = ["a plain sentence", "about %s", *["library.py:"] * 3, "processor.message.parse", *["library.py:"] * 3]
    for line, words in zip(lines, expected, strict=True):
        assert words in line
    assert "ValueError" in lines[4]
    assert "KeyError" in lines[8] and "library.py:12" in lines[8]


def test_ours_are_shown_in_full_but_for_the_words_of_an_error() -> None:
    code = LIBRARY.replace('f"failed for {name}"', '"it failed"')
    lines = logged(Text(), code, str(ROOT / "components" / "made_up.py"))
    assert lines[0].endswith("WARNING some.library: a plain sentence")
    assert f"about {CANARY}" in lines[1], "so our code is what must be careful"
    assert lines[8].endswith("ERROR some.library: it failed (KeyError at components/made_up.py:12)")


def test_an_object_a_line_has_what_programs_look_for() -> None:
    found = [json.loads(line) for line in logged(Json(), LIBRARY, "/usr/lib/library.py")]
    assert all({"time", "level", "logger", "event"} <= set(line) for line in found)
    assert (found[0]["level"], found[0]["logger"]) == ("WARNING", "some.library")
    assert found[0]["time"].endswith("+00:00")
    assert (found[8]["kind"], found[8]["at"]) == ("KeyError", "library.py:12")


@pytest.mark.parametrize("setting", [{"LOG_FORMAT": "xml"}, {"LOG_LEVEL": "CHATTY"}])
def test_a_setting_at_fault_is_named(setting: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match=next(iter(setting))):
        set_up(environment=setting)


def test_in_a_process_threads_and_warnings_tell_no_words_either() -> None:
    code = f"""
import threading, warnings
from leads import logs
logs.begin()
def fails():
    raise ValueError({CANARY!r})
thread = threading.Thread(target=fails); thread.start(); thread.join()
warnings.simplefilter("always")
warnings.warn({CANARY!r})
import logging
logging.getLogger().error("%d", {CANARY!r})
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={"LOG_FORMAT": "json"}, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0 and CANARY not in done.stdout + done.stderr, done
    thread, warning, wrong = [json.loads(line) for line in done.stdout.splitlines()]
    assert (thread["event"], thread["kind"]) == ("a thread ended", "ValueError")
    assert "UserWarning" in warning["event"] and wrong["event"] == "%d"
