"""One reading of a message: its jobs, its facts, and the text in which every job looks alike."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.understanding import JOB_WORD, MessageReader, masked_text, shared
from knowledge.matching import Match


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


def test_every_clause_is_masked(reader: MessageReader) -> None:
    reading = reader.read("Can a pharmacist apply? And where does an economist apply?")
    assert len(reading.clauses) == 2
    assert all(JOB_WORD in clause for clause in reading.clauses)
    assert "pharmacist" not in reading.masked and "economist" not in reading.masked


def test_a_clause_of_a_masked_text_can_be_read_again(reader: MessageReader) -> None:
    reading = reader.read("Is a librarian on the list? What does it cost?")
    assert [bool(reader.read(clause).jobs) for clause in reading.clauses] == [True, False]


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
    assert all(text[job.start : job.end] == job.text for job in reading.jobs)
    assert all(0 <= fact.start < fact.end <= len(text) for fact in reading.facts)
