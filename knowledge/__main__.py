"""``python -m knowledge``: what the facts cover, how old the checks are, what is due for a re-check, and which
names of the agreement still have to be compared with its French or Spanish text."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date

from knowledge.coverage import as_json, as_table, names_as_text, rows, unverified
from knowledge.facts import FactsError, load


def main(arguments: Sequence[str], today: date) -> int:
    """Prints the coverage on ``today``; returns the exit status.

    That is 0; with ``--due`` 1 if a fact is due; 2 if a fact file is at fault.
    """
    options = _options(arguments, today)
    try:
        facts = load()
    except FactsError as error:
        print(error, file=sys.stderr)
        return 2
    found, names = rows(facts, options.today), [] if options.due else unverified(facts)
    if options.json:
        print(as_json(found, facts.version, options.due, names))
    else:
        print("\n\n".join(filter(None, [names_as_text(names), as_table(found, options.due)])))
    return int(options.due and any(row.due for row in found))


def _options(arguments: Sequence[str], today: date) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m knowledge", description=__doc__)
    parser.add_argument("--due", action="store_true", help="only what is due; exit status 1 if anything is")
    parser.add_argument("--json", action="store_true", help="JSON instead of a table")
    parser.add_argument("--today", type=date.fromisoformat, default=today, metavar="YYYY-MM-DD")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], date.today()))
