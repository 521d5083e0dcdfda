"""Every profession × citizenship × {eligibility, requirements}, typed into the real bot."""

from __future__ import annotations

import pytest

from knowledge import facts as knowledge
from knowledge.eligibility import own_title
from tests.bot import Bot

FACTS = knowledge.load()
PEOPLE = {"us": "an American", "mx": "a Mexican", "in": "an Indian"}


@pytest.mark.parametrize("citizenship", PEOPLE)
@pytest.mark.parametrize("profession", FACTS.professions)
def test_eligibility(profession: str, citizenship: str, bot: Bot) -> None:
    listed = FACTS.professions[profession]
    title = own_title(FACTS, profession)
    reply = bot.ask(f"I'm {PEOPLE[citizenship]} {title}. Can I get the permit?")
    if citizenship == "in":
        assert reply.record["verdict"] == "no"
        assert "citizens" in reply.visible
        return
    meets = FACTS.titles[title].meets_limits
    assert reply.record["verdict"] == ("depends" if listed.verdict == "depends" and not meets else "yes")
    assert profession in reply.record["professions"] or FACTS.professions[profession].treaty_name["en"] in {
        FACTS.professions[p].treaty_name["en"] for p in reply.record["professions"]
    }
    assert "as of" in reply.visible
    assert len(reply.text) < 1100


@pytest.mark.parametrize("citizenship", PEOPLE)
@pytest.mark.parametrize("profession", FACTS.professions)
def test_requirements(profession: str, citizenship: str, bot: Bot) -> None:
    listed = FACTS.professions[profession]
    title = own_title(FACTS, profession)
    reply = bot.ask(f"What credentials does {PEOPLE[citizenship]} {title} need for the permit?")
    if citizenship == "in":
        assert reply.record["verdict"] == "no"
        return
    for alternative in listed.minimum_requirements:
        for credential in alternative:
            assert FACTS.credentials[credential].text["en"] in reply.text
