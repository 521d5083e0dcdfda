"""What a message says about the person is read; what it merely mentions is not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.reading import Reader


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


def said(reader: Reader, text: str, *entities: str, job: str = "") -> set[tuple[str, str]]:
    """The facts of a text, of some entities only if any are named; ``job``: the part that is a job."""
    jobs = [(text.index(job), text.index(job) + len(job))] if job else []
    return {(f.entity, f.value) for f in reader.read(text, jobs) if not entities or f.entity in entities}


# Citizenship and residence


@pytest.mark.parametrize(
    ("text", "nations"),
    [
        ("I'm a US citizen", {"us"}),
        ("i'm a us citizen", {"us"}),
        ("I am American", {"us"}),
        ("I’m Mexican", {"mx"}),
        ("soy mexicana", {"mx"}),
        ("I'm from Mexico", {"mx"}),
        ("I hold a U.S. passport", {"us"}),
        ("citizen of the United States", {"us"}),
        ("I'm a citizen of Brazil", {"br"}),
        ("my nationality is Indian", {"in"}),
        ("a Guatemalan with Mexican residence", {"gt"}),
        ("is it only for Mexicans?", set()),
        ("My late wife was Canadian. I'm an astronomer, is it any use?", set()),
        ("I'm Mexican and American", {"mx", "us"}),
        ("I'm a dual citizen of the US and India", {"us", "in"}),
        ("I'm Canadian", {"ca"}),
        ("Canadian, moving to Boston", {"ca"}),
        ("I'm a canadian girl from Moncton", {"ca"}),
        ("Canadian going to work in Ohio", {"ca"}),
        ("I have a passport from India", {"in"}),
        ("I'm not American", {"other"}),
        ("I was born in India but I am a US citizen", {"us"}),
        ("dual citizen Mexico and Spain", {"mx", "es"}),
        ("Mexico", {"mx"}),
        ("US", {"us"}),
        ("I'll be a US citizen next year", {"other"}),
        ("I renounced my US citizenship", {"other"}),
        ("I am not a citizen of the US", {"other"}),
        ("my wife is American and I'm an Indian engineer, can I use it?", {"in"}),
        ("my wife is American, can she apply?", {"us"}),
        ("Canadian founder here, we want to hire an engineer, she's American", {"us"}),
    ],
)
def test_a_stated_citizenship_is_read(reader: Reader, text: str, nations: set[str]) -> None:
    assert said(reader, text, "citizenship") == {("citizenship", nation) for nation in nations}


@pytest.mark.parametrize(
    "text",
    [
        "can you tell us the fees",
        "CAN YOU TELL US ABOUT THE FEES",
        "let us know",
        "I live in Mexico",
        "I'm living in the US",
        "I was born in Mexico",
        "I have a green card",
        "I speak French",
        "I love Mexican food",
        "I studied in the US",
        "I work for a Canadian company",
        "What is the US equivalent?",
        "basically American",
        "do I count as Mexican",
        "he is married to an American",
        "excuse my english",
        "South American",
        "an offer in Richmond, VA",
        "is there a French requirement",
        "a Canadian retailer hired us for five months",
        "my cousin met a canadian girl",
        "the Canadian side wants papers",
        "physio in English English",
        "the English word is lawyer",
    ],
)
def test_what_is_no_citizenship_is_not_taken_for_one(reader: Reader, text: str) -> None:
    assert said(reader, text, "citizenship") == set()


@pytest.mark.parametrize(
    ("text", "countries"),
    [
        ("I live in Mexico", {"mx"}),
        ("I'm Indian but I live in the US", {"us"}),
        ("I have a green card", {"us", "permanent"}),
        ("US permanent resident", {"us", "permanent"}),
        ("I'm a permanent resident of Canada", {"ca", "permanent"}),
        ("Canadian permanent resident", {"ca", "permanent"}),
        ("I'm an Indian on an H-1B", {"us"}),
        ("I'm a Mexican citizen from Texas", {"us"}),
        ("I'm based in Ohio", {"us"}),
    ],
)
def test_residence_is_kept_apart_from_citizenship(reader: Reader, text: str, countries: set[str]) -> None:
    assert said(reader, text, "residence") == {("residence", country) for country in countries}


def test_a_green_card_never_makes_a_citizen(reader: Reader) -> None:
    assert said(reader, "I'm an Indian citizen with a US green card", "citizenship") == {
        ("citizenship", "in")
    }


def test_the_country_before_a_job_is_the_persons(reader: Reader) -> None:
    assert said(reader, "us pharmacist", job="pharmacist") == {("citizenship", "us")}
    assert said(reader, "Can a Mexican nurse come?", job="nurse") == {("citizenship", "mx")}


# Where to


@pytest.mark.parametrize(
    ("text", "destination"),
    [
        ("I want to work in Quebec", "QC"),
        ("a job in Montréal", "QC"),
        ("I'm moving to Ontario", "ON"),
        ("an offer in Vancouver", "BC"),
        ("I'm Canadian and want to work in Texas", "us"),
        ("As a Canadian, can I move to Mexico?", "mx"),
    ],
)
def test_the_destination_is_a_province_or_the_country_a_canadian_heads_for(
    reader: Reader, text: str, destination: str
) -> None:
    assert said(reader, text, "destination") == {("destination", destination)}


def test_on_is_a_word_and_no_province(reader: Reader) -> None:
    assert said(reader, "is it on the list", "destination") == set()


# Offer, business, credentials


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("I have a job offer from a Canadian firm", ("job_offer", "yes")),
        ("I was hired by a bank", ("job_offer", "yes")),
        ("I have a contract", ("job_offer", "yes")),
        ("I don't have a job offer", ("job_offer", "no")),
        ("I don’t have a job offer yet", ("job_offer", "no")),
        ("no offer yet", ("job_offer", "no")),
        ("I'm looking for a job in Canada", ("job_offer", "no")),
        ("I want to work for my own company", ("own_business", "yes")),
        ("I own a clinic in Toronto", ("own_business", "yes")),
        ("I want to start a business", ("own_business", "plans")),
        ("I'm self-employed", ("own_business", "self_employed")),
        ("I work freelance as a freelancer", ("own_business", "self_employed")),
        ("I have no degree", ("degree", "none")),
        ("I don't have a degree", ("degree", "none")),
        ("I never finished college", ("degree", "none")),
        ("I have a two-year diploma", ("degree", "diploma")),
        ("I have an associate's degree", ("degree", "diploma")),
        ("I have a bachelor's degree", ("degree", "degree")),
        ("I have a PhD", ("degree", "degree")),
        ("tengo una licenciatura", ("degree", "licenciatura")),
        ("I'm licensed in Ohio", ("licence", "yes")),
        ("I have a state license", ("licence", "yes")),
        ("I'm not licensed", ("licence", "no")),
        ("I don't have a licence", ("licence", "no")),
        ("unlicensed", ("licence", "no")),
        ("I have 5 years of experience", ("experience_years", "5")),
        ("five years' experience", ("experience_years", "5")),
        ("10+ yrs experience", ("experience_years", "10")),
        ("I've worked as a designer for three years", ("experience_years", "3")),
        ("my wife is a nurse", ("person", "wife")),
        ("My employee is Mexican", ("person", "employee")),
        ("no bachelor's, but a two-year diploma", ("degree", "diploma")),
        ("18 months of experience", ("experience_years", "1")),
        ("I own an American company", ("own_business", "self_employed")),
        ("our candidate is a chemist", ("person", "candidate")),
        ("which medical professions are there", ("group", "medical_allied")),
        ("which science jobs are there", ("group", "scientist")),
        ("what teaching jobs are there", ("group", "teacher")),
    ],
)
def test_what_the_person_says_of_themselves_is_read(reader: Reader, text: str, fact: tuple[str, str]) -> None:
    assert said(reader, text, fact[0]) == {fact}


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("I am 30 years old", "experience_years"),
        ("I have a 3 year permit", "experience_years"),
        ("I graduated 5 years ago", "experience_years"),
        ("a 2 year diploma", "experience_years"),
        ("What goes into the job offer letter?", "job_offer"),
        ("my own car", "own_business"),
        ("80 degrees in Toronto", "degree"),
        ("do I need to have a bachelor's degree", "degree"),
        ("once I have an offer", "job_offer"),
        ("a licensed practical nurse", "licence"),
        ("my buddy says I can just show up", "person"),
    ],
)
def test_what_only_sounds_like_a_fact_is_not_one(reader: Reader, text: str, entity: str) -> None:
    assert said(reader, text, entity) == set()


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(
    st.lists(
        st.sampled_from(
            ["I", "am", "not", "US", "us", "citizen", "of", "the", "Mexico", "Mexican", "from", "in",
             "Quebec", "H-1B", "green", "card", "5", "years", "experience", "’s", "no", "degree",
             "to", "work", ",", "?", "日本", "É"]
        ),
        max_size=10,
    ).map(" ".join)
)  # fmt: skip
def test_any_text_is_read_with_facts_in_order_and_in_place(reader: Reader, text: str) -> None:
    facts = reader.read(text)
    assert [fact.start for fact in facts] == sorted(fact.start for fact in facts)
    for fact in facts:
        assert 0 <= fact.start < fact.end <= len(text)
        assert fact.entity != "place_abroad" and fact.value
