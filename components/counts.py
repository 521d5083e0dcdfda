"""What is counted while the assistant serves; metrics.py shows it. Labels are names of ours, never what people wrote."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

TURNS = Counter(
    "assistant_turns", "Messages by channel and outcome.", ["channel", "outcome"], registry=REGISTRY
)
SECONDS = Histogram(
    "assistant_turn_seconds",
    "From a message to its stored answer, waiting included.",
    ["channel"],
    buckets=(0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 4, 5),
    registry=REGISTRY,
)
FALLBACKS = Counter("assistant_fallbacks", "Messages declined as not for us.", ["channel"], registry=REGISTRY)
UNANSWERED = Counter(
    "assistant_unanswered", "Questions without a fact to answer them, by topic.", ["topic"], registry=REGISTRY
)
FAILURES = Counter("assistant_turn_failures", "Turns that failed, by kind.", ["kind"], registry=REGISTRY)
ERRORS = Counter("assistant_errors", "Errors in the log, by who logged them.", ["logger"], registry=REGISTRY)

# What is answered by no fact, and rightly so.
_NO_FACT_NEEDED = frozenset({"lawyer", "firm", "privacy", "source", "list"})
_FACTS = ("rules", "professions", "verdict", "asks")
DECLINED = "decline"

Events = Sequence[Mapping[str, Any]]


def turn(channel: str, outcome: str, seconds: float) -> None:
    """A message was answered, refused, failed, or came again."""
    TURNS.labels(channel, outcome).inc()
    SECONDS.labels(channel).observe(seconds)


def said(channel: str, events: Events) -> None:
    """What the last turn of a conversation was about."""
    for record in _records(events):
        topics = [str(topic) for topic in record.get("topics") or ()]
        if topics == [DECLINED]:
            FALLBACKS.labels(channel).inc()
        elif not any(record.get(name) for name in _FACTS):
            for topic in set(topics) - _NO_FACT_NEEDED:
                UNANSWERED.labels(topic).inc()


def failed(error: BaseException) -> None:
    """A turn failed of this."""
    FAILURES.labels(type(error).__name__).inc()


class CountErrors(logging.Handler):
    """Counts what is logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)

    def emit(self, record: logging.LogRecord) -> None:
        """One more."""
        ERRORS.labels(record.name).inc()


def _records(events: Events) -> Iterable[Mapping[str, Any]]:
    for event in reversed(events):
        if event.get("event") == "user":
            return
        if event.get("event") == "bot" and (record := (event.get("metadata") or {}).get("answer")):
            yield record
