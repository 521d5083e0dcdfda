"""What a message orders in French and Spanish, with accents or without; English stays understood there, and is
unchanged in English.
"""

from __future__ import annotations

import unicodedata

import pytest

from leads import phrase_lists
from leads.phrase_lists import flat
from leads.phrases import COMMANDS, Order, load

SAID = {
    "fr": {
        "yes": ["oui", "Oui!", "Oui, merci !", "Oui, j'accepte", "j’accepte", "jaccepte", "ouais", "D'accord",
            "daccord", "c'est bon", "allez-y", "bien sûr", "bien sur", "ça marche", "ca marche", "oui svp",
            "Je suis d'accord", "Oui, écrivez cela", "oui ecrivez cela", "« Oui »"],
        "no": ["non", "Non, merci", "Non merci !", "pas maintenant", "je ne suis pas d'accord",
            "pas d'accord", "je refuse", "plus tard", "je n'accepte pas", "rien"],
        "skip": ["Passer", "passer svp", "Aucune date", "pas de date", "je ne sais pas", "pas encore",
            "je préfère ne pas répondre", "je prefere ne pas repondre", "aucun employeur", "pas urgent",
            "suivant", "sans date", "j'aimerais mieux pas le dire"],
        "cancel": ["Annuler", "annuler svp", "laissez tomber", "oubliez ça", "oubliez ca", "arrêtez", "arretez",
            "j'ai changé d'avis", "j'ai change d'idee", "n'envoyez rien", "supprimez mes données",
            "supprimez mes coordonnées", "je ne veux pas d'avocat finalement"],
        "back": ["retour", "revenir en arrière", "question précédente", "question precedente", "oups",
            "je me suis trompée"],
        "why": ["pourquoi", "Pourquoi ?", "pourquoi demandez-vous ça?", "à quoi ça sert ?", "a quoi ca sert",
            "pourquoi avez-vous besoin de mon numéro", "est-ce obligatoire?", "qui va voir mes coordonnées?"],
        "send": ["Envoyer", "envoyez", "Envoyez la demande svp", "je confirme", "c'est tout", "oui, envoyez"],
        "change": ["Changer quelque chose", "Modifier ma demande", "corriger", "il y a une erreur"],
        "again": ["Une autre demande", "une deuxième demande", "c'est pour mon frère", "pour ma sœur"],
        "start_over": ["recommencer", "depuis le début", "recommencer à zéro"],
    },
    "es": {
        "yes": ["sí", "Si", "¡Sí!", "Sí, acepto", "acepto", "claro que sí", "de acuerdo", "está bien",
            "esta bien", "adelante", "sale", "órale", "orale", "perfecto, gracias", "sí, por favor",
            "Sí, escriba eso", "si escriba eso"],
        "no": ["no", "No, gracias", "no, muchas gracias", "no acepto", "ahora no", "más tarde", "mejor no",
            "no estoy de acuerdo", "no, está bien"],
        "skip": ["Omitir", "omitir por favor", "Sin fecha", "no hay fecha", "no sé", "no se", "siguiente",
            "prefiero no decir", "todavía no tengo", "todavia no", "sin empleador", "no aplica",
            "no hay prisa"],
        "cancel": ["Cancelar", "cancele por favor", "olvídelo", "olvidelo", "ya no quiero", "no envíe nada",
            "cambié de opinión", "cambie de opinion", "borre mis datos", "no quiero abogado"],
        "back": ["atrás", "atras", "regresar", "pregunta anterior", "me equivoqué", "me equivoque"],
        "why": ["por qué", "¿Por qué?", "¿por qué necesitan mi número?", "porque necesitan mi telefono",
            "¿para qué?", "¿es obligatorio?", "¿quién va a ver mis datos?"],
        "send": ["Enviar", "envíe", "envielo", "sí, envíelo", "confirmo", "eso es todo", "mándelo"],
        "change": ["Cambiar algo", "Cambiar mi solicitud", "hay un error", "corregir", "quiero cambiar algo"],
        "again": ["Otra solicitud", "una segunda solicitud", "es para mi hermano", "para otra persona"],
        "start_over": ["empezar de nuevo", "desde el principio", "volver a empezar"],
    },
}  # fmt: skip
CASES = [(lang, text, name) for lang, lists in SAID.items() for name, texts in lists.items() for text in texts]


@pytest.mark.parametrize(("language", "text", "command"), CASES)
def test_an_order(language: str, text: str, command: str) -> None:
    assert load(language).order(text).command == command


@pytest.mark.parametrize(("language", "text", "command"), CASES)
def test_an_order_decomposed_as_some_keyboards_write_it(language: str, text: str, command: str) -> None:
    assert load(language).order(unicodedata.normalize("NFD", text)).command == command


@pytest.mark.parametrize(
    ("language", "text", "command", "field"),
    [
        ("fr", "changer mon courriel", "change", "email"),
        ("fr", "corriger l'employeur", "change", "employer"),
        ("fr", "je voudrais modifier l’adresse courriel", "change", "email"),
        ("fr", "mon courriel est errone", "change", "email"),
        ("fr", "le numéro n'est pas bon", "change", "phone"),
        ("fr", "je veux changer de numéro", "change", "phone"),
        ("fr", "retour au nom", "change", "name"),
        ("fr", "changer la date de voyage svp", "change", "urgency"),
        ("fr", "supprimez mon numéro de téléphone", "remove", "phone"),
        ("fr", "change my phone", "change", "phone"),
        ("es", "cambiar mi telefono", "change", "phone"),
        ("es", "mi correo está mal", "change", "email"),
        ("es", "hay un error en mi nombre", "change", "name"),
        ("es", "volver al nombre", "change", "name"),
        ("es", "quisiera cambiar la fecha de viaje, por favor", "change", "urgency"),
        ("es", "quite mi número de teléfono", "remove", "phone"),
        ("es", "borre el empleador", "remove", "employer"),
        ("es", "remove my email", "remove", "email"),
    ],
)
def test_an_order_that_names_an_answer(language: str, text: str, command: str, field: str) -> None:
    assert load(language).order(text) == Order(command, field)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        *(("fr", text) for text in (
            "Ana Ruiz", "le matin", "Banque TD", "je veux changer d'employeur au Canada", "oui mais",
            "mon patron a dit non", "pourquoi mon permis a été refusé", "hier", "dois-je avoir une EIMT",
            "j'ai annulé mon voyage", "", "   ", "x" * 500)),
        *(("es", text) for text in (
            "Ana Ruiz", "en las tardes", "Banco TD", "quiero cambiar de empleador en Canadá", "es para mí",
            "mi jefe dijo que no", "por qué me negaron el permiso", "ayer", "y", "ya", "necesito el permiso")),
    ],
)  # fmt: skip
def test_no_order(language: str, text: str) -> None:
    assert load(language).order(text) == Order()


@pytest.mark.parametrize(
    ("language", "text", "field", "value"),
    [
        ("fr", "je m'appelle Ana Ruiz", "name", "Ana Ruiz"),
        ("fr", "Je m’appelle José Hernández", "name", "José Hernández"),
        ("fr", "désolée, mon nom est Ana", "name", "Ana"),
        ("fr", "Nom\u00a0: Marie-Ève Tremblay", "name", "Marie-Ève Tremblay"),
        ("fr", "mon courriel c'est ana@example.com", "email", "ana@example.com"),
        ("fr", "mon numero c'est le 514-555-0199", "phone", "514-555-0199"),
        ("fr", "le meilleur moment serait après 17 h", "best_time", "après 17 h"),
        ("fr", "je travaille chez Banque TD", "employer", "Banque TD"),
        ("fr", "la date limite est le 3 mai", "urgency", "3 mai"),
        ("fr", "my name is Ana", "name", "Ana"),
        ("es", "me llamo José Luis Hernández García", "name", "José Luis Hernández García"),
        ("es", "Buenos días, mi nombre es Ana", "name", "Ana"),
        ("es", "buenos dias mi nombre es Ana", "name", "Ana"),
        ("es", "mi correo es ana@example.com", "email", "ana@example.com"),
        ("es", "mi numero es el 55 1234 5678", "phone", "55 1234 5678"),
        ("es", "la mejor hora es después de las 5", "best_time", "después de las 5"),
        ("es", "voy a trabajar en Banco TD", "employer", "Banco TD"),
        ("es", "mi vuelo sale el 3 de mayo", "urgency", "3 de mayo"),
        ("es", "I work for TD Bank", "employer", "TD Bank"),
    ],
)
def test_a_value_with_its_label(language: str, text: str, field: str, value: str) -> None:
    assert load(language).labelled(text) == (field, value)
    assert load(language).labelled(unicodedata.normalize("NFD", text)) == (field, value)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        *(("fr", text) for text in (
            "combien", "où puis-je demander", "ou puis-je demander", "puis-je travailler", "quel est le délai",
            "c'est quoi une EIMT", "ça coûte combien ?", "y a-t-il des frais", "Ana ?", "what is it",
            "mon mari peut-il travailler", "je peux-tu rester", "les empreintes, c'est-tu obligatoire",
            "faites-vous du pro bono")),
        *(("es", text) for text in (
            "cuánto", "que es un LMIA", "¿y ahora", "puedo trabajar", "donde aplico", "cómo", "se puede",
            "what is it")),
    ],
)  # fmt: skip
def test_a_question(language: str, text: str) -> None:
    assert load(language).asks(text)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        *(("fr", text) for text in ("le matin", "ou le soir", "Ouellet", "Quentin", "Ou Yang", "Que Nguyen",
            "Minh-Tu Tran", "Mai-Tu", "Kim Jong-il", "rendez-vous le matin", "appelez-moi")),
        *(("es", text) for text in ("que me llamen", "como a las 5", "cuando puedan", "Comonfort", "Esteban")),
    ],
)  # fmt: skip
def test_no_question(language: str, text: str) -> None:
    assert not load(language).asks(text)


# ---- added to English


@pytest.mark.parametrize("language", ["fr", "es"])
@pytest.mark.parametrize("command", COMMANDS)
def test_every_english_order_is_understood(language: str, command: str) -> None:
    english, added = load(), load(language)
    left_out = set(phrase_lists.own(language)["not_here"].get(command, ()))
    for phrase in flat(phrase_lists.of("en")[command]):
        text = phrase.removesuffix("*")
        if text not in left_out and english.order(text).command == command:
            assert added.order(text) == english.order(text), text


@pytest.mark.parametrize("language", ["fr", "es"])
def test_every_english_label_and_field_is_understood(language: str) -> None:
    english, added = load(), load(language)
    for labels in phrase_lists.of("en")["labels"].values():
        for label in labels:
            assert added.labelled(f"{label}: x") == english.labelled(f"{label}: x")
    for field, names in phrase_lists.of("en")["fields"].items():
        assert {added.field(f"the {name}") for name in names} == {field}


def test_english_is_as_it_was() -> None:
    assert phrase_lists.own("en") == {} and phrase_lists.of("en") == phrase_lists._languages()["en"]
    for text in ("oui, j'accepte", "acepto", "annuler", "cancelar", "je m'appelle Ana"):
        assert load().order(text) == Order() and load().labelled(text) is None


def test_a_language_that_we_do_not_have_is_english() -> None:
    assert load("de").is_english and load("de").order("yes").command == "yes"


def test_a_language_has_every_list_of_the_english_ones_and_few_of_its_own() -> None:
    own = {"not_here", "not_soon", "weekdays", "time_ends", "day_first", "first_days"}
    asks = {"asks_within", "asks_words", "asks_not"}  # French alone turns verb and subject round with a hyphen
    by_word_order = {"may_ask", "somebody"}  # 'will it …' asks in English alone
    for language in ("fr", "es"):
        lists = phrase_lists.own(language)
        assert set(lists) - own - asks == set(phrase_lists.of("en")) - by_word_order


@pytest.mark.parametrize("language", ["fr", "es"])
def test_what_is_left_out_of_english_is_there(language: str) -> None:
    for name, words in phrase_lists.own(language)["not_here"].items():
        assert set(words) <= set(flat(phrase_lists.of("en")[name])), name
