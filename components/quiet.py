"""Rasa's own error log repeats what people wrote: in the parameters of a statement that failed, in a traceback. Here is
what keeps that out of it wherever our channels are served; the servers of scripts/run.py log by leads/logs.py besides.
"""

from __future__ import annotations

import logging

# Sanic's tells the address of a request that it could not read.
LOUD = ("rasa.core.tracker_store", "rasa.core.processor", "rasa.core.agent", "sanic.error")


class FirstLine(logging.Filter):
    """Of an error, keeps what happened, in one line, and of which kind it was."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Lets everything pass, shortened."""
        if record.levelno >= logging.WARNING:
            kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
            line = record.getMessage().partition("\n")[0]
            record.msg, record.args = f"{line} ({kind})" if kind else line, ()
            record.kind = kind  # for leads/logs.py, which shows even less of it
            record.exc_info = record.exc_text = record.stack_info = None
        return True


_FIRST_LINE = FirstLine()


def keep_contents_out() -> None:
    """From now on; more than once does no harm."""
    for name in LOUD:
        logging.getLogger(name).addFilter(_FIRST_LINE)
