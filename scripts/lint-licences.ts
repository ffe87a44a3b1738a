import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { showProgress } from "../cli/progress";
import { messageOf } from "../errors";
import { writeAtomically } from "../pipeline/files";
import { ensurePython } from "../pipeline/python";
import { licenceFaults, licenceOfMetadata, spdxOf, type Licensed } from "./licences";

const root = path.join(__dirname, "..");
const table = path.join(root, "scripts", "python-licences.json");

/** Environment -> its pins. */
const environments: Readonly<Record<string, string>> = {
  ".venv": "requirements.txt",
  ".venv-bigquery": "requirements-bigquery.txt",
  ".venv-lint": "requirements-lint.txt",
  ".venv-checks": "requirements-checks.txt",
};

interface LockEntry {
  readonly version?: string;
  readonly license?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/**
 * The packages of a lock file. A platform's binary that the lock file tells nothing of has the licence of the package
 * that it is a part of.
 */
export function npmPackages(lock: { readonly packages: Readonly<Record<string, LockEntry>> }): Licensed[] {
  const entries = Object.entries(lock.packages).filter(([place]) => place !== "");
  const owners = new Map<string, string | undefined>();
  for (const [, { optionalDependencies = {}, license }] of entries)
    for (const name of Object.keys(optionalDependencies)) owners.set(name, license);
  return entries.map(([place, { version = "", license }]) => {
    const name = place.split("node_modules/").at(-1)!;
    const licence = spdxOf(license ?? owners.get(name)) ?? license;
    return { from: "npm", name, version, ...(licence !== undefined && { licence }) };
  });
}

/** `name==version` of every pin, in the one spelling of names that Python's index knows. */
export const pinsOf = (requirements: string): string[] =>
  [...requirements.matchAll(/^([\w.-]+)==([^\s;\\]+)/gm)].map(([, name, version]) => pin(name!, version!));

const pin = (name: string, version: string): string =>
  `${name.toLowerCase().replace(/[-_.]+/g, "-")}==${version}`;

/**
 * The pinned Python packages with the licences of the table.
 *
 * @returns faults when the table and the pins do not tell of the same packages
 */
export function pythonPackages(
  pins: ReadonlySet<string>,
  licences: Readonly<Record<string, string>>,
): { readonly packages: Licensed[]; readonly faults: string[] } {
  const again =
    "run npm run lint:licences -- --update, and write in by hand what is for another platform or Python";
  const stale = Object.keys(licences).filter((key) => !pins.has(key));
  const packages = [...pins].map((key): Licensed => {
    const [name, version] = key.split("==") as [string, string];
    const licence = licences[key];
    return { from: "Python", name, version, ...(licence !== undefined && { licence }) };
  });
  const missing = packages.filter(({ licence }) => licence === undefined);
  return {
    packages: packages.filter(({ licence }) => licence !== undefined),
    faults: [
      ...missing.map(
        ({ name, version }) => `the licence of ${name} ${version} is not in the table: ${again}`,
      ),
      ...stale.map((key) => `${key} is in the table, but pinned no more: ${again}`),
    ],
  };
}

/** What the packages say that are installed in an environment. */
function installed(venv: string): Map<string, string | undefined> {
  const found = new Map<string, string | undefined>();
  const lib = path.join(root, venv, "lib");
  for (const python of existsSync(lib) ? readdirSync(lib) : []) {
    const site = path.join(lib, python, "site-packages");
    for (const entry of readdirSync(site).filter((name) => name.endsWith(".dist-info"))) {
      const metadata = readFileSync(path.join(site, entry, "METADATA"), "utf8");
      const value = (name: string): string =>
        new RegExp(`^${name}: (.+)$`, "m").exec(metadata)?.[1]?.trim() ?? "";
      found.set(pin(value("Name"), value("Version")), licenceOfMetadata(metadata));
    }
  }
  return found;
}

/** Writes the table anew from the packages themselves; what no environment here has keeps its entry. */
async function update(pins: ReadonlySet<string>, before: Readonly<Record<string, string>>): Promise<void> {
  const progress = showProgress(process.stderr);
  const said = new Map<string, string | undefined>();
  try {
    for (const [venv, requirements] of Object.entries(environments)) {
      await ensurePython(path.join(root, venv), path.join(root, requirements), progress);
      for (const [key, licence] of installed(venv)) said.set(key, licence);
    }
  } finally {
    progress.end();
  }
  const rows = [...pins].sort().flatMap((key) => {
    const licence = said.get(key) ?? before[key];
    return licence === undefined ? [] : [[key, licence] as const];
  });
  await writeAtomically(table, JSON.stringify(Object.fromEntries(rows), null, 2) + "\n");
}

/** `npm run lint:licences`: works without a network from the lock file, the pins and the table. */
async function main(): Promise<void> {
  const read = (file: string): string => readFileSync(path.join(root, file), "utf8");
  const known = (): Record<string, string> =>
    JSON.parse(read("scripts/python-licences.json")) as Record<string, string>;
  const pins = new Set(Object.values(environments).flatMap((file) => pinsOf(read(file))));
  if (process.argv.includes("--update")) await update(pins, existsSync(table) ? known() : {});

  const licences = known();
  const npm = npmPackages(JSON.parse(read("package-lock.json")) as Parameters<typeof npmPackages>[0]);
  const python = pythonPackages(pins, licences);
  const differing = Object.keys(environments).flatMap((venv) =>
    [...installed(venv)]
      .filter(([key, licence]) => key in licences && licence !== undefined && licence !== licences[key])
      .map(([key, licence]) => `${key} in ${venv} says ${licence}, the table ${licences[key]}`),
  );
  const faults = [...python.faults, ...differing, ...licenceFaults([...npm, ...python.packages])];
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  if (faults.length > 0) {
    process.stderr.write("decide about it in scripts/licences.ts, with a reason\n");
    process.exitCode = 1;
  }
}

if (require.main === module) {
  main().catch((error: unknown) => {
    process.stderr.write(`error: ${messageOf(error)}\n`);
    process.exitCode = 1;
  });
}
