/**
 * Completes package-lock.json after `npm install`: a registry that does not offer some platform's binary
 * package makes npm leave it out, and `npm ci` then fails for everybody. Such a package gets an entry by
 * its name and version; only a machine of that platform ever fetches it.
 *
 * Usage: node scripts/complete-lock.mjs [--check]
 */
import { readFileSync, writeFileSync } from "node:fs";
import { URL } from "node:url";

const SYSTEMS = [
  "aix",
  "android",
  "darwin",
  "freebsd",
  "linux",
  "netbsd",
  "openbsd",
  "openharmony",
  "sunos",
  "win32",
];
const PROCESSORS = [
  "arm",
  "arm64",
  "ia32",
  "loong64",
  "mips64el",
  "ppc64",
  "riscv64",
  "s390x",
  "wasm32",
  "x64",
];

const file = new URL("../package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(file, "utf8"));
const missing = [];

for (const [place, { optionalDependencies = {}, dev, inBundle }] of Object.entries(lock.packages)) {
  if (inBundle) continue;
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const at = `node_modules/${name}`;
    if (lock.packages[at] || lock.packages[`${place}/${at}`]) continue;
    const words = name.split("/").at(-1).split("-");
    const os = words.filter((word) => SYSTEMS.includes(word));
    const cpu = words.filter((word) => PROCESSORS.includes(word));
    if (cpu.length !== 1) throw new Error(`${name}: not the name of a platform's package`);
    const libc = words.includes("musl") ? ["musl"] : words.includes("gnu") ? ["glibc"] : undefined;
    lock.packages[at] = {
      version,
      cpu,
      ...(dev && { dev }),
      ...(libc && { libc }),
      optional: true,
      ...(os.length && { os }),
    };
    missing.push(`${name}@${version}`);
  }
}

if (process.argv.includes("--check")) {
  if (missing.length > 0) {
    process.stderr.write(
      `package-lock.json lacks ${missing.join(", ")}: run node scripts/complete-lock.mjs\n`,
    );
    process.exit(1);
  }
} else {
  const [root, ...others] = Object.entries(lock.packages);
  lock.packages = Object.fromEntries([root, ...others.sort(([a], [b]) => a.localeCompare(b, "en"))]);
  writeFileSync(file, JSON.stringify(lock, null, 2) + "\n");
  process.stdout.write(`${missing.length} added\n`);
}
