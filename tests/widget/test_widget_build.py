"""The widget's own tests, and that the script in the repository is what its sources build: small, whole, up to date."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

WIDGET = Path(__file__).parents[2] / "widget"
BUILT = WIDGET / "dist" / "widget.js"
LOCK = WIDGET / "package-lock.json"
INSTALLED = WIDGET / "node_modules" / ".package-lock.json"
LARGEST_GZ = 20 * 1024
LIMIT_S = 300
# What would run a text as code or as HTML, or leave something on a shared computer.
NEVER = r"\beval\(|new Function|innerHTML|insertAdjacentHTML|document\.write|localStorage|document\.cookie"


def not_run(reason: str) -> None:
    """What these tests need is missing: they are skipped, and in CI they fail."""
    (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """A command in the widget's folder, with all that it writes in one text."""
    return subprocess.run(
        command, cwd=WIDGET, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=LIMIT_S
    )


@pytest.fixture(scope="module")
def npm() -> str:
    """The path of npm, with what the lock names installed."""
    path = shutil.which("npm")
    if path is None or shutil.which("node") is None:
        not_run("There is no node or npm on the PATH (Debian: apt install nodejs npm).")
        raise AssertionError
    if not INSTALLED.exists() or INSTALLED.stat().st_mtime < LOCK.stat().st_mtime:
        done = run(path, "ci")
        if done.returncode:
            not_run(f"npm ci did not work:\n{done.stdout[-2000:]}")
        INSTALLED.touch()
    return path


def test_its_types_hold_and_its_own_tests_pass(npm: str) -> None:
    done = run(npm, "test", "--silent")
    assert done.returncode == 0, done.stdout[-8000:]
    assert re.search(r"^(?:#|ℹ) pass [1-9]\d*$", done.stdout, re.M), "no test ran"


def test_the_script_in_the_repository_is_what_the_sources_build(npm: str, tmp_path: Path) -> None:
    fresh = tmp_path / "widget.js"
    done = run("node", "scripts/build.mjs", str(fresh))
    assert done.returncode == 0, done.stdout[-4000:]
    assert fresh.read_bytes() == BUILT.read_bytes(), (
        "out of date: run `make widget`, and commit widget/dist/widget.js"
    )


def test_it_is_small() -> None:
    assert len(gzip.compress(BUILT.read_bytes(), 9)) <= LARGEST_GZ


def test_it_is_one_script_of_plain_ascii_that_names_whose_code_it_contains() -> None:
    script = BUILT.read_text(encoding="ascii")  # so that a page in another encoding does not garble its words
    assert re.match(r"/\*! .*socket\.io-client [\d.]+, .*MIT License\. \*/\n", script)
    assert not re.search(NEVER, script)


def test_versions_are_exact() -> None:
    package = (WIDGET / "package.json").read_text()
    found = re.findall(r'^    "([^"]+)": "([^"]+)",?$', package.split('"devDependencies"')[1], re.M)
    assert len(found) == 4
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for _, version in found)
