import path from "node:path";
import { messageOf, UserError } from "../errors";
import { readJson } from "./files";
import { run } from "./process";
import type { Step } from "./progress";

export interface DbtRun {
  /** Folder with the dbt program. */
  readonly bin: string;
  readonly projectDir: string;
  /** Folder for what dbt writes in this run: manifest, run results, compiled SQL. */
  readonly targetDir: string;
  /** Folder for its log, which outlives the run. */
  readonly logDir: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface DbtSummary {
  readonly models: number;
  readonly tests: number;
}

interface RunResults {
  readonly results: readonly {
    readonly status: string;
    readonly unique_id: string;
    readonly message: string | null;
  }[];
}

/**
 * `dbt build`: models and data tests.
 *
 * @throws UserError that names what failed; nothing outside the target database and folder was touched
 */
export async function dbtBuild(dbt: DbtRun, step: Step): Promise<DbtSummary> {
  const { bin, projectDir, targetDir, logDir, env } = dbt;
  const folders = [
    ...["--project-dir", projectDir, "--profiles-dir", projectDir],
    ...["--target-path", targetDir, "--log-path", logDir],
  ];
  const errors: string[] = [];
  const program = path.join(bin, "dbt");
  const { code, tail, signal } = await run(
    program,
    // Unit tests judge the SQL, not the data: they belong to the project's own tests.
    ["--log-format", "json", "--no-use-colors", "build", "--exclude-resource-type", "unit_test", ...folders],
    { env: { ...process.env, DO_NOT_TRACK: "1", DBT_SEND_ANONYMOUS_USAGE_STATS: "false", ...env } },
    (line) => {
      const event = parseEvent(line);
      if (event?.data.total !== undefined) {
        step.update(`${event.data.index} of ${event.data.total} ${event.data.node_info?.node_name ?? ""}`);
      }
      if (event?.info.level === "error") errors.push(event.info.msg);
    },
  ).catch((error: unknown) => {
    throw new UserError(
      `dbt cannot be started: ${messageOf(error)}`,
      program,
      `delete ${path.dirname(bin)} and run again; it is made anew`,
    );
  });
  if (signal) {
    throw new UserError(`dbt build was ended by ${signal}`, path.join(logDir, "dbt.log"), "run again");
  }
  const results = await readJson<RunResults>(path.join(targetDir, "run_results.json"));
  const said = errors[0] ?? tail;
  if (code !== 0)
    throw failure(logDir, results, said === "" ? `it ended with ${code} and said nothing` : said);
  const nodes = results?.results ?? [];
  return {
    models: nodes.filter(({ unique_id }) => unique_id.startsWith("model.")).length,
    tests: nodes.filter(({ unique_id }) => unique_id.startsWith("test.")).length,
  };
}

function failure(logDir: string, results: RunResults | undefined, otherwise: string): UserError {
  const failed = (results?.results ?? []).filter(({ status }) => status === "fail" || status === "error");
  const names = failed.map(({ unique_id, message }) => {
    const name = unique_id.split(".")[2] ?? unique_id;
    return `${name}: ${(message ?? "failed").replace(/\s+/g, " ").trim().slice(0, 200)}`;
  });
  const what =
    names.length > 0
      ? `dbt build failed in ${names.length} of ${results!.results.length} nodes: ${names.slice(0, 3).join("; ")}`
      : `dbt build failed: ${otherwise.replace(/\s+/g, " ").trim().slice(0, 400)}`;
  return new UserError(what, path.join(logDir, "dbt.log"), "mend the data or the model and run again");
}

interface DbtEvent {
  readonly info: { readonly level: string; readonly msg: string };
  readonly data: {
    readonly index?: number;
    readonly total?: number;
    readonly node_info?: { readonly node_name?: string };
  };
}

function parseEvent(line: string): DbtEvent | undefined {
  try {
    return JSON.parse(line) as DbtEvent;
  } catch {
    return undefined;
  }
}
