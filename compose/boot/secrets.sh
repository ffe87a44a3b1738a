#!/usr/bin/env bash
# Reads the secrets into memory-backed files. A secret without any version is generated here and added as its first
# one; a version that exists is never replaced. No value is printed or passed as an argument.
set -euo pipefail
# shellcheck source=/dev/null
. "${CRIME_BOOT_ENV:-/etc/crime/boot.env}"
umask 077

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
metadata=http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token
token=$(curl -fsS --retry 10 --retry-all-errors -H 'Metadata-Flavor: Google' "$metadata" | jq -r .access_token)

# call PATH [BODY]: Secret Manager's answer in $work/answer, its status code on standard output.
call() {
  {
    printf 'header = "Authorization: Bearer %s"\n' "$token"
    printf 'url = "https://secretmanager.googleapis.com/v1/projects/%s/secrets/%s"\n' "$PROJECT_ID" "$1"
    if [ $# -gt 1 ]; then printf 'header = "Content-Type: application/json"\ndata = "%s"\n' "${2//\"/\\\"}"; fi
  } | curl -sS --retry 5 --config - --output "$work/answer" --write-out '%{http_code}'
}

# random BYTES: that many, in base64.
random() { head -c "$1" /dev/urandom | base64 -w0; }

generate() {
  case "$1" in
    admin_password) printf 'Aa1%s' "$(random 24 | tr '+/' 'xy')" ;;
    database_password) random 24 | tr '+/' 'xy' ;;
    encryption_key) random 32 ;;
  esac
}

# fetch SECRET [KIND]: the latest version, base64, in $work/value; a missing one of a KIND is generated first.
# Ends with 1 when there is none and no KIND to make it from.
fetch() {
  local status
  status=$(call "$1/versions/latest:access")
  case "$status" in
    200) jq -rj .payload.data "$work/answer" >"$work/value" ;;
    404)
      if [ $# -lt 2 ]; then return 1; fi
      if [ "$2" = encryption_key ] && [ -n "$(ls -A "$DATA_DIR/kestra" 2>/dev/null)" ]; then
        echo "secrets: $1 has no version, but the disk holds values encrypted with it: add the old key as a version, or empty $DATA_DIR/kestra" >&2
        exit 1
      fi
      generate "$2" | base64 -w0 >"$work/value"
      status=$(call "$1:addVersion" "{\"payload\":{\"data\":\"$(cat "$work/value")\"}}")
      if [ "$status" != 200 ]; then
        echo "secrets: a version of $1 could not be added (HTTP $status)" >&2
        exit 1
      fi
      echo "secrets: $1 had no version; one was generated"
      ;;
    *)
      echo "secrets: $1 cannot be read (HTTP $status): enable its latest version or add one, and see that the VM may read it" >&2
      exit 1
      ;;
  esac
}

# line NAME: one line of kestra.env, quoted for the shell.
line() { printf "%s='%s'\n" "$1" "$(base64 -d "$work/value" | sed "s/'/'\\\\''/g")"; }

mkdir -p "$SECRETS_DIR"
{
  fetch "$SECRET_ADMIN_PASSWORD" admin_password >&2
  line KESTRA_SERVER_BASIC_AUTH_PASSWORD
  fetch "$SECRET_ENCRYPTION_KEY" encryption_key >&2
  line KESTRA_ENCRYPTION_SECRET_KEY
  fetch "$SECRET_DATABASE_PASSWORD" database_password >&2
  line DATASOURCES_POSTGRES_PASSWORD
  base64 -d "$work/value" >"$work/postgres_password"
  for pair in $FLOW_SECRETS; do
    if fetch "${pair#*=}"; then
      printf "SECRET_%s='%s'\n" "${pair%%=*}" "$(cat "$work/value")"
    else
      echo "secrets: ${pair#*=} has no version yet; secret('${pair%%=*}') will not be found" >&2
    fi
  done
} >"$work/kestra.env"

# Both at once and only when all is well, so that a half-read set is never used.
mv "$work/kestra.env" "$SECRETS_DIR/kestra.env"
mv "$work/postgres_password" "$SECRETS_DIR/postgres_password"
