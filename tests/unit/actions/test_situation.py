"""What a person told us grows message by message; a new person starts afresh, a mere question tells none."""

from typing import Any

import pytest

from actions.jobs import remembered_job
from actions.situation import SLOTS, Told, hear, situation
from actions.topics import meant, topics_asked
from knowledge.facts import Facts

Entity = dict[str, Any]
NOTHING: dict[str, Any] = dict.fromkeys(SLOTS)


def entity(name: str, value: Any, **more: Any) -> Entity:
    return {"entity": name, "value": value, **more}


def after(facts: Facts, *messages: tuple[str, list[Entity]]) -> Told:
    """What is known after some messages, each an intent and its entities."""
    told = Told(NOTHING, (), ())
    for intent, entities in messages:
        told = hear(told.slots, entities, intent, facts)
    return told


def job_of(told: Told) -> str | None:
    job = remembered_job(told.slots)
    return job and (job.title or job.text)


US, MX = entity("citizenship", "us"), entity("citizenship", "mx")
NURSE, ENGINEER = entity("job_title", "registered nurse"), entity("job_title", "engineer")
FALCONER = entity("unknown_job", "falcon smith", status="not_listed", nearest=None)


# One message after the other


def test_a_follow_up_keeps_what_was_said_before(all_facts: Facts) -> None:
    told = after(all_facts, ("ask_eligibility", [NURSE, US]), ("inform", [entity("licence", "yes")]))
    assert (job_of(told), told.slots["citizenship"], told.slots["licence"]) == (
        "registered nurse",
        ["us"],
        "yes",
    )


def test_a_correction_takes_the_place_of_what_was_said(all_facts: Facts) -> None:
    told = after(all_facts, ("inform", [NURSE, US]), ("inform", [MX]), ("inform", [ENGINEER]))
    assert (job_of(told), told.slots["citizenship"]) == ("engineer", ["mx"])


def test_a_new_job_keeps_the_person_but_not_the_old_jobs_credentials(all_facts: Facts) -> None:
    held = [entity("licence", "yes"), entity("degree", "degree"), entity("experience_years", "5")]
    told = after(
        all_facts, ("inform", [NURSE, US, entity("destination", "QC"), *held]), ("inform", [ENGINEER])
    )
    assert [told.slots[name] for name in ("licence", "degree", "experience_years")] == [None, None, None]
    assert (told.slots["citizenship"], told.slots["destination"]) == (["us"], "QC")


def test_the_same_job_named_again_keeps_its_credentials(all_facts: Facts) -> None:
    told = after(all_facts, ("inform", [NURSE, entity("licence", "yes")]), ("ask_eligibility", [NURSE]))
    assert told.slots["licence"] == "yes"


def test_a_credential_named_with_the_new_job_is_the_new_jobs(all_facts: Facts) -> None:
    told = after(all_facts, ("inform", [NURSE]), ("inform", [ENGINEER, entity("degree", "none")]))
    assert told.slots["degree"] == "none"


def test_two_citizenships_are_both_kept_in_order_and_once(all_facts: Facts) -> None:
    told = after(all_facts, ("inform", [MX, US, MX]))
    assert told.slots["citizenship"] == list(told.nations) == ["mx", "us"]


def test_what_this_message_named_is_told_apart_from_what_is_known(all_facts: Facts) -> None:
    told = after(all_facts, ("ask_eligibility", [NURSE, US]), ("ask_fees", []))
    assert (told.jobs, told.nations, told.said) == ((), (), frozenset())
    assert job_of(told) == "registered nurse"


def test_the_first_of_several_jobs_is_remembered_and_all_are_answered(all_facts: Facts) -> None:
    told = after(all_facts, ("ask_eligibility", [NURSE, ENGINEER, NURSE]))
    assert [job.title for job in told.jobs] == ["registered nurse", "engineer"]
    assert job_of(told) == "registered nurse"


def test_an_unknown_job_keeps_its_words_and_what_the_list_makes_of_it(all_facts: Facts) -> None:
    told = after(
        all_facts,
        ("ask_eligibility", [entity("unknown_job", "wine smith", status="depends", nearest="chemist")]),
    )
    seen = situation(told.slots)
    assert (seen.title, seen.unknown_job, seen.unknown_status, seen.unknown_nearest) == (
        None, "wine smith", "depends", "chemist",
    )  # fmt: skip


# Somebody else


def test_a_new_person_starts_afresh(all_facts: Facts) -> None:
    mine = [NURSE, US, entity("licence", "yes"), entity("destination", "QC"), entity("job_offer", "no")]
    told = after(all_facts, ("inform", mine), ("ask_eligibility", [entity("person", "wife"), ENGINEER]))
    assert told.slots == {**NOTHING, "person": "wife", "job": told.slots["job"]}
    assert job_of(told) == "engineer"


def test_more_on_the_same_person_goes_on(all_facts: Facts) -> None:
    wife = entity("person", "wife")
    told = after(
        all_facts, ("inform", [wife, NURSE]), ("inform", [wife, MX]), ("inform", [entity("licence", "no")])
    )
    assert (job_of(told), told.slots["citizenship"], told.slots["licence"]) == (
        "registered nurse",
        ["mx"],
        "no",
    )


def test_whether_the_wife_may_come_along_makes_her_no_new_person(all_facts: Facts) -> None:
    told = after(all_facts, ("inform", [NURSE, US]), ("ask_family", [entity("person", "wife")]))
    assert (job_of(told), told.slots["citizenship"]) == ("registered nurse", ["us"])


# Questions that tell nothing


@pytest.mark.parametrize(
    ("intent", "name", "value"),
    [
        ("ask_job_offer", "job_offer", "no"),
        ("ask_documents", "job_offer", "yes"),
        ("ask_several_employers", "job_offer", "yes"),
        ("ask_self_employment", "own_business", "self_employed"),
        ("ask_change_employer", "own_business", "self_employed"),
    ],
)
def test_a_hypothetical_question_is_answered_but_not_remembered(
    all_facts: Facts, intent: str, name: str, value: str
) -> None:
    told = after(all_facts, (intent, [entity(name, value)]))
    assert told.slots[name] is None
    assert told.hypothetical == (f"{name}={value}",)


def test_the_same_words_as_a_statement_are_remembered(all_facts: Facts) -> None:
    assert after(all_facts, ("inform", [entity("job_offer", "no")])).slots["job_offer"] == "no"


@pytest.mark.parametrize(
    "intent", ["talk_to_lawyer", "out_of_scope", "ask_firm", "ask_privacy", "not_helpful"]
)
def test_what_is_said_to_the_firm_is_no_fact_about_the_person(all_facts: Facts, intent: str) -> None:
    said = [ENGINEER, MX, entity("job_offer", "yes"), entity("residence", "us"), entity("destination", "QC")]
    told = after(all_facts, ("inform", [NURSE, US]), (intent, said))
    before = after(all_facts, ("inform", [NURSE, US]))
    assert told.slots == before.slots and told.jobs == ()


def test_a_canadian_asking_about_work_in_texas_heads_there(all_facts: Facts) -> None:
    told = after(all_facts, ("ask_going_south", [entity("residence", "us")]))
    assert (told.slots["destination"], told.slots["residence"]) == ("us", None)


# What is asked


def asked(facts: Facts, intent: str, entities: list[Entity], text: str = "", **slots: Any) -> list[str]:
    told = hear({**NOTHING, **slots}, entities, intent, facts)
    return topics_asked({**NOTHING, **slots}, entities, intent, told, facts, text)


def test_every_question_of_a_message_is_a_topic_once(all_facts: Facts) -> None:
    more = [entity("topic", "caq"), entity("topic", "fees"), entity("topic", "no_such_topic")]
    assert asked(all_facts, "ask_fees", more) == ["fees", "caq"]


def test_what_the_employer_has_to_do_is_said_beside_the_lmia(all_facts: Facts) -> None:
    duties = "What does the employer have to do if there's no LMIA?"
    assert asked(all_facts, "ask_lmia", [], duties) == ["lmia", "employer"]
    assert asked(all_facts, "ask_lmia", [], "does my employer need an LMIA?") == ["lmia"]


def test_a_mexican_who_was_told_to_ask_at_the_border_hears_where_to_apply_first(all_facts: Facts) -> None:
    told, mexican = "someone said he could just ask at the airport. Is that true?", [entity("citizenship", "mx")]
    assert asked(all_facts, "ask_family", mexican, told) == ["where_to_apply", "family"]
    assert asked(all_facts, "ask_family", [US], told) == ["family"]


def test_a_statement_asks_the_last_question_again(all_facts: Facts) -> None:
    assert asked(all_facts, "inform", [US], topics=["where_to_apply"]) == ["where_to_apply"]


def test_a_first_statement_asks_whether_the_list_fits(all_facts: Facts) -> None:
    assert asked(all_facts, "inform", [NURSE]) == ["eligibility"]


def test_and_an_engineer_asks_the_same_of_another_job(all_facts: Facts) -> None:
    before = {"topics": ["licence"], "job": after(all_facts, ("inform", [NURSE])).slots["job"]}
    assert asked(all_facts, "inform", [ENGINEER], "and an engineer?", **before) == ["licence"]
    before["topics"] = ["fees"]
    assert asked(all_facts, "inform", [ENGINEER], "and an engineer?", **before) == ["eligibility"]


RANKING = [{"name": "ask_processing_time", "confidence": 0.4}, {"name": "ask_extension", "confidence": 0.3}]


@pytest.mark.parametrize(
    ("text", "before", "second", "intent"),
    [
        ("and while I wait, may I work?", ["extension"], 0.3, "ask_extension"),
        ("while I wait, may I work?", ["extension"], 0.3, "ask_processing_time"),
        ("and while I wait, may I work?", ["extension"], 0.2, "ask_processing_time"),
        ("and while I wait, may I work?", ["fees"], 0.3, "ask_processing_time"),
        ("and while I wait, may I work?", None, 0.3, "ask_processing_time"),
    ],
)
def test_a_follow_up_goes_on_with_the_last_topic_where_that_is_nearly_as_likely(
    text: str, before: list[str] | None, second: float, intent: str
) -> None:
    ranking = [RANKING[0], {**RANKING[1], "confidence": second}]
    assert meant({"topics": before}, "ask_processing_time", ranking, text) == intent


def test_what_is_no_question_stays_so() -> None:
    ranking = [{"name": "out_of_scope", "confidence": 0.4}, RANKING[1]]
    assert meant({"topics": ["extension"]}, "out_of_scope", ranking, "and the weather?") == "out_of_scope"
    assert meant({"topics": ["extension"]}, "ask_extension", [], "/ask_extension") == "ask_extension"


@pytest.mark.parametrize(
    ("person", "topic"), [("husband", "family"), ("employee", "work_allowed"), (None, "work_allowed")]
)
def test_who_asks_for_themselves_after_the_case_of_their_spouse_asks_of_the_family(
    all_facts: Facts, person: str | None, topic: str
) -> None:
    assert asked(all_facts, "ask_work_allowed", [entity("person", "me")], person=person) == [topic]


@pytest.mark.parametrize("intent", ["greet", "thank", "affirm", "out_of_scope"])
def test_chat_asks_nothing(all_facts: Facts, intent: str) -> None:
    assert asked(all_facts, intent, [], topics=["fees"]) == []


def test_informing_of_nothing_asks_nothing(all_facts: Facts) -> None:
    assert asked(all_facts, "inform", [], "the sky is blue", topics=["fees"]) == []


# What anybody can type: /inform{"citizenship": …}

HOSTILE: list[Any] = [
    None, "", " ", "x" * 10_000, 0, -1, 10**30, 1.5, True, [], ["us", "mx"], {"a": 1}, "³", "²", "٣", "-5",
    "1e3", "{phone}", "'; DROP TABLE", "<script>", "us\n\nmx", "__class__", "\x00",
]  # fmt: skip


@pytest.mark.parametrize("name", [*SLOTS, "job_title", "unknown_job", "topic", "group", "no_such_entity"])
def test_a_hostile_value_of_any_entity_leaves_a_usable_situation(all_facts: Facts, name: str) -> None:
    for value in HOSTILE:
        told = hear(NOTHING, [entity(name, value), NURSE, US], "inform", all_facts)
        seen = situation(told.slots)
        assert seen.experience_years is None or seen.experience_years >= 0
        assert set(told.slots) == set(SLOTS)
        assert len(repr(told.slots)) < 1000


@pytest.mark.parametrize("broken", [{}, {"entity": "job_title"}, {"value": "us"}, {"entity": None}])
def test_an_entity_without_name_or_value_tells_nothing(all_facts: Facts, broken: Entity) -> None:
    assert hear(NOTHING, [broken], "inform", all_facts).slots == NOTHING


def test_a_title_that_the_facts_do_not_know_is_no_job(all_facts: Facts) -> None:
    assert after(all_facts, ("inform", [entity("job_title", "lord of the rings")])).jobs == ()


def test_a_name_of_a_job_longer_than_a_line_is_no_job(all_facts: Facts) -> None:
    assert after(all_facts, ("inform", [entity("unknown_job", "x" * 81)])).jobs == ()


def test_many_jobs_are_cut_at_three(all_facts: Facts) -> None:
    many = [entity("unknown_job", f"smith number {number}") for number in range(50)]
    assert len(after(all_facts, ("inform", many)).jobs) == 3
