"""Audits the locked dependencies (uv.lock, widget/package-lock.json) against known vulnerabilities, and skips nothing.

    make audit                      asks osv.dev too, and fails when it cannot be reached
    make audit ARGS=--offline       only compares with security/advisories.yml, and says what that does not show

Exit status 0: every locked package was looked at in this version, and each known advisory that concerns it stands in
security/advisories.yml with a reason why it stays and what shields us. 1: something is missing, too old or unexplained.
2: osv.dev could not be asked about all of them, so nobody knows. (pip-audit answers "no known vulnerabilities" to that.)
"""

from __future__ import annotations

import argparse
import json
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from packaging.specifiers import InvalidSpecifier, SpecifierSet

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parent.parent
LIST = "security/advisories.yml"
OSV = "https://api.osv.dev"
LIMIT_S = 20.0
OLDEST_DAYS = 90
AT_ONCE = 500  # OSV takes 1,000
REASONS = ("id", "package", "affected", "what", "stays", "shield", "looked")


class Package(NamedTuple):
    """As locked. ``ecosystem``: PyPI or npm."""

    ecosystem: str
    name: str
    version: str

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class Unreachable(Exception):
    """The source of advisories did not answer for all that it was asked."""


@dataclass
class Audit:
    """``faults``: what makes it fail, as sentences. ``open``: the advisories that concern us, all of them explained."""

    packages: list[Package]
    open: list[dict[str, Any]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def locked(root: Path = ROOT) -> list[Package]:
    """All that is locked but this project itself. Raises ``ValueError`` for what comes from no registry: nobody audits that."""
    lock = tomllib.loads((root / "uv.lock").read_text(encoding="utf-8"))
    found = []
    for entry in lock["package"]:
        if entry["source"] == {"virtual": "."}:
            continue
        if "registry" not in entry["source"]:
            raise ValueError(f"{entry['name']} comes from {entry['source']}, of which no advisory tells")
        found.append(Package("PyPI", entry["name"], entry["version"]))
    npm = json.loads((root / "widget/package-lock.json").read_text(encoding="utf-8"))
    for place, entry in npm["packages"].items():
        if place:
            found.append(Package("npm", place.rpartition("node_modules/")[2], entry["version"]))
    return sorted(set(found))


def read_list(root: Path = ROOT) -> dict[str, Any]:
    """security/advisories.yml."""
    found: dict[str, Any] = yaml.safe_load((root / LIST).read_text(encoding="utf-8"))
    return found


def compare(packages: Sequence[Package], listed: dict[str, Any], today: date) -> Audit:
    """The locked versions with the list alone."""
    audit = Audit(list(packages))
    audit.faults += _not_looked_at(packages, listed)
    if (age := (today - listed["looked_at"]).days) > OLDEST_DAYS:
        audit.faults.append(f"The list is {age} days old; look again every {OLDEST_DAYS} days")
    for advisory in listed["advisories"]:
        audit.faults += _unexplained(advisory)
        if any(_concerns(advisory, package) for package in packages):
            audit.open.append(advisory)
        else:
            audit.faults.append(
                f"{advisory.get('id')} concerns no locked version any more: take it off the list"
            )
    for advisory in listed["settled"]:
        for package in packages:
            if _concerns(advisory, package):
                audit.faults.append(
                    f"{package} is open to {advisory['id']} again, which {advisory['fixed']} settles"
                )
    return audit


def _not_looked_at(packages: Sequence[Package], listed: dict[str, Any]) -> Iterator[str]:
    looked = {
        Package(ecosystem, name, str(version))
        for ways in listed["packages"].values()
        for ecosystem, names in ways.items()
        for name, versions in names.items()
        for version in (versions if isinstance(versions, list) else [versions])
    }
    for package in sorted(set(packages) - looked):
        yield f"{package} ({package.ecosystem}) was not looked at"
    for package in sorted(looked - set(packages)):
        yield f"{package} ({package.ecosystem}) is not locked: take it off the list"


def _unexplained(advisory: dict[str, Any]) -> Iterator[str]:
    for name in REASONS:
        if not str(advisory.get(name) or "").strip():
            yield f"{advisory.get('id', 'An advisory')} has no '{name}'"
    try:
        SpecifierSet(str(advisory.get("affected", "")))
    except InvalidSpecifier:
        yield f"{advisory.get('id')}: {advisory['affected']!r} is no range of versions"


def _concerns(advisory: dict[str, Any], package: Package) -> bool:
    if advisory.get("package") != package.name or advisory.get("ecosystem", "PyPI") != package.ecosystem:
        return False
    try:
        return package.version in SpecifierSet(str(advisory["affected"]))
    except (InvalidSpecifier, KeyError):
        return True


def ask_osv(packages: Sequence[Package], url: str = OSV) -> dict[Package, set[str]]:
    """Package → the names of each advisory on it, with its other names. Raises ``Unreachable`` unless all were answered."""
    found: dict[Package, set[str]] = {}
    for first in range(0, len(packages), AT_ONCE):
        batch = packages[first : first + AT_ONCE]
        asked = [{"package": {"ecosystem": p.ecosystem, "name": p.name}, "version": p.version} for p in batch]
        results = _json(f"{url}/v1/querybatch", {"queries": asked}).get("results")
        if not isinstance(results, list) or len(results) != len(batch):
            raise Unreachable(f"it answered for {len(results or ())} of {len(batch)} packages")
        for package, result in zip(batch, results, strict=True):
            if not isinstance(result, dict) or result.get("next_page_token"):
                raise Unreachable(f"it did not tell all about {package}")
            if result.get("vulns"):
                found[package] = {vuln["id"] for vuln in result["vulns"]}
    return found


def unknown(found: dict[Package, set[str]], listed: dict[str, Any], url: str = OSV) -> list[str]:
    """What OSV knows of and the list does not, as sentences. An advisory has several names; the list may have any."""
    known = {name for one in listed["advisories"] for name in (one["id"], *one.get("aliases", ()))}
    faults = []
    for package, names in sorted(found.items()):
        for name in sorted(names - known):
            told = _json(f"{url}/v1/vulns/{name}")
            if not told.get("withdrawn") and not known & set(told.get("aliases") or ()):
                faults.append(f"{package}: {name} is not on the list ({told.get('summary') or 'no summary'})")
    return faults


def _json(url: str, asked: object = None) -> dict[str, Any]:
    data = None if asked is None else json.dumps(asked).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=LIMIT_S) as reply:
            answer = json.load(reply)
    except (OSError, ValueError) as error:  # also HTTP errors
        raise Unreachable(str(getattr(error, "reason", error))) from None
    if not isinstance(answer, dict):
        raise Unreachable("it answered something else")
    return answer


def table(listed: dict[str, Any]) -> str:
    """The advisories that stay, for SECURITY.md."""
    lines = ["| package | advisory | what | why it stays | what shields us |", "|---|---|---|---|---|"]
    for one in sorted(listed["advisories"], key=lambda one: (one["package"], one["id"])):
        names = " ".join(
            (one["id"], *(f"({name})" for name in one.get("aliases", ()) if name.startswith("CVE")))
        )
        cells = (f"{one['package']} {one['affected']}", names, one["what"], one["stays"], one["shield"])
        lines.append(
            "| " + " | ".join(" ".join(str(cell).split()).replace("|", "\\|") for cell in cells) + " |"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None, today: date | None = None) -> int:
    """The command line; ``today`` for tests."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--offline", action="store_true", help="do not ask osv.dev")
    parser.add_argument("--osv", default=OSV, help="another address of the same API")
    parser.add_argument("--root", type=Path, default=ROOT, help="the folder of the lock files and the list")
    parser.add_argument("--table", action="store_true", help="only print the advisories for SECURITY.md")
    asked = parser.parse_args(arguments)
    listed = read_list(asked.root)
    if asked.table:
        print(table(listed))
        return 0
    try:
        packages = locked(asked.root)
    except ValueError as error:
        print(f"FAIL  {error}.")
        return 1
    audit = compare(packages, listed, today or date.today())
    missing = "" if asked.offline else _ask(audit, listed, asked.osv)
    return _tell(audit, listed, asked.offline, missing)


def _ask(audit: Audit, listed: dict[str, Any], url: str) -> str:
    """Why OSV could not be asked; empty when it answered."""
    try:
        audit.faults += unknown(ask_osv(audit.packages, url), listed, url)
    except Unreachable as error:
        return str(error)
    return ""


def _tell(audit: Audit, listed: dict[str, Any], offline: bool, missing: str) -> int:
    count = {kind: sum(p.ecosystem == kind for p in audit.packages) for kind in ("PyPI", "npm")}
    print(f"{count['PyPI']} Python and {count['npm']} npm packages locked, 0 skipped.")
    print(f"{len(audit.open)} known advisories stay open, each with a reason and a shield ({LIST}).")
    for fault in audit.faults:
        print(f"FAIL  {fault}.")
    if missing:
        print(
            f"FAIL  osv.dev could not be asked: {missing}. Whether there is anything newer, this run does not show."
        )
        print("      Without a network: make audit ARGS=--offline")
    elif offline:
        searched = sum(len(names) for names in listed["packages"]["searched"].values())
        print(f"OFFLINE  osv.dev was not asked. What became known after {listed['looked_at']} is not in this answer, and of the")
        print(f"         {len(audit.packages)} packages only {searched} were searched for by name on that day.")
    else:
        print("osv.dev answered for all of them.")
    return 1 if audit.faults else 2 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
