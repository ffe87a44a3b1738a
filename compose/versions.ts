/**
 * Every version that runs on the VM or the laptop, pinned exactly and in one place.
 * Why these: docs/decisions/0013-pins-of-the-host.md.
 */
export const images = {
  kestra: "kestra/kestra:v2.0.7",
  socketProxy: "wollomatic/socket-proxy:1.10.0",
  /** Base of the dbt image; the Dockerfile names the same one. */
  python: "python:3.11.14-slim-bookworm",
} as const;

/** Debian packages of Docker's own repository, as one set that was released together. */
export const dockerPackages = [
  "docker-ce=5:28.3.3-1~debian.12~bookworm",
  "docker-ce-cli=5:28.3.3-1~debian.12~bookworm",
  "containerd.io=1.7.27-1",
  "docker-buildx-plugin=0.26.1-1~debian.12~bookworm",
  "docker-compose-plugin=2.39.1-1~debian.12~bookworm",
] as const;

/** Fingerprint of the key that signs Docker's repository. */
export const dockerKey = "9DC858229FC7DD38854AE2D88D81803C0EBFCD88";

/** The major version of PostgreSQL in which existing disks hold their data. */
export const postgresDataMajor = 17;
