"""The ratios are ours to stock, and the goals those of the issue."""

from __future__ import annotations

from pathlib import Path

from benchmarks import report

TURNS = {turn: {"p50_ms": 10.0, "p95_ms": 20.0, "cpu_ms": 5.0} for turn in ("10", "200")}
SLOW = {turn: {key: value * 10 for key, value in figures.items()} for turn, figures in TURNS.items()}


def test_ratios_are_ours_to_stock() -> None:
    found = report.ratios({"latency": {"ours": {"turns": TURNS}, "stock": {"turns": SLOW}}})
    assert found["p50_ratio"] == {"10": 0.1, "200": 0.1} and found["turn_200_to_10"] == 1.0


def test_a_missed_goal_is_said_in_the_table() -> None:
    found = {"p50_ratio": {"10": 0.1, "200": 0.1}, "throughput_ratio": {"8": 9.0}}
    goals = {goal.name: goal.met for goal in report.goals(found)}
    assert goals == {
        "p50_ratio at turn 10": True,
        "p50_ratio at turn 200": False,
        "throughput at 8 in parallel": False,
    }
    assert report.table(found).count("missed") == 2


def test_the_page_gets_the_new_table_in_place_of_the_old(tmp_path: Path) -> None:
    page = tmp_path / "speed.md"
    page.write_text("before\n<!-- figures -->\nold\n<!-- end of figures -->\nafter\n")
    equality = {"turns": 7, "conversations": 2, "kills": 1}
    report.write({"on": "2026-11-29", "measured": {"equality": equality}, "p50_ratio": {"10": 0.1}}, page)
    text = page.read_text()
    assert text.startswith("before") and text.endswith("after\n") and "old" not in text and "0.1" in text
