"""Writes what the assistant is made of, as a CycloneDX 1.6 document: results/sbom.json, or the file that is named.

All Python packages of uv.lock with the hashes of their files, all npm packages of widget/package-lock.json, the weights of the
sentence encoder, and the chat's script as it is served. `scope`: "required" for what runs, "excluded" for what only develops or
tests. The same lock files and weights give the same bytes on every machine, so two of them can be compared; therefore it has no
date, and no licences of Python packages, which uv.lock does not know.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parent.parent
SPEC = "1.6"
NAMESPACE = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")  # of addresses, RFC 9562
ENCODER = "components.featurizer.SentenceEncoderFeaturizer"
PUBLISHED = "https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2"

Component = dict[str, Any]


def sbom(root: Path = ROOT) -> dict[str, Any]:
    """The document. Raises ``ValueError`` when the tuned weights are not those that config.yml names."""
    python = tomllib.loads((root / "uv.lock").read_text(encoding="utf-8"))["package"]
    npm = json.loads((root / "widget/package-lock.json").read_text(encoding="utf-8"))["packages"]
    project = next(entry for entry in python if entry["source"] == {"virtual": "."})
    own = {
        "type": "application",
        "bom-ref": "assistant",
        "name": project["name"],
        "version": project["version"],
        "description": "The assistant for CUSMA work permits",
    }
    weights, chat = _weights(root), _file(root / "widget/dist/widget.js", "widget.js")
    components = [*_python(python, project), *_npm(npm), *weights, chat]
    components.sort(key=lambda component: str(component["bom-ref"]))
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": SPEC,
        "version": 1,
        "metadata": {"component": own},
        "components": components,
        "dependencies": _dependencies(python, project, npm, [*weights, chat]),
    }
    contents = json.dumps(document, sort_keys=True)
    return {
        "$schema": f"http://cyclonedx.org/schema/bom-{SPEC}.schema.json",
        "serialNumber": f"urn:uuid:{uuid.uuid5(NAMESPACE, contents)}",
    } | document


def _python(entries: Sequence[dict[str, Any]], project: dict[str, Any]) -> list[Component]:
    runs = _reached(entries, project)
    found = []
    for entry in entries:
        if entry is project:
            continue
        reference = _pypi(entry["name"], entry["version"])
        files = [*([entry["sdist"]] if "sdist" in entry else []), *entry.get("wheels", [])]
        found.append(
            {
                "type": "library",
                "bom-ref": reference,
                "name": entry["name"],
                "version": entry["version"],
                "purl": reference,
                "scope": "required" if reference in runs else "excluded",
                "externalReferences": [
                    {
                        "type": "distribution",
                        "url": file["url"],
                        "hashes": [_sha256(file["hash"].removeprefix("sha256:"))],
                    }
                    for file in sorted(files, key=lambda file: str(file["url"]))
                ],
            }
        )
    return found


def _reached(entries: Sequence[dict[str, Any]], project: dict[str, Any]) -> set[str]:
    """What the project needs to run, on whatever platform."""
    found: set[str] = set()
    waiting = list(_needed(entries, project.get("dependencies", [])))
    while waiting:
        entry = waiting.pop()
        reference = _pypi(entry["name"], entry["version"])
        if reference not in found:
            found.add(reference)
            extras = [one for extra in entry.get("optional-dependencies", {}).values() for one in extra]
            waiting += _needed(entries, [*entry.get("dependencies", []), *extras])
    return found


def _needed(entries: Sequence[dict[str, Any]], wanted: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The locked packages that a list of dependencies means; without a version all of that name."""
    asked = [(one["name"], one.get("version")) for one in wanted]
    return [
        e for e in entries for name, version in asked if e["name"] == name and version in (None, e["version"])
    ]


def _npm(entries: dict[str, dict[str, Any]]) -> list[Component]:
    found = {}
    for place, entry in entries.items():
        if not place:
            continue
        name = place.rpartition("node_modules/")[2]
        reference = _npm_name(name, entry["version"])
        algorithm, _, digest = entry["integrity"].partition("-")
        found[reference] = {
            "type": "library",
            "bom-ref": reference,
            "name": name,
            "version": entry["version"],
            "purl": reference,
            "scope": "excluded" if entry.get("dev") else "required",
            "hashes": [
                {"alg": algorithm.upper().replace("SHA", "SHA-"), "content": base64.b64decode(digest).hex()}
            ],
            **({"licenses": [{"license": {"id": entry["license"]}}]} if "license" in entry else {}),
        }
    return list(found.values())


def _weights(root: Path) -> list[Component]:
    config = yaml.safe_load((root / "config.yml").read_text(encoding="utf-8"))
    encoder = next(part for part in config["pipeline"] if part["name"] == ENCODER)
    tuned = _file(root / encoder["tuned"], encoder["tuned"])
    if tuned["hashes"][0]["content"] != encoder["tuned_sha256"]:
        raise ValueError(f"{encoder['tuned']} is not the file that config.yml names")
    licence = {"licenses": [{"license": {"id": "Apache-2.0"}}]}
    published = {
        "type": "machine-learning-model",
        "bom-ref": "weights:all-MiniLM-L6-v2",
        "name": "sentence-transformers/all-MiniLM-L6-v2",
        "description": f"model.safetensors of the package {encoder['encoder']}",
        "hashes": [_sha256(encoder["sha256"])],
        "externalReferences": [{"type": "website", "url": PUBLISHED}],
        **licence,
    }
    own = {
        **tuned,
        "type": "machine-learning-model",
        "description": "Its layers, taught our questions: encoder/card.md",
        **licence,
    }
    return [published, own]


def _file(path: Path, name: str) -> Component:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return {"type": "file", "bom-ref": f"file:{name}", "name": name, "hashes": [_sha256(digest)]}


def _dependencies(
    python: Sequence[dict[str, Any]],
    project: dict[str, Any],
    npm: dict[str, dict[str, Any]],
    parts: Sequence[Component],
) -> list[dict[str, Any]]:
    """Who needs whom. npm packages are found by name: there is one version of each."""
    found = {"assistant": {str(part["bom-ref"]) for part in parts}}
    for entry in python:
        dev = [one for group in entry.get("dev-dependencies", {}).values() for one in group]
        needed = _needed(python, [*entry.get("dependencies", []), *dev])
        reference = "assistant" if entry is project else _pypi(entry["name"], entry["version"])
        found.setdefault(reference, set()).update(_pypi(one["name"], one["version"]) for one in needed)
    versions = {
        place.rpartition("node_modules/")[2]: entry["version"] for place, entry in npm.items() if place
    }
    for place, entry in npm.items():
        wanted = [
            *entry.get("dependencies", {}),
            *entry.get("devDependencies", {}),
            *entry.get("optionalDependencies", {}),
        ]
        name = place.rpartition("node_modules/")[2]
        reference = _npm_name(name, entry["version"]) if place else "file:widget.js"
        found.setdefault(reference, set()).update(
            _npm_name(one, versions[one]) for one in wanted if one in versions
        )
    return [{"ref": ref, "dependsOn": sorted(needed)} for ref, needed in sorted(found.items())]


def _sha256(digest: str) -> dict[str, str]:
    return {"alg": "SHA-256", "content": digest}


def _pypi(name: str, version: str) -> str:
    return f"pkg:pypi/{name}@{quote(version)}"


def _npm_name(name: str, version: str) -> str:
    return f"pkg:npm/{quote(name)}@{quote(version)}"


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path, nargs="?", default=ROOT / "results" / "sbom.json")
    file: Path = parser.parse_args(arguments).file
    document = sbom()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{file}: {len(document['components'])} components")
    return 0


if __name__ == "__main__":
    sys.exit(main())
