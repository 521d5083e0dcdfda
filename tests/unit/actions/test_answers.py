"""An answer is what a visitor may hold the firm to: verdict, what to show, sources, one question."""

import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.answers import Answers
from actions.parts import Answer
from actions.safe import all_facts as known_facts
from actions.situation import SLOTS, hear
from actions.words import Words
from knowledge.facts import Facts

TODAY = date(2026, 11, 24)
VERDICTS = {"yes": r"\*\*Yes\b", "depends": r"\*\*It depends\b", "no": r"\*\*No\b"}
Entity = dict[str, Any]


def entity(name: str, value: Any, **more: Any) -> Entity:
    return {"entity": name, "value": value, **more}


US, MX, INDIAN, CANADIAN = (entity("citizenship", code) for code in ("us", "mx", "in", "ca"))
GREEN_CARD = [entity("residence", "us"), entity("residence", "permanent")]
PHARMACIST, ECONOMIST = entity("job_title", "pharmacist"), entity("job_title", "economist")


def answered(
    facts: Facts, topics: str, *entities: Entity, text: str = "", today: date = TODAY, offer: bool = False,
    slots: dict[str, Any] | None = None, intent: str = "",
) -> Answer:  # fmt: skip
    """The answer to topics ('fees caq'), to somebody who told us only these entities."""
    asked = topics.split()
    told = hear(slots or dict.fromkeys(SLOTS), entities, intent or f"ask_{asked[0]}", facts)
    return Answers(facts, Words(), today).answer(asked, told, text, offer_lawyer=offer)


def pressed(button: dict[str, str]) -> tuple[str, list[Entity]]:
    """The intent and the entities that a button stands for."""
    match = re.fullmatch(r"/(\w+)(\{.*\})?", button["payload"])
    assert match, button
    return match[1], [entity(name, value) for name, value in json.loads(match[2] or "{}").items()]


# The verdict


def test_every_title_gets_its_verdict_in_the_first_words(all_facts: Facts) -> None:
    for title in all_facts.titles:
        answer = answered(all_facts, "eligibility", entity("job_title", title), US)
        assert re.match(VERDICTS[answer.record["verdict"]], answer.text), (title, answer.text)


@pytest.mark.parametrize(
    ("entities", "words"),
    [
        ([PHARMACIST, US], "**Yes.** Pharmacist is on the CUSMA (formerly NAFTA) list for US citizens."),
        ([PHARMACIST, MX], "for Mexican citizens."),
        ([PHARMACIST], "for US and Mexican citizens."),
        ([PHARMACIST, US, MX], "for US and Mexican citizens."),
        ([PHARMACIST, INDIAN], "**No.** This permit is only for **citizens** of the US or Mexico."),
        ([PHARMACIST, CANADIAN], "**No need.**"),
        ([PHARMACIST, CANADIAN, entity("destination", "us")], "**No**, this permit is for work **in"),
        ([PHARMACIST, *GREEN_CARD], "**No**, not with a green card"),
        ([PHARMACIST, US, entity("own_business", "yes")], "**No**, not to work for your own Canadian"),
        ([PHARMACIST, US, entity("job_offer", "no")], "**No**, not without a job arranged beforehand."),
        ([ECONOMIST, US, entity("degree", "none")], "**No**, not on what you told me."),
        ([entity("job_title", "carpenter"), US], "**No**, a carpenter is not on the CUSMA list."),
        ([entity("unknown_job", "falcon smith"), US], "**No**, I don't find “falcon smith” on the list"),
    ],
)  # fmt: skip
def test_the_verdict_is_for_this_person(all_facts: Facts, entities: list[Entity], words: str) -> None:
    assert words in answered(all_facts, "eligibility", *entities, intent="inform").text.split("\n")[0]


def test_what_has_to_be_shown_follows_the_verdict(all_facts: Facts) -> None:
    lines = answered(all_facts, "eligibility", PHARMACIST, US).text.split("\n")
    assert lines[1:4] == [
        "You have to show one of these:",
        "- baccalaureate or Licenciatura degree (in the field or a closely related one)",
        "- state or provincial licence",
    ]


def test_being_listed_is_not_being_licensed(all_facts: Facts) -> None:
    assert "not a licence" in answered(all_facts, "eligibility", PHARMACIST, US).text
    assert "medical exam" in answered(all_facts, "eligibility", PHARMACIST, US).text


def test_work_in_quebec_hears_of_the_caq(all_facts: Facts) -> None:
    assert "no CAQ" in answered(all_facts, "eligibility", ECONOMIST, US, entity("destination", "QC")).text


def test_two_jobs_get_two_verdicts(all_facts: Facts) -> None:
    answer = answered(all_facts, "eligibility", PHARMACIST, entity("job_title", "carpenter"), US)
    assert re.search(r"\*\*Yes.*Pharmacist.*\*\*No.*carpenter", answer.text, re.S)


def test_what_a_visitor_typed_comes_back_as_typed(all_facts: Facts) -> None:
    answer = answered(all_facts, "eligibility", entity("unknown_job", "{phone} {0} smith"), US)
    assert "“{phone} {0} smith”" in answer.text


# Sources and dates


def test_the_source_and_its_date_are_named(all_facts: Facts) -> None:
    answer = answered(all_facts, "eligibility", PHARMACIST, US)
    assert "_Source: IRCC, CUSMA professionals, as of 11 February 2026_" in answer.text


def unsourced(facts: Facts, answer: Answer) -> list[str]:
    """The facts of an answer of which no source is named in it."""
    known = {**facts.rules, **facts.professions}
    named = [known[name] for name in answer.record["rules"] + answer.record["professions"]]
    shorts = {fact.id: [facts.sources[s].short["en"] for s in fact.sources if s != "seed"] for fact in named}
    return [
        name for name, sources in shorts.items() if sources and not any(s in answer.text for s in sources)
    ]


def test_every_topic_names_the_source_of_each_fact_it_rests_on(all_facts: Facts) -> None:
    missing = {topic: unsourced(all_facts, answered(all_facts, topic, US)) for topic in all_facts.topics}
    assert {topic: facts for topic, facts in missing.items() if facts} == {}


@pytest.mark.parametrize(
    ("topics", "entities"),
    [
        ("fees", [entity("job_title", "carpenter"), US]),
        ("fees caq", [ECONOMIST, US]),
        ("fees caq family", [US]),
    ],
)
def test_several_topics_name_the_source_of_each_fact_too(
    all_facts: Facts, topics: str, entities: list[Entity]
) -> None:
    assert unsourced(all_facts, answered(all_facts, topics, *entities)) == []


def test_a_fact_past_its_re_check_date_says_so_from_that_day_on(all_facts: Facts) -> None:
    for topic in all_facts.topics:
        rules = [all_facts.rules[name] for name in answered(all_facts, topic, US).record["rules"]]
        if not rules:
            continue
        first = min(rule.recheck_on for rule in rules if rule.recheck_on)
        before, then = (
            answered(all_facts, topic, US, today=day).text for day in (first - timedelta(1), first)
        )
        assert "Due for a re-check" not in before, topic
        assert f"Due for a re-check since {Words().date(str(first))}" in then, topic


def test_the_same_question_on_the_same_day_has_the_same_answer(all_facts: Facts) -> None:
    assert answered(all_facts, "fees caq", PHARMACIST, US) == answered(all_facts, "fees caq", PHARMACIST, US)


# Topics


def test_every_topic_has_an_answer(all_facts: Facts) -> None:
    for topic in all_facts.topics:
        for person in ([], [US], [MX], [INDIAN], [PHARMACIST], [entity("unknown_job", "falcon smith"), MX]):
            assert len(answered(all_facts, topic, *person).text) > 40, (topic, person)


def test_two_questions_get_two_answers_in_their_order(all_facts: Facts) -> None:
    answer = answered(all_facts, "fees caq", US)
    fee, caq = (all_facts.rules[name].says["en"] for name in ("worker_fee", "quebec_caq"))
    assert answer.text.index(fee) < answer.text.index(caq)
    assert answer.record["topics"] == ["fees", "caq"]


def test_nothing_is_said_twice(all_facts: Facts) -> None:
    for topics in ("eligibility what_is", "fees employer", "caq licence", "experience degree requirements"):
        lines = [line for line in answered(all_facts, topics, US).text.split("\n") if line]
        assert len(lines) == len(set(lines)), topics


def test_a_citizen_hears_the_rules_for_their_country_only(all_facts: Facts) -> None:
    us, mx = (answered(all_facts, "where_to_apply", person).record["rules"] for person in (US, MX))
    assert "where_us" in us and "where_mexico" not in us
    assert "where_mexico" in mx and "where_us" not in mx


def test_a_rule_for_a_word_is_said_when_the_word_is(all_facts: Facts) -> None:
    assert (
        "maintained_status" not in answered(all_facts, "extension", US, text="Can I extend?").record["rules"]
    )
    asked = "Can I keep working while the extension is pending, on maintained status?"
    assert "maintained_status" in answered(all_facts, "extension", US, text=asked).record["rules"]


def test_a_question_of_fees_does_not_hide_that_the_person_cannot_use_the_permit(all_facts: Facts) -> None:
    assert answered(all_facts, "fees", INDIAN).text.startswith("**No.**")
    assert answered(all_facts, "fees", entity("job_title", "carpenter"), US).text.startswith("**No**")


def test_a_group_of_the_list_is_shown_with_all_its_names(all_facts: Facts) -> None:
    answer = answered(all_facts, "list", text="which medical professions are on the list?")
    members = [p for p in all_facts.professions.values() if p.group == "medical_allied"]
    assert all(p.name["en"] in answer.text for p in members)
    assert "Economist" not in answer.text


def test_the_list_as_a_whole_offers_its_groups(all_facts: Facts) -> None:
    answer = answered(all_facts, "list", text="what is on the list?")
    assert [button["title"] for button in answer.buttons] == [t["en"] for t in all_facts.groups.values()]
    assert "63 professions" in answer.text


# The one question and the lawyer


def test_what_the_verdict_turns_on_is_asked_last_and_with_buttons(all_facts: Facts) -> None:
    answer = answered(all_facts, "eligibility", PHARMACIST, offer=True)
    assert answer.text.endswith("Are you a citizen of the US or of Mexico?")
    assert [pressed(button)[1][0]["value"] for button in answer.buttons] == ["us", "mx", "other"]
    assert answer.asks == answer.record["asks"] == "citizenship"


def test_no_more_than_one_question_is_asked(all_facts: Facts) -> None:
    for entities in ([PHARMACIST, entity("job_title", "designer")], [entity("job_title", "nurse")]):
        text = answered(all_facts, "eligibility where_to_apply", *entities, offer=True).text
        assert text.count("?") == 1, text


def test_a_question_comes_with_buttons_unless_it_is_for_the_job(all_facts: Facts) -> None:
    for title in all_facts.titles:
        answer = answered(all_facts, "eligibility", entity("job_title", title))
        assert bool(answer.asks) == bool(answer.buttons), title
        assert len(answer.buttons) <= 5, title  # Slack drops them all beyond five


def test_every_button_settles_its_question(all_facts: Facts) -> None:
    for title in [title for title in all_facts.titles.values() if title.ask]:
        for start in ([entity("job_title", title.title)], [entity("job_title", title.title), US]):
            told = hear(dict.fromkeys(SLOTS), start, "ask_eligibility", all_facts)
            answer = answered(all_facts, "eligibility", *start)
            for button in answer.buttons:
                intent, entities = pressed(button)
                then = answered(all_facts, "eligibility", *entities, slots=told.slots, intent=intent)
                assert then.asks != answer.asks, (title.title, button)
                assert then.record["verdict"], (title.title, button)


def test_without_a_job_the_job_is_asked_for(all_facts: Facts) -> None:
    assert answered(all_facts, "eligibility", US).asks == "job"


def test_the_lawyer_is_offered_when_told_to_and_never_beside_a_question(all_facts: Facts) -> None:
    phone = all_facts.firm.phone
    assert phone in answered(all_facts, "eligibility", PHARMACIST, US, offer=True).text.split("\n")[-1]
    assert phone not in answered(all_facts, "eligibility", PHARMACIST, US).text
    assert phone not in answered(all_facts, "eligibility", PHARMACIST, offer=True).text


# The record


def test_the_record_tells_what_the_answer_rests_on(all_facts: Facts) -> None:
    record = answered(all_facts, "eligibility fees", PHARMACIST, US).record
    assert (record["topics"], record["verdict"]) == (["eligibility", "fees"], "yes")
    assert record["professions"] == ["pharmacist"]
    assert record["facts_version"] == all_facts.version
    assert {"worker_fee", "employer_fee"} <= set(record["rules"]) <= set(all_facts.rules)
    assert json.loads(json.dumps(record)) == record


# Anything anybody may say


@pytest.mark.parametrize("typed", [" ", "\n", "\u200b", "-", "a\n\n**Yes.** b", "³"])
@pytest.mark.parametrize("name", ["unknown_job", "experience_years", "citizenship", "destination"])
def test_a_hostile_value_gets_an_answer_in_one_message(all_facts: Facts, name: str, typed: str) -> None:
    for topic in ("eligibility", "fees", "requirements", "degree"):
        answer = answered(all_facts, topic, ECONOMIST, US, entity(name, typed))
        assert answer.text.strip() and "\n\n" not in answer.text


VALUES = {
    "job_title": ["economist", "designer", "nurse", "carpenter", "physician", "digital nomad", "wizard"],
    "unknown_job": ["falcon smith", "{x}", "s", "###"],
    "citizenship": ["us", "mx", "ca", "in", "gu", "other", "", "XX"],
    "residence": ["us", "mx", "ca", "permanent"], "destination": ["QC", "ON", "us", "mx", "zz"],
    "own_business": ["yes", "self_employed", "x"], "job_offer": ["yes", "no"],
    "degree": ["none", "diploma", "degree", "licenciatura", "x"], "licence": ["yes", "no", "x"],
    "experience_years": ["0", "5", "99", "x"], "person": ["wife"],
}  # fmt: skip
SAID = st.lists(
    st.sampled_from([entity(name, value) for name, values in VALUES.items() for value in values]), max_size=6
)


@settings(max_examples=250, deadline=None, derandomize=True, database=None)
@given(data=st.data(), entities=SAID, offer=st.booleans())
def test_whatever_is_told_every_topic_is_answered(
    data: st.DataObject, entities: list[Entity], offer: bool
) -> None:
    facts = known_facts()
    topics = data.draw(st.lists(st.sampled_from(sorted(facts.topics)), min_size=1, max_size=3, unique=True))
    answer = answered(facts, " ".join(topics), *entities, offer=offer)
    assert answer.text.strip() and "\n\n" not in answer.text
    assert not re.search(r"\byou('ll| will)? qualify\b", answer.text, re.I)
    assert bool(answer.asks) <= (answer.text.rstrip().endswith("?"))
