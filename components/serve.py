"""Serves the assistant as ``rasa run`` does, faster. ``python -m components.serve --port 5005 --model models/x.tar.gz``

The shortcuts, each in a module of its own: libraries left out (left_out.py), answers in this process (in_process.py), the
end of a conversation alone (conversation_store.py), the model's graph without dask (straight_runner.py), nothing for a debug
log that is off, nor for rules that we have not (spared.py, rule_index.py); and here: the form of an action's answer is checked
by a validator that is made once, where Rasa checks its own constant schema each time (20 ms; RasaHQ/rasa#11717).

``SHORTCUTS=off`` starts ``rasa run`` instead. So does a start that fails before anything is served. Either way only a model
archive is loaded whose hash stands beside it (archive.py).
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from pathlib import Path
from typing import Any

from components import action_secret, archive, left_out
from leads import logs
from leads.errors import SettingsError

CREDENTIALS, ENDPOINTS = "credentials.yml", "endpoints.yml"
LOOK_BACK = 300  # turns that a request to a lawyer may take into account: what its transcript holds at most

logger = logging.getLogger(__name__)


def serve(interface: str, port: int, model: str) -> None:
    """Until it is told to end."""
    from rasa.core.run import serve_application
    from rasa.core.utils import AvailableEndpoints
    from rasa.utils.common import configure_logging_and_warnings
    from rasa.utils.log_utils import configure_structlog

    from components import spared, straight_runner
    from components.in_process import ActionEndpoint, Events
    from components.remembered import session

    configure_logging_and_warnings(None, None, warn_only_once=True, filter_repeated_logs=True)
    configure_structlog(None)
    check_answers_once()
    straight_runner.install()
    spared.install()
    running: list[Any] = []

    async def past(conversation: str) -> Events:
        return await session(running[0].ctx.agent, conversation, LOOK_BACK)

    endpoints = AvailableEndpoints.read_endpoints(ENDPOINTS)
    endpoints.action = ActionEndpoint(endpoints.action, past)
    serve_application(
        model,
        credentials=CREDENTIALS,
        endpoints=endpoints,
        interface=interface,
        port=port,
        enable_api=False,
        server_listeners=[(lambda app, loop: running.append(app), "before_server_start")],
    )


def check_answers_once() -> None:
    """Keeps Rasa's check of what an action answers, and its error, with a validator that is made once.

    What sets slots and says things, as nearly every answer does, is seen to be right without it.
    """
    from jsonschema.validators import validator_for
    from rasa.core.actions.action import RemoteAction

    schema = RemoteAction.action_response_format_spec()
    kind = validator_for(schema)
    kind.check_schema(schema)
    validator, thoroughly = kind(schema), RemoteAction._validate_action_result

    def check(action: RemoteAction, result: dict[str, Any]) -> bool:
        return _says_and_sets_slots(result) or validator.is_valid(result) or thoroughly(action, result)

    RemoteAction._validate_action_result = check


def _says_and_sets_slots(result: Any) -> bool:
    """Whether it is of the commonest form that Rasa's schema allows; False says nothing."""
    if not isinstance(result, dict) or not isinstance(result.get("events"), list):
        return False
    responses = result.get("responses")
    return (
        isinstance(responses, list)
        and all(isinstance(response, dict) for response in responses)
        and all(_sets_a_slot(event) for event in result["events"])
    )


def _sets_a_slot(event: Any) -> bool:
    return (
        isinstance(event, dict)
        and event.keys() <= {"event", "timestamp", "name", "value"}
        and event.get("event") == "slot"
        and "value" in event
        and isinstance(event.get("name"), str)
        and type(event.get("timestamp")) in (int, float, type(None))
    )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="components.serve", description="Serve the assistant.")
    parser.add_argument("--interface", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=5005)
    parser.add_argument("--model", required=True)
    asked = parser.parse_args()
    os.environ.setdefault("FORCE_JSON_LOGGING", "1")  # as leads/logs.py reads Rasa's events
    logs.begin()
    try:
        action_secret.give()
        archive.check(Path(asked.model))
    except SettingsError as error:
        raise SystemExit(f"The assistant cannot start: {error}.") from None
    except archive.WrongArchive as wrong:
        raise SystemExit(f"The assistant cannot start. {wrong}") from None
    if os.environ.get("SHORTCUTS", "").lower() != "off":
        # A message is too little work to share out: waking a second thread takes longer.
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        try:
            left_out.install()
            import rasa.core.run
        except Exception as error:
            logger.error("shortcuts are off: %s: %s", type(error).__name__, error)
        else:
            return serve(asked.interface, asked.port, asked.model)
    os.environ["SHORTCUTS"] = "off"
    rasa = ["-m", "rasa", "run", "-i", asked.interface, "-p", str(asked.port), "-m", asked.model]
    os.execv(sys.executable, [sys.executable, *rasa])


if __name__ == "__main__":
    main()
