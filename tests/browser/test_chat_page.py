"""The chat page in a real browser with the real bot, as a visitor sees it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Dialog, Locator, Page, ViewportSize, expect

from tests.bot import Bot

PHONE = ViewportSize(width=390, height=844)
SMALL_PHONE = ViewportSize(width=360, height=640)
SCREENSHOT = Path(__file__).parents[2] / "docs" / "chat.png"
QUESTION = "Can an American pharmacist work in Ontario?"
PATIENCE_MS = 20_000  # an answer takes under a second, on a busy machine some

expect.set_options(timeout=PATIENCE_MS)


class Visit:
    """One visitor's page, and what it asked the network for."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.log = page.get_by_role("log")
        self.input = page.get_by_role("textbox", name="Your question")
        self.answers = self.log.locator(".message:not(.mine):not(.waiting)")
        self.mine = self.log.locator(".mine p")
        self.requests: list[str] = []
        self.troubles: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("dialog", self._dialog)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))

    def _dialog(self, dialog: Dialog) -> None:
        self.troubles.append(dialog.message)
        dialog.dismiss()

    def open(self, url: str) -> None:
        """Goes there and waits for the greeting."""
        self.page.goto(url)
        expect(self.answers).to_have_count(1)

    def ask(self, text: str) -> Locator:
        """Types a question, sends it, and returns the answer that comes."""
        before = self.answers.count()
        self.input.fill(text)
        self.page.get_by_role("button", name="Send").click()
        return self.answer(before)

    def press(self, button: Locator) -> Locator:
        """Presses a button and returns the answer that comes."""
        before = self.answers.count()
        button.click()
        return self.answer(before)

    def answer(self, before: int) -> Locator:
        """The first answer after so many, when all of the reply is there."""
        expect(self.answers.nth(before)).to_be_visible()
        expect(self.log).not_to_have_attribute("aria-busy", "true")
        return self.answers.nth(before)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A small phone's page, which nothing of another visitor reaches."""
    with browser.new_context(viewport=SMALL_PHONE) as context:
        yield context.new_page()


@pytest.fixture
def visit(page: Page, bot: Bot) -> Visit:
    """A visitor who has just been greeted."""
    visit = Visit(page)
    visit.open(bot.url)
    return visit


def test_the_page_greets_with_three_suggestions(visit: Visit) -> None:
    expect(visit.answers.first).to_contain_text("Hello!")
    assert visit.log.get_by_role("button").count() == 3


def test_a_typed_question_gets_the_verdict_first_and_a_source(visit: Visit) -> None:
    answer = visit.ask(QUESTION)
    expect(visit.mine.last).to_have_text(QUESTION)
    expect(answer.locator("p").first).to_have_text(re.compile(r"^Yes\."))
    expect(answer.locator("em")).to_have_text(re.compile(r"^Sources?: .+ as of .+\d{4}$"))
    expect(answer.locator("p").first).to_be_in_viewport()


def test_buttons_answer_and_go_quiet(visit: Visit) -> None:
    suggestion = visit.log.get_by_role("button").first
    title = suggestion.inner_text()
    answer = visit.press(suggestion)
    expect(visit.mine.last).to_have_text(title)
    expect(answer.locator("p").first).to_have_text(re.compile(r"^Yes\."))
    greeting = visit.log.locator(".choices").first.get_by_role("button")
    assert [button.is_disabled() for button in greeting.all()] == [True] * 3


def test_a_button_says_its_title_and_sends_its_payload(visit: Visit) -> None:
    visit.ask("Is a pharmacist on the list?")
    answer = visit.press(visit.log.get_by_role("button", name="Mexican citizen"))
    expect(visit.mine.last).to_have_text("Mexican citizen")
    expect(answer).to_contain_text("for Mexican citizens")


def test_buttons_go_quiet_when_the_visitor_types_instead(visit: Visit) -> None:
    visit.ask("Is a pharmacist on the list?")
    visit.ask("I'm American")
    expect(visit.log.get_by_role("button", name="US citizen", disabled=True)).to_have_count(1)
    expect(visit.log.get_by_role("button", name="US citizen", disabled=False)).to_have_count(0)


@pytest.mark.parametrize(
    "attack",
    [
        "<img src=x onerror=alert(1)>pharmacist",
        "<script>alert(1)</script>",
        "</p><iframe srcdoc='<script>alert(1)</script>'></iframe> is an <b>economist</b> listed?",
        "javascript:alert(1)",
        "Is a **<img src=x onerror=alert(1)>** on the _<svg onload=alert(1)>_ list?",
        "[click me](javascript:alert(1))",
    ],
)
def test_what_the_visitor_types_is_shown_as_text_and_never_run(attack: str, visit: Visit) -> None:
    visit.ask(attack)
    expect(visit.mine.last).to_have_text(attack)
    assert visit.log.locator("img, script, iframe, svg, a").count() == 0
    assert not visit.troubles


@pytest.mark.parametrize("text", ["<img src=x onerror=alert(1)>", "**<svg onload=alert(1)>**"])
def test_what_the_bot_repeats_is_shown_as_text_too(text: str, visit: Visit) -> None:
    replies = [{"text": f"“{text}” is not listed.", "buttons": [{"title": text, "payload": text}]}]
    visit.page.route("**/webhooks/**", lambda route: route.fulfill(json=replies))
    answer = visit.ask("anything")
    expect(answer.locator("p")).to_have_text(f"“{text.strip('*')}” is not listed.")
    expect(visit.log.get_by_role("button").last).to_have_text(text)
    assert visit.log.locator("img, svg").count() == 0
    assert not visit.troubles


def test_marks_within_a_word_are_no_emphasis(visit: Visit) -> None:
    replies = [{"text": "Write to our_front_desk@example.com"}]
    visit.page.route("**/webhooks/**", lambda route: route.fulfill(json=replies))
    expect(visit.ask("anything").locator("p")).to_have_text("Write to our_front_desk@example.com")


def test_a_server_that_goes_away_gives_a_sentence_and_keeps_the_question(visit: Visit) -> None:
    visit.page.route("**/webhooks/**", lambda route: route.abort())
    expect(visit.ask(QUESTION)).to_contain_text("can't reach the assistant right now")
    expect(visit.input).to_have_value(QUESTION)
    suggestion = visit.log.get_by_role("button").first
    expect(visit.press(suggestion)).to_contain_text("can't reach the assistant right now")
    expect(suggestion).to_be_enabled()

    visit.page.unroute("**/webhooks/**")
    expect(visit.ask(QUESTION).locator("p").first).to_have_text(re.compile(r"^Yes\."))


@pytest.mark.parametrize(("status", "body"), [(500, "Internal Server Error"), (200, "[]"), (200, "<html>")])
def test_an_answer_that_is_none_gives_a_sentence(status: int, body: str, visit: Visit) -> None:
    visit.page.route("**/webhooks/**", lambda route: route.fulfill(status=status, body=body))
    expect(visit.ask(QUESTION)).to_contain_text("can't reach the assistant right now")


def test_the_keyboard_is_enough(visit: Visit) -> None:
    keyboard = visit.page.keyboard
    expect(visit.input).to_be_focused()
    before = visit.answers.count()
    keyboard.type("Is a pharmacist on the list?")
    keyboard.press("Enter")
    visit.answer(before)
    expect(visit.input).to_be_focused()

    keyboard.press("Shift+Tab")  # back from the input: the last button of the last answer
    expect(visit.log.get_by_role("button").last).to_be_focused()
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert visit.page.evaluate(outline) == "solid"
    keyboard.press("Shift+Tab")
    before = visit.answers.count()
    keyboard.press("Enter")
    expect(visit.answer(before)).to_contain_text("for Mexican citizens")

    for _ in range(20):  # and the conversation can be reached, to scroll it
        if visit.page.evaluate("document.activeElement.id") == "log":
            break
        keyboard.press("Shift+Tab")
    top = visit.log.evaluate("log => log.scrollTop")
    keyboard.press("Home")
    expect(visit.log).to_have_js_property("scrollTop", 0)
    assert top > 0


def test_a_phone_of_360_pixels_needs_no_sideways_scrolling(visit: Visit) -> None:
    visit.ask("pharmacist " + "x" * 300)
    visit.ask("What documents do I need?")
    too_wide = "e => e.scrollWidth > e.clientWidth"
    assert not visit.page.evaluate(f"({too_wide})(document.documentElement)")
    assert not visit.log.evaluate(too_wide)
    expect(visit.input).to_be_in_viewport(ratio=1)
    for button in visit.page.get_by_role("button").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44, "too small for a thumb"


def test_only_the_conversation_scrolls(visit: Visit) -> None:
    for question in (QUESTION, "What documents do I need?", "How do I apply?"):
        answer = visit.ask(question)
        expect(answer.locator("p").first).to_be_in_viewport()
    assert visit.log.evaluate("log => log.scrollHeight > log.clientHeight")
    assert visit.page.evaluate("document.documentElement.scrollHeight") == SMALL_PHONE["height"]
    expect(visit.page.get_by_role("heading")).to_be_in_viewport()
    expect(visit.input).to_be_in_viewport(ratio=1)


def test_the_page_talks_to_no_other_host(visit: Visit, bot: Bot) -> None:
    visit.ask(QUESTION)
    assert {urlsplit(url).netloc for url in visit.requests if not url.startswith("data:")} == {
        urlsplit(bot.url).netloc
    }
    elsewhere = """new Promise((done) => {
      addEventListener("securitypolicyviolation", (event) => done(event.effectiveDirective));
      fetch("https://example.com/").then(done, () => setTimeout(done, 1000, "tried"));
    })"""
    assert visit.page.evaluate(elsewhere) == "connect-src"


def test_the_conversation_is_a_live_log_with_names_for_who_speaks(visit: Visit) -> None:
    expect(visit.log).to_have_count(1)
    expect(visit.log).to_have_attribute("aria-live", "polite")
    visit.ask(QUESTION)
    assert visit.log.locator(".mine").last.inner_text().startswith("You:")
    assert visit.answers.last.inner_text().startswith("Assistant:")


def test_a_new_page_is_a_new_conversation(visit: Visit, bot: Bot) -> None:
    visit.ask("I'm an American pharmacist")
    visit.page.reload()
    expect(visit.answers.first).to_contain_text("Hello!")
    visit.answer(0)
    visit.ask("Is an economist on the list?")
    expect(visit.log.get_by_role("button", name="US citizen")).to_be_enabled()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(
    scheme: Literal["light", "dark"], browser: Browser, bot: Bot
) -> None:
    with browser.new_context(viewport=PHONE, color_scheme=scheme) as context:
        visit = Visit(context.new_page())
        visit.open(bot.url)
        visit.ask(QUESTION)
        for part in ("header p", ".mine p", ".message em", ".message li", ".choices button", "form button"):
            ratio = visit.page.locator(part).first.evaluate(CONTRAST)
            assert ratio >= 4.5, f"{part}: {ratio:.1f}"


# WCAG 2: the contrast of an element's text with the first ground behind it that is not transparent.
CONTRAST = """element => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map(Number).map((c) => c / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  let ground = element;
  while (/, 0\\)$/.test(getComputedStyle(ground).backgroundColor)) ground = ground.parentElement;
  const [low, high] = [getComputedStyle(element).color, getComputedStyle(ground).backgroundColor].map(light)
    .sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}"""


@pytest.mark.skipif(os.environ.get("SCREENSHOT") != "1", reason="SCREENSHOT=1 makes docs/chat.png anew")
def test_a_picture_for_the_readme(browser: Browser, bot: Bot) -> None:
    with browser.new_context(viewport=PHONE, device_scale_factor=2, color_scheme="light") as context:
        visit = Visit(context.new_page())
        visit.open(bot.url)
        visit.ask("Is an economist on the list?")
        SCREENSHOT.parent.mkdir(exist_ok=True)
        visit.page.screenshot(path=SCREENSHOT)
    assert SCREENSHOT.stat().st_size < 500_000
