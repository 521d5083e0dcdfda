"""A model's graph run straight gives what dask gives, node by node, and the same error."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.engine.exceptions import GraphComponentException
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage

from components import straight_runner


class Adds(GraphComponent):
    """Adds what it gets, and one."""

    calls: list[str] = []

    @classmethod
    def create(cls, config: dict[str, Any], *_: Any, **__: Any) -> Adds:
        made = cls()
        made.name = config["name"]
        return made

    def add(self, first: int, second: int = 0) -> int:
        Adds.calls.append(self.name)
        if first < 0:
            raise RuntimeError("negative")
        return first + second + 1


def node(name: str, **needs: str) -> SchemaNode:
    return SchemaNode(needs, Adds, "create", "add", {"name": name}, eager=True)


SCHEMA = GraphSchema(
    {
        "both": node("both", first="left", second="right"),
        "left": node("left", first="begin"),
        "right": node("right", first="left", second="begin"),
        "begin": node("begin", first="typed"),
        "apart": node("apart", first="typed"),
    }
)


@pytest.fixture
def runner(tmp_path: Any) -> DaskGraphRunner:
    Adds.calls = []
    storage = LocalModelStorage.create(tmp_path)
    return DaskGraphRunner.create(SCHEMA, storage, ExecutionContext(SCHEMA))


@pytest.mark.parametrize("targets", [["both"], ["apart"], ["right", "apart"], ["begin"]])
@pytest.mark.parametrize("typed", [0, 7])
def test_the_targets_come_out_as_with_dask(runner: DaskGraphRunner, targets: list[str], typed: int) -> None:
    by_dask, calls = runner.run({"typed": typed}, targets), sorted(Adds.calls)
    Adds.calls = []
    for _ in range(2):
        assert straight_runner.run(runner, {"typed": typed}, targets) == by_dask
    assert sorted(Adds.calls) == sorted([*calls, *calls])


def test_each_node_runs_once_and_after_what_it_needs(runner: DaskGraphRunner) -> None:
    straight_runner.run(runner, {"typed": 1}, ["both"])
    assert Adds.calls == ["begin", "left", "right", "both"]


def test_an_error_is_the_same(runner: DaskGraphRunner) -> None:
    for run in (runner.run, lambda *asked: straight_runner.run(runner, *asked)):
        with pytest.raises(GraphComponentException):
            run({"typed": -1}, ["both"])
