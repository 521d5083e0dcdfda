"""The firm's inbox of leads, on the command line.

Exit status: 0 done; 1 no such lead, or somebody else has claimed it; 2 the command or the settings are at
fault; 3 the store can't be reached or opened.
"""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path

from knowledge.facts import FactsError, load_firm
from leads import commands
from leads.commands import Context, Misused
from leads.errors import LeadsError, NoSuchLead, OnHold, SettingsError
from leads.settings import Settings

NOT_FOUND, USAGE, UNREACHABLE, INTERRUPTED = 1, 2, 3, 130
EXAMPLES = """examples:
  python -m leads list --status new            what nobody has claimed yet
  python -m leads list --since 2026-11-01 --contacts --json
  python -m leads show K7PM-3WXM               all of one lead; noted in the audit
  python -m leads claim K7PM-3WXM --as intake  take it (--not-a-fit: turn it down)
  python -m leads retry --target email         send again what e-mail has not got
  python -m leads export --output leads.csv
  python -m leads erase ann@mail.example       every lead of this address, and the conversations
  python -m leads export-person ann@mail.example --output ann.json   all that is kept of her
  python -m leads hold K7PM-3WXM               legal hold: neither retention nor erase touches it (--release)
  python -m leads purge --dry-run              what is older than the retention days
  python -m leads key                          a new key; put it in front of LEADS_KEYS, then: rotate

exit status: 0 done · 1 no such lead, or claimed by somebody else · 2 usage or settings · 3 store unreachable
"""


def parser() -> argparse.ArgumentParser:
    """All commands and their options."""
    top = argparse.ArgumentParser(
        prog="python -m leads",
        description="The firm's inbox of leads. Settings come from the environment: see .env.example.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help="print JSON instead of text")
    common.add_argument("--who", help="who is doing this, for the audit (default: your user name)")
    one = argparse.ArgumentParser(add_help=False)
    one.add_argument("number", metavar="NUMBER", help="a receipt number, such as K7PM-3WXM")
    some = argparse.ArgumentParser(add_help=False)
    some.add_argument("--status", choices=["new", "claimed", "refused"], help="only these")
    some.add_argument("--since", type=_day, metavar="DATE", help="only from this day on (2026-11-24)")
    some.add_argument("--limit", type=_count, metavar="N", help="at most so many, the newest")

    group = top.add_subparsers(title="commands", metavar="COMMAND", dest="command", required=True)
    lists = group.add_parser("list", parents=[common, some], help="the leads, newest first")
    lists.add_argument(
        "--contacts", action="store_true", help="with whole contact details; noted in the audit"
    )
    group.add_parser("show", parents=[common, one], help="all of one lead; noted in the audit")
    claims = group.add_parser("claim", parents=[common, one], help="take a lead, or turn it down")
    claims.add_argument("--as", dest="lawyer", required=True, help="id or e-mail address of the lawyer")
    claims.add_argument("--not-a-fit", action="store_true", help="turn it down")
    retries = group.add_parser("retry", parents=[common], help="make dead and waiting deliveries due now")
    retries.add_argument("number", metavar="NUMBER", nargs="?", help="only of this lead")
    retries.add_argument(
        "--target", choices=["email", "slack", "webhook", "clio"], help="only to this target"
    )
    exports = group.add_parser("export", parents=[common, some], help="leads as CSV; noted in the audit")
    exports.add_argument("--output", type=Path, metavar="FILE", help="a new file (default: standard output)")
    persons = group.add_parser(
        "export-person", parents=[common], help="all that is kept of one person, as JSON; noted in the audit"
    )
    persons.add_argument("whom", metavar="NUMBER|EMAIL|PHONE", help="a lead, or all leads of an address")
    persons.add_argument("--output", type=Path, metavar="FILE", help="a new file (default: standard output)")
    holds = group.add_parser("hold", parents=[common, one], help="legal hold: keep a lead until released")
    holds.add_argument("--release", action="store_true", help="end the hold")
    erases = group.add_parser("erase", parents=[common], help="delete leads and their conversations for good")
    erases.add_argument("whom", metavar="NUMBER|EMAIL|PHONE", help="a lead, or all leads of an address")
    erases.add_argument("--yes", action="store_true", help="don't ask")
    purges = group.add_parser("purge", parents=[common], help="erase what is older than the retention days")
    purges.add_argument("--dry-run", action="store_true", help="only say what would go")
    group.add_parser("stats", parents=[common], help="figures over all leads")
    audits = group.add_parser("audit", parents=[common], help="who did what, and when")
    audits.add_argument("number", metavar="NUMBER", nargs="?", help="only of this lead, erased or not")
    group.add_parser("key", parents=[common], help="make a key for LEADS_KEYS")
    group.add_parser("rotate", parents=[common], help="encrypt everything anew with the first key")
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; the exit status."""
    parsed = parser().parse_args(arguments)
    name = parsed.command.replace("-", "_")
    command = getattr(commands, "list_" if name == "list" else name)
    try:
        return int(command(_context(parsed)))
    except NoSuchLead as error:
        return _failed(error, NOT_FOUND)
    except (Misused, OnHold, SettingsError, FactsError) as error:
        return _failed(error, USAGE)
    except LeadsError as error:
        return _failed(error, UNREACHABLE)
    except BrokenPipeError:  # as with `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (KeyboardInterrupt, EOFError):
        return _failed("stopped", INTERRUPTED)
    except Exception as error:  # a fault of ours: its words may hold what a visitor wrote
        return _failed(f"unexpected {type(error).__name__}; please report it", UNREACHABLE)


def _context(parsed: argparse.Namespace) -> Context:
    return Context(
        arguments=parsed,
        settings=Settings.from_environment(),
        firm=load_firm(),
        now=datetime.now(timezone.utc),
        who=parsed.who or getpass.getuser(),
        out=sys.stdout,
        ask=input,
        is_terminal=sys.stdin.isatty(),
    )


def _failed(why: object, status: int) -> int:
    print(f"python -m leads: {why}", file=sys.stderr)
    return status


def _day(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _count(text: str) -> int:
    if (count := int(text)) < 1:
        raise ValueError
    return count


if __name__ == "__main__":
    sys.exit(main())
