"""The jobs a message is about: those held up for comparison are left out, and never all of them."""

from typing import Any

import pytest

from actions.jobs import jobs_named
from knowledge.facts import Facts


def named(facts: Facts, text: str, *titles: tuple[str, str]) -> list[str]:
    """The jobs of a text in which these words were recognised as these titles."""
    entities: list[dict[str, Any]] = []
    end = 0
    for words, title in titles:
        start = text.index(words, end)
        end = start + len(words)
        entities.append({"entity": "job_title", "value": title, "text": words, "start": start, "end": end})
    return [job.title or job.text for job in jobs_named(entities, text, facts)]


LAWYER, PARALEGAL = ("lawyers", "lawyer"), ("paralegals", "paralegal")
BOOKKEEPER, ACCOUNTANT = ("bookkeeper", "bookkeeper"), ("accountant", "accountant")
ECONOMIST = ("economist", "economist")
SOFTWARE, ARCHITECT = ("software architect", "solutions architect"), ("architect", "architect")


@pytest.mark.parametrize(
    ("text", "titles", "kept"),
    [
        ("software architect, architect is on the list", [SOFTWARE, ARCHITECT], ["solutions architect"]),
        ("lawyers are covered so paralegals too?", [LAWYER, PARALEGAL], ["paralegal"]),
        ("bookkeeper, close enough to accountant?", [BOOKKEEPER, ACCOUNTANT],
         ["bookkeeper"]),
        ("accountant but no economist", [ACCOUNTANT, ECONOMIST], ["accountant"]),
        ("which one, bookkeeper or accountant?", [BOOKKEEPER, ACCOUNTANT],
         ["bookkeeper", "accountant"]),
        ("an architect and a software architect", [ARCHITECT, SOFTWARE], ["architect", "solutions architect"]),
        ("lawyers are covered?", [("lawyers", "lawyer")], ["lawyer"]),
    ],
)  # fmt: skip
def test_a_job_held_up_for_comparison_is_left_out(
    all_facts: Facts, text: str, titles: list[tuple[str, str]], kept: list[str]
) -> None:
    assert named(all_facts, text, *titles) == kept


DENTIST, TAXI = ("dentist", "dentist"), ("taxi driver", "truck driver")


@pytest.mark.parametrize(
    ("text", "titles", "kept"),
    [
        ("I used to be a bookkeeper, now an accountant", [BOOKKEEPER, ACCOUNTANT], ["accountant"]),
        ("was a bookkeeper years ago, accountant since 2019", [BOOKKEEPER, ACCOUNTANT], ["accountant"]),
        ("accountant by degree, bookkeeper in fact", [ACCOUNTANT, BOOKKEEPER], ["bookkeeper"]),
        ("dentist, yet the job is taxi driver", [DENTIST, TAXI], ["truck driver"]),
        ("trained as a dentist, offered work as taxi driver", [DENTIST, TAXI], ["truck driver"]),
        ("I used to be a dentist", [DENTIST], ["dentist"]),
        ("I'm a dentist but my wife's job is taxi driver", [DENTIST, TAXI], ["dentist", "truck driver"]),
        ("dentist here, and is taxi driver listed?", [DENTIST, TAXI], ["dentist", "truck driver"]),
    ],
)
def test_the_job_that_is_offered_counts_and_not_one_of_before(
    text: str, titles: list[tuple[str, str]], kept: list[str], all_facts: Facts
) -> None:
    assert named(all_facts, text, *titles) == kept


ICU, RN = ("ICU nurse", "travel nurse"), ("RN", "registered nurse")


@pytest.mark.parametrize(
    ("text", "titles", "kept"),
    [
        ("ICU nurse (RN)", [ICU, RN], ["registered nurse"]),
        ("ICU nurse, R.N.", [ICU, ("R.N.", "registered nurse")], ["registered nurse"]),
        ("ICU nurse or RN?", [ICU, RN], ["travel nurse", "registered nurse"]),
        ("HR manager: we have an economist", [("HR manager", "HR manager"), ECONOMIST], ["economist"]),
    ],
)
def test_brackets_and_a_colon_tell_which_job_it_is(
    text: str, titles: list[tuple[str, str]], kept: list[str], all_facts: Facts
) -> None:
    assert named(all_facts, text, *titles) == kept


def test_the_founder_who_speaks_is_not_the_one_to_be_hired(all_facts: Facts) -> None:
    text = "Canadian founder here, we need a geophysicist"
    assert named(all_facts, text, ("founder", "CEO"), ("geophysicist", "geophysicist")) == ["geophysicist"]
