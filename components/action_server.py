"""Serves the actions as ``python -m rasa_sdk --actions actions`` does, but to Rasa alone.

``python -m components.action_server --port 5055``. It takes POST /webhook from whoever shows the secret
(action_secret.py), plain JSON of bounded size, and GET /figures, about the leads. Anybody who can reach it gets GET /health (it
serves) and GET /ready (``missing``: the names of what it cannot reach). Nothing else is there.
"""

from __future__ import annotations

import argparse
import hmac
import logging
import os
from collections.abc import Sequence

from leads import logs

if __name__ == "__main__":
    logs.begin()  # before a library warns of something

from rasa_sdk import utils
from rasa_sdk.endpoint import create_app
from sanic import Sanic, response
from sanic.exceptions import InvalidUsage, NotFound, SanicException, Unauthorized
from sanic.request import Request
from sanic.response import HTTPResponse

from components import lengths
from components.action_secret import HEADER, secrets
from components.leads_watch import LeadsWatch
from components.quiet import keep_contents_out
from leads.errors import SettingsError

PACKAGE = "actions"
HEALTH, READY = ("GET", "/health"), ("GET", "/ready")
CALL, FIGURES = ("POST", "/webhook"), ("GET", "/figures")
LONGEST_CALL = 32 * 1024 * 1024  # a call carries the conversation; one of 2,000 long messages fits
SLOWEST_CALL_S = 10  # to arrive

logger = logging.getLogger(__name__)


def action_server(accepted: Sequence[str]) -> Sanic:
    """The app, for whoever shows one of these secrets."""
    app = create_app(PACKAGE, cors_origins=[])
    app.config.REQUEST_MAX_SIZE = LONGEST_CALL
    app.config.REQUEST_TIMEOUT = SLOWEST_CALL_S
    allowed = [secret.encode() for secret in accepted]
    _tell_of_leads(app, LeadsWatch())
    lengths.guard(app)
    keep_contents_out()

    @app.signal("http.routing.before")  # before the body is read
    async def check_caller(request: Request) -> None:
        _check_caller(request, allowed)
        request.ctx.is_call = request.method == CALL[0]

    app.register_middleware(_check_call, "request")
    app.exception(Exception)(_tell)
    return app


def _tell_of_leads(app: Sanic, leads: LeadsWatch) -> None:
    @app.get(READY[1])
    async def ready(request: Request) -> HTTPResponse:
        missing = await leads.missing()
        return response.json({"missing": missing}, status=503 if missing else 200)

    @app.get(FIGURES[1])
    async def figures(request: Request) -> HTTPResponse:
        found = await leads.figures()
        return response.json(found or {"missing": ["leads"]}, status=200 if found else 503)


def _check_caller(request: Request, allowed: Sequence[bytes]) -> None:
    asked = (request.method, request.path)
    if asked not in (HEALTH, READY, CALL, FIGURES):
        raise NotFound("Not found")
    if asked in (CALL, FIGURES) and not _is_known(request.headers.get(HEADER, ""), allowed):
        raise Unauthorized("The secret is missing or wrong")


def _is_known(shown: str, allowed: Sequence[bytes]) -> bool:
    """In the same time whichever secret it is, or how much of it is right."""
    return any([hmac.compare_digest(shown.encode("utf-8", "replace"), secret) for secret in allowed])


def _check_call(request: Request) -> None:
    """Plain JSON that names an action and carries a conversation: so nothing is unpacked, and nothing else is run."""
    # Sanic shows a request that has failed here too: one from a stranger, or whose body is too long and was not kept.
    if not getattr(request.ctx, "is_call", False) or not request.body:
        return  # an empty one is refused by the SDK
    if request.headers.get("content-encoding"):
        raise SanicException("Send it as it is, not compressed", status_code=415)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise InvalidUsage("Send JSON")
    call = request.json  # raises InvalidUsage
    if not isinstance(call, dict) or not isinstance(call.get("tracker"), dict):
        raise InvalidUsage("This is no call of an action")
    if not isinstance(call.get("next_action"), str) or not call["next_action"]:
        raise InvalidUsage("This is no call of an action")


def _tell(request: Request, error: Exception) -> HTTPResponse:
    """What went wrong, without a word of what was sent."""
    if isinstance(error, SanicException):
        return response.json({"error": str(error)}, status=error.status_code or 500)
    logger.error("An action call failed: %s", type(error).__name__)
    return response.json({"error": "An action call failed"}, status=500)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="components.action_server", description="Serve the actions to Rasa."
    )
    parser.add_argument("--port", type=int, default=5055)
    port = parser.parse_args().port
    try:
        app = action_server(secrets())
    except SettingsError as error:
        raise SystemExit(f"The action server cannot start: {error}.") from None
    app.run(os.environ.get("SANIC_HOST", "127.0.0.1"), port, workers=utils.number_of_sanic_workers())


if __name__ == "__main__":
    main()
