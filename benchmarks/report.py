"""From the figures to ratios, goals, a table and a picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

Figures = Mapping[str, Any]


class Goal(NamedTuple):
    """A figure of issue 6 and what it has to be: at most ``limit``, or at least it."""

    name: str
    value: float
    limit: float
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Whether it is."""
        return self.value >= self.limit if self.at_least else self.value <= self.limit


def ratios(found: Figures) -> dict[str, Any]:
    """Ours to stock for each step that was measured; what has no stock to be compared with is left out."""
    made: dict[str, Any] = {}
    if "latency" in found:
        ours, stock = (found["latency"][name]["turns"] for name in ("ours", "stock"))
        for key in ("p50", "p95", "cpu"):
            made[f"{key}_ratio"] = {
                turn: _ratio(ours[turn][f"{key}_ms"], stock[turn][f"{key}_ms"]) for turn in ours
            }
        if "200" in ours:
            made["turn_200_to_10"] = _ratio(ours["200"]["p50_ms"], ours["10"]["p50_ms"])
    if "throughput" in found:
        ours, stock = found["throughput"]["ours"], found["throughput"]["stock"]
        made["throughput_ratio"] = {size: _ratio(ours[size]["per_s"], stock[size]["per_s"]) for size in ours}
    if "start" in found:
        starts = found["start"]
        for name, kind in (("", "ours"), ("_unshortened", "unshortened")):
            mine, stock = starts[kind], starts["stock"]
            made[f"rss{name}_ratio"] = _ratio(mine["used_rss_mb"], stock["used_rss_mb"])
            made[f"cold_start{name}_ratio"] = _ratio(mine["first_answer_s"], stock["first_answer_s"])
    if "training" in found:
        both = found["training"]
        made["train_ratio"] = _ratio(both["sample"]["wall_s"], both["stock"]["wall_s"])
        made["train_cpu_ratio"] = _ratio(both["sample"]["cpu_s"], both["stock"]["cpu_s"])
    return made


def goals(results: Figures) -> Iterator[Goal]:
    """Those of issue 6 that there are figures for."""
    limits = {
        "p50_ratio": {"10": 0.12, "200": 0.04},
        "p95_ratio": {"10": 0.20, "200": 0.07},
        "cpu_ratio": {"10": 0.12, "200": 0.04},
    }
    for key, by_turn in limits.items():
        for turn, limit in by_turn.items():
            if turn in results.get(key, {}):
                yield Goal(f"{key} at turn {turn}", results[key][turn], limit)
    single = {
        "turn_200_to_10": 1.1,
        "cold_start_ratio": 0.15,
        "rss_ratio": 0.20,
        "rss_unshortened_ratio": 0.45,
        "train_ratio": 0.15,
    }
    for key, limit in single.items():
        if key in results:
            yield Goal(key, results[key], limit)
    if "8" in results.get("throughput_ratio", {}):
        yield Goal("throughput at 8 in parallel", results["throughput_ratio"]["8"], 10, at_least=True)
    if "accuracy" in results:
        gained = results["accuracy"]["sample"]["all"] - results["accuracy"]["stock"]["all"]
        yield Goal("accuracy, points above stock", round(gained, 1), 10, at_least=True)


def table(results: Figures) -> str:
    """The goals in Markdown."""
    rows = ["| ours to stock, in one run | measured | goal | |", "|---|---|---|---|"]
    for goal in goals(results):
        sign = "≥" if goal.at_least else "≤"
        rows.append(
            f"| {goal.name} | {goal.value:g} | {sign} {goal.limit:g} | {'' if goal.met else 'missed'} |"
        )
    return "\n".join(rows)


def write(results: Figures, page: Path) -> None:
    """Puts the table into the page, in place of the one that stands there."""
    begin, end = "<!-- figures -->", "<!-- end of figures -->"
    before, _, rest = page.read_text(encoding="utf-8").partition(begin)
    after = rest.partition(end)[2]
    equal = results["measured"]["equality"]
    said = f"{equal['turns']} turns of {equal['conversations']} conversations were equal, with {equal['kills']} kills"
    page.write_text(
        f"{before}{begin}\nMeasured on {results['on']}; {said}.\n\n{table(results)}\n{end}{after}",
        encoding="utf-8",
    )


def draw(results: Figures, file: Path) -> None:
    """Time of a message by turn, throughput, and what grows with the work."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    found = results["measured"]
    figure, (left, middle, right) = pyplot.subplots(1, 3, figsize=(13, 3.8))
    for name, colour in (("stock", "#b0b7c3"), ("ours", "#1d4ed8")):
        turns = found["latency"][name]["turns"]
        left.plot(
            [int(t) for t in turns], [f["p50_ms"] for f in turns.values()], "o-", color=colour, label=name
        )
        crowd = found["throughput"][name]
        middle.plot(
            [int(s) for s in crowd], [f["per_s"] for f in crowd.values()], "o-", color=colour, label=name
        )
    left.set(
        title="a message, by turn of the conversation",
        xlabel="turn",
        ylabel="ms (median)",
        xscale="log",
        yscale="log",
    )
    middle.set(title="messages a second", xlabel="visitors at once", xscale="log", ylim=(0, None))
    for name, curve in results.get("growth", {}).items():
        cost = next(key for key in ("cpu_ms", "reading_ms", "answer_ms") if key in curve)
        right.plot(curve["x"], curve[cost], "o-", label=name.replace("_", " "))
    right.set(
        title="ours, as the work grows",
        xlabel="how many",
        ylabel="ms of CPU a message",
        xscale="log",
        ylim=(0, None),
    )
    for axes in (left, middle, right):
        axes.grid(alpha=0.25)
        axes.legend(frameon=False, fontsize=8)
    figure.tight_layout()
    figure.savefig(file, dpi=110)


def _ratio(ours: float, stock: float) -> float:
    return round(ours / stock, 4)
