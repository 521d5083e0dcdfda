"""``GET /health/live`` and ``GET /health/ready``, for whoever watches this server: a supervisor, a load balancer, Kubernetes.

live · 200 as long as this process serves; it asks nobody. ready · 200 if all that a turn needs answers, else 503 with the names
of what does not: model, conversations (their database), actions (the action server), leads (their database, which the action
server asks), redis (if REDIS_URL is set). It is asked again at most once a second, each part for two seconds at most, so
that it tells the truth within five. Both are for this machine and the private network alone (near.py).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import aiohttp
from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from components.conversation_store import ConversationStore
from components.locks import ConversationLocks, redis_url
from components.near import HEADERS, is_near
from components.probe import LIMIT_S, Probe
from components.remembered import store_of
from leads import logs

NOBODY = "health"  # no conversation is called so: ids have 16 letters or more

FindAgent = Callable[[], "Agent | None"]
Answer = Callable[[Request], Coroutine[Any, Any, HTTPResponse]]


class Parts:
    """What a turn needs. ``agent`` is None before Rasa has made it."""

    def __init__(self, agent: FindAgent) -> None:
        self._agent = agent
        self._actions: Probe[list[str]] = Probe(self._ask_actions)
        self._rest = {"model": Probe(self._model), "conversations": Probe(self._conversations)}
        if redis_url():
            self._rest["redis"] = Probe(self._redis)

    async def ask(self) -> dict[str, bool]:
        """Whether each part answers, by its name. All are asked at the same time."""
        actions, *answers = await asyncio.gather(
            self._actions.ask(), *(probe.ask() for probe in self._rest.values())
        )
        found = {name: answer is True for name, answer in zip(self._rest, answers, strict=True)}
        return {**found, "actions": actions is not None, "leads": actions == []}

    async def _model(self) -> bool:
        agent = self._agent()
        return agent is not None and agent.is_ready()

    async def _conversations(self) -> bool:
        store = store_of(_there(self._agent()))
        if isinstance(store, ConversationStore):
            await store.look(NOBODY, NOBODY, 1)
        else:
            await store.retrieve(NOBODY)
        return True

    async def _redis(self) -> bool:
        locks = _there(self._agent()).lock_store
        return isinstance(locks, ConversationLocks) and await locks.answers()

    async def _ask_actions(self) -> list[str]:
        missing: list[str] = (await asked(_there(self._agent()), "ready"))["missing"]
        return missing


async def asked(agent: Agent, what: str) -> dict[str, Any]:
    """What the action server answers to GET /``what``. Raises when it does not."""
    endpoint = agent.action_endpoint
    limit = aiohttp.ClientTimeout(total=LIMIT_S)
    address = endpoint.url.removesuffix("/webhook") + "/" + what
    session = aiohttp.ClientSession(timeout=limit, headers=endpoint.headers)
    async with session, session.get(address, allow_redirects=False) as reply:
        found: dict[str, Any] = await reply.json()
        return found


def _there(agent: Agent | None) -> Agent:
    if agent is None:
        raise LookupError
    return agent


class AppBlueprint(Blueprint):
    """Routes at the root of the server, where Rasa would put them under /webhooks."""

    def __init__(self, name: str, routes: dict[str, Answer]) -> None:
        super().__init__(name, __name__)
        self.ctx.near = routes

    def register(self, app: Sanic, options: dict[str, Any]) -> None:
        """Registers with the app."""
        super().register(app, options)
        self.ctx.app = app
        for path, answer in self.ctx.near.items():
            app.add_route(_for_near(answer), path, name=path.strip("/").replace("/", "_"))

    def agent(self) -> Agent | None:
        """Rasa's, once it is there."""
        return getattr(self.ctx.app.ctx, "agent", None)


def _for_near(answer: Answer) -> Answer:
    async def guarded(request: Request) -> HTTPResponse:
        if not is_near(request.headers, request.ip):
            return response.empty(403, headers=HEADERS)
        return await answer(request)

    return guarded


class HealthChannel(InputChannel):
    """As named in credentials.yml; it takes no messages."""

    def __init__(self) -> None:
        self._routes = AppBlueprint(self.name(), {"/health/live": self._live, "/health/ready": self._ready})
        self._parts = Parts(self._routes.agent)

    @classmethod
    def name(cls) -> str:
        """The name of the channel."""
        return "health"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> HealthChannel:
        """Before anything is heard it sees to the log, should Rasa's own server have been started."""
        logs.set_up()
        return cls()

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Only the two addresses."""
        return self._routes

    async def _live(self, request: Request) -> HTTPResponse:
        return response.json({"live": True}, headers=HEADERS)

    async def _ready(self, request: Request) -> HTTPResponse:
        missing = [name for name, well in (await self._parts.ask()).items() if not well]
        return response.json(
            {"ready": not missing, "missing": missing}, 503 if missing else 200, headers=HEADERS
        )
