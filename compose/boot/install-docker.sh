#!/usr/bin/env bash
# Docker and its Compose plugin at exact versions from Docker's signed repository. Does nothing when they are there.
set -euo pipefail
# shellcheck source=/dev/null
. "${CRIME_BOOT_ENV:-/etc/crime/boot.env}"

read -r -a packages <<<"$DOCKER_PACKAGES"
installed=true
for package in "${packages[@]}"; do
  version=$(dpkg-query --show --showformat='${Version}' "${package%%=*}" 2>/dev/null || true)
  [ "$version" = "${package#*=}" ] || installed=false
done
if $installed; then exit 0; fi

keyring="$KEYRINGS/docker.asc"
mkdir -p "$KEYRINGS"
curl -fsSL --retry 5 --retry-all-errors https://download.docker.com/linux/debian/gpg -o "$keyring.new"
fingerprint=$(gpg --batch --quiet --show-keys --with-colons "$keyring.new" | awk -F: '$1 == "fpr" { print $10; exit }')
if [ "$fingerprint" != "$DOCKER_KEY" ]; then
  echo "docker: the repository's key is $fingerprint, not $DOCKER_KEY: nothing was installed" >&2
  exit 1
fi
mv "$keyring.new" "$keyring"
echo "deb [arch=amd64 signed-by=$keyring] https://download.docker.com/linux/debian bookworm stable" >"$APT_SOURCES/docker.list"
apt-get update -q
DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends --allow-downgrades --allow-change-held-packages "${packages[@]}"
apt-mark hold "${packages[@]%%=*}"
