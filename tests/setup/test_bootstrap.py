"""The set-up script, with programs of our own in the place of Python and uv: nothing is fetched here."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "scripts" / "bootstrap.sh"
TOOLS = ("cat", "chmod", "dirname", "find", "ln", "mkdir", "readlink", "rm", "sh", "sleep", "touch")
PYTHON = '#!/bin/sh\necho "Python {version}"\n'
UV = """#!/bin/sh
case $1 in --version) echo "uv 0.13.9"; exit ;; esac
echo "$@" >> "{calls}"
[ "$1" = sync ] || exit 1
mkdir -p .venv/bin
printf '#!/bin/sh\\necho Python 3.10.9\\n' > .venv/bin/python
chmod +x .venv/bin/python
exit {status}
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a Mac has a Python where the script looks")


@dataclass
class Machine:
    """A folder with the project's set-up files, and the only programs that there are."""

    project: Path
    bin: Path

    def program(self, name: str, text: str) -> None:
        """Puts a program on the PATH."""
        (self.bin / name).write_text(text)
        (self.bin / name).chmod(0o755)

    def uv(self, status: int = 0) -> None:
        """Puts a uv on the PATH that makes an environment and ends with this status."""
        self.program("uv", UV.format(calls=self.project / "calls", status=status))

    def calls(self) -> list[str]:
        """What uv was asked to do."""
        file = self.project / "calls"
        return file.read_text().splitlines() if file.exists() else []

    def bootstrap(self) -> subprocess.CompletedProcess[str]:
        """Runs the script."""
        return subprocess.run(
            [self.bin / "sh", self.project / "scripts" / "bootstrap.sh"],
            env={"PATH": str(self.bin), "HOME": str(self.project / "home")},
            capture_output=True,
            text=True,
            timeout=20,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine with neither Python nor uv."""
    machine = Machine(tmp_path / "a project", tmp_path / "bin")
    (machine.project / "scripts").mkdir(parents=True)
    machine.bin.mkdir()
    for tool in TOOLS:
        path = shutil.which(tool)
        assert path is not None
        (machine.bin / tool).symlink_to(path)
    for file in ("pyproject.toml", "uv.lock", "scripts/bootstrap.sh"):
        shutil.copy(ROOT / file, machine.project / file)
    return machine


def test_the_script_is_sound() -> None:
    subprocess.run(["sh", "-n", SCRIPT], check=True)
    if shellcheck := shutil.which("shellcheck"):
        subprocess.run([shellcheck, SCRIPT], check=True)


def test_without_python_and_uv_it_says_what_to_install(machine: Machine) -> None:
    done = machine.bootstrap()
    assert done.returncode == 1
    assert "Python 3.10 or 3.11 is needed" in done.stderr
    assert "apt install python3" in done.stderr
    assert not (machine.project / ".venv").exists()
    assert not (machine.project / ".venv.lock").is_symlink()


def test_a_python_that_is_too_new_or_only_pretends_will_not_do(machine: Machine) -> None:
    machine.program("python3", PYTHON.format(version="3.12.1"))
    machine.program("python3.10", "#!/bin/sh\necho 'pyenv: python3.10: command not found' >&2; exit 127\n")
    machine.uv()
    done = machine.bootstrap()
    assert done.returncode == 1
    assert machine.calls() == ["python install --quiet 3.10"]
    assert "Python 3.10 or 3.11 is needed" in done.stderr


@pytest.mark.parametrize(("versions", "chosen"), [(("3.10", "3.11"), "3.10"), (("3.11",), "3.11")])
def test_it_prefers_python_3_10(versions: tuple[str, ...], chosen: str, machine: Machine) -> None:
    for version in versions:
        machine.program(f"python{version}", PYTHON.format(version=f"{version}.9"))
    machine.uv()
    assert machine.bootstrap().returncode == 0
    assert machine.calls() == [
        f"sync --quiet --frozen --compile-bytecode --python {machine.bin}/python{chosen}"
    ]


def test_a_second_run_does_nothing_until_the_lock_changes(machine: Machine) -> None:
    machine.program("python3", PYTHON.format(version="3.10.9"))
    machine.uv()
    assert "The environment is ready: Python 3.10.9" in machine.bootstrap().stderr
    stamp = machine.project / ".venv" / ".stamp"
    made = stamp.stat().st_mtime_ns

    again = machine.bootstrap()
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert len(machine.calls()) == 1
    assert stamp.stat().st_mtime_ns == made

    os.utime(machine.project / "uv.lock", ns=(made + 10**9, made + 10**9))
    assert "Updating the environment" in machine.bootstrap().stderr
    assert len(machine.calls()) == 2


def test_a_set_up_that_fails_leaves_nothing_half_made(machine: Machine) -> None:
    machine.program("python3", PYTHON.format(version="3.10.9"))
    machine.uv(status=2)
    done = machine.bootstrap()
    assert done.returncode == 1
    assert "The environment could not be set up" in done.stderr
    assert not (machine.project / ".venv").exists()
    assert not (machine.project / ".venv.lock").is_symlink()


def test_the_lock_of_a_set_up_that_died_is_no_obstacle(machine: Machine) -> None:
    machine.program("python3", PYTHON.format(version="3.10.9"))
    machine.uv()
    dead = subprocess.Popen(["true"])
    dead.wait()
    (machine.project / ".venv.lock").symlink_to(str(dead.pid))
    assert machine.bootstrap().returncode == 0
    assert not (machine.project / ".venv.lock").is_symlink()
