"""Making a backup, and deleting those whose time is over."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from leads.backups import archive
from leads.backups.archive import Manifest, Part
from leads.backups.databases import databases, with_role
from leads.backups.sealing import seal
from leads.crypto import Keyring
from leads.database import reading
from leads.errors import LeadsError, SettingsError
from leads.settings import Settings
from leads.store import LeadStore
from leads.tables import AUDIT

UNFINISHED = ".part"
ALL_KEPT = timedelta(days=1)  # of what is older, the last backup of each day


class Busy(LeadsError):
    """Another backup or restore is going on."""


def keys_at_hand(settings: Settings) -> Keyring:
    """The keys, which are not made here: new ones open nothing. Raises ``SettingsError``."""
    if not settings.keys and not settings.key_file.exists():
        raise SettingsError("LEADS_KEY_FILE", "is not there: first put the copy that you keep apart in its place")
    return Keyring.load(settings.keys, settings.key_file)


def make(settings: Settings, now: datetime) -> Path:
    """The folder of a new, whole backup of all databases that are there. Raises ``LeadsError``, and leaves none then."""
    settings, keys = with_role(settings), keys_at_hand(settings)
    with alone(settings.backups):
        folder = settings.backups / archive.name_at(now)
        unfinished = folder.with_name(f"{folder.name}{UNFINISHED}")
        unfinished.mkdir(mode=0o700)
        try:
            parts = tuple(_parts(settings, unfinished, keys))
            gone = gone_since(settings, now - timedelta(days=settings.backup_days + 1))
            archive.write(unfinished, Manifest(now, parts, gone, _place_of_keys(settings)), keys)
            os.replace(unfinished, folder)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
    return folder


def prune(settings: Settings, now: datetime) -> list[Path]:
    """Deletes the backups that are too old, and of the others all but the last of each day, when that is over for a day.

    The newest always stays. Which went.
    """
    with alone(settings.backups):
        over = _over(archive.all_in(settings.backups), now, timedelta(days=settings.backup_days))
        for folder in over:
            shutil.rmtree(folder)
    return over


def gone_since(settings: Settings, since: datetime) -> tuple[str, ...]:
    """The receipt numbers of the leads that were deleted since."""
    engine = LeadStore.open(settings.database, keys_at_hand(settings)).engine
    try:
        query = select(AUDIT.c.number).where(AUDIT.c.what.in_(("erased", "purged")), AUDIT.c.at >= since)
        with reading(engine) as connection:
            return tuple(sorted(set(connection.execute(query).scalars())))
    finally:
        engine.dispose()


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One backup or restore at a time; takes away what one that was killed has left. Raises ``LeadsError``."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (folder / "lock").open("w")
    except OSError as error:
        raise SettingsError("BACKUP_DIR", f"cannot be written to ({type(error).__name__})") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Busy("Another backup or restore is going on.") from None
        for left in folder.glob(f"*{UNFINISHED}"):
            shutil.rmtree(left, ignore_errors=True)
        yield


def _parts(settings: Settings, folder: Path, keys: Keyring) -> Iterator[Part]:
    for holds, database in databases(settings):
        if database.is_there:
            name = f"{'-'.join(holds)}.sealed"
            seal(database.copy(), folder / name, keys)
            yield archive.part_of(folder, name, database.kind, holds)


def _over(folders: list[Path], now: datetime, longest: timedelta) -> list[Path]:
    """Of these, oldest first."""
    times = {folder: time for folder in folders if (time := archive.time_of(folder))}
    last_of_day = {time.date(): folder for folder, time in times.items()}
    return [
        folder
        for folder, time in list(times.items())[:-1]
        if now - time >= longest or (now - time >= ALL_KEPT and last_of_day[time.date()] != folder)
    ]


def _place_of_keys(settings: Settings) -> str:
    return "LEADS_KEYS in the environment" if settings.keys else str(settings.key_file.absolute())
