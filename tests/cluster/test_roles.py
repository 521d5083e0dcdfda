"""What each database role of deploy/roles.sql may do, on the real PostgreSQL: its own work, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timezone

import psycopg2
import pytest
from psycopg2.errors import InsufficientPrivilege

from components.slack_queue import Queue, Task
from leads.conversations import Conversations
from leads.crypto import Keyring, new_key
from leads.database import connect
from leads.migrations import migrate
from leads.outbox import Outbox
from leads.rotation import check
from leads.store import LeadStore
from tests.cluster.running import ROOT
from tests.sample_leads import new_lead
from tests.servers.postgresql import Postgresql, binaries, one_of_its_own

NOW = datetime(2026, 11, 29, 12, tzinfo=timezone.utc)
KEYS = Keyring([new_key()])
Address = Callable[[str, str], str]


@pytest.fixture(scope="module")
def address() -> Iterator[Address]:
    """The address of a database for a role, once roles.sql and scripts/migrate.py have been at work, as README.md says."""
    for server in one_of_its_own():

        def of(database: str, role: str, server: Postgresql = server) -> str:
            return f"postgresql://assistant_{role}@/{database}?host={server.folder}"

        roles = [str(server.programs / "psql"), "-X", "-q", "-h", str(server.folder), "-U", "postgres", "-d", "postgres"]
        owner = {"LEADS_DB": of("leads", "migrations"), "CONVERSATIONS_DB": of("conversations", "migrations")}
        for command in (
            [*roles, "-f", str(ROOT / "deploy" / "roles.sql")],
            [sys.executable, str(ROOT / "scripts" / "migrate.py")],
            [*roles, "-f", str(ROOT / "deploy" / "roles.sql")],
        ):
            done = subprocess.run(command, env={**os.environ, **owner, "SLACK_DB": ""}, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
        yield of


def store(address: Address, role: str) -> LeadStore:
    """As a process opens it: of migrations it finds none to do."""
    engine = connect(address("leads", role))
    migrate(engine)
    check(engine, KEYS)
    return LeadStore(engine, KEYS)


def refused(address: str, statement: str) -> bool:
    try:
        connection = psycopg2.connect(address)
    except psycopg2.OperationalError as error:
        assert "permission denied" in str(error)
        return True
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
        return False
    except InsufficientPrivilege:
        return True
    finally:
        connection.close()


@pytest.mark.parametrize(
    "database, role", [("leads", "conversations"), ("conversations", "leads"), ("conversations", "claims")]
)
def test_a_role_does_not_even_get_into_the_others_database(address: Address, database: str, role: str) -> None:
    with pytest.raises(psycopg2.OperationalError, match="permission denied for database"):
        psycopg2.connect(address(database, role))


def test_rasa_keeps_forgets_and_queues_without_making_a_table(address: Address) -> None:
    url = address("conversations", "conversations")
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute("INSERT INTO events (sender_id, type_name, timestamp, data) VALUES ('who', 'user', 1, '{}')")
        cursor.execute("INSERT INTO tails VALUES ('who', 0, '{}'); INSERT INTO heard VALUES ('who', 'what')")
    connection.close()
    Conversations(url).forget("who", NOW)
    assert [wish.conversation for wish in Conversations(address("conversations", "worker")).wishes()] == ["who"]
    assert Queue.at(url, KEYS, lambda: 1.0).take(["event"], Task("in", "line", {}))
    assert refused(url, "CREATE TABLE mine (x int)") and refused(url, "DROP TABLE events")


def test_the_action_server_keeps_a_request_and_cannot_change_what_was_noted(address: Address) -> None:
    leads = store(address, "leads")
    receipt = leads.accept(new_lead(conversation="a"), ["email"], NOW)
    assert leads.accept(new_lead(conversation="a"), ["email"], NOW).number == receipt.number
    url = address("leads", "leads")
    assert refused(url, "DELETE FROM audit") and refused(url, "UPDATE audit SET who = 'nobody'")
    assert refused(url, "CREATE TABLE mine (x int)") and refused(url, "DROP TABLE leads")


def test_whoever_claims_in_slack_reads_a_request_marks_it_and_no_more(address: Address) -> None:
    receipt = store(address, "leads").accept(new_lead(conversation="b"), [], NOW)
    claims = store(address, "claims")
    assert claims.claim(receipt.number, "ann", NOW).won
    claims.opened(receipt.number, "ann", NOW)
    assert [row.what for row in claims.audit(receipt.number)] == ["created", "claimed", "opened"]
    url = address("leads", "claims")
    for statement in ("DELETE FROM leads", "UPDATE leads SET sealed = ''", "SELECT * FROM outbox", "DELETE FROM audit"):
        assert refused(url, statement), statement


def test_the_worker_delivers_and_deletes(address: Address) -> None:
    receipt = store(address, "leads").accept(new_lead(conversation="c"), ["webhook"], NOW)
    leads = store(address, "worker")
    outbox = Outbox(leads, "a-worker")
    (delivery,) = outbox.due(NOW, ("webhook",))
    assert delivery.number == receipt.number and outbox.sent(delivery, NOW)
    assert not refused(address("leads", "worker"), "DELETE FROM audit WHERE number = 'none'")
    assert not refused(address("conversations", "worker"), "DELETE FROM events WHERE sender_id = 'none'")
    assert refused(address("leads", "worker"), "CREATE TABLE mine (x int)")


def test_every_role_gets_the_password_of_its_own(address: Address) -> None:
    roles = ("CONVERSATIONS", "LEADS", "CLAIMS", "WORKER", "MIGRATIONS")
    given = {f"{role}_PASSWORD": f"it's {role}'s" for role in roles}
    where = {"PGHOST": address("leads", "leads").partition("host=")[2], "PATH": f"{binaries()}:{os.environ['PATH']}"}
    environment = {**os.environ, **given, **where}
    subprocess.run(["sh", str(ROOT / "deploy" / "passwords.sh")], env=environment, check=True, capture_output=True)
    connection = psycopg2.connect(address("leads", "migrations").replace("assistant_migrations", "postgres"))
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT rolpassword) FROM pg_authid WHERE rolname LIKE 'assistant%'"
                       " AND rolpassword LIKE 'SCRAM-SHA-256$%'")
        assert cursor.fetchone() == (len(roles),)
    connection.close()


def test_nobody_else_gets_in(address: Address) -> None:
    connection = psycopg2.connect(address("leads", "migrations"))
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database, aclexplode(datacl) WHERE grantee = 0 AND datname = ANY(%s)",
                       (["leads", "conversations"],))
        assert cursor.fetchall() == []
    connection.close()
