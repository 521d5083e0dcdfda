"""``GET /metrics`` for Prometheus: turns, latency, what could not be answered, errors; leads, their outbox; which parts answer.

For this machine and the private network alone (near.py). What is known of the leads the action server tells, since Rasa
does not read their database; when it does not answer, those figures are left out and ``assistant_up{part="actions"}`` is 0.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from components import counts
from components.health import AppBlueprint, Parts, asked
from components.near import HEADERS
from components.probe import Probe

Figures = dict[str, Any]


class MetricsChannel(InputChannel):
    """As named in credentials.yml; it takes no messages."""

    def __init__(self) -> None:
        self._routes = AppBlueprint(self.name(), {"/metrics": self._answer})
        self._parts = Parts(self._routes.agent)
        self._figures: Probe[Figures] = Probe(self._ask_figures)
        logging.getLogger().addHandler(counts.CountErrors())

    @classmethod
    def name(cls) -> str:
        """The name of the channel."""
        return "metrics"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Only the one address."""
        return self._routes

    async def _answer(self, request: Request) -> HTTPResponse:
        shown = generate_latest(counts.REGISTRY) + generate_latest(
            gauges(await self._parts.ask(), await self._figures.ask())
        )
        return response.raw(shown, content_type=CONTENT_TYPE_LATEST, headers=HEADERS)

    async def _ask_figures(self) -> Figures:
        agent = self._routes.agent()
        if agent is None:
            raise LookupError
        return await asked(agent, "figures")


def gauges(parts: dict[str, bool], figures: Figures | None) -> CollectorRegistry:
    """What is so at this moment. ``figures``: as leads/report.py makes them."""
    registry = CollectorRegistry()
    up = Gauge("assistant_up", "Whether a part answers.", ["part"], registry=registry)
    for name, well in parts.items():
        up.labels(name).set(well)
    if figures is None or "leads" not in figures:
        return registry
    leads = Gauge("assistant_leads", "Leads that are kept, by state.", ["state"], registry=registry)
    for state, count in figures["leads"].items():
        leads.labels(state).set(count)
    deliveries = Gauge(
        "assistant_deliveries",
        "Deliveries of leads, by target and state.",
        ["target", "state"],
        registry=registry,
    )
    for target, state, count in figures["deliveries"]:
        deliveries.labels(target, state).set(count)
    age = Gauge("assistant_outbox_age_seconds", "Age of the oldest delivery that waits.", registry=registry)
    age.set(figures["oldest_waiting_s"])
    return registry
