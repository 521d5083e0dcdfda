"""Arrows never turn back: who may import whom (design: knowledge ← leads ← components, actions)."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = {"knowledge", "components", "actions", "leads", "scripts"}
MAY = {
    "knowledge": set(),
    "leads": {"knowledge"},
    "components": {"knowledge", "leads"},  # leads: for the buttons under a lead in Slack
    "actions": {"knowledge", "leads"},
}


def imported(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("folder", MAY)
def test_a_folder_imports_only_what_it_may(folder: str) -> None:
    for file in (ROOT / folder).rglob("*.py"):
        assert imported(file) & OURS - {folder} <= MAY[folder], file


@pytest.mark.parametrize("folder", ["knowledge", "leads", "actions"])
def test_rasa_stays_out(folder: str) -> None:
    for file in (ROOT / folder).rglob("*.py"):
        assert "rasa" not in imported(file), file
