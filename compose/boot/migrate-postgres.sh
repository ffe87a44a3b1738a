#!/usr/bin/env bash
# Each major version of PostgreSQL has its own folder on the disk. Data that an older one wrote are copied by dump and
# restore when the deployment names that version, and are refused otherwise; the old folder stays.
set -euo pipefail
# shellcheck source=/dev/null
. "${CRIME_BOOT_ENV:-/etc/crime/boot.env}"

folder="$DATA_DIR/postgres"
new=${POSTGRES_VERSION%%.*}

newest=0
for path in "$folder"/[0-9]*/; do
  major=$(basename "$path")
  if [ -d "$path" ] && [ ! -e "$folder/$major.unfinished" ] && [ "$major" -gt "$newest" ]; then newest=$major; fi
done
if [ "$newest" -eq "$new" ]; then exit 0; fi
if [ "$newest" -eq 0 ]; then
  mkdir -p "$folder/$new"
  exit 0
fi
if [ "$newest" -gt "$new" ]; then
  echo "postgres: the disk holds data of version $newest, version $new would not see them: set postgresVersion to $newest.x, or move $folder/$newest away to go back to older data" >&2
  exit 1
fi
if [ "${POSTGRES_MIGRATE_FROM%%.*}" != "$newest" ]; then
  echo "postgres: the disk holds data of version $newest, version $new cannot read them: set postgresMigrateFrom to the exact version that wrote them" >&2
  exit 1
fi

# server NAME VERSION FOLDER: a server on that folder, ready to be asked.
server() {
  local target=/var/lib/postgresql/data
  if [ "${2%%.*}" -ge 18 ]; then target=/var/lib/postgresql; fi
  docker rm -f "$1" >/dev/null 2>&1 || true
  docker run -d --name "$1" --network none -v "$3:$target" -v "$SECRETS_DIR:/run/secrets/crime:ro" \
    -e POSTGRES_DB=kestra -e POSTGRES_USER=kestra -e POSTGRES_PASSWORD_FILE=/run/secrets/crime/postgres_password \
    "postgres:$2-bookworm" >/dev/null
  for _ in $(seq 60); do
    # Over TCP: while it sets itself up, the image's server answers on its socket only.
    if docker exec "$1" pg_isready -q -h 127.0.0.1 -U kestra; then return 0; fi
    sleep 2
  done
  echo "postgres: version $2 did not start" >&2
  return 1
}

# A rerun after a failure starts from nothing; the old data are untouched throughout.
touch "$folder/$new.unfinished"
rm -rf "${folder:?}/$new"
mkdir "$folder/$new"
server crime-migrate-old "$POSTGRES_MIGRATE_FROM" "$folder/$newest"
server crime-migrate-new "$POSTGRES_VERSION" "$folder/$new"
docker exec crime-migrate-old pg_dump -U kestra -d kestra |
  docker exec -i crime-migrate-new psql -q -v ON_ERROR_STOP=1 -U kestra -d kestra >/dev/null
docker stop -t 60 crime-migrate-old crime-migrate-new >/dev/null
docker rm crime-migrate-old crime-migrate-new >/dev/null
rm "$folder/$new.unfinished"
echo "postgres: data of version $newest were copied to version $new"
