"""Coming back from a backup: all of it or nothing, and without those who were deleted since."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from leads import erasure, retention
from leads.backups import archive
from leads.backups.archive import BadArchive, Manifest
from leads.backups.databases import Database, databases, with_role
from leads.backups.making import alone, gone_since, keys_at_hand
from leads.backups.sealing import unseal
from leads.conversations import Conversations
from leads.crypto import Keyring
from leads.errors import LeadsError, NoSuchLead
from leads.records import StoredLead
from leads.settings import Settings
from leads.slack_waiting import SlackWaiting
from leads.store import LeadStore


class NotEmpty(LeadsError):
    """There is something where the backup is to go."""


@dataclass(frozen=True)
class Restored:
    """``gone_again``: receipt numbers that the backup had and that were deleted later, or are too old by now."""

    made_at: datetime
    leads: int
    gone_again: tuple[str, ...]


def restore(
    settings: Settings, folder: Path, days: retention.Retention, who: str, now: datetime, force: bool = False
) -> Restored:
    """Puts the backup in the place of the databases of the settings.

    Everything is checked before anything is touched: that the backup is whole and of these keys, and that the
    databases are of the same kind, unused, and empty unless ``force``. Raises ``LeadsError``. Safe to do again.
    """
    settings, keys = with_role(settings), keys_at_hand(settings)
    with alone(settings.backups):
        manifest = archive.read(folder, keys)
        targets = _targets(settings, manifest)
        if not force and (full := [holds for holds, database in databases(settings) if not database.is_empty]):
            raise NotEmpty(f"There is something in the database of {_listed(full)}. To replace it: --force")
        for _, database in targets:
            database.check_unused()
        gone = _gone(settings, manifest, folder, keys)
        for file, database in targets:
            database.stage(unseal(folder / file, keys))
        for _, database in targets:
            database.put()
    return _without(settings, keys, gone, days, who, manifest.made_at, now)


def _targets(settings: Settings, manifest: Manifest) -> list[tuple[str, Database]]:
    """Which file goes where."""
    here = dict(databases(settings))
    if wrong := [part for part in manifest.parts if part.holds not in here or here[part.holds].kind != part.kind]:
        kinds = ", ".join(f"{' + '.join(part.holds)}: {part.kind}" for part in wrong)
        raise BadArchive(
            f"The backup is of other databases than LEADS_DB, CONVERSATIONS_DB and SLACK_DB name ({kinds})."
        )
    return [(part.file, here[part.holds]) for part in manifest.parts]


def _gone(settings: Settings, manifest: Manifest, folder: Path, keys: Keyring) -> set[str]:
    """Who was deleted after this backup, as far as the later ones and the store that is there can tell."""
    gone: set[str] = set()
    for other in {*archive.all_in(folder.parent), *archive.all_in(settings.backups)}:
        with suppress(BadArchive):
            later = archive.read_manifest(other, keys)
            gone.update(later.gone if later.made_at > manifest.made_at else ())
    if any("leads" in holds and database.is_there for holds, database in databases(settings)):
        with suppress(Exception):  # a store that cannot be read any more tells nothing
            gone.update(gone_since(settings, manifest.made_at))
    return gone


def _without(
    settings: Settings,
    keys: Keyring,
    gone: set[str],
    days: retention.Retention,
    who: str,
    made_at: datetime,
    now: datetime,
) -> Restored:
    """Deletes again what was deleted, and what is over by now: a worker that starts must not deliver it."""
    store = LeadStore.open(settings.database, keys)
    conversations, slack = Conversations(settings.conversations), SlackWaiting(settings.slack_queue)
    try:
        back = [lead for number in sorted(gone) if (lead := _lead(store, number)) and not lead.held_at]
        again = erasure.erase(store, conversations, back, who, now, "erased", slack).numbers
        over = retention.purge(store, conversations, slack, days, who, now).numbers
        return Restored(made_at, len(store.find()), (*again, *over))
    finally:
        store.close()


def _lead(store: LeadStore, number: str) -> StoredLead | None:
    with suppress(NoSuchLead):
        return store.get(number)
    return None


def _listed(full: list[tuple[str, ...]]) -> str:
    return ", ".join(name for holds in full for name in holds)
