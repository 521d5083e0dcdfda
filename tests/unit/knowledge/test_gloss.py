"""French and Spanish are read as rough English, every place leads back to the words as typed, and the language is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from string import ascii_lowercase

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from components.encoder import ordinary_words
from knowledge.facts import FOLDER, Facts, FactsError
from knowledge.facts import load as load_facts
from knowledge.gloss import LONGEST, Gloss, Glossary, Glosser, Word
from knowledge.languages import LANGUAGES, TRANSLATIONS
from knowledge.text import fold
from knowledge.title_languages import FILE as TITLES
from knowledge.title_languages import load as load_titles

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
ACCENTED = re.compile("[àâäáçéèêëíîïñóôöùûüúœ¿¡]", re.I)
TITLES_VALID = "title_languages_valid.yml"
# A small glossary, in which it is seen how one is read.
SMALL = {
    "fr": [
        "je\ti", "cherche\tlook for", "le\tthe", "un\ta", "chat\tcat", "noir\tblack", "et\tand", "de\tof", "pour\tfor",
        "permis\tpermit", "permis de travail\twork permit", "travail\twork", "au\tat the", "au travail\tat work",
        "ou\tor", "où\twhere", "svp\t", "chevaux\thorses", "cheval\thorse", "tableau\tboard",
        "renouvellement\trenewal", "demande\tapplication",
    ],
    "es": ["luz\tlight", "pared\twall", "casa\thouse", "si\tif", "el\tthe", "él\the", "puedo\tcan i"],
}  # fmt: skip


@pytest.fixture(scope="module")
def glosser(all_facts: Facts) -> Glosser:
    """With the words that we ship."""
    return Glosser(all_facts, ordinary_words())


@pytest.fixture(scope="module")
def few_facts() -> Facts:
    return load_facts(HERE / "valid")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small glossary, to be changed by a test."""
    (tmp_path / TITLES).write_text((HERE / TITLES_VALID).read_text(encoding="utf-8"), encoding="utf-8")
    for language, lines in SMALL.items():
        (tmp_path / f"gloss_{language}.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


def small(facts: Facts, folder: Path, text: str, language: str = "fr") -> str:
    """The pieces of a text by the small glossary, whatever language it would be taken for."""
    words = [Word(m.group(), fold(m.group()), *m.span()) for m in re.finditer(r"\w+", text)]
    return " | ".join(
        piece.text for piece in Glosser(facts, folder=folder).glossaries[language].pieces(words)
    )


# ---- phrases and words ----------------------------------------------------------------------------------


def test_the_longest_phrase_counts_before_its_words(few_facts: Facts, folder: Path) -> None:
    assert small(few_facts, folder, "permis de travail") == "work permit"
    assert small(few_facts, folder, "le permis de travail") == "the | work permit"


def test_a_message_is_cut_into_as_few_pieces_as_may_be(few_facts: Facts, folder: Path) -> None:
    """'au travail' is a phrase, but here it would leave the longer one in pieces."""
    with (folder / "gloss_fr.tsv").open("a", encoding="utf-8") as file:
        file.write("travail de nuit\tnight work\nnuit\tnight\n")
    assert small(few_facts, folder, "au travail") == "at work"
    assert small(few_facts, folder, "au travail de nuit") == "at the | night work"


def test_a_phrase_has_at_most_so_many_words(few_facts: Facts, folder: Path) -> None:
    longest, longer = (" ".join(ascii_lowercase[:number]) for number in (LONGEST, LONGEST + 1))
    with (folder / "gloss_fr.tsv").open("a", encoding="utf-8") as file:
        file.write(f"{longest}\tseven\n{longer}\teight\n")
    assert small(few_facts, folder, longest) == "seven"
    assert "eight" not in small(few_facts, folder, longer)


def test_an_unknown_word_stays_as_it_is_typed(few_facts: Facts, folder: Path) -> None:
    assert small(few_facts, folder, "je cherche Wolfsburg") == "i | look for | Wolfsburg"


def test_a_word_that_needs_its_accent_has_it_and_else_accents_do_not_matter(
    few_facts: Facts, folder: Path
) -> None:
    assert small(few_facts, folder, "où") == "where"
    assert small(few_facts, folder, "ou") == "or"
    assert small(few_facts, folder, "TRÀVAÎL") == "work"
    assert small(few_facts, folder, "él", "es") == "he"
    assert small(few_facts, folder, "El", "es") == "the"


@pytest.mark.parametrize(
    ("language", "typed", "read"),
    [
        ("fr", "chats noirs", "cat | black"), ("fr", "demandes", "application"), ("fr", "chevaux", "horses"),
        ("fr", "tableaux", "board"), ("es", "luces", "light"), ("es", "paredes", "wall"), ("es", "casas", "house"),
    ],
)  # fmt: skip
def test_a_plural_is_read_as_its_own_entry_or_as_the_singular(
    language: str, typed: str, read: str, few_facts: Facts, folder: Path
) -> None:
    assert small(few_facts, folder, typed, language) == read


def test_words_that_english_leaves_out_vanish_with_their_place(few_facts: Facts, folder: Path) -> None:
    text = "un permis de travail svp"
    gloss = Glosser(few_facts, folder=folder).read(text)
    assert gloss.text.strip() == "a work permit"
    assert "svp" not in {text[start:end] for *_, start, end in gloss.places}


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("ing. de sonido", "sound engineer"),
        ("lic. en enfermería", "RN BSN"),
        ("aux. de enfermería", "nursing assistant"),
        ("inf. clinicienne", "staff RN"),
        ("tecnóloga de laboratorio médico", "medical laboratory technologist"),
        ("arquitecto de la nube", "solutions architect"),
    ],
)
def test_a_job_is_known_by_a_shortened_first_word_and_with_other_small_words(
    glosser: Glosser, text: str, english: str
) -> None:
    assert glosser.read(text).text == english


def test_small_words_at_the_ends_belong_to_no_job(glosser: Glosser) -> None:
    assert glosser.read("soy arquitecto de la").text != glosser.read("soy arquitecto").text


def test_si_alone_is_a_yes_and_in_a_sentence_an_if(few_facts: Facts, folder: Path) -> None:
    assert small(few_facts, folder, "si", "es") == "yes"
    assert small(few_facts, folder, "Sí", "es") == "yes"
    assert small(few_facts, folder, "si puedo", "es") == "if | can i"


def test_apostrophes_and_hyphens_part_words(glosser: Glosser) -> None:
    assert (
        glosser.read("Est-ce que j'ai besoin d'un permis?").text
        == glosser.read("est ce que j’ai besoin d’un permis?").text
    )
    assert "permit" in glosser.read("Ai-je besoin d'un permis?").text


def test_the_signs_of_a_sentence_stay_where_they_are(glosser: Glosser) -> None:
    gloss = glosser.read("¿Cuánto cuesta? Soy contador, gracias.")
    assert gloss.text.count("?") == 1 and gloss.text.rstrip().endswith(".") and "¿" not in gloss.text
    assert gloss.text.index("?") < gloss.text.index(",") < gloss.text.index("thank")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Combien ça coûte?", "how much does it cost?"),
        ("combien ca coute", "how much does it cost"),
        ("¿Cuánto cuesta?", "how much"),
        ("j'ai besoin d'un permis de travail", "i need a work permit"),
        ("¿Necesito un permiso de trabajo?", "need a work permit?"),
        ("tengo 5 años de experiencia", "5 years of experience"),
        ("Faut-il un CAQ pour le Québec?", "caq for quebec?"),
        ("tengo una oferta de trabajo en Toronto", "job offer in toronto"),
    ],
)
def test_what_people_ask_reads_as_somebody_would_ask_it_in_english(
    typed: str, words: str, glosser: Glosser
) -> None:
    gloss = glosser.read(typed)
    assert gloss.is_sure and words in gloss.text


# ---- slips ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("renouvelement", "renouvellement"), ("renouvellemnet", "renouvellement"), ("renouvelemnt", "renouvellement"),
        ("demamde", "demande"), ("tableua", "tableau"), ("cherchr", "cherche"),
    ],
)  # fmt: skip
def test_a_long_word_may_have_a_slip_and_a_very_long_one_two(
    typed: str, meant: str, few_facts: Facts, folder: Path
) -> None:
    assert Glosser(few_facts, folder=folder).glossaries["fr"].meant(typed) == meant


@pytest.mark.parametrize("typed", ["chut", "demxxde", "cheval8", "rravail", "wolfsburg", "", "é"])
def test_what_is_short_or_too_far_off_or_begins_otherwise_is_no_slip(
    typed: str, few_facts: Facts, folder: Path
) -> None:
    assert Glosser(few_facts, folder=folder).glossaries["fr"].meant(typed) == typed


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("je suis phramacien", "pharmacist"),
        ("je suis comptabel", "accountant"),
        ("soy farmaceutioc", "pharmacist"),
        ("soy arquitetco", "architect"),
    ],
)
def test_a_job_with_a_slip_is_read(typed: str, title: str, glosser: Glosser) -> None:
    assert title in glosser.read(typed).text


def test_a_name_is_corrected_to_no_word_of_ours(glosser: Glosser) -> None:
    """A capital inside a sentence begins a name; nobody called Pharmaciem is taken for a pharmacist."""
    text = "je m'appelle Marie Pharmaciem et je cherche un permis de travail"
    gloss = glosser.read(text)
    assert gloss.language == "fr" and "Pharmaciem" in gloss.text and "pharmacist" not in gloss.text
    gloss = glosser.read("me llamo Ana Arquitetco y busco un permiso de trabajo")
    assert gloss.language == "es" and "Arquitetco" in gloss.text and "architect" not in gloss.text


def test_a_word_that_english_has_is_no_slip(glosser: Glosser) -> None:
    for word in ("engineer", "documents", "company", "insurance"):
        assert word in glosser.read(f"je cherche un {word} pour ma demande de permis").text


# ---- jobs -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("Je suis pharmacien", "pharmacist"), ("je suis pharmacienne", "pharmacist"),
        ("les pharmaciennes et leur permis", "pharmacist"), ("je suis ingénieur civil", "civil engineer"),
        ("je suis ingenieure civile", "civil engineer"), ("des ingénieurs civils", "civil engineer"),
        ("deux travailleurs sociaux", "social worker"), ("une travailleuse sociale", "social worker"),
        ("je suis soudeur", "welder"), ("Soy farmacéutico", "pharmacist"), ("soy farmaceutica", "pharmacist"),
        ("soy ingeniera civil", "civil engineer"), ("dos ingenieros civiles", "civil engineer"),
        ("soy contadora pública", "accountant"), ("soy trabajadora social", "social worker"),
        ("somos enfermeras", "nurse"), ("soy médico", "physician"), ("Soy físico", "physicist"),
        ("je suis notaire", "notary"), ("soy notario", "notary"),
    ],
)  # fmt: skip
def test_a_job_is_read_in_either_gender_and_number(typed: str, title: str, glosser: Glosser) -> None:
    gloss = glosser.read(typed)
    assert re.search(rf"\b{title}s?\b", gloss.text), gloss.text
    assert not gloss.only_near


@pytest.mark.parametrize(
    ("typed", "better"),
    [
        ("professeur d'école primaire", "professor"), ("candidate à la profession d'ingénieur", "engineer"),
        ("ingénieur d’essais", "engineer"), ("mécanicien d'avion", "engineer"), ("agent d'assurance", "broker"),
        ("bibliothécaire d'école", "special librarian"),
    ],
)  # fmt: skip
def test_a_name_with_an_apostrophe_is_read_as_a_whole_and_never_as_a_better_one(
    typed: str, better: str, glosser: Glosser, all_facts: Facts
) -> None:
    (title,) = load_titles(all_facts).called(typed, "fr")
    for text in (typed, typed.replace("'", "’"), typed.replace("'", " ").replace("’", " ")):
        gloss = glosser.read(f"je suis {text}")
        assert title in gloss.text, gloss.text
        assert title == better or not re.search(rf"\b{better}\b", gloss.text.replace(title, ""))


@pytest.mark.parametrize(
    ("typed", "taken_for"),
    [
        ("je suis docteur en droit", "physician"), ("je suis docteure en philosophie", "physician"),
        ("je suis chirurgien d'arbres", "surgeon"), ("elle est psychologue canine", "psychologist"),
        ("conseillère en gestion de l’eau", "management consultant"), ("soy doctor en derecho", "physician"),
    ],
)  # fmt: skip
def test_a_false_friend_only_looks_like_a_title(typed: str, taken_for: str, glosser: Glosser) -> None:
    gloss = glosser.read(typed)
    ((start, end, title, status),) = gloss.only_near
    assert (title, status) == (taken_for, "not_listed")
    words = typed[slice(*gloss.typed(start, end))]
    assert typed.endswith(words) and not words.startswith(("je", "elle", "soy"))


@pytest.mark.parametrize(
    "typed", ["ingeniero técnico", "soy notario público", "je suis professeure de collège"]
)
def test_a_name_of_several_titles_depends(typed: str, glosser: Glosser) -> None:
    ((start, end, title, status),) = glosser.read(typed).only_near
    assert status == "depends" and title in glosser.read(typed).text[start:end]


def test_of_a_field_and_a_person_the_person_counts_where_one_is_meant(glosser: Glosser) -> None:
    assert "physicist" in glosser.read("soy física en un laboratorio").text
    assert "physicist" not in glosser.read("estudié la física en la universidad").text


# ---- places ---------------------------------------------------------------------------------------------


def lines(language: str, every: int) -> list[str]:
    """Some of what people say in this language: of the training lines."""
    data = yaml.safe_load((ROOT / "data" / f"nlu_{language}.yml").read_text(encoding="utf-8"))["nlu"]
    said = [line.removeprefix("- ") for block in data for line in block["examples"].splitlines()]
    return said[::every]


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_every_piece_leads_back_to_its_own_words(language: str, glosser: Glosser) -> None:
    for text in lines(language, 23):
        gloss = glosser.read(text)
        check_places(gloss, text)


def check_places(gloss: Gloss, text: str) -> None:
    spans = sorted(place[2:] for place in gloss.places)
    for begin, stop, start, end in gloss.places:
        assert 0 <= begin < stop <= len(gloss.text) and 0 <= start < end <= len(text)
        assert gloss.typed(begin, stop) == (start, end)
        assert text[start].isalnum() and text[end - 1].isalnum()
    assert all(first[1] <= second[0] for first, second in zip(spans, spans[1:], strict=False)), "they overlap"
    for begin, stop, *_ in gloss.only_near:
        assert 0 <= begin < stop <= len(gloss.text)


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_any_place_in_a_gloss_has_one_in_the_message(language: str, glosser: Glosser) -> None:
    for text in lines(language, 97):
        gloss = glosser.read(text)
        for begin in range(0, len(gloss.text), 3):
            for end in range(begin + 1, len(gloss.text) + 1, 7):
                start, stop = gloss.typed(begin, end)
                assert 0 <= start < stop <= len(text)


def test_a_place_that_spans_pieces_spans_their_words(glosser: Glosser) -> None:
    text = "Bonjour, je suis ingénieur civil à Montréal"
    gloss = glosser.read(text)
    begin = gloss.text.index("civil engineer")
    assert text[slice(*gloss.typed(begin, begin + len("civil engineer")))] == "ingénieur civil"
    assert text[slice(*gloss.typed(begin + 2, gloss.text.lower().index("montreal") + 3))].endswith("Montréal")
    assert text[slice(*gloss.typed(begin, begin + 1))] == "ingénieur civil"


def test_in_english_a_place_is_itself(glosser: Glosser) -> None:
    assert glosser.read("I am a nurse from Texas").typed(7, 12) == (7, 12)


# ---- English, and odd texts -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "What does it cost?", "Can a US pharmacist get a permit?", "I'm a nurse from Mexico, can my wife come?",
        "Do I need a CAQ for Quebec?", "is an ingeniero en sistemas on the list", "how long is it valid", "",
        "I live in San José and work as a chef de cuisine", "My name is José and I'm an engineer",
    ],
)  # fmt: skip
def test_an_english_message_is_its_own_gloss(text: str, glosser: Glosser) -> None:
    gloss = glosser.read(text)
    assert (gloss.language, gloss.text, gloss.places, gloss.only_near) == ("en", text, (), ())


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(
    st.one_of(
        st.text(max_size=80),
        st.text(alphabet="abdeilmnoqrstu ENRS'’-–.,?¿¡áéíñçàô12\n\u0301\u200b🙂", max_size=80),
        st.lists(
            st.sampled_from(
                [
                    "je",
                    "suis",
                    "un",
                    "l'",
                    "d'",
                    "ingénieur",
                    "civil",
                    "soy",
                    "una",
                    "en",
                    "si",
                    "¿",
                    "?",
                    "TN",
                    "José",
                    "5",
                ]
            ),
            max_size=12,
        ).map(" ".join),
        st.sampled_from(
            [
                "",
                " ",
                "¿",
                "'",
                "--",
                "é" * 2_000,
                "si " * 600,
                "\x00",
                "\ud800",
                "\uff9e",
                "ß ſ ﬁ ǅ",
                "٣ anos",
                "日本語",
            ]
        ),
    )
)
def test_any_text_can_be_read(glosser: Glosser, text: str) -> None:
    gloss = glosser.read(text)
    assert gloss.language in LANGUAGES
    check_places(gloss, text)
    assert glosser.read(text) == gloss


# ---- the language ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "text"),
    [
        *(("en", text) for text in ("What does it cost?", "how long is it valid", "Is a pharmacist on the list?",
          "I am an engineer", "Can my wife come with me?", "do I need a CAQ", "work permit", "hello there")),
        *(("fr", text) for text in ("Combien ça coûte?", "combien ca coute", "Je suis ingénieur civil", "je suis infirmiere",
          "Est-ce que ma femme peut venir avec moi?", "faut-il un CAQ", "permis de travail", "chus soudeur", "bonjour",
          "merci", "oui", "non merci", "MERCI", "pharmacienne", "JE SUIS INGÉNIEUR", "ok merci", "EIMT")),
        *(("es", text) for text in ("¿Cuánto cuesta?", "cuanto cuesta", "Soy ingeniero civil", "soy enfermera",
          "¿Puede venir mi esposa conmigo?", "necesito una oferta", "permiso de trabajo", "hola", "gracias", "sí",
          "buenos días", "no gracias", "GRACIAS", "farmacéutica", "ingeniero")),
    ],
)  # fmt: skip
def test_the_language_of_a_message_is_told(language: str, text: str, glosser: Glosser) -> None:
    assert glosser.language(text) == (language, True)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "¿necesito un LMIA?"), ("fr", "CAQ for un ingénieur"), ("fr", "je suis software engineer à Seattle"),
        ("es", "soy software engineer en Seattle"), ("fr", "mon boss veut un LMIA"), ("es", "mi boss necesita el LMIA"),
        ("en", "is an infirmière on the list of jobs"), ("en", "can a contador público get a work permit"),
        ("en", "My name is José and I'm an engineer"), ("fr", "Toronto, c'est possible?"), ("es", "¿y en Toronto?"),
    ],
)  # fmt: skip
def test_of_two_languages_the_one_of_the_sentence_counts(language: str, text: str, glosser: Glosser) -> None:
    assert glosser.language(text)[0] == language


@pytest.mark.parametrize("text", ["¿necesito un LMIA?", "CAQ for un ingénieur"])
def test_a_word_of_ours_in_another_language_does_not_make_it_doubtful(text: str, glosser: Glosser) -> None:
    assert glosser.language(text)[1]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "2",
            "2026",
            "🙂",
            "???",
            "ok",
            "OK",
            "TN",
            "CAQ",
            "CAQ?",
            "LMIA",
            "USMCA",
            "RN",
            "IMM 1295",
        ),
        *(
            "Toronto",
            "Québec",
            "México",
            "José Ramírez",
            "Clínica Santa María",
            "Jean Tremblay",
            "Ana",
            "María",
        ),
        *("visa", "no", "jose@example.com", "613-555-0100", "https://example.com"),
    ],
)
def test_what_is_in_no_language_is_not_sure(text: str, glosser: Glosser) -> None:
    assert glosser.language(text)[1] is False


@pytest.mark.parametrize(
    "text", ["permit", "cost", "hello", "thanks", "yes", "nurse", "citizenship", "English", "what"]
)
def test_english_needs_more_than_a_word(text: str, glosser: Glosser) -> None:
    """What a French visitor types as one word is often English; nobody is switched by it."""
    assert glosser.language(text) == ("en", False)


@pytest.mark.parametrize(
    "text",
    [
        "Ich brauche eine Arbeitserlaubnis", "Wie viel kostet die Arbeitserlaubnis für Kanada?",
        "Wo kann ich mich bewerben?", "Potrzebuję pozwolenia na pracę w Kanadzie", "Jak długo to trwa?",
        "Ik ben ingenieur en ik wil in Canada werken", "Come posso ottenere il permesso di lavoro in Canada?",
        "मुझे वर्क परमिट चाहिए", "我需要工作许可", "Мне нужно разрешение на работу",
    ],
)  # fmt: skip
def test_a_language_that_we_do_not_have_is_none_of_ours(text: str, glosser: Glosser) -> None:
    assert glosser.language(text)[1] is False


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_questions_of_the_tests_are_told_apart(language: str, glosser: Glosser) -> None:
    """What was written for the tests of understanding, longer than three words: hardly one is taken for another's."""
    file = "questions.yml" if language == "en" else f"questions_{language}.yml"
    asked = yaml.safe_load((ROOT / "tests" / "nlu" / file).read_text(encoding="utf-8"))["questions"]
    told = [glosser.language(one["text"]) for one in asked if len(one["text"].split()) > 3]
    right = [found for found in told if found[0] == language]
    surely_wrong = [found for found in told if found[0] != language and found[1]]
    assert len(right) >= 0.98 * len(told)
    assert len(surely_wrong) <= 0.005 * len(told)


# ---- the files ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "permis permit",  # no tab
        "Permis\tpermit",  # a capital
        "permis  de travail\tpermit",  # two spaces
        "permis d'été\tsummer permit",  # signs
        "après midi\tafternoon",  # accents in a phrase
        " permis\tpermit",
        "\tpermit",
        "permis\tpermit\tpermits",
        "travail\tjob",  # stands there already
        "",
    ],
)
def test_a_line_with_a_fault_is_refused_with_its_file_and_number(
    line: str, few_facts: Facts, folder: Path
) -> None:
    file = folder / "gloss_fr.tsv"
    before = ["travail\twork", "le\tthe"]
    file.write_text("\n".join([*before, line, "un\ta"]) + "\n", encoding="utf-8")
    with pytest.raises(FactsError) as refused:
        Glosser(few_facts, folder=folder)
    assert (refused.value.file, refused.value.key) == ("gloss_fr.tsv", "line 3")
    assert repr(line.partition("\t")[0]) in refused.value.problem
    file.write_text("\n".join(before) + "\n", encoding="utf-8")
    Glosser(few_facts, folder=folder)


def entries(language: str) -> Iterator[tuple[int, str, str]]:
    text = (FOLDER / f"gloss_{language}.tsv").read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines(), 1):
        foreign, tab, english = line.partition("\t")
        assert tab, (language, number, line)
        yield number, foreign, english


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_what_we_ship_is_well_formed_and_its_english_is_english(language: str, all_facts: Facts) -> None:
    Glossary(language, load_titles(all_facts))
    found = list(entries(language))
    assert len(found) > 10_000
    assert not [entry for entry in found if ACCENTED.search(entry[2])]
    assert not [entry for entry in found if entry[2] != " ".join(entry[2].split())]
    assert not [entry for entry in found if len(entry[1].split()) > LONGEST]
    assert not [entry for entry in found if re.search(r"[<>{}\[\]|\\]", entry[2])]


def test_the_shares_of_a_word_are_one_in_all() -> None:
    for line in (FOLDER / "gloss_shared.tsv").read_text(encoding="utf-8").splitlines():
        word, *shares = line.split("\t")
        assert word.isalpha() and word == word.lower() and len(shares) == len(LANGUAGES), line
        assert 0.85 <= sum(map(float, shares)) <= 1.02, line
