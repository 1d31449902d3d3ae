#!/usr/bin/env bash
# Two roles: freigabe_owner, who migrates, and freigabe_app, as which the server works. The server's role owns none of the
# tables, so it can neither change nor drop one, whatever happens to the server; what it may do with their rows, the
# migrations grant. Neither is a superuser. Runs once, as the superuser, when the database is created.
#
# Needs: POSTGRES_DB, OWNER_PASSWORD_FILE, APP_PASSWORD_FILE.
set -euo pipefail

# The passwords go through variables of psql, not through its command line, where everyone could read them.
OWNER_PASSWORD=$(<"$OWNER_PASSWORD_FILE")
APP_PASSWORD=$(<"$APP_PASSWORD_FILE")
export OWNER_PASSWORD APP_PASSWORD

psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname "$POSTGRES_DB" <<'SQL'
\set owner_password `printf %s "$OWNER_PASSWORD"`
\set app_password `printf %s "$APP_PASSWORD"`
create role freigabe_owner login password :'owner_password';
create role freigabe_app login password :'app_password';
revoke all on schema public from public;
grant usage, create on schema public to freigabe_owner;
grant usage on schema public to freigabe_app;
-- To clean the files of what was erased: the planner's statistics, and the write-ahead log.
alter database :"DBNAME" owner to freigabe_owner;
grant pg_checkpoint to freigabe_owner;
grant execute on function pg_switch_wal() to freigabe_owner;
SQL
