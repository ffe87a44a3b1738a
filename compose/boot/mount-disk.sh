#!/usr/bin/env bash
# The data disk: found by its label, formatted only when it holds nothing at all, grown to the size it was given.
set -euo pipefail
# shellcheck source=/dev/null
. "${CRIME_BOOT_ENV:-/etc/crime/boot.env}"

if mountpoint -q "$DATA_DIR"; then exit 0; fi

if [ ! -e "$DATA_DEVICE" ]; then
  echo "disk: $DATA_DEVICE is not attached" >&2
  exit 1
fi

label=$(blkid -p -o value -s LABEL "$DATA_DEVICE" || true)
if [ "$label" != "$DATA_LABEL" ]; then
  # blkid ends with 2 only when it finds no file system, no partition table and no other mark.
  status=0
  found=$(blkid -p "$DATA_DEVICE") || status=$?
  if [ "$status" -ne 2 ]; then
    echo "disk: $DATA_DEVICE is not empty and does not carry the label $DATA_LABEL: it is left alone ($found)" >&2
    exit 1
  fi
  mkfs.ext4 -q -m 0 -L "$DATA_LABEL" "$DATA_DEVICE"
fi

mkdir -p "$DATA_DIR"
mount -o discard,defaults,nodev,nosuid "LABEL=$DATA_LABEL" "$DATA_DIR"
resize2fs "$DATA_DEVICE" >/dev/null
mkdir -p "$DATA_DIR/postgres" "$DATA_DIR/kestra" "$DATA_DIR/tasks"
