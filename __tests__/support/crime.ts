import { spawn, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { datasetById, type DatasetId } from "../../datasets";
import { MARTS } from "../../pipeline/marts";
import type { RunReport } from "../../pipeline/run";
import { Warehouse } from "../../pipeline/warehouse";

export const projectDir = path.join(__dirname, "..", "..");

/** No portal listens there. */
export const NO_PORTAL = "http://127.0.0.1:9";

const temporary: string[] = [];
afterAll(() => temporary.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A folder that goes when the tests of the file are done. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "crime-"));
  temporary.push(folder);
  return folder;
}

export interface Ended {
  readonly code: number | null;
  /** What killed it. */
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the program as a user does. */
export function startCrime(args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  return spawn(process.execPath, [path.join(projectDir, "cli", "crime.js"), ...args], {
    env: { ...process.env, CRIME_PORTAL_URL: NO_PORTAL, CRIME_RELOAD_DELAY_MS: "50", NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/**
 * Runs the program to its end.
 *
 * @param begun given the process
 */
export async function crime(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  begun: (child: ChildProcess) => void = () => undefined,
): Promise<Ended> {
  const child = startCrime(args, env);
  begun(child);
  let [stdout, stderr] = ["", ""];
  child.stdout!.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr!.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

export type Reported = RunReport & { readonly code: number | null; readonly stderr: string };

/** What `crime run --json` reports. */
export async function reportOf(
  dataDir: string,
  args: readonly string[],
  env?: NodeJS.ProcessEnv,
): Promise<Reported> {
  const { code, stdout, stderr } = await crime(["run", "--json", "--data-dir", dataDir, ...args], env);
  if (stdout === "") throw new Error(stderr);
  return { ...(JSON.parse(stdout) as RunReport), code, stderr };
}

/** Rows of the published warehouse. */
export async function ask<T = Record<string, unknown>>(dataDir: string, sql: string): Promise<T[]> {
  const warehouse = await Warehouse.open(path.join(dataDir, "warehouse.duckdb"), "read");
  try {
    return (await warehouse.query(sql)).records as T[];
  } finally {
    warehouse.close();
  }
}

/** Every mart, whole and in a fixed order. */
export async function marts(
  dataDir: string,
  except: readonly string[] = [],
): Promise<Record<string, unknown[]>> {
  const dumps: Record<string, unknown[]> = {};
  for (const mart of MARTS) {
    const exclude = except.length > 0 ? `exclude (${except.join(", ")})` : "";
    const columns = mart === "fct_offences" ? exclude : exclude.replace(/, longitude, latitude/, "");
    dumps[mart] = await ask(dataDir, `select * ${columns} from ${mart} order by all`);
  }
  return dumps;
}

/** Rows and a hash over all cells of every mart: equal when nothing has changed. */
export async function fingerprints(dataDir: string): Promise<unknown[]> {
  const each = MARTS.map(
    (mart) => `select '${mart}' as mart, count(*) as n, bit_xor(hash(t)) as cells from ${mart} as t`,
  );
  return ask(dataDir, `${each.join(" union all ")} order by mart`);
}

export function sampleText(id: DatasetId): string {
  return readFileSync(path.join(projectDir, datasetById[id].sample.file), "utf8");
}

/** The sample's header and its first rows. */
export function slice(id: DatasetId, rows: number): string {
  return (
    sampleText(id)
      .split("\n")
      .slice(0, rows + 1)
      .join("\n") + "\n"
  );
}

export function writeFile(folder: string, name: string, text: string | Buffer): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

export function sha256(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
