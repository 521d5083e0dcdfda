"""The keys of a store: whether they fit, and how a new one takes over."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from leads.crypto import Keyring
from leads.database import reading, writing
from leads.rows import lead_row, stored_lead
from leads.tables import LEADS, SEAL, with_consent

if TYPE_CHECKING:
    from leads.store import LeadStore


def check(engine: Engine, keys: Keyring) -> None:
    """Raises ``WrongKey`` unless the keys open the store; a new store takes them.

    Other keys than those it was filled with would hide every lead, and keep new ones apart from old.
    """
    sealed = _sealed(engine)
    if sealed is None:
        with suppress(IntegrityError), writing(engine) as connection:  # another process may be first
            connection.execute(insert(SEAL).values(id=1, sealed=keys.seal("leads")))
        sealed = _sealed(engine)
    keys.unseal(sealed or "")


def rotate(store: LeadStore) -> int:
    """Encrypts and hashes everything anew with the first key; how many leads that were.

    Each lead in a transaction of its own, so that visitors don't wait; to start again after a break is safe.
    """
    with reading(store.engine) as connection:
        ids = connection.execute(select(LEADS.c.id)).scalars().all()
    count = sum(_rotate(store, LEADS.c.id == lead_id) for lead_id in ids)
    with writing(store.engine) as connection:
        connection.execute(update(SEAL).values(sealed=store.keys.seal("leads")))
    return count


def _rotate(store: LeadStore, which: Any) -> int:
    with writing(store.engine) as connection:
        row = connection.execute(with_consent().where(which).with_for_update(of=LEADS)).first()
        if row is None:  # erased meanwhile
            return 0
        values = lead_row(stored_lead(row._mapping, store.keys), store.keys)
        connection.execute(update(LEADS).where(which).values(values))
    return 1


def _sealed(engine: Engine) -> str | None:
    with reading(engine) as connection:
        sealed: str | None = connection.execute(select(SEAL.c.sealed)).scalar()
    return sealed
