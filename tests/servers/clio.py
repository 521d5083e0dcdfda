"""Clio Grow's lead inbox: https://docs.developers.clio.com/guides/clio-grow/lead-inbox-api/."""

from __future__ import annotations

import json
from typing import Any

from tests.servers.loopback import Answer, LoopbackServer, Request

TOKEN = "clio-inbox-token"
REQUIRED = {"from_first", "from_last", "from_message", "referring_url", "from_source"}
ALLOWED = REQUIRED | {"from_email", "from_phone"}


class ClioServer(LoopbackServer):
    """``leads`` has each lead that it took."""

    def __init__(self) -> None:
        self.leads: list[dict[str, Any]] = []
        super().__init__()

    def serve(self, request: Request) -> Answer:
        """Takes a lead with all it needs, and says what is wrong with another."""
        if request.path != "/inbox_leads":
            return Answer(404)
        kinds = {request.headers.get(name, "") for name in ("content-type", "accept")}
        if kinds != {"application/json"}:
            return Answer(415)
        if request.json.get("inbox_lead_token") != TOKEN:
            return Answer(401, b'{"errors":["Unauthorized"]}')
        lead = request.json["inbox_lead"]
        if faults := _faults(lead):
            return Answer(422, json.dumps({"errors": faults}).encode())
        self.leads.append(lead)
        return Answer(201, json.dumps({"inbox_lead": {"id": len(self.leads)}}).encode())


def _faults(lead: dict[str, Any]) -> list[str]:
    missing = [f"{name} can't be blank" for name in sorted(REQUIRED) if not lead.get(name)]
    return missing + [f"{name} is unknown" for name in sorted(lead.keys() - ALLOWED)]
