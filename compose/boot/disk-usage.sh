#!/usr/bin/env bash
# One line with the use of the fuller disk, printed by a container so that it takes the road of all other lines.
set -euo pipefail
# shellcheck source=/dev/null
. "${CRIME_BOOT_ENV:-/etc/crime/boot.env}"

used=$(df --output=pcent "$DATA_DIR" / | tr -dc '0-9\n' | sort -n | tail -n 1)
docker run --rm --network none --log-driver gcplogs --entrypoint echo "postgres:$POSTGRES_VERSION-bookworm" \
  "crime_disk {\"used_percent\":$used}"
