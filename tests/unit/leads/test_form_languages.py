"""The form in French and Spanish: answers, dates, what can't wait, and every button, read as what it stands for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.languages import LANGUAGES
from leads import deadline, intake
from leads.aside import Heard
from leads.draft import QUESTIONS, Draft, from_slot, to_slot
from leads.phrases import load
from leads.says import BUTTONS, Outcome
from leads.settings import ROOT
from leads.turn import Known

NOW = datetime(2026, 11, 24, 22, 0, tzinfo=timezone.utc)
WORDS: Mapping[str, Mapping[str, str]] = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))[
    "words"
]
SHOWN = {"version": "1", "text": "the terms", "language": "en"}
AGREED = {**SHOWN, "given_at": NOW.isoformat(), "channel": "rest"}
ANA = {"name": "Ana Ruiz", "email": "ana@example.com", "best_time": "x", "matter": "y"}


def say(language: str, draft: Draft | None, text: str, **heard: Any) -> Outcome:
    known = Known(form="form-2", consent=("1", "the terms"), language=language, channel="rest", lead=ANA)
    return intake.step(from_slot(to_slot(draft)), Heard(text, **heard), known, NOW)


def at(step: Any, **values: str) -> Draft:
    return Draft("form-1", step, values=values, agreed=AGREED)


def values(outcome: Outcome) -> dict[str, str]:
    return dict(outcome.draft.values) if outcome.draft else {}


def words(outcome: Outcome) -> list[str]:
    return [line.word for line in outcome.say]


# ---- every button


def step_after(step: Any, draft: Draft | None = None) -> Callable[[Outcome, str], bool]:
    return lambda outcome, _: outcome.draft is not None and outcome.draft.step == step


def keeps(name: str) -> Callable[[Outcome, str], bool]:
    return lambda outcome, title: values(outcome).get(name) == title


# Where a button stands, and what comes of it.
MEANS: dict[str, tuple[Draft, Callable[[Outcome, str], bool]]] = {
    "agree": (Draft("f", notice=SHOWN), lambda o, _: bool(o.draft and o.draft.agreed)),
    "refuse": (Draft("f", notice=SHOWN), lambda o, _: o.draft is None and words(o) == ["intake_refused"]),
    "mornings": (at("best_time"), keeps("best_time")),
    "afternoons": (at("best_time"), keeps("best_time")),
    "anytime": (at("best_time"), keeps("best_time")),
    "skip": (at("employer"), lambda o, _: bool(o.draft and "employer" in o.draft.skipped)),
    "use": (
        Draft("f", "matter", agreed=AGREED, offer="pharmacist"),
        lambda o, _: values(o).get("matter") == "pharmacist",
    ),
    "no_date": (at("urgency"), lambda o, _: bool(o.draft and "urgency" in o.draft.skipped)),
    "send": (Draft("f", "review", ANA, ("employer", "urgency"), agreed=AGREED), lambda o, _: o.does == "send"),
    "change": (at("review", **ANA), step_after("change")),
    "cancel": (at("review", **ANA), lambda o, _: o.draft is None and words(o) == ["intake_cancelled"]),
    "name": (at("change", **ANA), step_after("name")),
    "email": (at("change", **ANA), lambda o, _: words(o) == ["intake_new_email"]),
    "phone": (at("change", **ANA), lambda o, _: words(o) == ["intake_new_phone"]),
    "time": (at("change", **ANA), step_after("best_time")),
    "matter": (at("change", **ANA), step_after("matter")),
    "change_it": (Draft("f", "again", number="AAAA-2222"), step_after("change")),
    "second": (Draft("f", "again", number="AAAA-2222"), step_after("consent")),
    "nothing": (
        Draft("f", "again", number="AAAA-2222"),
        lambda o, _: words(o) == ["intake_all_good"] and not o.open,
    ),
}


def test_every_button_of_the_form_is_spoken_for() -> None:
    buttons = {name for name in WORDS if name.startswith("intake_button_")}
    assert buttons == {f"intake_button_{name}" for name in MEANS}
    assert {button for row in BUTTONS.values() for button in row} <= buttons


@pytest.mark.parametrize("form_in", LANGUAGES)
@pytest.mark.parametrize("button", MEANS)
@pytest.mark.parametrize("typed", [str, str.lower, str.upper, lambda title: f"{title}."])
def test_a_button_is_read_as_what_it_stands_for(form_in: str, button: str, typed: Callable[[str], str]) -> None:
    draft, stands = MEANS[button]
    title = WORDS[f"intake_button_{button}"][form_in]  # the payload too
    outcome = say(form_in, draft, typed(title))
    assert stands(outcome, typed(title).rstrip(".")) or stands(outcome, typed(title)), (words(outcome), outcome)


@pytest.mark.parametrize("form_in", LANGUAGES)
@pytest.mark.parametrize("button", MEANS)
def test_an_english_button_above_is_read_so_in_every_language(form_in: str, button: str) -> None:
    draft, stands = MEANS[button]
    title = WORDS[f"intake_button_{button}"]["en"]
    assert stands(say(form_in, draft, title), title)


@pytest.mark.parametrize("form_in", LANGUAGES)
@pytest.mark.parametrize(("button", "command"), [("button_yes", "yes"), ("button_no", "no")])
def test_yes_and_no_under_an_answer_are_a_yes_and_a_no(form_in: str, button: str, command: str) -> None:
    assert load(form_in).order(WORDS[button][form_in]).command == command
    assert say(form_in, at("matter"), WORDS[button][form_in], ours_open=True).does == "aside"


@pytest.mark.parametrize("form_in", LANGUAGES)
@pytest.mark.parametrize("step", [*QUESTIONS, "consent", "review"])
@pytest.mark.parametrize(
    ("button", "payload"),
    [("button_us", '/inform{"citizenship": "us"}'), ("button_mx", '/inform{"citizenship": "mx"}'),
     ("button_other", '/inform{"citizenship": "other"}'), ("button_something_else", "/inform")],
)  # fmt: skip
def test_a_button_under_an_answer_is_never_an_answer_to_the_form(
    form_in: str, step: Any, button: str, payload: str
) -> None:
    draft = Draft("f", step, notice=SHOWN, agreed=None if step == "consent" else AGREED)
    for text in (payload, WORDS[button][form_in]):
        outcome = say(form_in, draft, text, intent="inform", sure=1.0, ours_open=True)
        assert outcome.does == "aside" and not values(outcome)


# ---- consent


@pytest.mark.parametrize(
    ("language", "text"),
    [
        *(("fr", text) for text in (
            "oui", "Oui, j'accepte", "jaccepte", "d'accord", "ok", "yes", "Oui! Je m'appelle Ana", "bien sur",
            "oui, ana@example.com")),
        *(("es", text) for text in (
            "sí", "si", "Sí, acepto", "de acuerdo", "claro que si", "yes", "¡Sí! Me llamo Ana",
            "sí, ana@example.com")),
    ],
)  # fmt: skip
def test_a_yes_is_consent(language: str, text: str) -> None:
    draft = say(language, Draft("f", notice=SHOWN), text).draft
    assert draft and draft.agreed == AGREED


@pytest.mark.parametrize(
    ("language", "text"),
    [
        *(("fr", text) for text in (
            "c'est tout, merci", "ça ira", "non ça va", "non c'est bon", "merci", "Envoyer", "peut-être", "oui?",
            "je m'appelle Ana Ruiz", "ana@example.com", "appelez-moi", "je ne suis pas d'accord", "pourquoi ?",
            "passer", "Non, merci", "annuler", "oui mais non")),
        *(("es", text) for text in (
            "eso es todo, gracias", "así está bien, gracias", "no, está bien", "gracias", "Enviar", "tal vez",
            "¿sí?", "me llamo Ana Ruiz", "ana@example.com", "llámenme", "no acepto", "¿por qué?", "ya", "y",
            "omitir", "No, gracias", "cancelar", "sin", "si no acepto qué pasa")),
    ],
)  # fmt: skip
def test_nothing_else_is_consent_and_nothing_is_kept_before_it(language: str, text: str) -> None:
    draft = say(language, Draft("f", notice=SHOWN), text).draft
    assert draft is None or not draft.agreed and not draft.values


# ---- answers


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("fr", "je m'appelle Ana Ruiz", {"name": "Ana Ruiz"}),
        ("fr", "je mappelle ana ruiz", {"name": "ana ruiz"}),
        ("fr", "c'est Marie-Ève Tremblay", {"name": "Marie-Ève Tremblay"}),
        ("fr", "C’est Marie-Eve Tremblay à l’appareil", {"name": "Marie-Eve Tremblay"}),
        ("fr", "Bonjour, je suis D'Amours, Luc", {"name": "D'Amours, Luc"}),
        ("fr", "Bonjour, je m'appelle Ana Ruiz, ana@example.com, le matin",
         {"name": "Ana Ruiz", "email": "ana@example.com", "best_time": "le matin"}),
        ("fr", "je m'appelle Ana Ruiz et mon courriel est ana@example.com",
         {"name": "Ana Ruiz", "email": "ana@example.com"}),
        ("fr", "Nom : Ana Ruiz ; Téléphone : 514-555-0199 ; meilleur moment : après 17 h",
         {"name": "Ana Ruiz", "phone": "+15145550199", "best_time": "après 17 h"}),
        ("fr", "Ana Ruiz, je travaille chez Banque TD", {"name": "Ana Ruiz", "employer": "Banque TD"}),
        ("fr", "My name is Ana Ruiz", {"name": "Ana Ruiz"}),
        ("es", "me llamo José Luis Hernández García", {"name": "José Luis Hernández García"}),
        ("es", "Me llamo Jose Luis Hernandez Garcia", {"name": "Jose Luis Hernandez Garcia"}),
        ("es", "mi nombre es Ana Ruiz", {"name": "Ana Ruiz"}),
        ("es", "soy Ana Ruiz", {"name": "Ana Ruiz"}),
        ("es", "Sí, soy Ana Ruiz", {"name": "Ana Ruiz"}),
        ("es", "Ana Ruiz al habla", {"name": "Ana Ruiz"}),
        ("es", "María de los Ángeles Hernández García", {"name": "María de los Ángeles Hernández García"}),
        ("es", "Buenas tardes soy Ana Ruiz", {"name": "Ana Ruiz"}),
        ("es", "Buenas tardes, soy Ana Ruiz, ana@example.com",
         {"name": "Ana Ruiz", "email": "ana@example.com"}),
        ("es", "Hola, mi nombre es Ana Ruiz y mi correo es ana@example.com",
         {"name": "Ana Ruiz", "email": "ana@example.com"}),
        ("es", "Nombre: Ana Ruiz; Teléfono: 55 1234 5678; horario: después de las 5 p. m.",
         {"name": "Ana Ruiz", "phone": "+525512345678", "best_time": "después de las 5 p. m."}),
        ("es", "Ana Ruiz, me pueden llamar al 55 1234 5678 por las tardes",
         {"name": "Ana Ruiz", "phone": "+525512345678", "best_time": "por las tardes"}),
    ],
)  # fmt: skip
def test_every_answer_in_a_message_is_taken(language: str, text: str, found: dict[str, str]) -> None:
    assert values(say(language, at("name"), text)) == found


@pytest.mark.parametrize(
    ("language", "text"),
    [
        *(("fr", text) for text in (
            "oui", "non merci", "Bonjour", "bonsoir", "merci", "pourquoi", "passer", "envoyer", "mon nom",
            "combien ça coûte", "quels sont les frais", "je suis ingénieur", "je suis mexicaine", "c'est urgent",
            "je voudrais parler à un avocat", "le matin", "demain", "je ne sais pas", "n'importe quand",
            "c'est pour mon frère", "mon mari", "un avocat",
            "je suis marié", "je suis ingenieur", "Ana ?", "12345", "hello", "skip")),
        *(("es", text) for text in (
            "sí", "no gracias", "Hola", "buenos días", "buenas tardes", "gracias", "por qué", "omitir", "enviar",
            "mi nombre", "cuánto cuesta", "cuanto cuesta", "que documentos necesito", "soy ingeniero",
            "soy mexicana", "es urgente", "quiero hablar con un abogado", "mañana", "no sé", "cuando quieran",
            "es para mi hermano", "mi pareja", "una abogada", "mi telefono", "llamenme", "¿Ana", "12345", "hello", "skip")),
    ],
)  # fmt: skip
def test_none_of_these_is_a_name(language: str, text: str) -> None:
    assert "name" not in values(say(language, at("name"), text))


@pytest.mark.parametrize("language", ["fr", "es"])
@pytest.mark.parametrize(
    "typed",
    ["Ana Ruiz", "Ma Li", "Ou Yang", "Mon Tran", "Tô Ngọc Vân", "Su Mi", "Yến Nguyễn", "Sara Elle Ouellet",
     "Le Van An", "La Toya", "Me Ana Ruiz", "Jean-Pierre Côté", "François Noël", "Ángel de la Cruz y Soto",
     "J. A. Tremblay", "Dulce María Peña", "Marie Des Rosiers", "Boucher", "Zapatero", "Marie", "Mari Carmen",
     "Plácido Domingo", "Pablo Casado", "Camilo Cela", "Perry Como", "Minh Son", "Nada Haddad", "张伟", "محمد علي"],
)  # fmt: skip
def test_a_name(language: str, typed: str) -> None:
    assert values(say(language, at("name"), typed)) == {"name": typed}


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("fr", "mon courriel c'est ana@example.com", {"email": "ana@example.com"}),
        ("fr", "ana arobase example point com", {"email": "ana@example.com"}),
        ("fr", "mon cell c'est le 514-555-0199", {"phone": "+15145550199"}),
        ("fr", "514 555-0199 poste 12", {"phone": "+15145550199;ext=12"}),
        ("fr", "appelez-moi au 514-555-0199 après 17h30",
         {"phone": "+15145550199", "best_time": "après 17h30"}),
        ("fr", "514-555-0199, le matin c'est mieux", {"phone": "+15145550199", "best_time": "le matin"}),
        ("es", "mi correo es ana@example.com", {"email": "ana@example.com"}),
        ("es", "ana arroba example punto com", {"email": "ana@example.com"}),
        ("es", "llamenme al 55 1234 5678 en las mananas",
         {"phone": "+525512345678", "best_time": "en las mananas"}),
        ("es", "ana@example.com, en las tardes está bien",
         {"email": "ana@example.com", "best_time": "en las tardes"}),
    ],
)  # fmt: skip
def test_how_to_be_reached(language: str, text: str, found: dict[str, str]) -> None:
    assert values(say(language, at("contact", name="Ana Ruiz"), text)) == {"name": "Ana Ruiz", **found}


@pytest.mark.parametrize(
    ("language", "text", "kept"),
    [
        ("fr", "le matin", "le matin"), ("fr", "Après 17 h", "Après 17 h"), ("fr", "peu importe", "peu importe"),
        ("fr", "pouvez-vous m'appeler le soir", "le soir"), ("fr", "ou le matin ou le soir",
         "ou le matin ou le soir"), ("fr", "quand vous voulez", "quand vous voulez"),
        ("es", "en las tardes", "en las tardes"), ("es", "mañana", "mañana"), ("es", "como a las 5", "como a las 5"),
        ("es", "que me llamen en la tarde", "en la tarde"), ("es", "cuando puedan", "cuando puedan"),
        ("es", "después de las 5 p. m.", "después de las 5 p. m."),
    ],
)  # fmt: skip
def test_the_best_time(language: str, text: str, kept: str) -> None:
    assert values(say(language, at("best_time"), text)) == {"best_time": kept}


@pytest.mark.parametrize("question", ["best_time", "matter", "employer", "urgency"])
@pytest.mark.parametrize(
    ("language", "text", "name", "value"),
    [
        ("fr", "mon numéro de téléphone est le 514-555-0199", "phone", "+15145550199"),
        ("fr", "mon adresse courriel est plutôt ana@example.org", "email", "ana@example.org"),
        ("fr", "changez mon nom pour Ana María Ruiz", "name", "Ana María Ruiz"),
        ("es", "mi número de teléfono es el 55 1234 5678", "phone", "+525512345678"),
        ("es", "perdón, mi correo correcto es ana@example.org", "email", "ana@example.org"),
        ("es", "mi nombre es Ana María Ruiz", "name", "Ana María Ruiz"),
    ],
)
def test_an_earlier_answer_is_corrected_anywhere(
    question: Any, language: str, text: str, name: str, value: str
) -> None:
    outcome = say(language, at(question, name="Ana", email="a@example.com"), text)
    assert values(outcome)[name] == value and question not in values(outcome)


@pytest.mark.parametrize(
    ("language", "text"),
    [("fr", "combien ça coûte?"), ("fr", "quels documents faut-il"), ("es", "¿cuánto cuesta?"),
     ("es", "que documentos necesito")],
)  # fmt: skip
def test_a_question_of_fact_is_no_answer(language: str, text: str) -> None:
    for step in ("name", "contact", "best_time", "employer", "urgency"):
        outcome = say(language, at(step), text, intent="ask_fees", sure=0.9)
        assert outcome.does == "aside" and not values(outcome)


# ---- dates, and what can't wait


@pytest.mark.parametrize(
    ("language", "text"),
    [
        *(("fr", text) for text in (
            "vendredi prochain", "vendredi", "le 1er décembre", "premier décembre", "1er dec. 2026",
            "le 30 novembre", "30/11", "1/12/2026", "le 30\u00a0novembre", "2026-11-28", "dans 3 jours",
            "dans trois jours", "d'ici deux jours", "d’ici 2 jours", "dans moins d'une semaine", "demain",
            "dans une semaine", "cette semaine", "dès que possible", "des que possible", "c'est urgent",
            "mon permis est expiré", "mon permis a expire hier", "aujourd’hui", "tomorrow")),
        *(("es", text) for text in (
            "el próximo viernes", "viernes", "1o de diciembre", "1º de diciembre", "primero de diciembre",
            "30 de noviembre", "30 de noviembre del 2026", "noviembre 30", "30/11", "en 3 días", "en tres dias",
            "dentro de una semana", "mañana", "manana", "mañana por la mañana", "pasado mañana", "me urge",
            "mi permiso ya venció", "mi permiso ya vencio", "la próxima semana", "lo antes posible",
            "tomorrow")),
    ],
)  # fmt: skip
def test_a_near_date_gets_the_telephone_number_at_once(language: str, text: str) -> None:
    outcome = say(language, at("urgency", **ANA), text)
    assert "intake_urgent" in words(outcome) and values(outcome)["urgency"] == text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        *(("fr", text) for text in (
            "le 3 mars", "3 décembre 2027", "le 12 février", "lundi 15 février 2027", "3/12", "l'été prochain",
            "mon permis expire le 12 mai 2027", "dans deux mois", "dans deux semaines", "pas urgent",
            "ce n'est pas urgent, en mai", "en mars", "31/2", "99/99", "aucune date", "non", "passer")),
        *(("es", text) for text in (
            "3 de marzo", "3 de diciembre de 2027", "lunes 15 de febrero de 2027", "3/12", "el próximo verano",
            "mi permiso vence el 12 de mayo de 2027", "en dos meses", "en dos semanas", "no es urgente",
            "el 3 de mayo por la mañana", "en marzo", "31/2", "99/99", "sin fecha", "no", "omitir")),
    ],
)  # fmt: skip
def test_a_far_one_does_not(language: str, text: str) -> None:
    assert "intake_urgent" not in words(say(language, at("urgency", **ANA), text))


@pytest.mark.parametrize(
    ("language", "text", "day"),
    [
        ("fr", "le 3 décembre", "2026-12-03"), ("fr", "3 decembre 2027", "2027-12-03"),
        ("fr", "1er août", "2027-08-01"), ("fr", "3/12", "2026-12-03"), ("fr", "12/31", "2026-12-31"),
        ("fr", "December 3", "2026-12-03"), ("es", "3 de diciembre", "2026-12-03"),
        ("es", "3 de diciembre del 2027", "2027-12-03"), ("es", "3/12/27", "2027-12-03"),
        ("es", "primero de enero", "2027-01-01"), ("es", "dic 3", "2026-12-03"), ("en", "12/3", "2026-12-03"),
    ],
)  # fmt: skip
def test_the_day_that_a_date_names(language: str, text: str, day: str) -> None:
    assert [str(found) for found in deadline.dates(text, NOW, load(language))] == [day]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        *(("fr", text) for text in (
            "j'ai reçu une mesure de renvoi", "on veut m'expulser", "ordre d’expulsion", "j'ai une audience jeudi",
            "on m'a refusé l'entrée à la frontière", "je suis bloqué à la frontière", "j'ai ete detenu",
            "mon mari est détenu", "je dois quitter le Canada", "I got a removal order")),
        *(("es", text) for text in (
            "me llegó una orden de deportación", "orden de deportacion", "orden de expulsión", "tengo audiencia",
            "me van a deportar", "me negaron la entrada", "no me dejaron entrar", "estoy en la frontera",
            "I'm stuck at the border", "tengo que salir de Canadá")),
    ],
)  # fmt: skip
@pytest.mark.parametrize("step", [None, "consent", "name", "matter", "review"])
def test_an_emergency_gets_it_wherever_it_is_told_and_once(language: str, text: str, step: Any) -> None:
    outcome = say(language, Draft("f", step, notice=SHOWN, agreed=AGREED) if step else None, text)
    assert words(outcome)[0] == "intake_urgent"
    assert "intake_urgent" not in words(say(language, outcome.draft, text))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        *(("fr", text) for text in (
            "permis de travail pour un emploi à Toronto", "j'ai détenu un permis avant", "mon agent m'a refusé un permis",
            "je veux arrêter de travailler", "où est la frontière")),
        *(("es", text) for text in (
            "permiso de trabajo para Toronto", "mi trámite está detenido", "me regresaron la llamada",
            "dónde está la frontera", "quiero salir de vacaciones")),
    ],
)  # fmt: skip
def test_no_emergency(language: str, text: str) -> None:
    assert not deadline.is_emergency(text, load(language))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "mon NAS est le 046 454 286"), ("fr", "mon numéro de passeport est AB123456"),
        ("fr", "je suis née le 3 février 1990"), ("fr", "je suis enceinte"), ("es", "Mi CURP es HEGG560427MVZRRL04"),
        ("es", "mi pasaporte es G12345678"), ("es", "nací el 3 de mayo de 1990"), ("es", "estoy embarazada"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("question", QUESTIONS)
def test_what_must_not_be_kept_is_not_and_the_visitor_is_told(question: Any, language: str, text: str) -> None:
    outcome = say(language, at(question), text)
    assert words(outcome)[0] == "intake_private" and outcome.draft and outcome.draft.step == question
    assert not values(outcome)


# ---- the whole of it, and anything at all


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("fr", ("Appelez-moi", "Oui, j'accepte", "je m'appelle Ana Ruiz", "mon courriel c'est ana@example.com",
                "le matin", "renouvellement", "Banque TD", "aucune date", "Envoyer")),
        ("es", ("Llámenme", "si acepto", "me llamo Ana Ruiz", "mi correo es ana@example.com", "en las tardes",
                "renovación", "Banco TD", "sin fecha", "enviar")),
    ],
)  # fmt: skip
def test_a_request_from_the_first_word_to_the_last(language: str, texts: tuple[str, ...]) -> None:
    outcome = Outcome(None)
    for text in texts:
        outcome = say(language, outcome.draft, text)
        assert not any(word.startswith("intake_hint") for word in words(outcome)), text
    assert outcome.does == "send" and outcome.draft
    assert set(values(outcome)) == {"name", "email", "best_time", "matter", "employer"}
    assert outcome.draft.agreed and outcome.draft.agreed["language"] == language


TEXTS = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        ["oui", "non", "sí", "no", "passer", "omitir", "retour", "atrás", "pourquoi ?", "¿por qué?", "annuler",
         "cancelar", "changer mon nom", "cambiar mi correo", "supprimez mon courriel", "Ana Ruiz", "l'", "d'",
         "c'est", "je suis", "soy", "¿", "«»", "é" * 3000, "n\u0303", "le 99 décembre", "1er", "poste 12", "17h"]
    ),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["fr", "es"]),
    st.sampled_from([*QUESTIONS, "consent", "review", "change", "again", "sent"]),
    st.lists(TEXTS, min_size=1, max_size=5),
)
def test_no_text_raises_or_makes_a_question_a_name(language: str, step: Any, texts: list[str]) -> None:
    number = "AAAA-2222" if step in {"again", "sent"} else None
    draft: Draft | None = Draft("f", step, ANA if step == "review" else {}, agreed=AGREED, number=number)
    for text in texts:
        outcome = say(language, draft, text)
        assert outcome.say or outcome.does
        draft = outcome.draft
        name = values(outcome).get("name", "")
        ours = {"fr": {"oui", "non", "passer"}, "es": {"sí", "no", "omitir"}}
        assert not name.endswith("?") and name.lower() not in ours[language]
