#!/bin/sh
# Gives the roles of roles.sql their passwords, from the environment. Run by PostgreSQL's image when its data is made.
set -eu

give() {  # role, password: by standard input, so that no list of processes shows it
    [ -n "$2" ] || { echo "There is no password for $1." >&2; exit 1; }
    psql -X -q -v ON_ERROR_STOP=1 -U "${POSTGRES_USER:-postgres}" -d postgres <<SQL
\getenv password ROLE_PASSWORD
ALTER ROLE $1 PASSWORD :'password';
SQL
}

ROLE_PASSWORD=$CONVERSATIONS_PASSWORD; export ROLE_PASSWORD; give assistant_conversations "$ROLE_PASSWORD"
ROLE_PASSWORD=$LEADS_PASSWORD; give assistant_leads "$ROLE_PASSWORD"
ROLE_PASSWORD=$CLAIMS_PASSWORD; give assistant_claims "$ROLE_PASSWORD"
ROLE_PASSWORD=$WORKER_PASSWORD; give assistant_worker "$ROLE_PASSWORD"
ROLE_PASSWORD=$MIGRATIONS_PASSWORD; give assistant_migrations "$ROLE_PASSWORD"
