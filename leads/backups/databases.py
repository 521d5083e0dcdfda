"""What a backup needs of a database: a consistent copy while it is in use, whether it is empty or in use, and putting
a copy in its place. Both kinds do the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from sqlalchemy.engine import URL, make_url

from leads.backups.postgresql import Postgresql
from leads.backups.sqlite import Sqlite
from leads.settings import Settings

POSTGRESQL = ("postgres://", "postgresql")
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
        same, database = _database(addresses[name])
        holds, database = found.get(same, ((), database))
        found[same] = ((*holds, name), database)
    return list(found.values())


def with_role(settings: Settings) -> Settings:
    """The same databases, reached by the role for backups, if there is one."""
    if settings.backup_role is None:
        return settings
    user, password = settings.backup_role

    def address(of: str) -> str:
        if not of.startswith(POSTGRESQL):
            return of
        return _url(of).set(username=user, password=password).render_as_string(hide_password=False)

    return replace(
        settings,
        database=address(settings.database),
        conversations=address(settings.conversations),
        slack_queue=address(settings.slack_queue),
    )


def _database(address: str) -> tuple[str, Database]:
    """And what is equal for the same database, whatever role it is reached by."""
    if address.startswith(POSTGRESQL):
        url = _url(address)
        return str(url.set(username=None, password=None)), Postgresql(url)
    file = Path(address.removeprefix("sqlite:///"))
    return str(file.absolute()), Sqlite(file)


def _url(address: str) -> URL:
    return make_url(address.replace("postgres://", "postgresql://", 1))
