"""By when a lawyer answers, in the words of the visitor."""

from __future__ import annotations

from datetime import datetime

from actions.words import Words
from knowledge.records import Firm
from leads import firm as desk


def promised(firm: Firm, now: datetime, words: Words) -> str:
    """'tomorrow morning, by 11 am (Toronto time)': counted in the firm's hours."""
    promise = desk.promise(firm, now)
    values = promise.values
    city = values["time_zone"].rpartition("/")[2].replace("_", " ")
    time = words.say("promise_clock", clock=_clock(values["time"], words), city=city)
    day = words.grammar.day_of(values["date"].partition("-")[2])
    return words.say(f"promise_{promise.words}", time=time, weekday=words.say(values["weekday"]), date=day)


def _clock(time: str, words: Words) -> str:
    """'17:00' → '5 pm'."""
    hour, minute = (int(part) for part in time.split(":"))
    if (hour, minute) == (12, 0):
        return words.say("clock_noon")
    return words.say("clock_am" if hour < 12 else "clock_pm", clock=words.grammar.clock(hour, minute))
