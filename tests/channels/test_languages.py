"""The website's chat and REST in three languages, on the real bot: the language written is that of the answer and of what the
channel says by itself; the page's counts where a message is in none. (In Slack: test_slack.py, test_slack_bot.py.)
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from components.spoken import language_in
from tests.bot import Bot
from tests.channels.rest_client import ask, new_id
from tests.channels.tab import Tab
from tests.channels.test_web import OFFER, conversation_of, slots

UNSURE = "CAQ?"  # in any language, and answered in that of the conversation
ASKED = {
    "en": "Do I need a CAQ for Quebec?",
    "fr": "Faut-il un CAQ pour le Québec?",
    "es": "¿Necesito un CAQ para Quebec?",
}
TOO_LONG = "x" * 2_001
REFUSED = {"en": "2,000 characters", "fr": "2 000 caractères", "es": "2,000 caracteres"}
LANGUAGES = tuple(ASKED)


def spoken_in(said: Mapping[str, Any] | str) -> str:
    """The language of an answer, by its words."""
    return language_in(said if isinstance(said, str) else said["text"], "none")


def refusal(tab: Tab) -> str:
    """What the channel says by itself, here of a message that is too long."""
    ack = tab.say(TOO_LONG)
    assert (ack["ok"], ack["error"]) == (False, "too_long")
    return str(ack["text"])


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.05)


# ---- the website: the page's language -----------------------------------------------------------------


@pytest.mark.parametrize("page", LANGUAGES)
def test_a_first_message_in_no_language_is_answered_in_the_pages(bot: Bot, page: str) -> None:
    with Tab(bot.url, language=page) as tab:
        answer = tab.ask(UNSURE)
        assert spoken_in(answer) == page and "CAQ" in answer["text"]
        assert slots(bot, conversation_of(tab))["language"] == page
        assert spoken_in(tab.ask("ok")) == page, "and so it goes on"


@pytest.mark.parametrize("page", [None, "de", "FR", 7, ["fr"], {"a": 1}])
def test_a_page_in_a_language_that_we_do_not_have_is_english(bot: Bot, page: object) -> None:
    with Tab(bot.url, language=page) as tab:
        assert spoken_in(tab.ask(UNSURE)) == "en"


@pytest.mark.parametrize("page", LANGUAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_is_answered_in_its_own_language_whatever_the_page_is_in(
    bot: Bot, language: str, page: str
) -> None:
    with Tab(bot.url, language=page) as tab:
        assert REFUSED[page] in refusal(tab)
        answer = tab.ask(ASKED[language])
        assert spoken_in(answer) == language and "CAQ" in answer["text"]
        assert REFUSED[language] in refusal(tab)
        assert spoken_in(tab.ask(UNSURE)) == language


def test_the_language_of_the_conversation_is_known_again_after_a_reload(bot: Bot) -> None:
    with Tab(bot.url, language="en") as tab:
        tab.ask(ASKED["fr"])
        with Tab(bot.url, tab.token, language="en") as reloaded:
            assert [message["text"] for message in reloaded.history][0] == ASKED["fr"]
            assert REFUSED["fr"] in refusal(reloaded)
            assert spoken_in(reloaded.ask(UNSURE)) == "fr"


def test_it_follows_who_changes_the_language_and_a_single_english_word_is_no_change(bot: Bot) -> None:
    with Tab(bot.url, language="en") as tab:
        for language in ("fr", "es", "en", "es"):
            assert spoken_in(tab.ask(ASKED[language])) == language
        for word in ("LMIA?", "ok", "CAQ", "visa"):
            assert spoken_in(tab.ask(word)) == "es"


def test_a_new_conversation_goes_on_in_the_language_of_the_old_one(bot: Bot) -> None:
    with Tab(bot.url, language="en") as tab:
        tab.ask(ASKED["fr"])
        old = conversation_of(tab)
        assert tab.emit("start_over")["ok"] and conversation_of(tab) != old
        assert REFUSED["fr"] in refusal(tab)
        assert spoken_in(tab.ask(UNSURE)) == "fr"


def test_buttons_are_in_the_language_too_and_a_press_stays_in_it(bot: Bot) -> None:
    with Tab(bot.url, language="en") as tab:
        question = tab.ask("Une pharmacienne est-elle sur la liste?")
        assert spoken_in(question) == "fr" and question["buttons"]
        assert not [title for title in question["buttons"] if "citizen" in title]
        answer = tab.answer(question, question["buttons"][0])
        assert spoken_in(answer) == "fr" and "Oui" in answer["text"]
        assert REFUSED["fr"] in refusal(tab)
        assert tab.press(question, question["buttons"][0])["text"].startswith("La conversation a continué")


def test_when_a_turn_fails_the_apology_is_in_the_language_written(bot: Bot) -> None:
    """Already at the first message, of which the conversation knows nothing yet."""
    with Tab(bot.url, language="en") as tab, Tab(bot.url, tab.token, language="en") as other:
        name = new_id()
        blocked = sqlite3.connect(bot.database, timeout=30, isolation_level=None)
        blocked.execute("BEGIN IMMEDIATE")
        try:
            ack = tab.say(ASKED["fr"], name)
        finally:
            blocked.execute("ROLLBACK")
            blocked.close()
        assert (ack["ok"], ack["error"]) == (False, "problem")
        assert spoken_in(ack) == "fr" and "613-555-0100" in ack["text"]
        assert spoken_in(other.hears(name)[-1]) == "fr"
        assert tab.say(ASKED["fr"], name)["ok"] and spoken_in(tab.messages[-1]) == "fr"


def test_the_form_is_filled_in_in_the_language_in_which_it_was_begun(bot: Bot) -> None:
    mail = f"{new_id()[-12:]}@example.com"
    with Tab(bot.url, language="en") as tab:
        said = tab.ask("Je voudrais parler à un avocat")
        assert spoken_in(said) == "fr"
        said = tab.answer(said, said["buttons"][0])
        for line in ("Ana Ruiz", mail, "CAQ", "IMM 1295"):
            assert spoken_in(said) == "fr", said["text"]
            said = tab.ask(line)
        assert spoken_in(said) == "fr"


# ---- the website: chosen in the menu ------------------------------------------------------------------


def test_the_chosen_language_wins_for_a_message_in_none_and_the_one_written_over_it(bot: Bot) -> None:
    with Tab(bot.url, language="en") as tab:
        assert spoken_in(tab.ask(ASKED["en"])) == "en"
        with Tab(bot.url, tab.token, language="fr") as page:
            assert spoken_in(page.ask(UNSURE)) == "en", "a page alone does not change a conversation"
        with Tab(bot.url, tab.token, language="fr", chosen=True) as chosen:
            assert REFUSED["fr"] in refusal(chosen)
            assert spoken_in(chosen.ask(UNSURE)) == "fr"
            assert spoken_in(chosen.ask(UNSURE)) == "fr"
        with Tab(bot.url, tab.token, language="fr", chosen=True) as chosen:
            assert spoken_in(chosen.ask(ASKED["es"])) == "es"
            assert spoken_in(chosen.ask(UNSURE)) == "es"


def test_a_press_right_after_the_choice_does_not_undo_it(bot: Bot) -> None:
    with Tab(bot.url, language="en") as tab:
        tab.ask(OFFER)
        with Tab(bot.url, tab.token, language="es", chosen=True) as chosen:
            assert chosen.press(chosen.history[-1], "US")["ok"]
            assert REFUSED["es"] in refusal(chosen)
            assert spoken_in(chosen.ask(UNSURE)) == "es"


@pytest.mark.parametrize("chosen", ["yes", 1, "true", None, [True], {"fr": True}])
def test_what_is_no_yes_is_no_choice(bot: Bot, chosen: object) -> None:
    with Tab(bot.url, language="en") as tab:
        tab.ask(ASKED["en"])
        with Tab(bot.url, tab.token, language="fr", chosen=chosen) as other:
            assert spoken_in(other.ask(UNSURE)) == "en"


@pytest.mark.parametrize(
    ("wish", "language"),
    [
        ("en español por favor", "es"),
        ("in Spanish please", "es"),
        ("parlez-vous français?", "fr"),
        ("can you speak French?", "fr"),
    ],
)
def test_a_language_can_be_asked_for_in_words_and_left_again(bot: Bot, wish: str, language: str) -> None:
    with Tab(bot.url, language="en") as tab:
        tab.ask(ASKED["en"])
        assert spoken_in(tab.ask(wish)) == language
        assert spoken_in(tab.ask(UNSURE)) == language
        back = {"es": "¿podemos hablar en inglés?", "fr": "peux-tu répondre en anglais?"}[language]
        assert spoken_in(tab.ask(back)) == "en"
        assert spoken_in(tab.ask(UNSURE)) == "en"
        assert REFUSED["en"] in refusal(tab)


def test_who_says_to_be_french_has_told_a_citizenship_and_asked_for_no_language(bot: Bot) -> None:
    with Tab(bot.url, language="en") as tab:
        answer = tab.ask("I am French")
        assert spoken_in(answer) == "en" and "I speak English, French" not in answer["text"]


# ---- the website: deleted -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wish", "asks", "yes", "no", "kept", "done"),
    [
        ("Supprimez mes données", "Dois-je supprimer", "Tout supprimer", "Conserver", "rien n'est supprimé", "C'est fait"),
        ("Borre mis datos", "¿Borro", "Borrar todo", "Conservar", "no se borra nada", "Listo"),
    ],
    ids=["fr", "es"],
)  # fmt: skip
def test_who_asks_to_be_forgotten_is_asked_back_in_their_language(
    bot: Bot, wish: str, asks: str, yes: str, no: str, kept: str, done: str
) -> None:
    with Tab(bot.url, language="en") as tab:  # it is the first thing that is said, on an English page
        question = tab.ask(wish)
        assert asks in question["text"] and question["buttons"] == [yes, no]
        assert kept in tab.answer(question, no)["text"]
        question, before, old = tab.ask(wish), tab.session, conversation_of(tab)
        assert tab.press(question, yes)["ok"]
        until(lambda: tab.session is not before)
        (said,) = tab.session["messages"]
        assert said["text"].startswith(done)
        assert bot.events(old) == []


def test_in_a_conversation_in_french_the_word_that_it_is_deleted_is_french(bot: Bot) -> None:
    with Tab(bot.url, language="en") as tab:
        tab.ask(ASKED["fr"])
        question, before = tab.ask("effacez cette conversation svp"), tab.session
        assert question["buttons"] == ["Tout supprimer", "Conserver"]
        assert tab.press(question, "Tout supprimer")["ok"]
        until(lambda: tab.session is not before)
        assert spoken_in(tab.session["messages"][0]) == "fr"


# ---- REST: by the words alone -------------------------------------------------------------------------


def test_over_rest_the_language_is_that_of_the_words(bot: Bot) -> None:
    visitor = bot.visitor()
    assert spoken_in(visitor.say(UNSURE).text) == "en"
    for language in ("fr", "es", "en", "fr"):
        reply = visitor.say(ASKED[language])
        assert spoken_in(reply.text) == language and reply.slots["language"] == language
        assert spoken_in(visitor.say(UNSURE).text) == language


def test_over_rest_a_language_can_be_asked_for_in_words(bot: Bot) -> None:
    visitor = bot.visitor()
    assert spoken_in(visitor.say("en español por favor").text) == "es"
    assert spoken_in(visitor.say(UNSURE).text) == "es"
    assert spoken_in(visitor.say("in English please").text) == "en"
    assert spoken_in(visitor.say(UNSURE).text) == "en"


def test_over_rest_a_press_stays_in_the_language(bot: Bot) -> None:
    visitor = bot.visitor()
    question = visitor.say("¿Está en la lista un farmacéutico?")
    assert spoken_in(question.text) == "es" and question.buttons
    assert spoken_in(visitor.press(question.buttons[0]["title"]).text) == "es"


def test_over_rest_no_program_sets_the_language(bot: Bot) -> None:
    sender = new_id()
    reply = ask(bot.url, sender, UNSURE, metadata={"language": "fr"}, language="fr", chosen=True)
    assert spoken_in(reply.text) == "en"


@pytest.mark.parametrize(
    ("wish", "asks", "yes", "done"),
    [
        ("Supprimez mes données", "Dois-je supprimer", "Tout supprimer", "C'est fait"),
        ("Borre mis datos", "¿Borro", "Borrar todo", "Listo"),
    ],
)
def test_over_rest_too_who_asks_to_be_forgotten_is_asked_in_their_language(
    bot: Bot, wish: str, asks: str, yes: str, done: str
) -> None:
    visitor = bot.visitor()
    question = visitor.say(wish)
    assert asks in question.text and question.buttons[0]["title"] == yes
    assert visitor.press(yes).text.startswith(done)
    assert bot.events(visitor.sender) == []


def test_over_rest_an_apology_is_in_the_language_written(bot: Bot) -> None:
    sender = new_id()
    blocked = sqlite3.connect(bot.database, timeout=30, isolation_level=None)
    blocked.execute("BEGIN IMMEDIATE")
    try:
        reply = ask(bot.url, sender, ASKED["es"])
    finally:
        blocked.execute("ROLLBACK")
        blocked.close()
    assert reply.status == 503 and spoken_in(reply.text) == "es" and "613-555-0100" in reply.text
