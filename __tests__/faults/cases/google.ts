import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { ServerResponse } from "node:http";
import { AGGREGATES } from "../../../dashboard/aggregates";
import type { Row } from "../../../dashboard/rows";
import { askAggregates } from "../../../pipeline/site";
import { Warehouse } from "../../../pipeline/warehouse";
import { packageOf, PortalStandIn } from "../../support/portal";
import { projectDir, sha256, temporaryFolder, type Ended } from "../../support/crime";
import { inArea, type Fault } from "../support/fault";
import { googleError, GoogleStandIn, type Meddle } from "../support/google-stand-in";
import { ground } from "../support/ground";
import { judge } from "../support/prove";

const fault = inArea("google");

/** Runs a step of the flows in a folder of its own, as a task does. */
function step(name: string, folder: string, env: NodeJS.ProcessEnv): Promise<Ended> {
  const child = spawn(process.execPath, [ground().steps, name], {
    cwd: folder,
    env: { PATH: process.env["PATH"], ...env },
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

interface Cloud {
  readonly google: GoogleStandIn;
  readonly env: NodeJS.ProcessEnv;
}

/** A lake in a bucket that holds the ground's file, marts that answer, and a portal. */
async function inCloud<T>(work: (cloud: Cloud) => Promise<T>): Promise<T> {
  const google = new GoogleStandIn();
  const portal = new PortalStandIn();
  const [url, portalUrl] = await Promise.all([google.start(), portal.start()]);
  const lake = path.join(ground().base, "lake");
  for (const name of readdirSync(lake, { recursive: true }) as string[]) {
    if (name.endsWith(".manifest.json"))
      google.objects.set(name, readFileSync(path.join(lake, name), "utf8"));
  }
  const aggregates = await publishedAggregates();
  google.rows = (sql) => aggregates.get(sql)!;
  const csv = readFileSync(ground().files.next, "utf8");
  portal.packages.set(packageOf.major, { csv, lastModified: "2026-10-30T14:00:00.000000" });
  try {
    return await work({
      google,
      env: {
        STORAGE_EMULATOR_HOST: url,
        BIGQUERY_EMULATOR_HOST: url,
        ...{ CRIME_PROJECT_ID: "p", CRIME_LOCATION: "l", CRIME_DATASET_PREFIX: "crime_" },
        ...{ DATASET: "major_crimes", RAW_BUCKET: "raw", PORTAL_URL: portalUrl, RELOAD_DELAY: "PT1S" },
        MANIFEST: [...google.objects.keys()].find((name) => name.startsWith("major"))!,
      },
    });
  } finally {
    await Promise.all([google.stop(), portal.stop()]);
  }
}

/** Statement on BigQuery -> the rows that DuckDB's marts give for it. */
async function publishedAggregates(): Promise<Map<string, ReturnType<GoogleStandIn["rows"]>>> {
  const warehouse = await Warehouse.open(path.join(ground().base, "warehouse.duckdb"), "read");
  try {
    const asked = await askAggregates(warehouse);
    return new Map(
      AGGREGATES.map(({ name, sql, columns }) => {
        const text = (row: Row): (string | null)[] =>
          columns.map((column) => (row[column] === null ? null : String(row[column] as string)));
        const schemas = { marts: "`p`.crime_marts", raw: "`p`.crime_raw" };
        const fields = columns.map((column) => ({ name: column, type: "STRING" }));
        return [sql(schemas), { fields, rows: asked[name].map(text) }];
      }),
    );
  } finally {
    warehouse.close();
  }
}

/** What each step leaves for the next task, and nothing of it when the step fails. */
const LEAVES = { land: "incoming.csv", load: "", page: "index.html" } as const;

/** A step meets a fault of Google, changes nothing there, hands nothing on, and does its work in a rerun. */
const meets = (
  id: string,
  broken: string,
  says: string,
  name: keyof typeof LEAVES,
  meddle: Meddle,
  rest: { exit?: 0 | 1; env?: NodeJS.ProcessEnv } = {},
): Fault =>
  fault(id, {
    broken,
    says,
    exit: rest.exit ?? 1,
    leaves:
      rest.exit === 0
        ? "tolerated: asked again"
        : "nothing was changed in Google Cloud, nothing is handed on",
    heals: "the same as a step that never failed",
    prove: async (declared) => {
      await inCloud(async ({ google, env }) => {
        const good = await inFolder(name, env);
        google.meddle = meddle;
        const met = await inFolder(name, { ...env, ...rest.env });
        google.meddle = undefined;
        judge(declared, { ...met.ended, stderr: met.ended.stderr.trim() });
        if (met.ended.code !== 0) {
          expect(met.ended.stdout).not.toContain("::{");
          if (LEAVES[name] !== "") expect(met.left).toBeUndefined();
        }
        const again = await inFolder(name, env);
        expect([good.ended.code, again.ended.code]).toEqual([0, 0]);
        expect(again.left).toBe(good.left);
        expect(google.writes).toEqual([]);
      });
    },
  });

async function inFolder(
  name: keyof typeof LEAVES,
  env: NodeJS.ProcessEnv,
): Promise<{ ended: Ended; left: string | undefined }> {
  const folder = temporaryFolder();
  mkdirSync(path.join(folder, "bin"));
  cpSync(path.join(projectDir, "dashboard", "dist", "render.cjs"), path.join(folder, "bin", "render.cjs"));
  const ended = await step(name, folder, env);
  const file = path.join(folder, LEAVES[name]);
  return { ended, left: LEAVES[name] !== "" && existsSync(file) ? sha256(file) : undefined };
}

const on = (part: RegExp, answer: (response: ServerResponse) => void, times = Infinity): Meddle => {
  let met = 0;
  return (url, response) => {
    if (!part.test(url) || met++ >= times) return false;
    answer(response);
    return true;
  };
};

const LIST = /\/o\?/;
const OBJECT = /\/o\/.*alt=media/;
const QUERY = /\/queries/;

export const GOOGLE: readonly Fault[] = [
  meets(
    "list-403",
    "the step may not list the lake",
    "GET …/storage/v1/b/raw/o: 403 …storage.objects.list access…",
    "land",
    on(LIST, googleError(403, "forbidden", "crime-pipeline does not have storage.objects.list access")),
  ),
  meets(
    "list-404",
    "the lake's bucket does not exist",
    "GET …/storage/v1/b/raw/o: 404 …bucket does not exist…",
    "land",
    on(LIST, googleError(404, "notFound", "The specified bucket does not exist.")),
  ),
  meets(
    "list-503",
    "Cloud Storage fails for ever",
    "GET …/storage/v1/b/raw/o: 503 …Backend Error…",
    "land",
    on(LIST, googleError(503, "backendError", "Backend Error")),
  ),
  meets(
    "list-hiccup",
    "Cloud Storage fails once and then works",
    "::{…}::",
    "land",
    on(LIST, googleError(503, "backendError", "Backend Error"), 1),
    { exit: 0 },
  ),
  meets(
    "quota-hiccup",
    "a rate limit (429) is met once",
    "::{…}::",
    "land",
    on(OBJECT, googleError(429, "rateLimitExceeded", "rate limit"), 1),
    { exit: 0 },
  ),
  meets(
    "list-garbled",
    "the list of objects is no JSON",
    "…is not valid JSON…",
    "land",
    on(LIST, (response) => void response.writeHead(200).end("<html>")),
  ),
  meets(
    "list-cut",
    "the connection breaks while objects are listed",
    "GET …/storage/v1/b/raw/o: other side closed",
    "land",
    on(LIST, (response) => void response.destroy()),
  ),
  meets(
    "manifest-garbled",
    "a manifest in the bucket is cut",
    "a manifest of the lake cannot be read (…): …",
    "land",
    on(OBJECT, (response) => void response.writeHead(200).end('{"rows":')),
  ),
  meets(
    "manifest-404",
    "the manifest of a file is gone when it is to be loaded",
    "GET …: 404 …No such object…",
    "load",
    on(OBJECT, googleError(404, "notFound", "No such object")),
  ),
  meets(
    "query-403",
    "the step may not ask the marts",
    "POST …/queries: 403 …bigquery.tables.getData…",
    "page",
    on(QUERY, googleError(403, "accessDenied", "Permission bigquery.tables.getData denied")),
  ),
  meets(
    "query-404",
    "a mart does not exist",
    "POST …/queries: 404 …Not found: Table…",
    "page",
    on(QUERY, googleError(404, "notFound", "Not found: Table crime_marts.crime_trends")),
  ),
  meets(
    "query-quota",
    "the quota of queries is used up",
    "POST …/queries: 403 …quotaExceeded…",
    "page",
    on(QUERY, googleError(403, "quotaExceeded", "Quota exceeded: quotaExceeded")),
  ),
  meets(
    "query-500",
    "BigQuery fails for ever",
    "POST …/queries: 500 …internalError…",
    "page",
    on(QUERY, googleError(500, "internalError", "internalError: retry")),
  ),
  meets(
    "query-failed",
    "a query's job ends in an error",
    "Resources exceeded during query execution",
    "page",
    on(
      QUERY,
      (response) =>
        void response.writeHead(200).end(
          JSON.stringify({
            jobReference: { jobId: "1" },
            errors: [{ message: "Resources exceeded during query execution" }],
          }),
        ),
    ),
  ),
  meets(
    "query-hiccup",
    "BigQuery fails twice and then works",
    "::{…}::",
    "page",
    on(QUERY, googleError(502, "badGateway", "Bad Gateway"), 2),
    { exit: 0 },
  ),
];
