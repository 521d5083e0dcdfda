-- The databases of the assistant and who may do what in them. As a superuser, before the first start:
--   psql -f deploy/roles.sql          then     python scripts/migrate.py     then     psql -f deploy/roles.sql     once more
-- It may be run again at any time, and after each upgrade. Passwords are set apart: \password assistant_conversations
--
-- assistant_migrations     owns everything: makes and changes tables, backs up and restores (BACKUP_USER)
-- assistant_conversations  Rasa (CONVERSATIONS_DB): what is said, and what is on its way from and to Slack. No leads
-- assistant_leads          the action servers (LEADS_DB): requests to a lawyer. No conversations
-- assistant_claims         Rasa, if lawyers claim in Slack (its LEADS_DB): reads a request and marks whose it is, no more
-- assistant_worker         the worker (both): delivers, reminds, deletes
\set ON_ERROR_STOP on
\set QUIET on

SELECT format('CREATE ROLE %I LOGIN', name)
FROM unnest(ARRAY['assistant_migrations', 'assistant_conversations', 'assistant_leads', 'assistant_claims',
                  'assistant_worker']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
SELECT format('CREATE DATABASE %I OWNER assistant_migrations ENCODING ''UTF8'' TEMPLATE template0', name)
FROM unnest(ARRAY['conversations', 'leads']) AS name
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = name) \gexec

REVOKE ALL ON DATABASE conversations, leads FROM PUBLIC;
GRANT CONNECT ON DATABASE conversations TO assistant_conversations, assistant_worker;
GRANT CONNECT ON DATABASE leads TO assistant_leads, assistant_claims, assistant_worker;

\connect conversations
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO assistant_migrations;
GRANT USAGE ON SCHEMA public TO assistant_conversations, assistant_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO assistant_conversations, assistant_worker;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO assistant_conversations, assistant_worker;
ALTER DEFAULT PRIVILEGES FOR ROLE assistant_migrations IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO assistant_conversations, assistant_worker;
ALTER DEFAULT PRIVILEGES FOR ROLE assistant_migrations IN SCHEMA public
    GRANT USAGE ON SEQUENCES TO assistant_conversations, assistant_worker;

\connect leads
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO assistant_migrations;
GRANT USAGE ON SCHEMA public TO assistant_leads, assistant_claims, assistant_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO assistant_leads, assistant_worker;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO assistant_leads, assistant_worker;
ALTER DEFAULT PRIVILEGES FOR ROLE assistant_migrations IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO assistant_leads, assistant_worker;
ALTER DEFAULT PRIVILEGES FOR ROLE assistant_migrations IN SCHEMA public
    GRANT USAGE ON SEQUENCES TO assistant_leads, assistant_worker;

-- The audit is only added to.
SELECT 'REVOKE UPDATE, DELETE ON audit FROM assistant_leads, assistant_claims' WHERE to_regclass('audit') IS NOT NULL \gexec
SELECT 'REVOKE UPDATE, DELETE ON alembic_version FROM assistant_leads, assistant_worker'
WHERE to_regclass('alembic_version') IS NOT NULL \gexec
SELECT 'GRANT SELECT ON leads, consents, seal, alembic_version, audit TO assistant_claims'
WHERE to_regclass('leads') IS NOT NULL \gexec
SELECT 'GRANT UPDATE (status, claimed_by, claimed_at) ON leads TO assistant_claims'
WHERE to_regclass('leads') IS NOT NULL \gexec
SELECT 'GRANT INSERT ON audit TO assistant_claims' WHERE to_regclass('audit') IS NOT NULL \gexec
SELECT 'GRANT USAGE ON SEQUENCE audit_seq_seq TO assistant_claims' WHERE to_regclass('audit_seq_seq') IS NOT NULL \gexec
