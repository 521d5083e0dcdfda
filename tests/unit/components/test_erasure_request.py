"""Which messages ask to be forgotten, and which words confirm it: precise, for a mistake cannot be undone."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa.core.channels.channel import UserMessage

from components.erasure_request import Forget, Reply, heard
from components.sentences import Sentences
from knowledge.facts import load

ROOT = Path(__file__).resolve().parents[3]
QUESTION = {"event": "bot", "text": "Shall I …?", "metadata": {"erasure": "asked"}}
LISTENING = [{"event": "rewind"}, {"event": "action", "name": "action_listen"}]
ASKED = [{"event": "user", "text": "delete my data"}, QUESTION, *LISTENING]


@lru_cache(maxsize=1)
def sentences() -> Sentences:
    return Sentences(load().firm)


def hear(text: str, events: list[dict[str, Any]] | None = None, language: str = "en") -> UserMessage:
    message = UserMessage(text, sender_id="web-1", input_channel="web", message_id="id-1", metadata={"a": 1})
    return heard(message, events or [], sentences(), 7.0, language)


REQUESTS = """
delete my data
Delete my data!
please delete all of my personal information
erase everything about me
Erase everything you know about me, please.
forget me
can you forget about me?
I want you to forget me
i’d like to be forgotten
How do I delete my data?
could you remove all my details from your records
delete everything
wipe everything i told you
delete this conversation
erase this whole chat now
delete the data you have about me
I want my data deleted
get my messages removed
I withdraw my consent
delete my chat history and my personal data
yes, delete everything
""".strip().splitlines()

NOT_REQUESTS = """
forget everything I told you
forget that, let's begin again
erase all that and let's start again
delete the last message I sent
delete my email address from your list
forget my phone number, delete it
Delete my chat and have a lawyer email me instead
please delete what i told you about my DUI
do you delete my data after a while?
delete all your training
how do i delete my facebook
can my employer delete my data
I was told to delete my data before the border, is that so?
1; DELETE FROM permits
remove the employer
yes
no
""".strip().splitlines()


@pytest.mark.parametrize("text", REQUESTS)
def test_who_asks_to_be_forgotten_is_asked_back_with_two_buttons(text: str) -> None:
    found = hear(text)
    assert isinstance(found, Reply)
    assert "for good" in found.said and "@" in found.said and "{" not in found.said
    assert found.buttons == ("Delete it all", "Keep it")
    assert (found.text, found.sender_id, found.message_id, found.input_channel, found.metadata) == (
        text, "web-1", "id-1", "web", {"a": 1}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Supprimez mes données"), ("fr", "Pouvez-vous effacer cette conversation s'il vous plaît?"),
        ("fr", "Je veux que vous supprimiez toutes mes informations personnelles"), ("fr", "efface tout"),
        ("fr", "Veuillez supprimer tout ce que vous savez sur moi"), ("fr", "Je retire mon consentement"),
        ("fr", "mon droit à l’oubli"), ("fr", "svp supprimer mes donnees"),
        ("es", "Borre mis datos"), ("es", "¿Puede borrar esta conversación, por favor?"), ("es", "elimina todo"),
        ("es", "Quiero que eliminen todos mis datos personales"), ("es", "borren todo lo que saben de mí"),
        ("es", "Retiro mi consentimiento"), ("es", "olvídese de mí"), ("es", "por favor borra mi informacion"),
    ],
)  # fmt: skip
def test_who_asks_in_another_language_is_asked_back_in_it(language: str, text: str) -> None:
    found = hear(text, language=language)
    assert isinstance(found, Reply) and found.said == sentences().say("erase_ask", language)
    yes, no = (hear(title, ASKED, language) for title in found.buttons)
    assert isinstance(yes, Forget) and yes.at == 7.0
    assert isinstance(no, Reply) and no.said == sentences().say("erase_kept", language)


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "delete my data"), ("fr", "Supprimez mes données"), ("es", "Borre mis datos")],
)
def test_it_is_asked_and_answered_in_the_language_in_which_it_is_said(language: str, text: str) -> None:
    """Whatever the conversation was in before, and whatever the page is in."""
    for before in ("en", "fr", "es"):
        found = hear(text, language=before)
        assert isinstance(found, Reply) and found.said == sentences().say("erase_ask", language)
        yes, no = (hear(title, ASKED, before) for title in found.buttons)
        assert isinstance(yes, Forget)
        assert isinstance(no, Reply) and no.said == sentences().say("erase_kept", language)


def test_a_no_of_two_languages_is_answered_in_that_of_the_conversation() -> None:
    for language in ("en", "es"):
        found = hear("no", ASKED, language)
        assert isinstance(found, Reply) and found.said == sentences().say("erase_kept", language)


@pytest.mark.parametrize(
    "text",
    [
        "Supprimez-vous mes données après un moment?", "mon employeur peut-il supprimer mes données",
        "Combien de temps gardez-vous mes données?", "Effacez mon numéro et écrivez-moi plutôt",
        "¿Borran mis datos después de un tiempo?", "¿puede mi empleador borrar mis datos?",
        "borre mi teléfono", "Borre mi último mensaje", "oui", "sí", "tout supprimer demain",
    ],
)  # fmt: skip
def test_what_says_anything_else_in_another_language_is_for_the_assistant(text: str) -> None:
    assert type(hear(text)) is UserMessage


@pytest.mark.parametrize("text", NOT_REQUESTS)
def test_what_says_anything_else_is_for_the_assistant(text: str) -> None:
    assert type(hear(text)) is UserMessage


def test_of_all_training_lines_only_privacy_questions_are_taken() -> None:
    taken = {
        (item["intent"], line)
        for file in (ROOT / "data").glob("nlu*.yml")
        for item in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]
        if "intent" in item
        for line in item["examples"].splitlines()
        if type(hear(line.removeprefix("- "))) is not UserMessage
    }
    assert taken and {intent for intent, _ in taken} == {"ask_privacy"}


@pytest.mark.parametrize(
    "text", ["Delete it all", "yes", "Yes, please!", "yes, delete everything", "go ahead"]
)
def test_a_yes_right_after_the_question_confirms(text: str) -> None:
    found = hear(text, ASKED)
    assert isinstance(found, Forget) and found.at == 7.0


@pytest.mark.parametrize("text", ["Keep it", "no", "No, thanks", "don't delete it", "never mind"])
def test_a_no_keeps_everything(text: str) -> None:
    found = hear(text, ASKED)
    assert isinstance(found, Reply) and "nothing is deleted" in found.said and not found.buttons


@pytest.mark.parametrize(
    "events",
    [
        [],
        [{"event": "bot", "text": "Do you have a degree?", "metadata": {}}, *LISTENING],
        [*ASKED, {"event": "user", "text": "how long is it?"}, {"event": "bot", "text": "3 years."}],
        [*ASKED, {"event": "user", "text": "how long is it?"}],
    ],
)
def test_a_yes_to_anything_else_confirms_nothing(events: list[dict[str, Any]]) -> None:
    for text in ("yes", "Delete it all", "yes, delete everything", "go ahead"):
        assert not isinstance(hear(text, events), Forget)


def test_asking_twice_is_no_confirmation() -> None:
    assert isinstance(hear("delete my data", ASKED), Reply)


def test_a_question_in_between_is_for_the_assistant() -> None:
    assert type(hear("how long is the permit?", ASKED)) is UserMessage


def test_whatever_is_typed_is_told_apart_at_once() -> None:
    for text in ("delete my data " * 130, "delete my " * 200, "i " * 1000, "please " * 280, "\ud800", ""):
        assert type(hear(text)) is UserMessage
