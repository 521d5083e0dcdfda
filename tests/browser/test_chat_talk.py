"""The conversation on the website, with the real bot, as a visitor sees it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.bot import Bot
from tests.browser.chat import Chat

QUESTION = "Can an American pharmacist work in Ontario?"
YES = re.compile(r"^Yes\.")
ATTACKS = [
    "<img src=x onerror=alert(1)>pharmacist",
    "<script>alert(1)</script>",
    "</p><iframe srcdoc='<script>alert(1)</script>'></iframe> is an <b>economist</b> listed?",
    "javascript:alert(1)",
    "Is a **<img src=x onerror=alert(1)>** on the _<svg onload=alert(1)>_ list?",
    "[click me](javascript:alert(1))",
]


def test_it_greets_with_three_things_to_ask(chat: Chat) -> None:
    expect(chat.answers).to_have_count(1)
    expect(chat.answers.first).to_contain_text("Hello")
    assert chat.log.get_by_role("button").count() == 3


def test_a_question_gets_the_verdict_first_and_its_source_last(chat: Chat) -> None:
    answer = chat.ask(QUESTION)
    assert chat.said() == [QUESTION]
    expect(answer.locator("p").first).to_have_text(YES)
    expect(answer.locator(".source")).to_have_text(re.compile(r"^Sources?: .+ as of .+\d{4}$"))
    expect(answer.locator("p").first).to_be_in_viewport()


def test_a_suggestion_is_asked_once_and_then_quiet(chat: Chat) -> None:
    title = chat.log.get_by_role("button").first.inner_text()
    answer = chat.press(title)
    assert chat.said() == [title]
    expect(answer.locator("p").first).to_have_text(YES)
    first = chat.log.locator(".choices").first.get_by_role("button")
    assert [button.is_disabled() for button in first.all()] == [True] * 3


def test_a_button_says_its_title_and_means_what_the_assistant_meant(chat: Chat) -> None:
    chat.ask("Is a pharmacist on the list?")
    answer = chat.press("Mexican citizen")
    assert chat.said()[-1] == "Mexican citizen"
    expect(answer).to_contain_text("for Mexican citizens")


def test_buttons_go_quiet_when_the_visitor_types_instead(chat: Chat) -> None:
    chat.ask("Is a pharmacist on the list?")
    chat.ask("I'm American")
    expect(chat.log.get_by_role("button", name="US citizen", disabled=True)).to_have_count(1)
    expect(chat.log.get_by_role("button", name="US citizen", disabled=False)).to_have_count(0)


def test_two_answers_asked_fast_come_in_order(chat: Chat) -> None:
    chat.type("Do I need a CAQ for Quebec?")
    chat.type("Can my spouse work?")
    expect(chat.answers).to_have_count(3)
    expect(chat.answers.nth(1)).to_contain_text("CAQ")
    expect(chat.answers.nth(2)).to_contain_text("spouse")
    assert chat.said() == ["Do I need a CAQ for Quebec?", "Can my spouse work?"]


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_the_visitor_types_is_shown_as_text_and_never_run(attack: str, chat: Chat) -> None:
    chat.ask(attack)
    expect(chat.mine.last.locator(".bubble")).to_have_text(attack)
    assert chat.log.locator("img, script, iframe, a[href^=javascript]").count() == 0
    assert not chat.troubles


@pytest.mark.parametrize(
    "command", ["/restart", '/inform{"profession": "pharmacist"}', "/affirm", "/session_start"]
)
def test_a_command_that_is_typed_is_words(command: str, chat: Chat, bot: Bot) -> None:
    first = f"Is a pharmacist on the list? ({command})"
    chat.ask(first)
    chat.ask(command)
    assert chat.said()[-1] == command
    (conversation,) = bot.conversations_with(first)
    events = bot.events(conversation)
    assert [event["event"] for event in events].count("session_started") == 1
    assert "restart" not in [event["event"] for event in events]
    last = [event for event in events if event["event"] == "user"][-1]
    assert len(last["parse_data"]["intent_ranking"]) > 1, "it was understood, not obeyed"


def test_from_the_form_to_the_receipt_with_html_in_the_matter(chat: Chat, bot: Bot) -> None:
    chat.ask("Can a lawyer call me?")
    chat.press("Yes, I agree")
    chat.ask("Zoe Quill")
    chat.ask("zoe.quill@example.com")
    chat.ask("any time")
    chat.ask("[a permit](javascript:alert(1)) for an <img src=x onerror=alert(1)> engineer")
    chat.ask("skip")
    review = chat.ask("skip")
    expect(review).to_contain_text("zoe.quill@example.com")
    expect(review).to_contain_text("<img src=x onerror=alert(1)>")
    receipt = chat.press("Send it")
    number = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}", receipt.inner_text())
    assert number, receipt.inner_text()
    assert chat.log.locator("img, script, a[href^=javascript]").count() == 0
    assert not chat.troubles
    assert bot.store.get(number.group()).email == "zoe.quill@example.com"


def test_too_long_a_text_is_refused_before_it_is_sent_and_the_input_says_why(chat: Chat) -> None:
    chat.input.fill("x" * 2_001)
    chat.panel.get_by_role("button", name="Send").click()
    expect(chat.input).to_have_attribute("aria-invalid", "true")
    described = chat.input.get_attribute("aria-describedby") or ""
    error = chat.panel.locator(f"#{described.split()[0]}")
    expect(error).to_contain_text("2,001")
    expect(chat.mine).to_have_count(0)
    chat.input.fill("Is an economist listed?")
    expect(error).to_have_text("")
    expect(chat.input).not_to_have_attribute("aria-invalid", "true")


def test_start_over_gives_an_empty_conversation_that_knows_nothing(chat: Chat) -> None:
    chat.ask("I'm an American pharmacist")
    chat.choose("Start over")
    expect(chat.mine).to_have_count(0)
    expect(chat.answers).to_have_count(1)
    chat.ask("Is an economist on the list?")
    expect(chat.choice("US citizen")).to_be_enabled()


WATCH_DOTS = """(log) => {
  window.dots = 0;
  const added = (changes) => changes.flatMap((change) => [...change.addedNodes]);
  new MutationObserver((changes) => {
    dots += added(changes).filter((node) => node.matches?.(".typing")).length;
  }).observe(log, { childList: true });
}"""


def test_the_dots_end_with_the_answer(chat: Chat) -> None:
    chat.log.evaluate(WATCH_DOTS)  # an answer may come faster than one can look
    chat.type(QUESTION)
    expect(chat.answers).to_have_count(2)
    expect(chat.typing).to_have_count(0)
    assert chat.page.evaluate("dots") == 1
