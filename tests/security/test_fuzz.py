"""A short form of fuzz.py, always with the same cases; the long form is `python -m tests.security.fuzz --cases 100000`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from knowledge.facts import FILES
from tests.bot import Bot
from tests.channels.rest_client import ask, new_id, send
from tests.security import fuzz, fuzz_inputs
from tests.security.fuzz_targets import VALID, Targets, check_log, check_reply

SEED = 7
# Enough that each way out of the code that reads is taken.
CASES = {
    "REST, read": 200,
    "socket, read": 300,
    "Slack, read": 200,
    "facts, loaded": 70,
    "REST, served": 120,
    "Slack, served": 80,
    "socket, served": 50,
    "heads, served": 40,
}
OUTCOMES = {
    "REST, read": {"read", "rest_json", "rest_sender", "rest_message"},
    "socket, read": {"read", "dropped", "invalid", "empty"},
    "Slack, read": {"kept", "malformed", "nothing to do"},
    "facts, loaded": {"loaded", "refused"},
    "REST, served": {"200", "400"},
    "Slack, served": {"200", "400"},
    "socket, served": {"taken", "refused"},
    "heads, served": {"400", "404"},
}


@pytest.fixture(scope="module")
def targets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Targets]:
    with Targets(tmp_path_factory.mktemp("fuzz")) as running:
        yield running


@pytest.mark.parametrize("name", CASES)
def test_what_is_sent_is_answered_or_refused_as_promised(targets: Targets, name: str) -> None:
    _, inputs, case = targets.all()[name]
    found = fuzz.run(CASES[name], SEED, inputs, case, shrinks="served" not in name)
    assert not found.fault, found.fault
    assert OUTCOMES[name] <= set(found.came), "some of what is promised was not seen"
    check_log()


def test_a_broken_promise_is_found_and_told() -> None:
    """That the fuzzer can fail."""

    def careless(body: bytes) -> str:
        assert len(body) < 70
        return "read"

    found = fuzz.run(200, SEED, fuzz_inputs.rest_bodies, careless, shrinks=False)
    assert "AssertionError" in found.fault and "value=b" in found.fault


def test_the_same_seed_sends_the_same_cases(targets: Targets) -> None:
    _, inputs, case = targets.all()["REST, read"]
    first, second = (fuzz.run(40, SEED, inputs, case).came for _ in range(2))
    assert first == second


def test_the_real_bot_goes_on_as_the_same_process(bot: Bot) -> None:
    pids = [server.process.pid for server in bot.servers]

    def post(body: bytes) -> str:
        reply = send(bot.url, body)
        check_reply(reply)
        return str(reply.status)

    found = fuzz.run(40, SEED, fuzz_inputs.rest_bodies, post, shrinks=False)
    assert not found.fault, found.fault
    assert ask(bot.url, new_id(), "thanks").status == 200
    assert [server.process.pid for server in bot.servers] == pids
    assert all(server.process.poll() is None for server in bot.servers)
    logs = "".join(server.log.read_text(errors="replace") for server in bot.servers)
    assert fuzz_inputs.CANARY not in logs


def test_the_files_that_are_mutated_load_as_they_are(targets: Targets) -> None:
    for file in FILES:
        assert targets.load_facts((file, (VALID / file).read_bytes())) == "loaded"
