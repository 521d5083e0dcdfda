"""Socket Mode: for a firm without a public address, Slack tells us over a websocket that we open to it."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import aiohttp
from slack_sdk.errors import SlackClientError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from components.slack_fields import Malformed
from components.slack_intake import Intake
from components.slack_sender import silent
from leads.errors import StoreUnavailable

AFTER_FAULT_S = 10.0

logger = logging.getLogger(__name__)


class Socket:
    """``app_token`` (xapp-…) opens the websocket; what comes over it goes where requests over HTTP go."""

    def __init__(self, app_token: str, web_client: AsyncWebClient, intake: Intake) -> None:
        self._app_token, self._web_client, self._intake = app_token, web_client, intake

    async def run(self) -> None:
        """Until cancelled. The client connects again by itself; here, when it cannot connect at first."""
        client = SocketModeClient(self._app_token, logger=silent, web_client=self._web_client)
        client.socket_mode_request_listeners.append(self._hear)
        try:
            while not await self._connect(client):
                await asyncio.sleep(AFTER_FAULT_S)
            await asyncio.Event().wait()
        finally:
            await client.close()

    async def _connect(self, client: SocketModeClient) -> bool:
        try:
            await client.connect()
            return True
        except (SlackClientError, aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            logger.error("Slack's Socket Mode cannot be reached: %s", type(error).__name__)
            return False

    async def _hear(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        """Acknowledged once it is kept; what is not, Slack tells again."""
        answer: dict[str, Any] | None = None
        try:
            answer = await self._intake.hear(request.type, request.payload)
        except Malformed:
            logger.warning("Slack told something over Socket Mode that cannot be read")
        except (StoreUnavailable, asyncio.TimeoutError) as error:
            logger.error("A message from Slack could not be kept: %s", type(error).__name__)
            return
        await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, answer))
