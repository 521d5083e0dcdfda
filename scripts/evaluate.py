"""Measures how well the trained assistant understands, on test sets that no training line was taken from.

The misses of the sets named ``…_held_out``, ``…_fr`` and ``…_es`` are not shown and were never read while tuning: they tell how
it does with strangers.

``make evaluate`` prints the figures per intent with the misses, draws the confusion matrix, and writes ``results/``.
A question is right when its topics are answered and, where one is given, the verdict is the right one; a title when its
verdict is; a line out of scope when it is declined without a permit fact.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parent.parent)]
from train import QUIET, ROOT, ensure_trained  # noqa: E402

os.environ.update(QUIET)
import structlog  # noqa: E402
import yaml  # noqa: E402

from actions.answers import Answers  # noqa: E402
from actions.heard import heard  # noqa: E402
from actions.situation import hear  # noqa: E402
from actions.topics import topics_asked  # noqa: E402
from actions.words import Words  # noqa: E402
from knowledge import facts as knowledge  # noqa: E402
from knowledge.languages import TRANSLATIONS  # noqa: E402

TESTS = ROOT / "tests" / "nlu"
KNOWN = TESTS / "known_failures.txt"
RESULTS = ROOT / "results"
CHAT = {
    "greet",
    "goodbye",
    "thank",
    "affirm",
    "deny",
    "who_are_you",
    "help",
    "start_over",
    "not_helpful",
    "out_of_scope",
}
# Sets whose misses are not shown: one in English, and those in the other languages.
UNREAD = ("_held_out", *(f"_{language}" for language in TRANSLATIONS))
QUESTIONS = ("questions", "questions_dev", "questions_held_out", *(f"questions_{n}" for n in TRANSLATIONS))
TITLES = ("titles", "titles_held_out", *(f"titles_{n}" for n in TRANSLATIONS))
OUT_OF_SCOPE = ("out_of_scope", "out_of_scope_held_out", *(f"out_of_scope_{n}" for n in TRANSLATIONS))
VERDICTS = {"listed": "yes", "not_listed": "no", "depends": "depends"}


class Heard(NamedTuple):
    """What the bot makes of a first message: its intent, the topics it answers, and the record of the answer."""

    intent: str
    topics: list[str]
    record: dict[str, Any]


class Result(NamedTuple):
    """One line of a test set, what was wanted, what came, and whether that is right."""

    set: str
    text: str
    wanted: str
    got: str
    right: bool


class Listener:
    """The trained model and the real answers, without a server in between."""

    def __init__(self, model: Path) -> None:
        from rasa.core.agent import Agent

        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
        self.agent = Agent.load(str(model))
        self.facts = knowledge.load()
        self.answers = Answers(self.facts, Words(), date(2026, 11, 23))

    def hear(self, text: str) -> Heard:
        """The reading of one message by somebody new."""
        intent, english, entities = heard(asyncio.run(self.agent.parse_message(text)))
        told = hear({}, entities, intent, self.facts, english)
        topics = topics_asked({}, entities, intent, told, self.facts, english)
        answered = self.answers.answer(topics, told, english) if topics else None
        return Heard(intent, topics, answered.record if answered else {})


def read(name: str, key: str) -> list[dict[str, Any]]:
    """The lines of a test set."""
    lines: list[dict[str, Any]] = yaml.safe_load((TESTS / name).read_text(encoding="utf-8"))[key]
    return lines


def names(heard: Heard) -> list[str]:
    """What was heard, in the words of the test sets: intents, or ask_<topic> for each topic answered."""
    if heard.intent in CHAT or not heard.topics:
        return [heard.intent]
    if heard.intent == "inform":
        return ["inform", *(f"ask_{topic}" for topic in heard.topics)]
    return ["talk_to_lawyer" if topic == "lawyer" else f"ask_{topic}" for topic in heard.topics]


def judge_question(line: dict[str, Any], heard: Heard) -> bool:
    """Right topics, all of them, and the right verdict where one is given."""
    got, also = set(names(heard)), set(line.get("also", []))
    wanted = set(line["topics"])
    verdict = line.get("verdict")
    if verdict and heard.record.get("verdict") == verdict and "ask_eligibility" in wanted:
        wanted -= {"ask_eligibility"}  # the verdict was given, under whichever topic
    elif verdict:
        return False
    if len(line["topics"]) == 1:
        return bool(not wanted or wanted & got or also & got)
    return wanted - also <= got


def judge_title(line: dict[str, Any], heard: Heard) -> bool:
    """The verdict of the list on a job title; an unlisted one may also be met with a question for the job."""
    verdict = heard.record.get("verdict")
    if verdict != VERDICTS[line["expect"]]:
        return bool(line["expect"] == "not_listed" and verdict is None)
    wanted, found = line.get("profession"), heard.record["professions"]
    return line["expect"] != "listed" or not wanted or bool(_treaty_names([wanted]) & _treaty_names(found))


def _treaty_names(professions: Iterable[str]) -> set[str]:
    """The names in the agreement: two of the page's entries are one profession there."""
    return {knowledge_of()[name].treaty_name["en"] for name in professions}


@lru_cache(maxsize=1)
def knowledge_of() -> Mapping[str, knowledge.Profession]:
    """The professions of the facts."""
    return knowledge.load().professions


def declined(heard: Heard) -> bool:
    """No permit fact was given."""
    return heard.intent in CHAT or (
        heard.intent == "inform" and not heard.record.get("rules") and not heard.record.get("verdict")
    )


def evaluate(listener: Listener) -> list[Result]:
    """Every line of every test set."""
    results = []
    for name in QUESTIONS:
        for line in read(f"{name}.yml", "questions"):
            heard = listener.hear(line["text"])
            wanted = "+".join([*line["topics"], *([line["verdict"]] if "verdict" in line else [])])
            got = "+".join(
                [*names(heard), *([heard.record["verdict"]] if heard.record.get("verdict") else [])]
            )
            results.append(Result(name, line["text"], wanted, got, judge_question(line, heard)))
    for name in TITLES:
        for line in read(f"{name}.yml", "titles"):
            if line.get("clear_cut", True):
                heard = listener.hear(line["text"])
                got = str(heard.record.get("verdict"))
                results.append(Result(name, line["text"], line["expect"], got, judge_title(line, heard)))
    for name in OUT_OF_SCOPE:
        for line in read(f"{name}.yml", "lines"):
            heard = listener.hear(line["text"])
            got = "+".join(names(heard))
            results.append(Result(name, line["text"], line["kind"], got, declined(heard)))
    return results


def figures(results: Iterable[Result]) -> dict[str, float]:
    """The share that is right in each set, and of unlisted titles called listed."""
    sets: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        sets[result.set].append(result)
    shares = {name: sum(r.right for r in rows) / len(rows) for name, rows in sets.items()}
    for name in TITLES:
        unlisted = [r for r in sets[name] if r.wanted == "not_listed"]
        called = name.replace("titles", "unlisted_called_listed")
        shares[called] = sum(r.got == "yes" for r in unlisted) / len(unlisted)
    return shares


def failed(results: Iterable[Result]) -> set[str]:
    """The lines it gets wrong, without those held out."""
    return {f"{r.set}: {r.text}" for r in results if not r.right and not r.set.endswith(UNREAD)}


def known_failures() -> set[str]:
    """The lines that are known to fail; the list may only shrink."""
    return set(KNOWN.read_text(encoding="utf-8").splitlines()) if KNOWN.exists() else set()


def report(results: Sequence[Result]) -> None:
    """Prints the figures, the questions per intent and every miss."""
    by_intent: dict[str, list[bool]] = defaultdict(list)
    for result in results:
        if result.set.startswith("questions"):
            by_intent[result.wanted.split("+")[0]].append(result.right)
    print("\nquestions by first topic")
    for intent, rows in sorted(by_intent.items(), key=lambda item: sum(item[1]) / len(item[1])):
        print(f"  {intent:24}{sum(rows) / len(rows):6.0%}  of {len(rows)}")
    print("\nmisses")
    for result in results:
        if not result.right and not result.set.endswith(UNREAD):
            print(f"  [{result.set}] {result.text[:110]!r}: {result.got}, not {result.wanted}")
    print()
    for name, share in figures(results).items():
        print(f"{name:32}{share:7.1%}")


def draw(results: Sequence[Result], file: Path) -> None:
    """The confusion matrix of single questions as a picture."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    pairs = Counter(
        (r.wanted.split("+")[0], r.got.split("+")[0])
        for r in results
        if r.set.startswith("questions") and r.wanted.count("ask_") < 2
    )
    labels = sorted({name for pair in pairs for name in pair})
    table = [[pairs[wanted, got] for got in labels] for wanted in labels]
    figure, axes = pyplot.subplots(figsize=(14, 13))
    axes.imshow([[min(cell, 8) for cell in row] for row in table], cmap="Blues")
    axes.set_xticks(range(len(labels)), labels, rotation=90, fontsize=7)
    axes.set_yticks(range(len(labels)), labels, fontsize=7)
    for y, row in enumerate(table):
        for x, cell in enumerate(row):
            if cell:
                axes.text(
                    x,
                    y,
                    str(cell),
                    ha="center",
                    va="center",
                    fontsize=6,
                    color="white" if cell > 5 else "black",
                )
    axes.set_xlabel("understood")
    axes.set_ylabel("meant")
    figure.tight_layout()
    figure.savefig(file, dpi=110)


def main() -> None:
    """``make evaluate``; with ``--accept`` the known failures that fail no more are struck off; none is added."""
    results = evaluate(Listener(ensure_trained()))
    report(results)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "evaluation.json").write_text(
        json.dumps([r._asdict() for r in results], indent=1, ensure_ascii=False)
    )
    draw(results, RESULTS / "confusion.png")
    print(f"\nWritten: {RESULTS.name}/evaluation.json, {RESULTS.name}/confusion.png")
    failures = sorted(failed(results))
    before = known_failures()
    new = [line for line in failures if line not in before]
    print(f"{len(failures)} failures, {len(new)} of them not in {KNOWN.relative_to(ROOT)}")
    if "--accept" in sys.argv:
        KNOWN.write_text("".join(f"{line}\n" for line in failures if line in before), encoding="utf-8")


if __name__ == "__main__":
    main()
