"""The chat in French and Spanish: picked in the menu or set by the page, it speaks the visitor's language throughout."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Locator, expect

from components.spoken import language_in
from tests.bot import Bot
from tests.browser.chat import MENU, Chat
from tests.browser.test_chat_for_everyone import axe
from tests.browser.test_chat_on_a_site import Site

QUESTION = "Is a pharmacist on the list?"
UNSURE = "CAQ?"  # in any language
NAMES = {"en": "English", "fr": "Français", "es": "Español"}
INPUT = {"en": "Your question", "fr": "Votre question", "es": "Su pregunta"}
GREETING = {"en": "Hello, and welcome", "fr": "Bonjour et bienvenue", "es": "¡Hola y bienvenido!"}
NOTICE = {"en": "not legal advice", "fr": "pas un avis juridique", "es": "no asesoría legal"}
LAUNCHER = {"en": "Close chat", "fr": "Fermer le clavardage", "es": "Cerrar el chat"}


@pytest.fixture
def site(bot: Bot) -> Iterator[Site]:
    """The firm's own site."""
    site = Site(bot, urlsplit(bot.site).port or 0)
    yield site
    site.close()


def expect_in(chat: Chat, language: str) -> None:
    """All that the panel says by itself is in this language."""
    expect(chat.panel).to_be_visible()
    expect(chat.input).to_have_accessible_name(INPUT[language])
    expect(chat.answers.first).to_contain_text(GREETING[language])
    expect(chat.panel.locator(".notice")).to_contain_text(NOTICE[language])
    expect(chat.launcher).to_have_accessible_name(re.compile(LAUNCHER[language]))
    expect(root(chat)).to_have_attribute("lang", language)


def root(chat: Chat) -> Locator:
    return chat.page.locator("permit-chat .root")


def spoken_in(answer: Locator) -> str:
    """The language of an answer, by its words."""
    return language_in(answer.locator(".bubble").inner_text(), "none")


def entries(chat: Chat) -> list[str]:
    """The languages in the menu, and closes it again."""
    menu = chat.panel.get_by_role("button", name=MENU)
    menu.click()
    found = [
        name for name in NAMES.values() if chat.panel.get_by_role("button", name=name, exact=True).count()
    ]
    menu.click()
    return found


def test_the_menu_turns_the_panel_to_french_and_the_conversation_stays(chat: Chat) -> None:
    before = chat.ask(QUESTION).locator(".bubble").inner_text()
    assert language_in(before) == "en"
    assert entries(chat) == ["Français", "Español"]
    chat.choose("Français")
    expect_in(chat, "fr")
    expect(chat.input).to_be_focused()
    expect(chat.answers).to_have_count(2)
    assert chat.said() == [QUESTION]
    assert chat.answers.nth(1).locator(".bubble").inner_text() == before, "what was said is not said anew"
    assert entries(chat) == ["English", "Español"]
    assert spoken_in(chat.ask(UNSURE)) == "fr"
    assert chat.said() == [QUESTION, UNSURE]
    assert chat.troubles == []


def test_the_pick_outlasts_a_reload_and_another_page_of_the_site(chat: Chat, bot: Bot) -> None:
    chat.choose("Français")
    chat.ask(UNSURE)
    chat.page.reload()
    expect_in(chat, "fr")
    expect(chat.answers).to_have_count(2)
    chat.page.goto(f"{bot.url}/contact")
    expect_in(chat, "fr")
    expect(chat.answers).to_have_count(2)
    assert chat.said() == [UNSURE]
    assert spoken_in(chat.ask(UNSURE)) == "fr"
    assert chat.kept()["language"] == "fr"
    assert chat.page.evaluate("localStorage.length") == 0


def test_one_language_after_the_other_can_be_picked(chat: Chat) -> None:
    for language in ("es", "fr", "en", "es"):
        chat.choose(NAMES[language])
        expect_in(chat, language)
        assert spoken_in(chat.ask(UNSURE)) == language
    assert chat.said() == [UNSURE] * 4


def test_what_is_half_written_stays_in_the_input(chat: Chat) -> None:
    chat.input.fill("half a question")
    chat.choose("Español")
    expect_in(chat, "es")
    expect(chat.input).to_have_value("half a question")


def test_what_is_said_by_the_panel_itself_is_in_the_language(chat: Chat) -> None:
    chat.choose("Français")
    chat.input.fill("x" * 2_001)
    chat.panel.get_by_role("button", name="Envoyer").click()
    described = chat.input.get_attribute("aria-describedby") or ""
    expect(chat.panel.locator(f"#{described.split()[0]}")).to_contain_text("Merci de raccourcir")
    chat.input.fill("")
    chat.choose("Recommencer")
    expect(chat.status).to_contain_text("reprenons du début")
    chat.choose("Supprimer cette conversation")
    asked = chat.panel.get_by_role("alertdialog")
    expect(asked).to_contain_text("pour de bon")
    asked.get_by_role("button", name="La garder").click()
    expect(asked).to_be_hidden()


def test_a_new_conversation_is_in_the_picked_language_too(chat: Chat) -> None:
    chat.choose("Français")
    chat.ask(UNSURE)
    chat.choose("Recommencer")
    expect(chat.mine).to_have_count(0)
    expect_in(chat, "fr")
    assert spoken_in(chat.ask(UNSURE)) == "fr"


def test_a_suggestion_is_in_the_language_and_so_is_its_answer(chat: Chat) -> None:
    chat.choose("Français")
    title = chat.log.get_by_role("button").first.inner_text()
    assert title.startswith("Un pharmacien")
    assert spoken_in(chat.press(title)) == "fr"


def test_a_question_in_another_language_is_answered_in_it_and_the_panel_stays(chat: Chat) -> None:
    chat.choose("Français")
    assert spoken_in(chat.ask("¿Necesito un CAQ para Quebec?")) == "es"
    expect_in(chat, "fr")
    assert spoken_in(chat.ask(UNSURE)) == "es"


def test_the_keyboard_picks_a_language_and_goes_on_in_the_input(chat: Chat) -> None:
    keyboard = chat.page.keyboard
    chat.panel.get_by_role("button", name=MENU).focus()
    keyboard.press("Enter")
    chat.panel.get_by_role("button", name="Español", exact=True).focus()
    keyboard.press("Enter")
    expect_in(chat, "es")
    expect(chat.input).to_be_focused()
    keyboard.type(UNSURE)
    keyboard.press("Enter")
    assert spoken_in(chat.answer(1)) == "es"
    expect(chat.input).to_be_focused()


def test_another_tab_keeps_its_own_words_and_hears_the_same_conversation(
    chat: Chat, context: BrowserContext, bot: Bot
) -> None:
    chat.ask(QUESTION)
    second = Chat(context.new_page()).visit(bot.url)
    expect(second.answers).to_have_count(2)
    chat.choose("Français")
    chat.ask(UNSURE)
    expect_in(second, "en")
    expect(second.answers).to_have_count(3)
    assert spoken_in(second.answers.last) == "fr"


def test_on_a_phone_it_stays_over_the_page(phone_chat: Chat) -> None:
    phone_chat.ask(QUESTION)
    phone_chat.choose("Français")
    expect(phone_chat.panel).to_be_visible()
    expect(phone_chat.input).to_have_accessible_name(INPUT["fr"])
    expect(phone_chat.input).to_be_in_viewport(ratio=1)
    expect(phone_chat.answers).to_have_count(2)
    assert spoken_in(phone_chat.ask(UNSURE)) == "fr"


def test_each_part_says_in_which_language_it_is(chat: Chat) -> None:
    expect(root(chat)).to_have_attribute("lang", "en")
    chat.choose("Français")
    expect(root(chat)).to_have_attribute("lang", "fr")
    chat.panel.get_by_role("button", name=MENU).click()
    for language in ("en", "es"):
        entry = chat.panel.get_by_role("button", name=NAMES[language], exact=True)
        expect(entry).to_have_attribute("lang", language)
    expect(chat.panel.locator(".notice a")).to_have_attribute("href", re.compile("language=fr$"))
    expect(chat.page.locator("html")).to_have_attribute("lang", "en")  # the page is not ours


def test_axe_finds_nothing_in_french(chat: Chat) -> None:
    chat.ask(QUESTION)
    chat.choose("Français")
    violations = {"picked": axe(chat.page)}
    chat.ask("Une pharmacienne est-elle sur la liste?")
    violations["asked"] = axe(chat.page)
    chat.panel.get_by_role("button", name=MENU).click()
    violations["menu"] = axe(chat.page)
    chat.panel.get_by_role("button", name="Supprimer cette conversation").click()
    violations["confirming"] = axe(chat.page)
    chat.page.goto(chat.panel.locator(".notice a").get_attribute("href") or "")
    expect(chat.page.locator("html")).to_have_attribute("lang", "fr")
    violations["privacy"] = axe(chat.page)
    assert violations == dict.fromkeys(violations, [])


# ---- a page in another language -----------------------------------------------------------------------


def test_a_page_set_to_spanish_has_a_chat_in_spanish(site: Site, context: BrowserContext) -> None:
    chat = Chat(context.new_page()).visit(site.page('data-language="es"'))
    expect_in(chat, "es")
    assert entries(chat) == ["English", "Français"]
    assert spoken_in(chat.ask(UNSURE)) == "es"
    assert spoken_in(chat.ask("What does it cost?")) == "en"
    expect_in(chat, "es")
    assert chat.violations() == [] and chat.troubles == []


def test_what_the_visitor_picks_wins_over_the_page(site: Site, context: BrowserContext) -> None:
    chat = Chat(context.new_page()).visit(site.page('data-language="es"'))
    assert spoken_in(chat.ask(UNSURE)) == "es"
    chat.choose("English")
    expect_in(chat, "en")
    assert spoken_in(chat.ask(UNSURE)) == "en"
    chat.page.reload()
    expect_in(chat, "en")
    assert spoken_in(chat.ask(UNSURE)) == "en"
    assert chat.violations() == [], "also where the page has a strict policy"


def test_the_firms_own_greeting_and_name_stay(site: Site, context: BrowserContext) -> None:
    own = 'data-firm="Bufete Nieve" data-greeting="Hello from Canada" data-suggestions="One|Two"'
    chat = Chat(context.new_page()).visit(site.page(own))
    chat.choose("Español")
    expect(chat.input).to_have_accessible_name(INPUT["es"])
    expect(chat.panel.get_by_role("heading")).to_have_text("Bufete Nieve")
    expect(chat.answers.first).to_contain_text("Hello from Canada")


def test_an_inline_chat_can_be_turned_too(site: Site, context: BrowserContext) -> None:
    chat = Chat(context.new_page())
    chat.page.goto(site.page("data-manual", more="<permit-chat inline></permit-chat>"))
    inline = chat.page.locator("permit-chat[inline]")
    inline.get_by_role("textbox").fill(QUESTION)
    inline.get_by_role("button", name="Send").click()
    expect(inline.locator(".message.assistant")).to_have_count(2)
    inline.get_by_role("button", name=MENU).click()
    inline.get_by_role("button", name="Français", exact=True).click()
    expect(inline.get_by_role("textbox")).to_have_accessible_name(INPUT["fr"])
    expect(inline.get_by_role("textbox")).to_be_focused()
    expect(inline.locator(".message.assistant")).to_have_count(2)
