"""Every list of words leads to titles and professions that the facts know."""

import pytest

from knowledge.facts import Facts
from knowledge.vocabulary import Vocabulary


@pytest.fixture(scope="module")
def words() -> Vocabulary:
    return Vocabulary()


def test_every_title_that_a_list_leads_to_is_one_of_the_facts(words: Vocabulary, all_facts: Facts) -> None:
    assert words.titles() - set(all_facts.titles) == set()


def test_every_profession_that_a_list_leads_to_is_one_of_the_facts(
    words: Vocabulary, all_facts: Facts
) -> None:
    likely = {profession for lists in words.may_be.values() for profession in lists.values()}
    assert (likely | set(words.head_professions.values())) - set(all_facts.professions) == set()


def test_what_a_head_comes_to_is_depends_or_not_listed(words: Vocabulary) -> None:
    assert set(words.heads.values()) == {"depends", "not_listed"}


def test_no_word_makes_work_both_other_and_likely(words: Vocabulary) -> None:
    both = {head: others & set(words.may_be.get(head, {})) for head, others in words.other_work.items()}
    assert {head: doubled for head, doubled in both.items() if doubled} == {}


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("I write code", "computer programmer"),
        ("she's milking 200 cows", "dairy farmer"),
        ("my dad drove trucks", "truck driver"),
    ],
)
def test_a_duty_is_read_in_any_form_of_the_verb(words: Vocabulary, text: str, title: str) -> None:
    assert [duty.title for duty in words.duties if duty.pattern.search(text)] == [title]


@pytest.mark.parametrize(
    "text", ["write me some code", "can you write code", "do I file taxes", "can I drive Uber"]
)
def test_what_is_asked_for_or_about_is_no_duty(words: Vocabulary, text: str) -> None:
    assert [duty.title for duty in words.duties if duty.pattern.search(text)] == []
