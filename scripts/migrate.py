"""Makes or changes the tables of LEADS_DB and of CONVERSATIONS_DB, with Slack's: ``python scripts/migrate.py``

For databases whose roles may not do so themselves (deploy/roles.sql): both addresses name the role that may. Asking again
is safe, and may be done while everything runs. Exit status 1 with a sentence when a database cannot be had.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")

from sqlalchemy.exc import SQLAlchemyError

from components import conversation_tables, slack_queue
from components.conversation_db import Database
from leads.database import connect, writing
from leads.errors import LeadsError
from leads.migrations import migrate
from leads.settings import Settings


def main() -> None:
    """All three."""
    try:
        settings = Settings.from_environment()
        migrate(connect(settings.database))
        with Database(settings.conversations, lambda _: None).engine.begin() as connection:
            conversation_tables.make(connection)
        with writing(connect(settings.slack_queue)) as connection:
            slack_queue.METADATA.create_all(connection)
    except LeadsError as error:
        raise SystemExit(f"The tables cannot be made: {error}") from None
    except SQLAlchemyError as error:  # whose words may tell an address
        raise SystemExit(f"The tables cannot be made ({type(error).__name__}).") from None
    print("The tables are there.", flush=True)


if __name__ == "__main__":
    main()
