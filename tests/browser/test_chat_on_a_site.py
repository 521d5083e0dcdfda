"""On the firm's own site: another origin, a strict policy, attributes, the API, and no slower page."""

from __future__ import annotations

import gzip
import os
import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ViewportSize, expect

from tests.bot import Bot
from tests.browser.chat import Chat

DOCS = Path(__file__).parents[2] / "docs"
WIDGET = Path(__file__).parents[2] / "widget" / "dist" / "widget.js"
POLICY = "default-src 'none'; script-src {bot}; style-src 'self'; connect-src {bot} {ws}; base-uri 'none'; form-action 'none'"


class _Page(BaseHTTPRequestHandler):
    def __init__(self, site: Site, *args: object) -> None:
        self.site = site
        super().__init__(*args)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        body = self.site.body.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", self.site.policy)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


class Site:
    """A site at another origin than the bot's, with one page and a strict policy."""

    def __init__(self, bot: Bot, port: int) -> None:
        self.url, self.bot = f"http://127.0.0.1:{port}", bot
        self.policy = POLICY.format(bot=bot.url, ws=bot.url.replace("http", "ws"))
        self.body = ""
        self._server = ThreadingHTTPServer(("127.0.0.1", port), partial(_Page, self))
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def page(self, attributes: str = "", more: str = "", tags: int = 1) -> str:
        """Puts up a page with the script tag and these attributes; its address."""
        tag = f'<script src="{self.bot.url}/webhooks/web/widget.js" {attributes} defer></script>'
        self.body = f'<!doctype html><html lang="en"><title>A firm</title><main><h1>A firm</h1>{more}</main>{tag * tags}</html>'
        return self.url

    def close(self) -> None:
        """Ends it."""
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def site(bot: Bot) -> Iterator[Site]:
    """The site that the bot lets in."""
    site = Site(bot, urlsplit(bot.site).port or 0)
    yield site
    site.close()


def test_one_tag_on_another_site_with_a_strict_policy(site: Site, context: BrowserContext) -> None:
    chat = Chat(context.new_page()).visit(site.page())
    expect(chat.ask("Is an economist on the list?").locator(".source")).to_have_count(1)
    assert chat.violations() == []
    assert chat.troubles == []
    hosts = {urlsplit(url).netloc for url in chat.requests if not url.startswith("data:")}
    assert hosts == {urlsplit(site.url).netloc, urlsplit(site.bot.url).netloc}


def test_a_site_that_is_not_on_the_list_gets_no_conversation(bot: Bot, context: BrowserContext) -> None:
    import run

    stranger = Site(bot, run.free_port())
    chat = Chat(context.new_page()).visit(stranger.page('data-phone="+1 613-555-0100"'))
    expect(chat.status).to_contain_text("613-555-0100")
    chat.type("Is an economist on the list?")
    expect(chat.mine).to_have_count(1)
    chat.page.wait_for_timeout(3_000)
    expect(chat.answers).to_have_count(1)
    assert "token" not in chat.kept()
    stranger.close()


def test_the_launcher_waits_for_nothing_and_nothing_is_asked_before_it_is_opened(
    site: Site, context: BrowserContext
) -> None:
    chat = Chat(context.new_page())
    chat.page.goto(site.page())
    expect(chat.launcher).to_be_visible()
    chat.page.wait_for_timeout(1_000)
    assert [urlsplit(url).path for url in chat.requests if url.startswith(site.bot.url)] == [
        "/webhooks/web/widget.js"
    ]


def test_the_launcher_paints_while_the_server_is_silent(site: Site, context: BrowserContext) -> None:
    context.route("**/socket.io/**", lambda route: None)  # never answered
    chat = Chat(context.new_page()).visit(site.page())
    expect(chat.answers.first).to_contain_text("Hello")
    chat.type("Is an economist on the list?")
    expect(chat.mine).to_have_count(1)


def test_attributes_set_language_firm_greeting_colour_and_side(site: Site, context: BrowserContext) -> None:
    chat = Chat(context.new_page()).visit(
        site.page(
            'data-language="es" data-firm="Bufete Nieve" data-greeting="Hola desde Canadá" data-suggestions="Uno|Dos"'
            ' data-colour="#ffb000" data-position="left" data-privacy="https://firm.example/privacy"'
        )
    )
    expect(chat.panel.get_by_role("heading")).to_have_text("Bufete Nieve")
    expect(chat.answers.first).to_contain_text("Hola desde Canadá")
    assert [button.inner_text() for button in chat.log.get_by_role("button").all()] == ["Uno", "Dos"]
    expect(chat.panel.locator(".notice a")).to_have_attribute("href", "https://firm.example/privacy")
    box = chat.launcher.bounding_box()
    assert box is not None
    assert box["x"] < 100
    expect(chat.launcher).to_have_css("background-color", "rgb(255, 176, 0)")
    expect(chat.launcher).to_have_css("color", "rgb(0, 0, 0)")  # dark on a light colour


def test_the_pages_own_script_can_open_ask_and_close(site: Site, context: BrowserContext) -> None:
    chat = Chat(context.new_page())
    chat.page.goto(site.page())
    chat.page.evaluate(
        """() => { window.heard = [];
        for (const name of ["open", "close", "message"])
          addEventListener(`permit-chat-${name}`, (event) => window.heard.push([name, event.detail]));
        document.querySelector("permit-chat").ask("Is an economist on the list?"); }"""
    )
    chat.answer(1)
    chat.page.evaluate("document.querySelector('permit-chat').close()")
    expect(chat.panel).to_be_hidden()
    heard = chat.page.evaluate("window.heard")
    assert [name for name, _ in heard if name != "message"] == ["open", "close"]
    assert [detail for name, detail in heard if name == "message"] == [
        {"from": "visitor"},
        {"from": "assistant"},
    ]


def test_two_tags_make_one_launcher_and_two_elements_one_conversation(
    site: Site, context: BrowserContext
) -> None:
    chat = Chat(context.new_page())
    chat.page.goto(site.page(more="<permit-chat inline></permit-chat>", tags=2))
    expect(chat.page.locator(".launcher")).to_have_count(1)
    inline, other = chat.page.locator("permit-chat[inline]"), chat.page.locator("permit-chat:not([inline])")
    inline.get_by_role("textbox").fill("Is an economist on the list?")
    inline.get_by_role("button", name="Send").click()
    expect(inline.locator(".message.assistant")).to_have_count(2)
    chat.launcher.click()
    expect(other.locator(".message.assistant")).to_have_count(2)


def test_it_is_small() -> None:
    assert len(gzip.compress(WIDGET.read_bytes(), 9)) <= 20 * 1024


pictures = pytest.mark.skipif(
    os.environ.get("SCREENSHOT") != "1", reason="SCREENSHOT=1 makes the pictures of the README anew"
)
PHONE = ViewportSize(width=390, height=844)


@pictures
@pytest.mark.parametrize(
    ("name", "size"), [("chat-phone", PHONE), ("chat-desktop", ViewportSize(width=1200, height=800))]
)
def test_pictures_of_an_answer(name: str, size: ViewportSize, browser: Browser, bot: Bot) -> None:
    with browser.new_context(viewport=size, device_scale_factor=1.5, color_scheme="light") as context:
        chat = Chat(context.new_page()).visit(bot.url)
        chat.ask("Is an economist on the list?")
        show(chat, name)


@pictures
def test_a_picture_of_a_request(browser: Browser, bot: Bot) -> None:
    with browser.new_context(viewport=PHONE, device_scale_factor=1.5, color_scheme="light") as context:
        chat = Chat(context.new_page()).visit(bot.url)
        chat.ask("Can a lawyer call me?")
        chat.press("Yes, I agree")
        for text in (
            "Ana Ruiz",
            "ana@example.com",
            "mornings",
            "a permit for a job in Toronto",
            "skip",
            "skip",
        ):
            chat.ask(text)
        chat.press("Send it")
        show(chat, "request")


def show(chat: Chat, name: str) -> None:
    """Keeps what is seen, once it stands still."""
    chat.page.mouse.move(5, 5)
    chat.page.wait_for_timeout(500)
    chat.page.screenshot(path=DOCS / f"{name}.png")
    assert (DOCS / f"{name}.png").stat().st_size < 500_000
