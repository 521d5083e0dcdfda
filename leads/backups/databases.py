"""What a backup needs of a database: a consistent copy while it is in use, whether it is empty or in use, and putting
a copy in its place. Both kinds do the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from sqlalchemy.engine import make_url

from leads.backups.postgresql import Postgresql
from leads.backups.sqlite import Sqlite
from leads.settings import Settings

# Copied in this order, so that of what happens meanwhile the later copy has more: a message that waits may have been
# heard, and is not heard twice; a request may have a receipt that its conversation does not tell yet, and gives it again.
ORDER = ("slack", "conversations", "leads")


class Database(Protocol):
    """All of its methods raise ``LeadsError``."""

    kind: str

    @property
    def is_there(self) -> bool:
        """False if there is nothing to copy yet."""

    @property
    def is_empty(self) -> bool:
        """True if nothing would be lost by putting a copy in its place."""

    def copy(self) -> Iterator[bytes]:
        """All of it, as it is at one moment; those who use it go on."""

    def stage(self, copy: Iterable[bytes]) -> None:
        """Makes ready to take the place of what is there, which stays as it is."""

    def check_unused(self) -> None:
        """Raises ``InUse`` while any program has it open."""

    def put(self) -> None:
        """The staged copy is the database now."""


def databases(settings: Settings) -> list[tuple[tuple[str, ...], Database]]:
    """Each database once, with what it holds, in the order in which they are to be copied."""
    addresses = {
        "slack": settings.slack_queue,
        "conversations": settings.conversations,
        "leads": settings.database,
    }
    found: dict[str, tuple[tuple[str, ...], Database]] = {}
    for name in ORDER:
        same, database = _database(addresses[name], settings)
        holds, database = found.get(same, ((), database))
        found[same] = ((*holds, name), database)
    return list(found.values())


def _database(address: str, settings: Settings) -> tuple[str, Database]:
    """And what is equal for the same database, whatever role it is reached by."""
    if address.startswith(("postgres://", "postgresql")):
        url = make_url(address.replace("postgres://", "postgresql://", 1))
        if settings.backup_role:
            user, password = settings.backup_role
            url = url.set(username=user, password=password)
        return str(url.set(username=None, password=None)), Postgresql(url)
    file = Path(address.removeprefix("sqlite:///"))
    return str(file.absolute()), Sqlite(file)
