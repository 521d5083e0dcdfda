"""A job is found by its name, plural, spelling or typo; a longer title never falls back to a listed one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.encoder import ordinary_words
from knowledge.facts import Facts
from knowledge.matching import Match, TitleMatcher


@pytest.fixture(scope="module")
def matcher(all_facts: Facts) -> TitleMatcher:
    return TitleMatcher(all_facts, ordinary_words())


def professions(matcher: TitleMatcher, text: str) -> list[tuple[str, ...]]:
    """What each job found in a text can come under; () for a job that is not listed or not known."""
    return [
        matcher.facts.titles[match.title].professions if match.title else () for match in matcher.find(text)
    ]


def only(matcher: TitleMatcher, text: str) -> Match:
    found = matcher.find(text)
    assert len(found) == 1, found
    return found[0]


# Names


def test_every_name_of_the_facts_is_found_with_the_standing_of_its_title(matcher: TitleMatcher) -> None:
    wrong = {}
    for title in matcher.facts.titles.values():
        for name in title.names:
            found = matcher.find(f"I'm a {name}")
            seen = matcher.facts.titles.get(found[0].title or "") if len(found) == 1 else None
            if not seen or seen.status != title.status or set(seen.professions) - set(title.professions):
                wrong[name] = (title.status, [(match.text, match.title) for match in found])
    assert wrong == {}


def test_every_listed_profession_is_found_by_the_words_of_the_list(matcher: TitleMatcher) -> None:
    wrong = {}
    for profession in matcher.facts.professions.values():
        found = professions(matcher, f"Is {profession.phrase['en'].split(' (')[0]} on the list?")
        if not found or profession.id not in found[0]:
            wrong[profession.id] = found
    assert wrong == {}


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("pharmacists", "pharmacist"),
        ("PHARMACIST", "pharmacist"),
        ("registered nurses", "registered nurse"),
        ("actuaries", "actuary"),
        ("firemen", "fireman"),
        ("land surveyors", "land surveyor"),
    ],
)
def test_a_plural_or_capitals_change_nothing(matcher: TitleMatcher, typed: str, title: str) -> None:
    match = only(matcher, f"Are {typed} covered?")
    assert (match.title, match.text, match.typo) == (title, typed, False)


@pytest.mark.parametrize(
    ("typed", "profession"),
    [
        ("vocational counsellor", "vocational_counselor"),
        ("vocational counselor", "vocational_counselor"),
        ("Médico", "physician"),
        ("agriculturist", "agriculturist"),
        ("land-surveyor", "land_surveyor"),
        ("landscape  architect", "landscape_architect"),
    ],
)
def test_british_and_american_spellings_accents_and_hyphens_are_one(
    matcher: TitleMatcher, typed: str, profession: str
) -> None:
    match = only(matcher, f"I'm a {typed}")
    assert not match.typo
    assert profession in professions(matcher, f"I'm a {typed}")[0]


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("pharmasist", "pharmacist"),
        ("farmasist", "pharmacist"),
        ("architct", "architect"),
        ("enginer", "engineer"),
        ("economyst", "economist"),
        ("actuarries", "actuary"),
        ("physiotherpist", "physiotherapist"),
        ("graphic desinger", "graphic designer"),
        ("urbn planner", "urban planner"),
        ("vetrinarian", "veterinarian"),
        ("registerd nurse", "registered nurse"),
    ],
)
def test_a_typo_is_read_and_marked_as_one(matcher: TitleMatcher, typed: str, title: str) -> None:
    match = only(matcher, f"i am a {typed}")
    assert (match.title, match.text, match.typo) == (title, typed, True)


@pytest.mark.parametrize(
    "text",
    [
        "Actually I have a general question on phase two",
        "How do I register at the counter?",
        "What is the fee for writing to you?",
        "We went to Whistler",
        "I met Mr. Baxter in Edmonton",
    ],
)
def test_an_everyday_word_or_a_name_is_nobodys_typo(matcher: TitleMatcher, text: str) -> None:
    assert matcher.find(text) == []


def test_a_capital_inside_a_sentence_is_a_name_not_a_job(matcher: TitleMatcher) -> None:
    assert matcher.find("We saw Whistler") == []
    assert only(matcher, "is Occupational Theraphist one of them?").title == "occupational therapist"


def test_is_analyst_is_a_question_and_IS_analyst_a_job(matcher: TitleMatcher) -> None:
    assert only(matcher, "is analyst listed?").title == "analyst"
    assert only(matcher, "an IS analyst").title == "information systems analyst"


# Abbreviations


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("I'm a CPA in Ohio", "certified public accountant"),
        ("Do CPAs qualify?", "certified public accountant"),
        ("C.P.A. from Texas", "certified public accountant"),
        ("Can an RN apply?", "registered nurse"),
        ("RN here, where do I apply?", "registered nurse"),
        ("P.Eng. from Texas", "engineer"),
    ],
)
def test_an_abbreviation_in_capitals_is_a_title(matcher: TitleMatcher, text: str, title: str) -> None:
    assert [match.title for match in matcher.find(text)] == [title]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("i am an rn", "registered nurse"),
        ("us pt here", "physiotherapist"),
        ("rn", "registered nurse"),
        ("can a cpa apply", "certified public accountant"),
    ],
)
def test_in_small_letters_an_abbreviation_is_a_title_behind_an_article_or_alone(
    matcher: TitleMatcher, text: str, title: str
) -> None:
    assert [match.title for match in matcher.find(text)] == [title]


@pytest.mark.parametrize(
    "text",
    ["I live in CA", "I moved from la, ca", "step pt two, how do I pay", "WHERE DO I SEND MY PT ONE FORM"],
)
def test_letters_that_are_a_state_or_another_word_are_no_title(matcher: TitleMatcher, text: str) -> None:
    assert matcher.find(text) == []


# Longer titles


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        ("dental hygienist", "dentist"),
        ("physician assistant", "physician"),
        ("nurse aide", "registered_nurse"),
        ("nurse's aide", "registered_nurse"),
        ("pharmacist assistant", "pharmacist"),
        ("pharmacist's assistant", "pharmacist"),
        ("pharmacy technician", "pharmacist"),
        ("engineer's helper", "engineer"),
        ("architect recruiter", "architect"),
        ("economist impersonator", "economist"),
        ("hobby astronomer", "astronomer"),
        ("aspiring architect", "architect"),
        ("volunteer librarian", "librarian"),
        ("sound engineer", "engineer"),
        ("train engineer", "engineer"),
        ("vet clinic receptionist", "veterinarian"),
        ("law firm receptionist", "lawyer"),
        ("dance teacher", "university_teacher"),
        ("notary public", "lawyer"),
        ("veterinary technician", "veterinarian"),
        ("hotel receptionist", "hotel_manager"),
    ],
)
def test_a_longer_title_does_not_fall_back_to_the_listed_one_in_it(
    matcher: TitleMatcher, text: str, listed: str
) -> None:
    for sentence in (text, f"I'm a {text}", f"Can a US {text} get a permit?"):
        found = professions(matcher, sentence)
        assert len(found) == 1, (sentence, found)
        assert listed not in found[0], sentence


@pytest.mark.parametrize(
    ("text", "span", "status", "nearest"),
    [
        ("I'm a quantum engineer", "quantum engineer", "depends", "engineer"),
        ("a blockchain architect from Texas", "blockchain architect", "depends", "architect"),
        ("Can a wine consultant come?", "wine consultant", "depends", "management_consultant"),
        ("I'm a vineyard manager", "vineyard manager", "not_listed", "hotel_manager"),
        ("I'm a sommelier technician", "sommelier technician", "not_listed", "technician_technologist"),
    ],
)
def test_an_unknown_word_before_a_head_makes_another_job(
    matcher: TitleMatcher, text: str, span: str, status: str, nearest: str
) -> None:
    match = only(matcher, text)
    assert (match.title, match.text, match.status, match.nearest) == (None, span, status, nearest)


def test_a_technician_of_one_of_the_ten_disciplines_may_come_under_the_list(matcher: TitleMatcher) -> None:
    match = only(matcher, "I'm a silviculture technician")
    assert match.status == "depends" if match.title is None else professions(matcher, match.text)[0]


@pytest.mark.parametrize(
    "word", ["senior", "licensed", "experienced", "US", "Mexican", "retired", "certified"]
)
def test_a_word_that_changes_no_job_leaves_the_title_as_it_is(matcher: TitleMatcher, word: str) -> None:
    assert [match.title for match in matcher.find(f"Can a {word} economist apply?")] == ["economist"]


@pytest.mark.parametrize("branch", ["hydraulic", "tunnel", "wastewater", "geotechnical", "naval"])
def test_an_engineer_of_a_plain_branch_is_an_engineer(matcher: TitleMatcher, branch: str) -> None:
    assert professions(matcher, f"I'm a {branch} engineer") == [("engineer",)]


# Where somebody works, and the field


@pytest.mark.parametrize(
    ("text", "profession"),
    [
        ("I'm a teacher at a university", "university_teacher"),
        ("I'm a teacher at a community college", "college_teacher"),
        ("I teach at a seminary as a teacher", "seminary_teacher"),
        ("I'm the manager of a hotel", "hotel_manager"),
    ],
)
def test_the_place_of_work_makes_a_general_title_a_listed_one(
    matcher: TitleMatcher, text: str, profession: str
) -> None:
    assert [profession in found for found in professions(matcher, text)] == [True]


@pytest.mark.parametrize(
    "place", ["a high school", "an elementary school", "a kindergarten", "a primary school"]
)
def test_a_teacher_at_a_school_is_no_listed_teacher(matcher: TitleMatcher, place: str) -> None:
    assert professions(matcher, f"I'm a teacher at {place}") == [()]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("I do management consulting", "management consultant"),
        ("I work in accounting", "accountant"),
        ("my wife is in economics", "economist"),
    ],
)
def test_a_field_of_work_stands_for_its_title(matcher: TitleMatcher, text: str, title: str) -> None:
    assert [match.title for match in matcher.find(text)] == [title]


@pytest.mark.parametrize(
    "text",
    [
        "I have a degree in accounting",
        "I studied economics",
        "is a bachelor's in architecture enough?",
        "an accounting diploma",
        "I went to school of architecture",
    ],
)
def test_a_field_that_somebody_studied_is_no_job(matcher: TitleMatcher, text: str) -> None:
    assert matcher.find(text) == []


def test_a_title_counts_before_a_field(matcher: TitleMatcher) -> None:
    assert [match.title for match in matcher.find("I'm a librarian, not in accounting")] == ["librarian"]


# Titles in other words


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("mgmt consultant", "management consultant"),
        ("licensed occ. therapist", "occupational therapist"),
        ("Computer Sys. Analyst", "computer systems analyst"),
        ("mech engr", "mechanical engineer"),
        ("MLS(ASCP)", "medical laboratory technologist"),
        ("socialworker", "social worker"),
    ],
)
def test_abbreviated_words_are_written_out(matcher: TitleMatcher, text: str, title: str) -> None:
    found = only(matcher, text).title
    assert found and matcher.facts.titles[found].professions == matcher.facts.titles[title].professions


@pytest.mark.parametrize(
    ("text", "profession"),
    [
        ("I'm the manager of a hotel", "hotel_manager"),
        ("GM of a 300-room hotel", "hotel_manager"),
        ("writer of technical publications", "technical_publications_writer"),
        ("analyst, computer systems", "computer_systems_analyst"),
        ("Engineer (civil)", "engineer"),
    ],
)
def test_a_title_told_backwards_is_the_same_title(matcher: TitleMatcher, text: str, profession: str) -> None:
    assert [profession in found for found in professions(matcher, text)] == [True]


@pytest.mark.parametrize(
    ("text", "profession"),
    [
        ("soy ingeniera civil", "engineer"),
        ("contadora pública de Puebla", "accountant"),
        ("licenciada en enfermería", "registered_nurse"),
        ("médico veterinario zootecnista", "veterinarian"),
        ("trabajadora social", "social_worker"),
        ("químico farmacobiólogo", "chemist"),
        ("nutrióloga", "nutritionist"),
    ],
)
def test_a_mexican_title_is_read(matcher: TitleMatcher, text: str, profession: str) -> None:
    assert profession in professions(matcher, text)[0]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("I keep the books for three shops", "bookkeeper"),
        ("I milk cows in Wisconsin", "dairy farmer"),
        ("I manage a hotel in Cancun and one in Whistler wants me as their manager", "hotel manager"),
        ("I teach at a theological seminary", "seminary professor"),
        ("i teach 3rd grade", "high school teacher"),
        ("doing animal science for a feed company", "animal scientist"),
    ],
)
def test_work_told_without_a_title_is_read(matcher: TitleMatcher, text: str, title: str) -> None:
    assert [match.title for match in matcher.find(text)] == [title]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("I shelve books at a library, is librarian my thing", "library technician"),
        ("I spray houses for termites, entomologist is kind of that no?", "exterminator"),
        ("we milk 200 cows, would I be a dairy scientist", "dairy farmer"),
    ],
)
def test_the_work_told_counts_before_the_title_that_it_is_held_against(
    matcher: TitleMatcher, text: str, title: str
) -> None:
    assert matcher.find(text)[0].title == title


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("I phone folks up with survey questions, surveyor technically?", "land_surveyor"),
        ("We rent out rooms and clean them in Cancun. hotel manager counts?", "hotel_manager"),
        ("I manage a golf driving range outside Reno. Same thing as range manager, right?", "range_manager"),
        ("My wife flies drones for farms. is that a forester?", "forester"),
        ("I do dog grooming, is that the same as forester lol", "forester"),
        ("I read the weather on local TV, isn't that meteorologist", "meteorologist"),
    ],
)
def test_a_listed_title_that_other_work_is_held_against_is_only_near_to_it(
    matcher: TitleMatcher, text: str, nearest: str
) -> None:
    found = matcher.find(text)[0]
    assert (found.title, found.status, found.nearest) == (None, "depends", nearest)


@pytest.mark.parametrize(
    "text",
    [
        "I have a degree in forestry. is forester on the list?",
        "I'm moving from Texas to Alberta, is forester listed",
        "My husband studied forestry in Ohio. does forester count?",
        "I work for a paper mill in Maine. Is forester covered?",
        "I set sample plots and measure trees, forester",
    ],
)
def test_who_tells_no_other_work_is_asking_of_the_title_itself(matcher: TitleMatcher, text: str) -> None:
    assert matcher.find(text)[0].title == "forester"


def test_its_and_this_are_no_plurals(matcher: TitleMatcher) -> None:
    assert [match.title for match in matcher.find("A hotel in Banff wants me as its manager")] == ["manager"]


def test_a_title_that_is_not_listed_stays_so_whatever_the_place(matcher: TitleMatcher) -> None:
    assert matcher.find("Spa manager at a resort in Sedona")[0].title == "spa manager"


@pytest.mark.parametrize(
    "text",
    [
        "I work for an accountant",
        "I assist an engineer",
        "assistant to the chief architect",
        "Her employer is a pharmacist but she only rings the till",
        "I work with surveyors, carrying the cooler",
        "are you a law firm",
        "do my children need medicals",
    ],
)
def test_somebody_elses_job_is_not_ones_own(matcher: TitleMatcher, text: str) -> None:
    assert matcher.find(text) == []


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("wedding consultant", "not_listed"),
        ("nail art designer", "not_listed"),
        ("combat engineer", "not_listed"),
        ("opinion poll surveyor", "not_listed"),
        ("licensed practical dog nurse", "not_listed"),
        ("cath lab tech", "not_listed"),
        ("predictive analyst", "depends"),
        ("wetland specialist", "depends"),
        ("hurricane relief adjuster", "depends"),
    ],
)
def test_the_word_before_a_head_says_what_an_unknown_title_comes_to(
    matcher: TitleMatcher, text: str, status: str
) -> None:
    match = only(matcher, text)
    assert (match.title, match.status) == (None, status)


@pytest.mark.parametrize(
    "text", ["I'm an HVAC technican", "SEO specialsit", "an MRI etchnologist", "scuba instrctor"]
)
def test_a_misspelt_head_reaches_no_further_than_a_right_one(matcher: TitleMatcher, text: str) -> None:
    assert professions(matcher, text) == [()]
    assert only(matcher, text).status != "depends"


@pytest.mark.parametrize("text", ["US Army vet", "San Diego, CA", "What is the trader permit?"])
def test_a_word_that_is_something_else_here_is_no_listed_job(matcher: TitleMatcher, text: str) -> None:
    assert [found for found in professions(matcher, text) if found] == []


# Unknown jobs


@pytest.mark.parametrize(
    ("text", "job"),
    [
        ("I'm a snowglobe smith", "snowglobe smith"),
        ("Is a llama herder on the list?", "llama herder"),
        ("are bagpipe smiths covered?", "bagpipe smiths"),
        ("my job is kite tester", "kite tester"),
        ("what about a zeppelin guide?", "zeppelin guide"),
    ],
)
def test_an_unknown_job_is_seen_by_its_place_in_the_sentence(
    matcher: TitleMatcher, text: str, job: str
) -> None:
    match = only(matcher, text)
    assert (match.title, match.status, match.text) == (None, "not_listed", job)


@pytest.mark.parametrize(
    "text",
    [
        "What are the fees?",
        "Hello",
        "I'm a US citizen",
        "How long does it last?",
        "Can my wife come with me?",
        "Do I need a job offer letter?",
        "What is the weather in Toronto?",
        "I'm a little confused",
        "Is a passport enough?",
        "thanks a lot",
        "I'm an American",
        "How do I become a permanent resident?",
        "my address is in Texas",
    ],
)
def test_where_nobody_names_a_job_none_is_found(matcher: TitleMatcher, text: str) -> None:
    assert matcher.find(text) == []


# Jobs that are not meant


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("I'm not a nurse, I'm a pharmacist", "pharmacist"),
        ("pharmacist, not a nurse", "pharmacist"),
        ("I'm no longer an economist but a librarian", "librarian"),
        ("an engineer rather than an architect", "engineer"),
        ("she isn't a dentist, she is a chemist", "chemist"),
    ],
)
def test_a_job_named_to_be_denied_is_not_the_job(matcher: TitleMatcher, text: str, title: str) -> None:
    assert [match.title for match in matcher.find(text)] == [title]


@pytest.mark.parametrize(
    "text",
    [
        "Can I talk to a lawyer?",
        "I want to speak with an attorney",
        "connect me with a lawyer please",
        "Do I need a lawyer?",
        "can a lawyer call me",
        "I need a doctor's note",
        "Do I have to see a physician for the exam?",
        "my manager said so",
        "convince the officer",
        "The President said so",
    ],
)
def test_somebody_sought_or_spoken_of_is_nobodys_job(matcher: TitleMatcher, text: str) -> None:
    assert matcher.find(text) == []


@pytest.mark.parametrize("text", ["I am a lawyer", "my wife is a lawyer", "I work as a lawyer in Texas"])
def test_a_lawyer_who_is_one_is_found(matcher: TitleMatcher, text: str) -> None:
    assert [match.title for match in matcher.find(text)] == ["lawyer"]


def test_the_own_job_is_found_beside_the_lawyer_sought(matcher: TitleMatcher) -> None:
    found = matcher.find("Can I talk to a lawyer about my job as an economist?")
    assert [match.title for match in found] == ["economist"]


@pytest.mark.parametrize(
    "text", ["I work at a dentist's office", "I bought a vet’s practice", "a lawyer's firm"]
)
def test_what_belongs_to_a_professional_is_not_the_profession(matcher: TitleMatcher, text: str) -> None:
    assert matcher.find(text) == []


@pytest.mark.parametrize("text", ["I clean at a dentist office", "I answer the phone in a vet clinic"])
def test_where_somebody_works_is_not_what_they_are(matcher: TitleMatcher, text: str) -> None:
    assert ("veterinarian",) not in professions(matcher, text) and ("dentist",) not in professions(matcher, text)


def test_a_professional_may_say_where_they_work(matcher: TitleMatcher) -> None:
    assert only(matcher, "veterinarian at a vet clinic in Ohio").title == "veterinarian"


@pytest.mark.parametrize("text", ["we import avocados", "a waiver", "the lockout", "Estimados: hello", "mi profesion"])
def test_an_everyday_word_is_no_slip_for_a_title(matcher: TitleMatcher, text: str) -> None:
    assert [match for match in matcher.find(text) if match.title] == []


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("I'm a notary in Montreal", "Quebec notary"),
        ("my wife's a notary and we are moving to Montreal", "notary"),
        ("doctor, can I see patients on this or only teach", "physician"),
        ("doctor, I would only teach", "research physician"),
        ("physician at a university hospital, no patients", "research physician"),
        ("I run a 300 room hotel as general manager", "hotel manager"),
        ("teacher, and at a cegep?", "CEGEP teacher"),
    ],
)
def test_where_and_how_the_work_is_done_makes_the_title(matcher: TitleMatcher, text: str, title: str) -> None:
    assert matcher.facts.titles[str(only(matcher, text).title)] == matcher.facts.titles[title]


def test_a_short_is_is_no_possessive(matcher: TitleMatcher) -> None:
    assert [match.title for match in matcher.find("My wife's a dentist")] == ["dentist"]


# Several, and any text at all


def test_several_jobs_come_in_the_order_of_the_text(matcher: TitleMatcher) -> None:
    found = matcher.find("Can an economist, two librarians or a pharmacist apply?")
    assert [match.title for match in found] == ["economist", "librarian", "pharmacist"]


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(
    st.lists(
        st.sampled_from(
            ["I'm", "a", "not", "nurse", "nurses", "lawyer", "RN", "engineer's", "sound", "engineer",
             "-", "/", ",", ".", "’s", "aide", "accounting", "at", "university", "teacher", "wizard",
             "in", "Quebec"]
        ),
        max_size=9,
    ).map(" ".join)
)  # fmt: skip
def test_matches_lie_in_the_text_in_order_without_overlap(matcher: TitleMatcher, text: str) -> None:
    end = 0
    for match in matcher.find(text):
        assert end <= match.start < match.end <= len(text)
        assert text[match.start : match.end] == match.text
        assert (
            (match.title in matcher.facts.titles)
            if match.title
            else match.status in {"depends", "not_listed"}
        )
        assert match.nearest is None or match.nearest in matcher.facts.professions
        end = match.end
