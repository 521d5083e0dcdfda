"""The website chat as a visitor has it before them, for the tests in a real browser."""

from __future__ import annotations

import json
import re
from typing import Any

from playwright.sync_api import Dialog, Locator, Page, WebSocket, expect

PATIENCE_MS = 30_000  # an answer takes under a second, on a busy machine some
expect.set_options(timeout=PATIENCE_MS)
# What the panel calls its parts, in any of its languages.
INPUT = re.compile("^(Your question|Votre question|Su pregunta)$")
SEND = re.compile("^(Send|Envoyer|Enviar)$")
MENU = re.compile("^(Menu|Menú)$")
RECORD = """() => {
  window.violations = [];
  addEventListener("securitypolicyviolation", (event) => window.violations.push(event.effectiveDirective));
}"""


class Chat:
    """One tab with the chat in it, what it asked the network for, and what went wrong in it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.launcher = page.locator(".launcher")
        self.panel = page.locator(".panel")
        self.log = page.get_by_role("log")
        self.input = self.panel.get_by_role("textbox", name=INPUT)
        self.answers = self.log.locator(".message.assistant")
        self.mine = self.log.locator(".message.visitor")
        self.status = self.panel.get_by_role("status")
        self.typing = self.log.locator(".typing")
        self.requests: list[str] = []
        self.sockets: list[WebSocket] = []
        self.troubles: list[str] = []
        page.add_init_script(f"({RECORD})()")
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("websocket", lambda socket: self.sockets.append(socket))
        page.on("dialog", self._dialog)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))

    def _dialog(self, dialog: Dialog) -> None:
        self.troubles.append(dialog.message)
        dialog.dismiss()

    def visit(self, url: str) -> Chat:
        """Goes to a page and opens the chat there."""
        self.page.goto(url)
        return self.open()

    def open(self) -> Chat:
        """Opens the panel."""
        self.launcher.click()
        expect(self.panel).to_be_visible()
        return self

    def ask(self, text: str) -> Locator:
        """Types a question, sends it, and returns the answer that comes."""
        before = self.answers.count()
        self.type(text)
        return self.answer(before)

    def type(self, text: str) -> None:
        """Types and sends, and waits for nothing."""
        self.input.fill(text)
        self.panel.get_by_role("button", name=SEND).click()

    def press(self, title: str | re.Pattern[str]) -> Locator:
        """Presses a button of the conversation and returns the answer that comes."""
        before = self.answers.count()
        self.choice(title).click()
        return self.answer(before)

    def choice(self, title: str | re.Pattern[str]) -> Locator:
        """A button of the conversation that can still be pressed."""
        return self.log.get_by_role("button", name=title, disabled=False).last

    def choose(self, item: str) -> None:
        """Takes an entry of the menu."""
        self.panel.get_by_role("button", name=MENU).click()
        self.panel.get_by_role("button", name=item, exact=True).click()

    def answer(self, before: int) -> Locator:
        """The first answer after so many, when the turn is over."""
        expect(self.answers.nth(before)).to_be_visible()
        expect(self.typing).to_have_count(0)
        return self.answers.nth(before)

    def said(self) -> list[str]:
        """What the visitor said, as shown."""
        return [bubble.inner_text() for bubble in self.mine.locator(".bubble").all()]

    def kept(self) -> dict[str, Any]:
        """What the tab keeps in its sessionStorage."""
        texts = self.page.evaluate("Object.values(sessionStorage)")
        return {key: value for text in texts for key, value in json.loads(text).items()}

    def violations(self) -> list[str]:
        """What the page's Content-Security-Policy forbade."""
        found: list[str] = self.page.evaluate("window.violations")
        return found
