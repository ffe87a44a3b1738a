#!/usr/bin/env bash
# Google's Debian images come without cloud-init; this start-up script brings it and lets it read its user data once.
set -euo pipefail
if command -v cloud-init >/dev/null; then exit 0; fi
mkdir -p /etc/cloud/cloud.cfg.d
# The guest agent already looks after network and host keys.
cat >/etc/cloud/cloud.cfg.d/90-crime.cfg <<'CFG'
datasource_list: [GCE]
network: {config: disabled}
ssh_deletekeys: false
CFG
apt-get update -q
DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends -o Dpkg::Options::=--force-confold cloud-init
cloud-init init --local
cloud-init init
cloud-init modules --mode=config
cloud-init modules --mode=final
