"""A real browser: Debian's Chromium, driven by Playwright, which downloads none of its own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ViewportSize, sync_playwright

from tests.bot import Bot
from tests.browser.chat import Chat

REASON = "There is no chromium on the PATH (Debian: apt install chromium)."
QUIET = [
    "--no-sandbox",  # it does not start without, as root
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--no-proxy-server",
]


@pytest.fixture(scope="session", autouse=True)  # before the bot starts for nothing
def chromium() -> str:
    """The path of Chromium. Without one the tests do not run, and in CI they fail."""
    path = shutil.which("chromium")
    if path is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(REASON)
    return path


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """The browser, started once a module: while it runs, its event loop is in the way of every other test's."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        yield running
        running.close()


DESKTOP = ViewportSize(width=1280, height=860)
SMALL_PHONE = ViewportSize(width=360, height=640)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One visitor's browser, which nothing of another visitor reaches."""
    with browser.new_context(viewport=DESKTOP, reduced_motion="reduce") as context:
        yield context


@pytest.fixture
def chat(context: BrowserContext, bot: Bot) -> Chat:
    """A visitor at a desk who has just opened the chat."""
    return Chat(context.new_page()).visit(bot.url)


@pytest.fixture
def phone_chat(browser: Browser, bot: Bot) -> Iterator[Chat]:
    """A visitor with a small phone who has just opened the chat."""
    with browser.new_context(viewport=SMALL_PHONE, has_touch=True, is_mobile=True) as context:
        yield Chat(context.new_page()).visit(bot.url)
