"""Countries, peoples and provinces are known by the words people use for them."""

from pathlib import Path

import pytest

from knowledge.places import Places, read_words, words_of


@pytest.fixture(scope="module")
def places() -> Places:
    return Places()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("United States", "us"),
        ("U.S.A.", "us"),
        ("usa", "us"),
        ("México", "mx"),
        ("Mexico", "mx"),
        ("Canada", "ca"),
        ("Norway", "no"),
        ("South Korea", "kr"),
        ("Guam", "gu"),
        ("American Samoa", "as"),
    ],
)
def test_a_country_is_known_however_it_is_written(places: Places, name: str, code: str) -> None:
    assert places.countries[words_of(name)] == code


@pytest.mark.parametrize(
    ("name", "code"), [("American", "us"), ("Mexicans", "mx"), ("mexicana", "mx"), ("Dutch", "nl")]
)
def test_a_people_stands_for_its_country(places: Places, name: str, code: str) -> None:
    assert places.peoples[words_of(name)] == code


@pytest.mark.parametrize(("name", "code"), [("Texas", "us"), ("California", "us"), ("Monterrey", "mx")])
def test_a_state_or_town_abroad_lies_in_its_country(places: Places, name: str, code: str) -> None:
    assert places.regions[words_of(name)] == code


@pytest.mark.parametrize(
    ("name", "code"),
    [("Quebec", "QC"), ("Québec", "QC"), ("Montréal", "QC"), ("Ontario", "ON"), ("British Columbia", "BC"),
     ("Prince Edward Island", "PE"), ("Yukon", "YT")],
)  # fmt: skip
def test_a_province_or_its_town_gives_two_capitals(places: Places, name: str, code: str) -> None:
    assert places.provinces[words_of(name)] == code


def test_countries_are_small_letters_and_provinces_capitals(places: Places) -> None:
    for table in (places.countries, places.peoples, places.regions):
        assert all(len(code) == 2 and code.islower() for code in table.values())
    assert all(len(code) == 2 and code.isupper() for code in places.provinces.values())
    assert len(set(places.provinces.values())) == 13


def test_no_empty_name_stands_for_a_country(places: Places) -> None:
    for table in (places.countries, places.peoples, places.regions, places.provinces):
        assert all(name and all(name) for name in table)


def test_the_longest_name_is_counted_in_words(places: Places) -> None:
    names = [*places.countries, *places.peoples, *places.regions, *places.provinces]
    assert places.longest == max(len(name) for name in names) >= 4


def test_in_a_file_of_words_no_is_a_word(tmp_path: Path) -> None:
    file = tmp_path / "words.yml"
    file.write_text("no: [on, yes, 12]\n", encoding="utf-8")
    assert read_words(file) == {"no": ["on", "yes", "12"]}
