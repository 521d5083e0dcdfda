"""What Prometheus reads of the real bot, before and after what visitors did."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable

import requests
from prometheus_client.parser import text_string_to_metric_families

from tests.bot import Bot
from tests.channels.rest_client import new_id

CANARY = "Quincy Featherstonehaugh"
FORM = ("I want to talk to someone", "Yes, I agree", CANARY, "{sender}@example.com", "Mornings")
FORM += ("a permit for a canarykeeper", "Skip", "No date", "Send it")
LABELS = {"channel", "outcome", "topic", "kind", "logger", "state", "target", "part", "le"}

Sample = tuple[str, tuple[str, ...]]


def text(bot: Bot) -> str:
    reply = requests.get(f"{bot.url}/metrics", timeout=20)
    assert reply.status_code == 200 and reply.headers["content-type"].startswith("text/plain; version=")
    return reply.text


def scrape(bot: Bot) -> Counter[Sample]:
    """Name and label values → figure."""
    return Counter(
        {
            (sample.name, tuple(sample.labels.values())): sample.value
            for family in text_string_to_metric_families(text(bot))
            for sample in family.samples
        }
    )


def grown(bot: Bot, deed: Callable[[], object]) -> Counter[Sample]:
    """By how much each figure grew."""
    before = scrape(bot)
    deed()
    time.sleep(1.1)  # figures of the leads are a second old at most
    after = scrape(bot)
    after.subtract(before)
    return after


def test_turns_are_counted_by_channel_and_outcome_with_their_time(bot: Bot) -> None:
    more = grown(bot, lambda: [bot.ask("Is a pharmacist on the list?") for _ in range(3)])
    assert more["assistant_turns_total", ("rest", "answered")] == 3
    assert more["assistant_turn_seconds_count", ("rest",)] == 3
    assert 0 < more["assistant_turn_seconds_sum", ("rest",)] < 30
    assert more["assistant_fallbacks_total", ("rest",)] == 0


def test_a_message_that_comes_again_is_not_counted_as_another_answer(bot: Bot) -> None:
    body = {"sender": new_id(), "message": "what does it cost", "message_id": new_id()}
    more = grown(bot, lambda: [bot.post(body) for _ in range(2)])
    assert more["assistant_turns_total", ("rest", "answered")] == 1
    assert more["assistant_turns_total", ("rest", "again")] == 1


def test_what_is_not_for_us_and_what_has_no_fact_is_counted(bot: Bot) -> None:
    more = grown(bot, lambda: bot.ask("tell me a joke about penguins"))
    assert more["assistant_fallbacks_total", ("rest",)] == 1
    visitor = bot.visitor()
    more = grown(bot, lambda: visitor.say("how do I appeal a refused refugee claim"))
    assert visitor.last and visitor.last.record["topics"] == ["legal_other"], visitor.last
    assert more["assistant_unanswered_total", ("legal_other",)] == 1
    more = grown(bot, lambda: bot.ask("what does it cost"))
    assert not [name for name in more if name[0] == "assistant_unanswered_total" and more[name]]


def test_leads_are_counted_by_state_and_no_word_of_a_visitor_is_in_it(bot: Bot) -> None:
    visitor = bot.visitor()

    def send() -> None:
        for line in FORM:
            visitor.say(line.format(sender=visitor.sender[-12:]))

    more = grown(bot, send)
    assert visitor.leads and more["assistant_leads", ("new",)] == 1
    now = scrape(bot)
    assert now["assistant_outbox_age_seconds", ()] >= 0
    assert all(now["assistant_up", (part,)] == 1 for part in ("model", "conversations", "actions", "leads"))
    assert now["process_resident_memory_bytes", ()] > 10_000_000

    shown = text(bot)
    for word in (*CANARY.split(), "canarykeeper", "example.com", visitor.sender, visitor.leads[0].number):
        assert word.lower() not in shown.lower()
    labels = {
        name
        for family in text_string_to_metric_families(shown)
        for sample in family.samples
        for name in sample.labels
    }
    assert labels <= LABELS
