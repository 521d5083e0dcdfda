"""What each command of ``python -m leads`` does. Each returns its exit status."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, TextIO
from zoneinfo import ZoneInfo

from knowledge.records import Firm
from leads import brief, erasure, firm, outbox, person, printing, report, retention, rotation
from leads.conversations import Conversations
from leads.crypto import new_key
from leads.errors import LeadsError, NoSuchLead
from leads.export import write_csv
from leads.lookup import named
from leads.records import StoredLead
from leads.settings import Settings
from leads.slack_waiting import SlackWaiting
from leads.store import LeadStore

DONE, NOT_DONE = 0, 1


class Misused(LeadsError):
    """The command line asks for what can't be done."""


@dataclass
class Context:
    """What the commands work with; the store is opened when first needed."""

    arguments: Namespace
    settings: Settings
    firm: Firm
    now: datetime
    who: str
    out: TextIO
    ask: Callable[[str], str]
    is_terminal: bool

    @cached_property
    def store(self) -> LeadStore:
        return LeadStore.open(self.settings.database)

    @property
    def conversations(self) -> Conversations:
        return Conversations(self.settings.conversations)

    @property
    def slack(self) -> SlackWaiting:
        return SlackWaiting(self.settings.slack_queue)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.firm.time_zone)

    def say(self, lines: list[str] | str, data: Any) -> None:
        """The lines for a person, or with --json the data."""
        text = lines if isinstance(lines, str) else "\n".join(lines)
        print(printing.as_json(data) if self.arguments.json else text, file=self.out)


def list_(context: Context) -> int:
    leads, contacts = _chosen(context), context.arguments.contacts
    progress = report.deliveries(context.store, [lead.number for lead in leads])
    if contacts:
        context.store.note("opened", [lead.number for lead in leads], context.who, context.now)
    data = [printing.lead_data(lead, progress, contacts) for lead in leads]
    lines = printing.lead_table(leads, progress, context.zone, contacts) if leads else "No leads."
    context.say(lines, data)
    return DONE


def show(context: Context) -> int:
    lead = context.store.get(context.arguments.number)
    context.store.opened(lead.number, context.who, context.now)
    progress, trail = report.deliveries(context.store, [lead.number]), context.store.audit(lead.number)
    lines = [brief.as_text(brief.of(lead, "new", context.zone))]
    lines += [_progress_line(one) for one in progress]
    lines += [_trail_line(context, row) for row in trail]
    data = {**vars(lead), "deliveries": [asdict(one) for one in progress]}
    context.say(lines, {**data, "audit": [asdict(row) for row in trail]})
    return DONE


def claim(context: Context) -> int:
    lawyer = firm.lawyer(context.firm, context.arguments.lawyer)
    if lawyer is None:
        raise Misused("--as must be the id or the e-mail address of a lawyer in knowledge/firm.yml")
    take = context.store.refuse if context.arguments.not_a_fit else context.store.claim
    result = take(context.arguments.number, lawyer.id, context.now)
    lead = context.store.get(context.arguments.number)
    sentence = f"{lead.number}: {lead.status} by {result.by} since {printing.time(result.at, context.zone)}"
    context.say(sentence, {"number": lead.number, "status": lead.status, **asdict(result)})
    return DONE if result.won else NOT_DONE


def retry(context: Context) -> int:
    revived = outbox.retry(
        context.store, context.who, context.now, context.arguments.number, context.arguments.target
    )
    lines = [f"{number} to {target}: due now" for number, target in revived] or ["Nothing to retry."]
    context.say(lines, [{"number": number, "target": target} for number, target in revived])
    return DONE


def export(context: Context) -> int:
    leads, file = _chosen(context), context.arguments.output
    context.store.note("exported", [lead.number for lead in leads], context.who, context.now)
    if context.arguments.json:
        context.say("", [vars(lead) for lead in leads])
    elif file:
        _new(file, lambda stream: write_csv(leads, stream), "utf-8-sig")  # by its mark Excel knows UTF-8
    else:
        write_csv(leads, context.out)
    return DONE


def erase(context: Context) -> int:
    leads = named(context.store, context.arguments.whom)
    if not leads:
        raise NoSuchLead("There is no lead with this number, e-mail address or telephone number.")
    _confirm(context, f"Erase {_listed(leads)} and the conversation for good?")
    erased = erasure.erase(
        context.store, context.conversations, leads, context.who, context.now, slack=context.slack
    )
    _say_erased(context, erased)
    return DONE


def hold(context: Context) -> int:
    number, release = context.arguments.number, context.arguments.release
    changed = context.store.hold(number, context.who, context.now, release)
    lead = context.store.get(number)
    state = "kept until it is released" if lead.held_at else "deleted when its time is over"
    sentence = f"{lead.number}: {state}{'' if changed else ', as before'}"
    context.say(sentence, {"number": lead.number, "held_at": lead.held_at, "changed": changed})
    return DONE


def export_person(context: Context) -> int:
    leads, file = named(context.store, context.arguments.whom), context.arguments.output
    if not leads:
        raise NoSuchLead("There is no lead with this number, e-mail address or telephone number.")
    context.store.note("exported", [lead.number for lead in leads], context.who, context.now)
    kept = printing.as_json(person.everything(context.store, context.conversations, leads))
    if file:
        _new(file, lambda stream: print(kept, file=stream), "utf-8")
    else:
        print(kept, file=context.out)
    return DONE


def purge(context: Context) -> int:
    days = retention.Retention.of(context.settings, context.firm.retention_days)
    if context.arguments.dry_run:
        leads = retention.due(context.store, context.now - timedelta(days=days.leads))
        due = [lead.number for lead in leads]
        context.say(
            f"Older than {days.leads} days: {_listed(leads)}", {"numbers": due, "retention_days": days.leads}
        )
        return DONE
    purged = retention.purge(
        context.store, context.conversations, context.slack, days, context.who, context.now
    )
    _say_erased(context, purged)
    return DONE


def stats(context: Context) -> int:
    figures = report.stats(context.store, context.now)
    context.say([f"{name:24} {_counts(value)}" for name, value in figures.items()], figures)
    return DONE


def audit(context: Context) -> int:
    trail = context.store.audit(context.arguments.number)
    context.say([_trail_line(context, row) for row in trail], [asdict(row) for row in trail])
    return DONE if trail or not context.arguments.number else NOT_DONE


def key(context: Context) -> int:
    made = new_key()
    context.say(made, {"key": made})
    return DONE


def rotate(context: Context) -> int:
    count = rotation.rotate(context.store)
    context.say(f"{count} leads are encrypted with the first key now.", {"leads": count})
    return DONE


def _chosen(context: Context) -> list[StoredLead]:
    wanted = context.arguments
    since = None if wanted.since is None else wanted.since.replace(tzinfo=context.zone)
    return context.store.find(status=wanted.status, since=since, limit=wanted.limit)


def _new(file: Path, write: Callable[[TextIO], None], encoding: str) -> None:
    """A new file for its owner alone."""
    try:
        file.touch(mode=0o600, exist_ok=False)
        with file.open("w", encoding=encoding, newline="") as stream:
            write(stream)
    except OSError as error:
        raise Misused(f"--output: {file} cannot be made ({type(error).__name__})") from None


def _confirm(context: Context, question: str) -> None:
    if context.arguments.yes:
        return
    if not context.is_terminal:
        raise Misused("without a terminal, erase needs --yes")
    if context.ask(f"{question} [y/N] ").strip().lower() not in ("y", "yes"):
        raise Misused("nothing was erased")


def _say_erased(context: Context, erased: erasure.Erased) -> None:
    leads = ", ".join(erased.numbers) or "none"
    lines = [
        f"Leads erased, each with its consent and deliveries: {leads}",
        f"Events of conversations erased: {erased.events}",
        "Kept: the audit and the proof of consent, without a name. Not reached: what was delivered, and backups.",
    ]
    context.say(lines, asdict(erased))


def _trail_line(context: Context, row: Any) -> str:
    what = f"{row.what} ({row.target})" if row.target else row.what
    return f"{printing.time(row.at, context.zone)}  {row.number}  {what} by {row.who}"


def _progress_line(one: report.Progress) -> str:
    return f"{one.target} ({one.kind}): {one.state} {one.reason or ''}".rstrip()


def _listed(leads: list[StoredLead]) -> str:
    return ", ".join(lead.number for lead in leads) or "none"


def _counts(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {count}" for name, count in value.items()) or "none"
    return "none" if value is None else str(value)
