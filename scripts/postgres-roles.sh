#!/bin/bash
# Runs once, when the database is made: the application's role may read and write rows, but owns no table.
# So it can neither drop the triggers that keep the record append-only nor empty a table at once.
set -euo pipefail
APP_PASSWORD=$(cat "$APP_PASSWORD_FILE")
export APP_PASSWORD
psql --no-psqlrc -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
\getenv password APP_PASSWORD
\getenv database POSTGRES_DB
CREATE ROLE sns_app LOGIN PASSWORD :'password';
GRANT CONNECT ON DATABASE :"database" TO sns_app;
GRANT USAGE ON SCHEMA public TO sns_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO sns_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO sns_app;
SQL
