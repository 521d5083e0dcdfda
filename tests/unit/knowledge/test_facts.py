"""The facts we ship are complete, dated, sourced and fit to be read; a file at fault is refused by name."""

import re
import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import yaml

from knowledge.facts import FILES, Facts, FactsError, load
from knowledge.languages import LANGUAGES, UNVERIFIED
from knowledge.records import Text

HERE = Path(__file__).parent
BROKEN = yaml.safe_load((HERE / "broken" / "expected.yml").read_text(encoding="utf-8"))
STAFF_WORDS = ("IRCC", "seed", "bot", "hand over", "as above", "ask which", "i did not", "judgement")


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load()


def firm_page() -> list[tuple[str, str]]:
    """(group, name) of every bullet of the firm's page, in order."""
    bullets, group = [], ""
    for line in (HERE / "firm_page.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            group = line.strip("[]")
        elif line and not line.startswith("#"):
            bullets.append((group, line))
    return bullets


def visible_texts(facts: Facts) -> dict[str, str]:
    """Every English sentence that a visitor may read, by where it stands."""
    texts = {f"rule {r.id}": r.says["en"] for r in facts.rules.values()}
    for p in facts.professions.values():
        texts |= {f"profession {p.id} {i}": text["en"] for i, text in enumerate(p.conditions)}
        texts[f"limits {p.id}"] = p.limits.get("en", "")
    for t in facts.titles.values():
        texts[f"title {t.title}"] = t.why.get("en", "")
        texts[f"ask {t.title}"] = t.ask.get("en", "")
    return {where: text for where, text in texts.items() if text}


# The loader


@pytest.mark.parametrize("case", BROKEN)
def test_a_file_with_a_fault_is_refused_with_its_file_and_key(case: str, tmp_path: Path) -> None:
    file, key, words = BROKEN[case]
    shutil.copytree(HERE / "valid", tmp_path, dirs_exist_ok=True)
    shutil.copytree(HERE / "broken" / case, tmp_path, dirs_exist_ok=True)
    with pytest.raises(FactsError) as refused:
        load(tmp_path)
    assert (refused.value.file, refused.value.key) == (file, key)
    assert words in refused.value.problem
    assert str(refused.value).startswith(f"{file}: {key}: ")


def test_every_broken_folder_is_expected_to_break() -> None:
    assert {folder.name for folder in (HERE / "broken").iterdir() if folder.is_dir()} == set(BROKEN)


def test_the_folder_from_which_the_broken_ones_are_made_is_valid() -> None:
    facts = load(HERE / "valid")
    assert [rule.id for rule in facts.rules_for("fees")] == ["worker_fee", "visa_fee"]
    assert facts.professions["librarian"].as_of == "2026-02-11"


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    shutil.copytree(HERE / "valid", tmp_path, dirs_exist_ok=True)
    (tmp_path / "rules.yml").unlink()
    with pytest.raises(FactsError, match=r"^rules\.yml: \(file\): "):
        load(tmp_path)


def test_the_version_changes_with_any_byte_of_any_file(tmp_path: Path) -> None:
    shutil.copytree(HERE / "valid", tmp_path, dirs_exist_ok=True)
    versions = {load(tmp_path).version}
    for file in FILES:
        with (tmp_path / file).open("a", encoding="utf-8") as stream:
            stream.write("# another byte\n")
        versions.add(load(tmp_path).version)
    assert len(versions) == 1 + len(FILES)
    assert all(version.startswith("2026-11-23+") for version in versions)


def test_a_fact_is_due_from_its_re_check_day_on() -> None:
    rule = load(HERE / "valid").rules["worker_fee"]
    assert [rule.due(date(2027, 2, day)) for day in (22, 23, 24)] == [False, True, True]
    assert not load(HERE / "valid").rules["visa_fee"].due(date(2099, 1, 1))


@pytest.mark.parametrize(
    ("file", "key", "text"),
    [
        ("rules.yml", "topics.fees", ", fr: Frais"),
        ("rules.yml", "rules.worker_fee.says", ", fr: Le permis coûte 155 $ CA."),
        ("job_titles.yml", "titles.archivist.why", ", fr: Les archives ne sont pas sur la liste."),
    ],
)
def test_a_file_is_held_to_every_language_once_its_translation_is_complete(
    file: str, key: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(HERE / "valid", tmp_path, dirs_exist_ok=True)
    whole = (tmp_path / file).read_text(encoding="utf-8")
    (tmp_path / file).write_text(whole.replace(text, ""), encoding="utf-8")
    monkeypatch.setattr("knowledge.languages.COMPLETE", ())
    load(tmp_path)
    monkeypatch.setattr("knowledge.languages.COMPLETE", (file,))
    with pytest.raises(FactsError) as refused:
        load(tmp_path)
    assert (refused.value.file, refused.value.key) == (file, key)
    assert refused.value.problem == "text is missing in fr"


# The list


def test_the_list_is_the_firms_page_word_for_word_and_in_its_order(facts: Facts) -> None:
    assert [(p.group, p.name["en"]) for p in facts.professions.values()] == firm_page()


def test_64_names_stand_for_63_professions_of_the_agreement(facts: Facts) -> None:
    assert Counter(p.group for p in facts.professions.values()) == {
        "general": 25,
        "medical_allied": 13,
        "scientist": 23,
        "teacher": 3,
    }
    for language in LANGUAGES:
        assert len({p.treaty_name[language] for p in facts.professions.values()}) == 63
        assert len({p.name[language] for p in facts.professions.values()}) == 64
        assert len({p.phrase[language] for p in facts.professions.values()}) == 64


def test_there_are_72_rules_and_278_titles_of_the_reference(facts: Facts) -> None:
    assert len(facts.rules) == 72
    assert sum(title.basis != "ours" for title in facts.titles.values()) == 278


def test_the_bare_name_gets_no_plain_yes_where_the_list_narrows_it(facts: Facts) -> None:
    depends = {p.id for p in facts.professions.values() if p.verdict == "depends"}
    assert depends == {"physician", "technician_technologist", "research_assistant"}


@pytest.mark.parametrize(
    ("profession", "alternatives"),
    [
        ("accountant", [["degree"], ["accounting_designation"]]),
        ("computer_systems_analyst", [["degree"], ["diploma", "experience_3"]]),
        ("economist", [["degree"]]),
        ("land_surveyor", [["degree"], ["licence_or_federal"]]),
        ("lawyer", [["law_degree"], ["bar_membership"]]),
        ("librarian", [["mls"], ["bls", "degree_before_bls"]]),
        ("management_consultant", [["degree"], ["experience_5_consultant"], ["experience_5_specialty"]]),
        ("technician_technologist", [["theoretical_knowledge", "practical_ability"]]),
        ("dentist", [["dental_degree"], ["licence"]]),
        ("nutritionist", [["degree"]]),
        ("physician", [["medical_degree"], ["licence"]]),
        ("psychologist", [["licence"], ["licenciatura"]]),
        ("registered_nurse", [["licence"], ["licenciatura"]]),
        ("veterinarian", [["veterinary_degree"], ["licence"]]),
        ("university_teacher", [["degree"]]),
    ],
)
def test_minimum_requirements_are_those_of_the_list(
    facts: Facts, profession: str, alternatives: list[list[str]]
) -> None:
    assert [list(a) for a in facts.professions[profession].minimum_requirements] == alternatives


def test_experience_counts_only_where_the_list_says_so(facts: Facts) -> None:
    experience = {name for name, credential in facts.credentials.items() if credential.kind == "experience"}
    needs = {p.id: {name for a in p.minimum_requirements for name in a} for p in facts.professions.values()}
    assert {p for p, names in needs.items() if names & experience} == {
        "computer_systems_analyst",
        "disaster_relief_claims_adjuster",
        "graphic_designer",
        "hotel_manager",
        "industrial_designer",
        "interior_designer",
        "management_consultant",
        "technical_publications_writer",
        "medical_laboratory_technologist",
        "medical_technologist",
    }


def test_health_workers_are_marked_for_the_medical_exam(facts: Facts) -> None:
    assert {p.id for p in facts.professions.values() if p.health_care} == {
        "dentist",
        "dietitian",
        "medical_laboratory_technologist",
        "medical_technologist",
        "occupational_therapist",
        "pharmacist",
        "physician",
        "physiotherapist",
        "recreational_therapist",
        "registered_nurse",
    }


def test_a_name_reads_well_within_a_sentence(facts: Facts) -> None:
    for p in facts.professions.values():
        for language in LANGUAGES:
            assert re.sub("Qu[eé]bec|Canada", "", p.phrase[language]).islower(), (p.id, language)


# French and Spanish


def texts_of_the_list(facts: Facts) -> dict[str, Text]:
    """Every text of professions.yml, sources.yml and firm.yml that a visitor may read, by where it stands."""
    found = {f"source {name}": source.short for name, source in facts.sources.items()}
    found |= {f"group {name}": text for name, text in facts.groups.items()}
    found |= {f"footnote {name}": text for name, text in facts.footnotes.items()}
    found |= {f"credential {name}": credential.text for name, credential in facts.credentials.items()}
    for p in facts.professions.values():
        found |= {f"{p.id} name": p.name, f"{p.id} treaty_name": p.treaty_name, f"{p.id} phrase": p.phrase}
        found |= {f"{p.id} condition {number}": text for number, text in enumerate(p.conditions)}
        found |= {f"{p.id} limits": p.limits} if p.limits else {}
    return found | {"hours": facts.firm.hours}


def test_a_phrase_joins_its_two_genders_by_one_bare_slash(facts: Facts) -> None:
    for p in facts.professions.values():
        for language in LANGUAGES[1:]:
            assert not re.search(r"\s/|/\s|\((?:e|a|o)\)", p.phrase[language]), (p.id, language)
    nurse, engineer = facts.professions["registered_nurse"].phrase, facts.professions["engineer"].phrase
    assert nurse["fr"] == "infirmière autorisée/infirmier autorisé"
    assert engineer["es"] == "ingeniera/ingeniero"


def test_french_is_set_as_canadian_french_is(facts: Facts) -> None:
    for where, text in texts_of_the_list(facts).items():
        assert not re.search(r"\s[;?!]|[^\u00a0]:(?!\d)|«[^\u00a0]|[^\u00a0]»|[“”\"]", text["fr"]), where


def test_spanish_is_mexican_and_its_quotes_touch_their_words(facts: Facts) -> None:
    for where, text in texts_of_the_list(facts).items():
        assert not re.search(r"\s[;:?!]|«\s|\s»|[“”\"]|\b(tú|vosotros|vuestr\w+)\b", text["es"], re.I), where


def test_spanish_never_calls_a_degree_or_a_college_by_the_name_of_a_school(facts: Facts) -> None:
    for where, text in texts_of_the_list(facts).items():
        assert not re.search(r"postsecundari|\bcolegio\b(?! de abogados)", text["es"], re.I), where
        assert "bachillerato" not in re.sub(r"posterior(es)? al bachillerato", "", text["es"]), where


def test_a_number_of_years_and_an_abbreviation_are_the_same_in_every_language(facts: Facts) -> None:
    abbreviation = r"(?:[A-Z]\.){2,}|\bBSN\b|\d+"
    for where, text in texts_of_the_list(facts).items():
        wanted = Counter(re.findall(abbreviation, text["en"]))
        for language in LANGUAGES[1:] if where != "hours" else ():
            assert Counter(re.findall(abbreviation, text[language].replace("EE. UU.", ""))) == wanted, where


def test_french_never_calls_a_licence_by_the_word_for_a_work_permit(facts: Facts) -> None:
    for where, text in texts_of_the_list(facts).items():
        if not where.startswith("source"):
            assert not re.search(r"\bpermis\b(?!\sd'exercice)", text["fr"], re.I), where


def test_only_the_french_names_of_the_guide_count_as_official(facts: Facts) -> None:
    seen = [
        (p.id, n) for p in facts.professions.values() for n, s in p.names_status.items() if s != UNVERIFIED
    ]
    general = [p.id for p in facts.professions.values() if p.group == "general"]
    assert seen == [(name, "fr") for name in general[:13]]
    assert {status for table in facts.wording_status.values() for status in table.values()} == {UNVERIFIED}


# The rules


def test_every_topic_is_answered_by_one_to_three_rules_before_any_is_mentioned(facts: Facts) -> None:
    for topic in facts.topics:
        assert 1 <= sum(not rule.mentions for rule in facts.rules_for(topic)) <= 3, topic


def test_a_topic_answers_us_and_mexican_citizens_alike(facts: Facts) -> None:
    for topic in facts.topics:
        for country in ("us", "mx"):
            main = [rule for rule in facts.rules_for(topic) if not rule.mentions]
            assert any(country in (rule.only_for or country) for rule in main), (topic, country)


def test_an_answer_is_short_enough_for_a_phone(facts: Facts) -> None:
    for rule in facts.rules.values():
        words = rule.says["en"].replace("**", "").replace("- ", "").split()
        assert len(words) <= (80 if rule.id == "documents" else 45), rule.id
    for title in facts.titles.values():
        assert len(title.why.get("en", "").split()) <= 25, title.title


def test_an_amount_or_a_waiting_time_is_told_with_its_date(facts: Facts) -> None:
    for rule in facts.rules.values():
        if re.search(r"CAN\$|two-week|in force", rule.says["en"]):
            assert re.search(r"\b20\d\d\b", rule.says["en"]), rule.id


def test_visitors_read_no_words_for_staff_and_no_promise(facts: Facts) -> None:
    for where, text in visible_texts(facts).items():
        assert not re.search(rf"\b({'|'.join(STAFF_WORDS)})\b", text, re.I), where
        assert not re.search(r"\byou('ll| will)? qualify\b|\bunlimited\b|\bguarantee\b", text, re.I), where


def test_what_changes_quickly_is_looked_at_within_three_months(facts: Facts) -> None:
    for fact in (*facts.professions.values(), *facts.rules.values()):
        assert fact.recheck_on and fact.checked_on < fact.recheck_on
        assert not fact.volatile or (fact.recheck_on - fact.checked_on).days <= 92, fact.id


def test_every_source_is_used_and_named_in_two_to_six_words(facts: Facts) -> None:
    used = {s for fact in (*facts.professions.values(), *facts.rules.values()) for s in fact.sources}
    assert used == set(facts.sources)
    for name, source in facts.sources.items():
        assert 2 <= len(source.short["en"].split()) <= 6, name
        assert all(2 <= len(source.short[language].split()) <= 8 for language in LANGUAGES), name


# What would embarrass a law firm


@pytest.mark.parametrize(
    "title",
    [
        "elementary school teacher", "high school teacher", "bookkeeper", "electrician", "welder",
        "carpenter", "licensed practical nurse", "chiropractor", "notary public", "paralegal",
        "computer programmer", "dental hygienist", "sound engineer", "physician assistant", "family doctor",
    ],
)  # fmt: skip
def test_a_job_that_people_take_for_listed_is_not(facts: Facts, title: str) -> None:
    assert facts.titles[title].status == "not_listed"


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("citizenship", "green card or other permanent residence is not enough"),
        ("where_mexico", "don't plan on the border"),
        ("lmia_exempt", "must file an offer of employment"),
        ("self_employment", "a Canadian company that you founded"),
        ("no_job_offer", "can't use this permit to look for work"),
        ("licensing", "not a licence to practise"),
        ("licensing", "Registered nurses need one from the province"),
        ("extensions", "the stay must still be temporary"),
        ("duration", "It can be extended"),
        ("permanent_residence", "Not by itself"),
        ("experience_instead_of_degree", "Only for a few professions"),
        ("agreement_status", "CUSMA is in force"),
        ("tn_not_canada", "TN is the US side"),
        ("quebec_caq", "You don't need a CAQ"),
    ],
)
def test_a_rule_says_the_words_on_which_people_go_wrong(facts: Facts, rule: str, words: str) -> None:
    assert words in facts.rules[rule].says["en"].replace("**", "")


def test_an_ambiguous_title_comes_with_a_question(facts: Facts) -> None:
    for title in facts.titles.values():
        if title.basis == "ask":
            assert title.ask["en"].endswith("?"), title.title


def test_no_name_of_a_title_has_words_in_brackets(facts: Facts) -> None:
    assert not [name for title in facts.titles.values() for name in title.names if re.search(r"[()]", name)]
