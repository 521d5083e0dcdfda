"""By keyboard, by screen reader, on small and zoomed screens, in the dark: WCAG 2.2 AA."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.bot import Bot
from tests.browser.chat import Chat
from tests.browser.conftest import DESKTOP, SMALL_PHONE

QUESTION = "Is a pharmacist on the list?"
FOCUS = """() => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element;
}"""
FOCUSED = f"""() => {{
  const element = ({FOCUS})();
  return element.getAttribute("aria-label") || element.getAttribute("class") || element.innerText || element.tagName;
}}"""
ADDED = """(log) => {
  window.added = [];
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) for (const node of addedNodes)
      window.added.push({ live: log.getAttribute("aria-live"), text: node.innerText, busy: node.matches(".typing") });
  }).observe(log, { childList: true, subtree: true });
}"""


def focused(page: Page) -> str:
    """What has the focus, by its name."""
    name: str = page.evaluate(FOCUSED)
    return name


def test_the_keyboard_is_enough(context: Any, bot: Bot) -> None:
    chat = Chat(context.new_page())
    page, keyboard = chat.page, chat.page.keyboard
    page.goto(bot.url)
    for _ in range(30):
        keyboard.press("Tab")
        if focused(page).startswith("Open chat"):
            break
    expect(chat.launcher).to_have_attribute("aria-expanded", "false")
    keyboard.press("Enter")
    expect(chat.launcher).to_have_attribute("aria-expanded", "true")
    expect(chat.input).to_be_focused()
    keyboard.type(QUESTION)
    keyboard.press("Enter")
    chat.answer(1)
    expect(chat.input).to_be_focused()

    keyboard.press("Shift+Tab")
    group = chat.log.locator(".choices").last.get_by_role("button")
    titles = [button.inner_text() for button in group.all()]
    assert focused(page) == titles[0], "one stop for the group of buttons"
    keyboard.press("ArrowRight")
    assert focused(page) == titles[1]
    keyboard.press("ArrowLeft")
    keyboard.press("ArrowLeft")
    assert focused(page) == titles[-1], "round and round"
    keyboard.press("Home")
    style = page.evaluate(
        f"() => {{ const s = getComputedStyle(({FOCUS})()); return [s.outlineStyle, parseFloat(s.outlineWidth)]; }}"
    )
    assert style[0] == "solid"
    assert style[1] >= 2
    keyboard.press("Enter")
    expect(chat.mine.last).to_contain_text(titles[0])
    chat.answer(2)
    expect(chat.input).to_be_focused()

    keyboard.press("Escape")
    expect(chat.panel).to_be_hidden()
    expect(chat.launcher).to_be_focused()


def test_escape_takes_back_the_menu_before_the_panel(chat: Chat) -> None:
    keyboard = chat.page.keyboard
    chat.panel.get_by_role("button", name="Menu").focus()
    keyboard.press("Enter")
    expect(chat.panel.get_by_role("button", name="Start over")).to_be_visible()
    keyboard.press("Escape")
    expect(chat.panel.get_by_role("button", name="Start over")).to_be_hidden()
    expect(chat.panel).to_be_visible()
    assert focused(chat.page) == "Menu"


def test_each_answer_is_announced_once_as_a_whole_and_the_history_is_not(chat: Chat) -> None:
    expect(chat.log).to_have_attribute("aria-live", "polite")
    chat.log.evaluate(ADDED)
    chat.ask(QUESTION)
    chat.press("US citizen")
    added = [node for node in chat.page.evaluate("window.added") if not node["busy"]]
    answers = [node for node in added if node["text"].startswith("Assistant:")]
    assert [node["text"].split(":")[0] for node in answers] == ["Assistant"] * 2
    assert all(node["live"] == "polite" for node in answers)
    assert "Source" in answers[0]["text"], "complete when it comes"
    assert "US citizen" in answers[0]["text"], "with its buttons"

    chat.page.add_init_script(
        f"""addEventListener("DOMContentLoaded", () => {{
          const wait = setInterval(() => {{
            const log = document.querySelector("permit-chat")?.shadowRoot?.querySelector("[role=log]");
            if (log) {{ clearInterval(wait); ({ADDED})(log); }}
          }}, 1);
        }});"""
    )
    chat.page.reload()
    expect(chat.answers).to_have_count(3)
    history = [node for node in chat.page.evaluate("window.added") if "Assistant:" in node["text"]]
    assert {node["live"] for node in history} <= {"off"}


def test_a_message_that_comes_while_it_is_closed_is_told_at_the_launcher(chat: Chat) -> None:
    chat.page.context.set_offline(True)  # the answer would be there before the chat is closed
    chat.type(QUESTION)
    chat.page.keyboard.press("Escape")
    chat.page.context.set_offline(False)
    expect(chat.launcher).to_have_accessible_name("Open chat: Ask about work permits, 1 new message")
    chat.open()
    chat.page.keyboard.press("Escape")
    expect(chat.launcher).to_have_accessible_name("Open chat: Ask about work permits")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, SMALL_PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing(
    scheme: Literal["light", "dark"], size: ViewportSize, browser: Browser, bot: Bot
) -> None:
    with browser.new_context(viewport=size, color_scheme=scheme) as context:
        chat = Chat(context.new_page())
        chat.page.goto(bot.url)
        violations = {"closed": axe(chat.page)}
        chat.open()
        chat.ask(QUESTION)
        violations["asked"] = axe(chat.page)
        chat.press("US citizen")
        chat.input.fill("x" * 2_001)
        chat.panel.get_by_role("button", name="Send").click()
        violations["refused"] = axe(chat.page)
        chat.panel.get_by_role("button", name="Menu").click()
        violations["menu"] = axe(chat.page)
        chat.panel.get_by_role("button", name="Delete this conversation").click()
        violations["confirming"] = axe(chat.page)
        chat.page.goto(f"{bot.url}/contact")
        violations["contact"] = axe(chat.page)
        chat.page.goto(f"{bot.url}/webhooks/web/privacy")
        violations["privacy"] = axe(chat.page)
    assert violations == dict.fromkeys(violations, [])


def axe(page: Page) -> list[str]:
    """The rules that are broken, and where."""
    found = Axe().run(
        page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    )
    assert found.response["passes"], "axe has looked at something"
    return [f"{v['id']}: {node['target']}" for v in found.response["violations"] for node in v["nodes"]]


def test_at_400_percent_nothing_needs_sideways_scrolling(browser: Browser, bot: Bot) -> None:
    with browser.new_context(viewport=ViewportSize(width=320, height=256)) as context:  # 1280 × 1024 at 400 %
        chat = Chat(context.new_page()).visit(bot.url)
        chat.ask("pharmacist " + "x" * 300)
        too_wide = "e => e.scrollWidth > e.clientWidth"
        assert not chat.page.evaluate(f"({too_wide})(document.documentElement)")
        assert not chat.log.evaluate(too_wide)
        chat.input.scroll_into_view_if_needed()
        expect(chat.input).to_be_in_viewport(ratio=1)


def test_on_a_small_phone_all_is_in_reach_of_a_thumb(phone_chat: Chat) -> None:
    phone_chat.ask(QUESTION)
    assert not phone_chat.log.evaluate("e => e.scrollWidth > e.clientWidth")
    expect(phone_chat.input).to_be_in_viewport(ratio=1)
    assert float(phone_chat.input.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")) >= 16, (
        "no zoom on focus"
    )
    for button in phone_chat.panel.get_by_role("button").all():
        if button.is_visible():
            box = button.bounding_box()
            assert box is not None
            assert min(box["width"], box["height"]) >= 44, button.inner_text()
    for link in phone_chat.panel.get_by_role("link").all():
        if link.is_visible():
            box = link.bounding_box()
            assert box is not None
            assert box["height"] >= 24, link.inner_text()


def test_motion_is_left_out_for_those_who_ask_for_it(chat: Chat) -> None:
    chat.type(QUESTION)
    moving = chat.panel.evaluate(
        "e => [e, ...e.querySelectorAll('*')].flatMap((n) => n.getAnimations()).filter((a) => a.playState === 'running')"
        ".map((a) => a.animationName)"
    )
    assert set(moving) <= {"appear"}  # shown at once after a second, which is no motion
    chat.answer(1)


def test_high_contrast_keeps_edges_and_names(browser: Browser, bot: Bot) -> None:
    with browser.new_context(viewport=DESKTOP, forced_colors="active") as context:
        chat = Chat(context.new_page()).visit(bot.url)
        chat.ask(QUESTION)
        for part in (chat.launcher, chat.input, chat.choice("US citizen"), chat.mine.last.locator(".bubble")):
            assert part.evaluate("e => parseFloat(getComputedStyle(e).borderTopWidth)") >= 1


def test_names_from_right_to_left_keep_to_themselves(chat: Chat) -> None:
    chat.ask("My name is שרה כהן and I am a pharmacist")
    bubble = chat.mine.last.locator(".bubble p")
    assert bubble.get_attribute("dir") == "auto"
    chat.ask("אני רוקח")
    assert chat.mine.last.locator(".bubble p").evaluate("e => getComputedStyle(e).direction") == "rtl"
