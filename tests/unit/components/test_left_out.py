"""The assistant loads and answers without the libraries that Rasa imports and it never uses."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
IMPORTS = """
from components import left_out
assert left_out.install()
import rasa.core.run, rasa.core.agent, sys
import tensorflow as tf, sklearn.base
assert not any(name.startswith("tensorflow.python") for name in sys.modules)
class Layer(tf.keras.layers.Layer): pass
@tf.function
def plain(x): return x
@tf.function(reduce_retracing=True)
def also(x): return x
assert plain(1) == also(1) == 1
try:
    Layer()
except left_out.Absent as error:
    print(error)
"""


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120
    )


def test_rasa_is_imported_and_whoever_needs_them_is_told() -> None:
    done = run(IMPORTS)
    assert "Layer is left out here; start with SHORTCUTS=off" in done.stdout, done.stderr


def test_what_is_there_already_is_not_taken_away() -> None:
    done = run("import sklearn\nfrom components import left_out\nprint(left_out.install())")
    assert done.stdout == "False\n", done.stderr


@pytest.mark.parametrize("switch", ["off", "OFF"])
def test_the_switch_and_a_failing_start_begin_rasas_own_server(switch: str, tmp_path: Path) -> None:
    code = "import sys\nsys.argv = ['serve', '--model', 'none', '--port', '1']\nfrom components import serve\nserve.main()"
    fake = tmp_path / "python"
    fake.write_text('#!/bin/sh\necho "$@ with $SHORTCUTS"\n')
    fake.chmod(0o755)
    broken = "import sys\nsys.modules['rasa'] = None\n" if switch == "OFF" else ""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", f"{broken}import sys\nsys.executable = {str(fake)!r}\n{code}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "SHORTCUTS": "" if broken else switch},
    )
    *logged, started = done.stdout.splitlines()
    assert started == "-m rasa run -i 127.0.0.1 -p 1 -m none with off", done.stderr
    assert len(logged) == bool(broken) and all("shortcuts are off: " in line for line in logged)
