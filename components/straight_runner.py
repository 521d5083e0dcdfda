"""Runs a trained model's graph node by node, in an order found once, instead of by dask, which plans it anew for each message.

The same nodes get the same inputs. Rasa runs a graph twice a turn: to understand, and to decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner

_ORDERS = "orders_of_nodes"


def install() -> None:
    """From here on every runner of this process runs so."""
    DaskGraphRunner.run = run


def run(
    runner: DaskGraphRunner, inputs: dict[str, Any] | None = None, targets: list[str] | None = None
) -> dict[str, Any]:
    """The outputs of the target nodes, as ``DaskGraphRunner.run`` returns them. Raises ``GraphRunError``."""
    wanted = tuple(targets or runner._graph_schema.target_names)
    done: dict[str, tuple[str, Any]] = {name: (name, value) for name, value in (inputs or {}).items()}
    try:
        for name, needs in _order(runner, wanted):
            done[name] = runner._instantiated_nodes[name](*(done.get(need, need) for need in needs))
    except RuntimeError as error:
        raise GraphRunError("Error running runner.") from error
    return dict(done[name] for name in wanted)


def _order(runner: DaskGraphRunner, targets: tuple[str, ...]) -> Sequence[tuple[str, tuple[str, ...]]]:
    """The nodes that the targets need, each after those that it needs itself."""
    orders: dict[tuple[str, ...], list[tuple[str, tuple[str, ...]]]] = runner.__dict__.setdefault(_ORDERS, {})
    if targets not in orders:
        orders[targets] = list(_after_their_needs(runner._graph_schema.minimal_graph_schema(list(targets))))
    return orders[targets]


def _after_their_needs(schema: GraphSchema) -> Sequence[tuple[str, tuple[str, ...]]]:
    found: dict[str, tuple[str, ...]] = {}

    def add(name: str) -> None:
        if name in found or name not in schema.nodes:  # an input is no node
            return
        needs = tuple(schema.nodes[name].needs.values())
        for need in needs:
            add(need)
        found[name] = needs

    for name in schema.nodes:
        add(name)
    return list(found.items())
