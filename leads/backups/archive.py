"""One backup on disk: a folder named by its time, with the sealed databases and a signed manifest."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from leads.backups.sealing import hash_of
from leads.crypto import Keyring
from leads.errors import LeadsError

FORMAT = 1
MANIFEST = "manifest.json"
NAMED = "%Y%m%dT%H%M%S.%fZ"


class BadArchive(LeadsError):
    """It is no backup, not all of it is there, or other keys have made it."""


@dataclass(frozen=True)
class Part:
    """One database. ``holds``: which of slack, conversations and leads; ``kind``: sqlite or postgresql."""

    file: str
    kind: str
    holds: tuple[str, ...]
    sha256: str
    bytes: int


@dataclass(frozen=True)
class Manifest:
    """``gone``: receipt numbers of the leads that were deleted lately, so that no older backup brings them back."""

    made_at: datetime
    parts: tuple[Part, ...]
    gone: tuple[str, ...]
    keys_are: str = field(default="", compare=False)  # where the keys were: to be kept apart from here


def name_at(at: datetime) -> str:
    """The folder of a backup that is made at this time (UTC)."""
    return at.astimezone(timezone.utc).strftime(NAMED)


def time_of(folder: Path) -> datetime | None:
    """When it was made, or None if this is no backup's name."""
    try:
        return datetime.strptime(folder.name, NAMED).replace(tzinfo=timezone.utc)
    except ValueError:
        return None


def all_in(folder: Path) -> list[Path]:
    """The finished backups in the folder, oldest first."""
    if not folder.is_dir():
        return []
    return sorted(one for one in folder.iterdir() if time_of(one) and (one / MANIFEST).is_file())


def part_of(folder: Path, name: str, kind: str, holds: Sequence[str]) -> Part:
    """The part whose sealed file is there."""
    file = folder / name
    return Part(name, kind, tuple(holds), hash_of(file), file.stat().st_size)


def write(folder: Path, manifest: Manifest, keys: Keyring) -> None:
    """Adds the signed manifest, which makes it a backup."""
    told = {"format": FORMAT, **asdict(manifest), "made_at": manifest.made_at.isoformat()}
    signed = {**told, "signature": keys.hash("backup", _canonical(told))}
    with os.fdopen(os.open(folder / MANIFEST, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as stream:
        json.dump(signed, stream, indent=2)
        stream.flush()
        os.fsync(stream.fileno())


def read(folder: Path, keys: Keyring) -> Manifest:
    """The manifest of a whole, unchanged backup of these keys. Raises ``BadArchive`` otherwise, saying what is amiss."""
    manifest = read_manifest(folder, keys)
    for part in manifest.parts:
        file = folder / part.file
        if not file.is_file() or file.stat().st_size != part.bytes or hash_of(file) != part.sha256:
            raise BadArchive(f"{part.file} is damaged or not all there. Take another backup.")
    return manifest


def read_manifest(folder: Path, keys: Keyring) -> Manifest:
    """The manifest alone, if these keys have signed it."""
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        signature = told.pop("signature")
    except (OSError, ValueError, AttributeError, KeyError):
        raise BadArchive(f"{folder} is no backup: it has no readable {MANIFEST}.") from None
    if signature not in keys.hashes("backup", _canonical(told)):
        raise BadArchive(
            f"{folder} was changed, or made with other keys than those at hand (LEADS_KEYS, or LEADS_KEY_FILE)."
        )
    if told.get("format") != FORMAT:
        raise BadArchive("The backup was made by another version.")
    return _manifest(told)


def _manifest(told: dict[str, Any]) -> Manifest:
    parts = tuple(Part(**{**part, "holds": tuple(part["holds"])}) for part in told["parts"])
    return Manifest(datetime.fromisoformat(told["made_at"]), parts, tuple(told["gone"]), told["keys_are"])


def _canonical(told: dict[str, Any]) -> str:
    return json.dumps(told, sort_keys=True)
