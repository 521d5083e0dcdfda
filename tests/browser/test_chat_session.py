"""The conversation stays one, and its owner's alone: reloads, tabs, pages, lost networks, restarts, strangers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.bot import Bot
from tests.browser.chat import Chat

QUESTION = "Is an economist on the list?"
FOLLOW_UP = "Do I need a CAQ for Quebec?"


def conversation(bot: Bot, words: str) -> str:
    """The id of the one conversation in which somebody said these words."""
    (found,) = bot.conversations_with(words)
    return found


def heard(bot: Bot, words: str) -> list[str]:
    """All that the visitor who said these words said, as it is kept."""
    return [e["text"] for e in bot.events(conversation(bot, words)) if e["event"] == "user" and e["text"]]


def test_a_reload_keeps_the_conversation_and_the_place(chat: Chat, bot: Bot) -> None:
    chat.ask(f"{QUESTION} (reload)")
    answer = chat.answers.last.inner_text()
    chat.page.reload()
    expect(chat.panel).to_be_visible()
    expect(chat.answers).to_have_count(2)
    assert chat.said() == [f"{QUESTION} (reload)"]
    assert chat.answers.last.inner_text() == answer
    expect(chat.ask("and for a Mexican citizen?")).to_contain_text("conomist")
    assert heard(bot, f"{QUESTION} (reload)") == [f"{QUESTION} (reload)", "and for a Mexican citizen?"]


def test_a_reload_right_after_sending_loses_and_doubles_nothing(chat: Chat, bot: Bot) -> None:
    chat.ask(f"{QUESTION} (early)")
    chat.type(FOLLOW_UP)
    chat.page.reload()
    expect(chat.answers).to_have_count(3)
    expect(chat.answers.last).to_contain_text("CAQ")
    assert chat.said() == [f"{QUESTION} (early)", FOLLOW_UP]
    assert heard(bot, f"{QUESTION} (early)") == [f"{QUESTION} (early)", FOLLOW_UP]


def test_another_page_of_the_site_goes_on_with_it(chat: Chat, bot: Bot) -> None:
    chat.ask(QUESTION)
    chat.page.goto(f"{bot.url}/contact")
    expect(chat.panel).to_be_visible()
    expect(chat.answers).to_have_count(2)
    assert chat.said() == [QUESTION]


def test_a_second_tab_shows_and_continues_it_and_both_hear_everything(
    chat: Chat, context: BrowserContext, bot: Bot
) -> None:
    chat.ask("Is a pharmacist on the list?")
    second = Chat(context.new_page()).visit(bot.url)
    expect(second.answers).to_have_count(2)
    second.press("Mexican citizen")
    expect(chat.answers).to_have_count(3)
    assert chat.said() == second.said() == ["Is a pharmacist on the list?", "Mexican citizen"]
    expect(chat.log.get_by_role("button", name="US citizen", disabled=False)).to_have_count(0)
    chat.ask(FOLLOW_UP)
    expect(second.answers).to_have_count(4)


def test_when_the_last_tab_is_closed_nothing_is_left_on_the_computer(
    chat: Chat, context: BrowserContext, bot: Bot
) -> None:
    chat.ask("I'm an American pharmacist")
    assert chat.page.evaluate("localStorage.length") == 0
    assert "pharmacist" not in json.dumps(chat.kept()), (
        "only the token is kept, the words come from the server"
    )
    assert context.cookies() == []
    chat.page.close()
    another = Chat(context.new_page()).visit(bot.url)
    expect(another.answers).to_have_count(1)
    expect(another.mine).to_have_count(0)


def test_what_is_typed_offline_waits_visibly_and_goes_out_once(
    chat: Chat, context: BrowserContext, bot: Bot
) -> None:
    chat.ask(f"{QUESTION} (offline)")
    context.set_offline(True)
    expect(chat.status).to_contain_text("Reconnecting")
    chat.type(FOLLOW_UP)
    expect(chat.mine.last).to_contain_text("Not sent yet")
    context.set_offline(False)
    expect(chat.answers).to_have_count(3)
    expect(chat.answers.last).to_contain_text("CAQ")
    expect(chat.mine.last).not_to_contain_text("Not sent yet")
    expect(chat.status).not_to_contain_text("Reconnecting")
    assert heard(bot, f"{QUESTION} (offline)") == [f"{QUESTION} (offline)", FOLLOW_UP]


def test_it_works_where_websockets_are_blocked(context: BrowserContext, bot: Bot) -> None:
    context.route_web_socket(re.compile(".*"), lambda socket: socket.close())
    chat = Chat(context.new_page()).visit(bot.url)
    expect(chat.ask(QUESTION).locator(".source")).to_have_count(1)
    expect(chat.ask(FOLLOW_UP)).to_contain_text("CAQ")


def test_two_visitors_at_once_never_meet(browser: Browser, bot: Bot) -> None:
    jobs = ["pharmacist", "economist", "forester", "librarian"]
    with browser.new_context() as one, browser.new_context() as other:
        left, right = Chat(one.new_page()).visit(bot.url), Chat(other.new_page()).visit(bot.url)
        for mine, theirs in zip(jobs, reversed(jobs), strict=True):
            left.type(f"Is a {mine} on the list? canary-left")
            right.type(f"Is a {theirs} on the list? canary-right")
        for chat, stranger in ((left, "canary-right"), (right, "canary-left")):
            expect(chat.answers).to_have_count(5)
            assert stranger not in chat.log.inner_text()
        assert conversation(bot, f"Is a {jobs[0]} on the list? canary-left") != conversation(
            bot, f"Is a {jobs[0]} on the list? canary-right"
        )


@pytest.mark.parametrize("theft", ["forged", "of another's signature", "bare id"])
def test_a_forged_session_gets_an_empty_conversation(theft: str, browser: Browser, bot: Bot) -> None:
    secret = f"Is a librarian on the list? secret {theft.split()[0]}"
    with browser.new_context() as victim, browser.new_context() as thief:
        mine = Chat(victim.new_page()).visit(bot.url)
        mine.ask(secret)
        token = mine.kept()["token"]
        theirs = Chat(thief.new_page()).visit(bot.url)
        theirs.ask("Hello")
        own = theirs.kept()["token"]
        stolen = {
            "forged": token[:-2] + ("A" if token[-2] != "A" else "B") + token[-1],
            "of another's signature": ".".join([token.split(".")[0], *own.split(".")[1:]]),
            "bare id": conversation(bot, secret),
        }[theft]
        theirs.page.evaluate(
            """([own, stolen]) => { for (const key of Object.keys(sessionStorage))
                 sessionStorage[key] = sessionStorage[key].replaceAll(own, stolen); }""",
            [own, stolen],
        )
        assert theirs.kept()["token"] == stolen
        theirs.page.reload()
        expect(theirs.answers).to_have_count(1)
        expect(theirs.mine).to_have_count(0)
        theirs.ask("Is a forester on the list?")
        expect(mine.answers).to_have_count(2)
        assert heard(bot, secret) == [secret]


def test_deleted_means_gone_from_the_screen_the_tabs_and_the_server(
    chat: Chat, context: BrowserContext, bot: Bot
) -> None:
    chat.ask(f"{QUESTION} (delete me)")
    name = conversation(bot, f"{QUESTION} (delete me)")
    second = Chat(context.new_page()).visit(bot.url)
    expect(second.answers).to_have_count(2)
    chat.choose("Delete this conversation")
    asked = chat.panel.get_by_role("alertdialog")
    expect(asked).to_contain_text("for good")
    asked.get_by_role("button", name="Delete", exact=True).click()
    expect(chat.mine).to_have_count(0)
    expect(second.mine).to_have_count(0)
    assert bot.events(name) == []
    second.ask(FOLLOW_UP)
    expect(chat.answers).to_have_count(2)  # both tabs are in the new conversation
    assert bot.events(name) == []


@pytest.fixture
def own_bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    """A bot of this test's own, to be killed."""
    with Bot.apart(tmp_path_factory.mktemp("restarted")) as bot:
        yield bot


def test_a_server_that_is_killed_and_comes_back_has_everything(context: BrowserContext, own_bot: Bot) -> None:
    chat = Chat(context.new_page()).visit(own_bot.url)
    chat.ask("Can a lawyer call me?")
    chat.press("Yes, I agree")
    own_bot.kill("rasa")
    expect(chat.status).to_contain_text("Reconnecting")
    chat.type("Zoe Quill")
    expect(chat.mine.last).to_contain_text("Not sent yet")
    own_bot.start_again("rasa")
    expect(chat.answers).to_have_count(4)
    expect(chat.answers.last).to_contain_text("e-mail or phone")
    expect(chat.status).not_to_contain_text("Reconnecting")
    assert chat.said() == ["Can a lawyer call me?", "Yes, I agree", "Zoe Quill"]
    assert heard(own_bot, "Zoe Quill")[-1:] == ["Zoe Quill"]
