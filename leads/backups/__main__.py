"""Backups on the command line; `make backup` and `make restore FROM=…` call it.

Exit status: 0 done; 1 the backup is damaged, or of other keys or databases; 2 the settings are at fault, the place is
not empty, or the assistant still runs; 3 a database or one of PostgreSQL's programs can't be reached or fails.
"""

from __future__ import annotations

import argparse
import getpass
import sys
import time
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path

from knowledge.facts import load_firm
from leads.backups import archive
from leads.backups.archive import BadArchive
from leads.backups.making import Busy, keys_at_hand, make, prune
from leads.backups.restoring import NotEmpty, restore
from leads.backups.sqlite import InUse
from leads.errors import LeadsError, SettingsError
from leads.retention import Retention
from leads.settings import Settings

BAD, USAGE, UNREACHABLE = 1, 2, 3


def parser() -> argparse.ArgumentParser:
    """All commands and their options."""
    top = argparse.ArgumentParser("python -m leads.backups", description=__doc__.partition("\n")[0] if __doc__ else "")
    group = top.add_subparsers(title="commands", metavar="COMMAND", dest="command", required=True)
    makes = group.add_parser("make", help="a new backup, while everything runs")
    makes.add_argument("--prune", action="store_true", help="then delete those that are older than BACKUP_DAYS")
    restores = group.add_parser("restore", help="put a backup in the place of the databases")
    restores.add_argument("folder", type=Path, metavar="FROM", help="the folder of a backup, or 'last'")
    restores.add_argument("--force", action="store_true", help="replace what is there")
    group.add_parser("prune", help="delete those that are older than BACKUP_DAYS")
    checks = group.add_parser("check", help="whether a backup is whole, and these keys open it")
    checks.add_argument("folder", type=Path, metavar="FROM", help="the folder of a backup, or 'last'")
    group.add_parser("list", help="the backups, oldest first")
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; the exit status."""
    parsed = parser().parse_args(arguments)
    try:
        return _run(parsed, Settings.from_environment(), datetime.now(timezone.utc))
    except BadArchive as error:
        return _failed(error, BAD)
    except (SettingsError, NotEmpty, InUse, Busy) as error:
        return _failed(error, USAGE)
    except LeadsError as error:
        return _failed(error, UNREACHABLE)
    except OSError as error:
        return _failed(f"{type(error).__name__} at {error.filename or 'the disk'}", UNREACHABLE)


def _run(parsed: argparse.Namespace, settings: Settings, now: datetime) -> int:
    if parsed.command == "make":
        _make(settings, now)
    if parsed.command == "prune" or parsed.command == "make" and parsed.prune:
        for folder in prune(settings, now):
            print(f"Deleted, as its time is over: {folder}")
    if parsed.command == "restore":
        _restore(settings, _named(parsed.folder, settings), parsed.force, now)
    if parsed.command == "check":
        made = archive.read(_named(parsed.folder, settings), keys_at_hand(settings)).made_at
        print(f"Whole, and these keys open it: made at {made:%Y-%m-%d %H:%M:%S} UTC")
    if parsed.command == "list":
        for folder in archive.all_in(settings.backups):
            print(folder)
    return 0


def _make(settings: Settings, now: datetime) -> None:
    started = time.monotonic()
    folder = make(settings, now)
    size = sum(file.stat().st_size for file in folder.iterdir())
    print(f"Made in {time.monotonic() - started:.1f} s, {size / 1e6:.1f} MB: {folder}")
    print("It holds no keys: without LEADS_KEYS or leads.key, kept apart from it, nobody can use it, nor can you.")


def _restore(settings: Settings, folder: Path, force: bool, now: datetime) -> None:
    started = time.monotonic()
    days = Retention.of(settings, load_firm().retention_days)
    done = restore(settings, folder, days, getpass.getuser(), now, force)
    print(f"Restored in {time.monotonic() - started:.1f} s: all as of {done.made_at:%Y-%m-%d %H:%M:%S} UTC.")
    print(f"Leads: {done.leads}. Deleted again, since they were deleted later or are too old: {len(done.gone_again)}.")
    print("Now delete by hand whom you deleted since the last backup, and the files …-before-… of what was replaced, if any.")


def _named(folder: Path, settings: Settings) -> Path:
    if str(folder) != "last":
        return folder
    found = archive.all_in(settings.backups)
    if not found:
        raise BadArchive(f"There is no backup in {settings.backups}.")
    return found[-1]


def _failed(why: object, status: int) -> int:
    print(f"python -m leads.backups: {why}", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
