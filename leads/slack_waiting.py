"""What waits to be heard from or said in Slack, as components/slack_queue.py keeps it, and how it is forgotten."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import bindparam, inspect, text
from sqlalchemy.engine import Engine
from sqlalchemy.sql.elements import TextClause

from leads.database import connect, writing

TABLE = "slack_work"
LINE = 64  # what the queue keeps of a conversation's id, at most


class SlackWaiting:
    """The queue in this database: the path of an SQLite file, or a URL; None where there is none.

    Both methods raise ``StoreUnavailable`` when it can't be reached, and do nothing where no queue ever was.
    """

    def __init__(self, address: str | None) -> None:
        self._address = address

    def erase(self, *conversations: str) -> None:
        """Deletes what waits of these conversations."""
        lines = [name[:LINE] for name in conversations]
        mine = text(f"DELETE FROM {TABLE} WHERE line IN :lines").bindparams(
            bindparam("lines", expanding=True)
        )
        if lines:
            self._delete(mine.bindparams(lines=lines))

    def purge(self, before: datetime) -> None:
        """Deletes what has waited since before: it stays for days only where Slack was turned off."""
        self._delete(text(f"DELETE FROM {TABLE} WHERE at < :before").bindparams(before=before.timestamp()))

    def _delete(self, which: TextClause) -> None:
        engine = self._open()
        if engine is None:
            return
        try:
            with writing(engine) as connection:
                if inspect(connection).has_table(TABLE):
                    connection.execute(which)
        finally:
            engine.dispose()

    def _open(self) -> Engine | None:
        address = self._address
        if not address or ("://" not in address and not Path(address).exists()):
            return None
        return connect(address)
