"""The leads, kept so that none is lost and none is doubled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from leads.crypto import Keyring
from leads.records import AuditRow, Claim, NewLead, Receipt, Status, StoredLead


class LeadStore:
    """The leads of the firm. Safe to share between threads; any number of processes may open the same store.

    Every method raises ``StoreUnavailable`` when the database can't be reached: nothing is half done then, and asking
    again is safe.
    """

    @classmethod
    def open(cls, url: str | None = None, keys: Keyring | None = None) -> LeadStore:
        """The store at ``url`` (default: LEADS_DB, else leads.db beside the project), with its tables brought up to date.

        Raises ``WrongKey`` when the keys don't open it, ``SettingsError`` when the address is none.
        """
        raise NotImplementedError

    def close(self) -> None:
        """Gives back all connections."""

    def accept(
        self, lead: NewLead, targets: Sequence[str], now: datetime, lawyer: str | None = None
    ) -> Receipt:
        """Keeps the lead, its consent and one outbox row per target, in one transaction, durable when this returns.

        The same conversation and form again, at the same time or later: the same receipt with ``new`` False.
        """
        raise NotImplementedError

    def amend(self, number: str, changes: Mapping[str, str | None], now: datetime) -> Receipt:
        """The visitor corrects a sent lead (fields: ``AMENDABLE``); its targets hear of it once more, as 'amended'.

        ``new`` is False when nothing is different. Raises ``NoSuchLead``.
        """
        raise NotImplementedError

    def get(self, number_or_id: str) -> StoredLead:
        """The lead; a number may be typed in any case, with or without its hyphen. Raises ``NoSuchLead``."""
        raise NotImplementedError

    def of_conversation(self, conversation: str) -> list[StoredLead]:
        """Its leads, oldest first."""
        raise NotImplementedError

    def find(
        self,
        status: Status | None = None,
        since: datetime | None = None,
        contact: str | None = None,
        limit: int | None = None,
    ) -> list[StoredLead]:
        """Leads, newest first. ``contact``: an e-mail address or an E.164 telephone number."""
        raise NotImplementedError

    def claim(self, number: str, who: str, now: datetime) -> Claim:
        """Takes the lead for a lawyer; one wins however many try, and wins again when asking again."""
        raise NotImplementedError

    def refuse(self, number: str, who: str, now: datetime) -> Claim:
        """Not a fit. Wins unless somebody else has claimed it; a refused lead may still be claimed."""
        raise NotImplementedError

    def opened(self, number: str, who: str, now: datetime) -> None:
        """Notes that somebody was shown the contact details."""
        raise NotImplementedError

    def audit(self, number: str | None = None) -> list[AuditRow]:
        """Who did what, oldest first."""
        raise NotImplementedError
