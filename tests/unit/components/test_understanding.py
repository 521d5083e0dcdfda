"""One reading of a message: its jobs, its facts, and the text in which every job looks alike."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.understanding import JOB_WORD, MessageReader, masked_text, shared
from knowledge.facts import Facts
from knowledge.matching import Match
from knowledge.title_languages import load as load_titles


@pytest.fixture(scope="module")
def reader() -> MessageReader:
    return shared()


def test_a_reading_holds_the_jobs_and_the_facts(reader: MessageReader) -> None:
    reading = reader.read("I'm a Mexican pharmacist with a job offer in Quebec")
    assert [job.title for job in reading.jobs] == ["pharmacist"]
    facts = {(fact.entity, fact.value) for fact in reading.facts}
    assert facts >= {("citizenship", "mx"), ("job_offer", "yes"), ("destination", "QC")}


def test_what_is_asked_does_not_hang_on_the_job_it_is_asked_for(reader: MessageReader) -> None:
    asked = [f"Can a {job} bring the family?" for job in ("pharmacist", "registered nurse", "land surveyor")]
    assert len({reader.read(text).masked for text in asked}) == 1
    assert len({reader.read(text).bag for text in asked}) == 1


def test_every_job_is_masked(reader: MessageReader) -> None:
    reading = reader.read("Can a pharmacist apply? And where does an economist apply?")
    assert reading.masked.count(JOB_WORD) == 2
    assert "pharmacist" not in reading.masked and "economist" not in reading.masked


def test_the_bag_tells_kinds_of_facts_and_not_their_values(reader: MessageReader) -> None:
    mexican, american = (reader.read(f"I'm {people}").bag for people in ("Mexican", "American"))
    assert "xxcitizenship" in mexican.split()
    assert mexican.replace("Mexican", "") == american.replace("American", "")
    assert "xxcitizenship" not in reader.read("I speak French").bag


def test_two_jobs_are_masked_and_white_space_is_evened_out() -> None:
    text = "a  nurse \t or vet? "
    jobs = [Match(3, 8, "nurse", "nurse"), Match(14, 17, "vet", "veterinarian")]
    assert masked_text(text, jobs) == f"a {JOB_WORD} or {JOB_WORD}?"


def test_a_text_without_jobs_is_only_trimmed() -> None:
    assert masked_text("  What does  it cost?\n", []) == "What does it cost?"


def test_a_process_has_one_reader(reader: MessageReader) -> None:
    assert shared() is reader


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(
    st.one_of(
        st.text(max_size=80),
        st.text(alphabet="aeinrstUS.,'’-/&+#0 ?\n\té\u0301\u200b🙂", max_size=80),
        st.sampled_from(["", " ", "a" * 9_000, "nurse " * 500, "\x00", "\ud800", "/inform{}", "𝓃𝓊𝓇𝓈𝑒"]),
    )
)
def test_any_text_can_be_read(reader: MessageReader, text: str) -> None:
    reading = reader.read(text)
    english = reading.gloss.text
    assert all(english[job.start : job.end] == job.text for job in reading.jobs)
    assert all(0 <= fact.start < fact.end <= len(english) for fact in reading.facts)
    places = [reading.gloss.typed(found.start, found.end) for found in (*reading.jobs, *reading.facts)]
    assert all(0 <= start < end <= len(text) for start, end in places)


# ---- in another language ------------------------------------------------------------------------------

SAME = [
    (
        "I'm a Mexican pharmacist with a job offer in Quebec",
        "je suis une pharmacienne mexicaine et j'ai une offre d'emploi à Québec",
        "soy farmacéutica mexicana y tengo una oferta de trabajo en Quebec",
    ),
    (
        "My wife is an American civil engineer",
        "Ma femme est une ingénieure civile américaine",
        "Mi esposa es una ingeniera civil estadounidense",
    ),
    ("I have a bachelor's degree", "j'ai un baccalauréat", "tengo un bachelor"),
    ("I am a welder from Texas", "je suis soudeur du Texas", "soy soldador de Texas"),
    ("I have no degree", "je n'ai pas de diplôme", "no tengo título"),
]


@pytest.mark.parametrize("said", SAME, ids=[said[0] for said in SAME])
def test_the_same_is_read_in_each_language(said: tuple[str, ...], reader: MessageReader) -> None:
    readings = [reader.read(text) for text in said]
    assert [reading.gloss.language for reading in readings] == ["en", "fr", "es"]
    jobs = [{job.title for job in reading.jobs} for reading in readings]
    assert jobs[0] == jobs[1] == jobs[2]
    facts = [
        {(f.entity, f.value) for f in reading.facts if f.entity != "person" or f.value != "me"}
        for reading in readings
    ]
    assert facts[0] <= facts[1] and facts[0] <= facts[2], facts


def test_masked_text_and_bag_are_english(reader: MessageReader) -> None:
    reading = reader.read("Un pharmacien peut-il venir? Et où fait-on la demande?")
    assert JOB_WORD in reading.masked
    assert "xxjob" in reading.bag.split() and "xxask" in reading.bag.split()
    assert not [word for word in ("pharmacien", "peut", "demande") if word in reading.masked]


def test_what_is_asked_does_not_hang_on_the_job_in_another_language_either(reader: MessageReader) -> None:
    asked = [
        f"Combien de temps un {job} peut-il rester?"
        for job in ("pharmacien", "ingénieur civil", "docteur en droit")
    ]
    assert len({reader.read(text).masked for text in asked}) == 1
    asked = [
        f"¿Puede un {job} traer a su familia?" for job in ("farmacéutico", "ingeniero civil", "kinesiólogo")
    ]
    assert len({reader.read(text).masked for text in asked}) == 1


@pytest.mark.parametrize(
    ("text", "job", "status", "nearest"),
    [
        ("je suis docteur en droit", "physician", "not_listed", "physician"),
        ("soy ingeniero técnico", "engineer", "depends", "engineer"),
        (
            "je suis conseiller en gestion des stocks",
            "management consultant",
            "not_listed",
            "management_consultant",
        ),
    ],
)
def test_what_only_looks_like_a_title_is_none(
    text: str, job: str, status: str, nearest: str, reader: MessageReader
) -> None:
    (found,) = reader.read(text).jobs
    assert found.title is None and found.text == job
    assert (found.status, found.nearest) == (status, nearest)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("soy horticultora", None),
        ("soy horticultora con licenciatura en horticultura", "horticulturist"),
        ("je suis horticulteur, j'ai un baccalauréat", "horticulturist"),
        ("je suis docteur en droit, j'ai un doctorat", None),
    ],
)
def test_who_has_a_degree_is_the_professional_of_several_who_bear_the_name(
    text: str, title: str | None, reader: MessageReader
) -> None:
    (found,) = reader.read(text).jobs
    assert found.title == title


@pytest.mark.parametrize(("language", "said"), [("fr", "je suis {}"), ("es", "soy {}")])
def test_no_name_of_a_job_that_is_not_listed_is_read_as_a_listed_one(
    language: str, said: str, reader: MessageReader, all_facts: Facts
) -> None:
    """A wrong yes is the worst. Every third name of the list, in the words of somebody who is one."""
    names, wrong = load_titles(all_facts), []
    for title, listed in names.names[language].items():
        for name in listed[::3]:
            if all_facts.titles[title].status == "same" or len(names.called(name, language)) > 1:
                continue
            jobs = [job.title for job in reader.read(said.format(name)).jobs if job.title]
            if any(all_facts.titles[job].status == "same" for job in jobs):
                wrong.append((name, title, jobs))
    assert not wrong
