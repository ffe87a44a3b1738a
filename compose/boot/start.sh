#!/usr/bin/env bash
# Builds what is missing and starts everything in order of health.
set -euo pipefail
# shellcheck source=/dev/null
. "${CRIME_BOOT_ENV:-/etc/crime/boot.env}"
cd "$APP_DIR"

# A broken download of Python packages must not keep Kestra down: it is reported at the end, and the unit retries.
built=true
docker image inspect "$DBT_IMAGE" >/dev/null 2>&1 || docker compose build --quiet dbt || built=false

docker compose up -d --wait postgres
# The password may have been generated anew; inside its own container PostgreSQL trusts the local socket.
docker compose exec -T postgres psql -q -v ON_ERROR_STOP=1 -U kestra -d kestra <<'SQL'
\set password `cat /run/secrets/crime/postgres_password`
alter role kestra password :'password';
SQL
docker compose up -d --wait --remove-orphans

if ! $built; then
  echo "start: the dbt image could not be built; Kestra runs, its dbt tasks will fail" >&2
  exit 1
fi
