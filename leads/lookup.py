"""Leads by what somebody on the telephone gives: a receipt number, an e-mail address, a telephone number."""

from __future__ import annotations

import phonenumbers

from leads import numbers
from leads.records import StoredLead
from leads.store import LeadStore

REGIONS = ("CA", "US", "MX")


def named(store: LeadStore, whom: str) -> list[StoredLead]:
    """The leads with this number, e-mail address or telephone number, which may be typed in any usual way."""
    if numbers.parse(whom):
        return [store.get(whom)]
    if "@" in whom:
        return store.find(contact=whom)
    found = {lead.id: lead for way in _phone_numbers(whom) for lead in store.find(contact=way)}
    return list(found.values())


def _phone_numbers(typed: str) -> set[str]:
    found = set()
    for region in REGIONS:
        try:
            number = phonenumbers.parse(typed, region)
        except phonenumbers.NumberParseException:
            continue
        found.add(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    return found
