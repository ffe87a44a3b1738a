import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createHash } from "node:crypto";
import { projectDir } from "../../support/crime";
import { inArea, type Fault } from "../support/fault";
import { laptop, type Injected } from "../support/laptop";
import type { World } from "../support/world";

const fault = inArea("dbt");

const GREW = "the new file is in the lake; the rest as before";
const LOG = "mend the data or the model and run again";

/** A new file is to be published, and something is wrong with the programs. */
const broken = (id: string, what: string, says: string, spoil: (world: World) => Partial<Injected>): Fault =>
  fault(id, {
    broken: what,
    says,
    exit: 1,
    leaves: GREW,
    prove: laptop((world) => ({ meet: () => world.run(world.next()), changes: ["lake"], ...spoil(world) })),
  });

/** Text that is changed in a file of a copied project, until it is mended. */
function edited(world: World, name: string, change: (text: string) => string): Partial<Injected> {
  const file = path.join(world.copyProject(), name);
  const good = readFileSync(file, "utf8");
  writeFileSync(file, change(good));
  return { meet: () => world.run(), mend: () => writeFileSync(file, good), changes: [] };
}

/** A copied project whose environment holds a program of our own in dbt's place. */
export function insteadOfDbt(world: World, script: string | undefined): Pick<Injected, "mend"> {
  const venv = path.join(world.copyProject(), ".venv");
  rmSync(venv);
  mkdirSync(path.join(venv, "bin"), { recursive: true });
  const pins = readFileSync(path.join(projectDir, "requirements.txt"));
  writeFileSync(path.join(venv, "requirements.sha256"), createHash("sha256").update(pins).digest("hex"));
  if (script !== undefined) {
    writeFileSync(path.join(venv, "bin", "dbt"), `#!/bin/sh\n${script}\n`);
    chmodSync(path.join(venv, "bin", "dbt"), 0o755);
  }
  return { mend: () => realPrograms(venv) };
}

function realPrograms(venv: string): void {
  renameSync(venv, `${venv}-broken`);
  symlinkSync(path.join(projectDir, ".venv"), venv);
}

/** No program of the machine's own is found, save Node. */
function pathWith(world: World, ...programs: readonly string[]): string {
  const folder = path.join(world.folder, "bin");
  mkdirSync(folder);
  for (const program of ["sh", ...programs]) symlinkSync(found(program), path.join(folder, program));
  return folder;
}

function found(program: string): string {
  const folders = (process.env["PATH"] ?? "").split(path.delimiter);
  const names = folders.map((folder) => path.join(folder, program));
  return names.find((name) => readable(name))!;
}

const readable = (name: string): boolean => {
  try {
    readFileSync(name);
    return true;
  } catch {
    return false;
  }
};

/** The program itself. */
export const DBT = path.join(projectDir, ".venv", "bin", "dbt");

export const DBT_FAULTS: readonly Fault[] = [
  fault("failing-test", {
    broken: "a category that nothing knows: a test of the marts fails",
    says: `error: dbt build failed in … of … nodes: …accepted_values…: ${LOG}`,
    exit: 1,
    leaves: GREW,
    prove: laptop((world) => {
      const bad = path.join(world.folder, "bad.csv");
      writeFileSync(bad, readFileSync(world.files.major, "utf8").replaceAll("Auto Theft", "Bicycle Theft"));
      return { meet: () => world.run(world.args(bad)), changes: ["lake"] };
    }),
  }),
  fault("failing-model", {
    broken: "a model asks for a column that is not there",
    says: `error: dbt build failed in … of … nodes: fct_offences: …: ${LOG}`,
    exit: 1,
    prove: laptop((world) => ({
      ...edited(world, "dbt_crime/models/marts/major_crimes/fct_offences.sql", (text) =>
        text.replace("report_lag_days", "no_such_column"),
      ),
    })),
  }),
  fault("garbled-project", {
    broken: "dbt's project file is no YAML",
    says: `error: dbt build failed: …: ${LOG}`,
    exit: 1,
    prove: laptop((world) => ({ ...edited(world, "dbt_crime/dbt_project.yml", (text) => `${text}\n}: [`) })),
  }),
  broken(
    "program-missing",
    "the environment has lost its dbt",
    "error: dbt cannot be started: spawn … ENOENT (…): delete … and run again; it is made anew",
    (world) => insteadOfDbt(world, undefined),
  ),
  broken(
    "interpreter-missing",
    "the environment's Python is gone",
    "error: dbt cannot be started: spawn … ENOENT (…): delete … and run again; it is made anew",
    (world) => {
      const spoilt = insteadOfDbt(world, "");
      const program = path.join(world.folder, "project", ".venv", "bin", "dbt");
      writeFileSync(program, "#!/no/such/python\n");
      return spoilt;
    },
  ),
  broken(
    "killed",
    "dbt is killed in the middle of its work",
    "error: dbt build was ended by SIGKILL (…): run again",
    (world) => insteadOfDbt(world, `${DBT} "$@" & sleep 4; kill -9 $!; kill -9 $$`),
  ),
  broken(
    "silent",
    "dbt fails without a word",
    `error: dbt build failed: it ended with 3 and said nothing (…): ${LOG}`,
    (world) => insteadOfDbt(world, "exit 3"),
  ),
  broken(
    "not-installable",
    "no package index can be reached and nothing is installed",
    "error: python packages could not be installed: … (…): check the network or the package index that pip is configured for, then run again",
    (world) => {
      const venv = path.join(world.copyProject(), ".venv");
      rmSync(venv);
      const nowhere = "http://127.0.0.1:1/simple";
      const env = {
        PIP_INDEX_URL: nowhere,
        PIP_CONFIG_FILE: "/dev/null",
        PIP_RETRIES: "0",
        PIP_NO_CACHE_DIR: "1",
        UV_DEFAULT_INDEX: nowhere,
        UV_NO_CACHE: "1",
        UV_HTTP_TIMEOUT: "1",
      };
      return { meet: () => world.run(world.next(), { env }), mend: () => realPrograms(venv) };
    },
  ),
  broken(
    "no-python",
    "the machine has no Python",
    "error: no Python 3.10 to 3.13 (…): install Python 3.11; dbt needs it",
    (world) => {
      const venv = path.join(world.copyProject(), ".venv");
      rmSync(venv);
      const env = { PATH: pathWith(world) };
      return {
        meet: () => world.run(world.next(), { env }),
        mend: () => symlinkSync(path.join(projectDir, ".venv"), venv),
      };
    },
  ),
];
