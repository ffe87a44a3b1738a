import { spawn, spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import {
  replaced,
  translateFault,
  translateRequest,
  translateResponse,
  type Job,
} from "../emulators/translate";
import { projectDir, temporaryFolder, writeFile } from "./support/crime";
import { differences } from "./warehouse/support/compare";

const table = (tableId: string) => ({ projectId: "p", datasetId: "d", tableId });
const query = (sql: string): Job => ({ configuration: { query: { query: sql } }, statistics: { query: {} } });

it.each([
  ["/* dbt */ create or replace table `p`.`d`.`t` (x int64) as (select 1)", "CREATE_TABLE_AS_SELECT"],
  ["create or replace view d.v as select 1", "CREATE_VIEW"],
  ["create table d.t (x int64)", "CREATE_TABLE"],
  ["-- all\nwith a as (select 1) select * from a", "SELECT"],
  ["insert into d.t select 1", "OTHER"],
])("tells what kind of statement %s is", (sql, type) => {
  expect(translateResponse(query(sql), "p").statistics!.query!.statementType).toBe(type);
});

it("names the table that a statement makes, and times in milliseconds", () => {
  const job = query("create table d.t as select 1");
  job.statistics!["startTime"] = "1795510564";
  const { configuration, statistics } = translateResponse(job, "p");
  expect(configuration!.query!.destinationTable).toEqual(table("t"));
  expect(statistics!["startTime"]).toBe("1795510564000");
});

it("knows which table a job replaces", () => {
  expect(replaced(query("create or replace table d.t as select 1"), "p")).toEqual(table("t"));
  expect(replaced(query("create table d.t as select 1"), "p")).toBeUndefined();
  expect(replaced(query("create or replace view d.t as select 1"), "p")).toBeUndefined();
  const load = { destinationTable: table("t"), writeDisposition: "WRITE_TRUNCATE" };
  expect(replaced({ configuration: { load } }, "p")).toEqual(table("t"));
});

it("turns a copy job into a query, and a load as clients write it into one that the emulator reads", () => {
  const copy: Job = { configuration: { copy: { sourceTable: table("a"), destinationTable: table("b") } } };
  expect(translateRequest(copy, false).configuration!.query!.query).toBe(
    "create table `p`.`d`.`b` as select * from `p`.`d`.`a`",
  );
  expect(translateRequest(copy, true).configuration!.query!.query).toBe(
    "delete from `p`.`d`.`b` where true; insert into `p`.`d`.`b` select * from `p`.`d`.`a`",
  );
  const load = { skipLeadingRows: "1", schema: { fields: [{ type: "string" }] } };
  expect(translateRequest({ configuration: { load } }, false).configuration!.load).toEqual({
    sourceFormat: "CSV",
    skipLeadingRows: 1,
    schema: { fields: [{ type: "STRING" }] },
  });
});

it.each([
  ["table d.t is already created", 409, "duplicate"],
  ["dataset x is not found", 404, "notFound"],
  ["failed to analyze: Table not found: x", 400, "invalidQuery"],
])("answers the permanent error %s with %i", (message, code, reason) => {
  expect(translateFault({ error: { code: 500, message, errors: [{}] } })).toEqual({
    error: { code, message, errors: [{ reason }] },
  });
});

it("shows rows that differ beside those that they are most like", () => {
  const rows = [
    { key: "a", n: "1" },
    { key: "b", n: "2" },
  ];
  expect(differences(rows, [...rows].reverse(), ["left", "right"])).toEqual([]);
  expect(differences(rows, [rows[0]!, { key: "b", n: "3" }], ["left", "right"])).toEqual([
    "left has 2 rows, right 2; 1 are only in left, 1 only in right",
    'n is 2 in left, 3 in right; where {"key":"b"}',
  ]);
  expect(differences([rows[0]!, rows[0]!], [rows[0]!], ["left", "right"])).toEqual([
    "left has 2 rows, right 1; 1 are only in left, 0 only in right",
    'only in left: {"key":"a","n":"1"}',
  ]);
  expect(differences(rows, [{ key: "a" }], ["left", "right"])).toEqual([
    "columns of left: key, n",
    "columns of right: key",
  ]);
});

describe("the command", () => {
  const cache = temporaryFolder();
  const folder = path.join(cache, "toronto-crime-pipeline", "emulators");
  const command = (...args: string[]) =>
    spawnSync(process.execPath, ["--import", "tsx", path.join(projectDir, "emulators/main.ts"), ...args], {
      cwd: projectDir,
      encoding: "utf8",
      env: {
        ...process.env,
        XDG_CACHE_HOME: cache,
        TMPDIR: cache,
        PATH: "/usr/bin:/bin",
        DOCKER_HOST: "tcp://127.0.0.1:9",
      },
    });

  it("says on a fresh machine, too, where the reason stands", () => {
    const { status, stderr } = command("start", "--docker");
    expect([status, stderr]).toEqual([
      1,
      `error: the emulators did not start (${folder}/serve.log): its last line says why\n`,
    ]);
  });

  it("stops no program that only has the process id of an old set", async () => {
    const other = spawn("sleep", ["60"]);
    const address = "http://127.0.0.1:9";
    const env = { STORAGE_EMULATOR_HOST: address, BIGQUERY_EMULATOR_HOST: address, CRIME_PROJECT_ID: "p" };
    mkdirSync(folder, { recursive: true });
    writeFile(folder, "running.json", JSON.stringify({ env, pids: {}, pid: other.pid }));
    expect(command("stop")).toMatchObject({ status: 0, stdout: "stopped\n" });
    await delay(200);
    expect([other.exitCode, other.signalCode]).toEqual([null, null]);
    other.kill("SIGKILL");
  });
});
