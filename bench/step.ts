/** One step of the laptop run in a process of its own, so that its time and memory are its own. */
import { DuckDBInstance } from "@duckdb/node-api";
import { createReadStream, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { majorCrimes } from "../datasets";
import { dbtBuild } from "../pipeline/dbt";
import { torontoDay } from "../pipeline/iso-date";
import { run } from "../pipeline/process";
import { publish } from "../pipeline/publish";
import { Warehouse } from "../pipeline/warehouse";
import { Workspace } from "../pipeline/workspace";

const projectDir = path.join(__dirname, "..");

const steps: Record<string, (file: string, workspace: Workspace) => Promise<void>> = {
  async "check and land"(file, { lake }) {
    const landing = await lake.land(
      createReadStream(file, { highWaterMark: 1 << 20 }),
      majorCrimes,
      { source: { kind: "file", location: file }, snapshotDate: torontoDay(new Date()) },
      new Date(),
    );
    if ("refused" in landing) throw new Error(landing.refused);
  },
  async load(_, { lake, warehouse: file }) {
    const snapshot = (await lake.latest("major_crimes"))!;
    const warehouse = await Warehouse.openCopy(file, `${file}.copy`);
    await warehouse.load(majorCrimes, snapshot, await lake.whole(snapshot));
    warehouse.close();
  },
  async "dbt build"(_, workspace) {
    const silent = { update: () => undefined, done: () => undefined, fail: () => undefined };
    await dbtBuild(
      {
        bin: path.join(projectDir, ".venv/bin"),
        projectDir: path.join(projectDir, "dbt_crime"),
        targetDir: path.join(workspace.folder, "target"),
        logDir: workspace.logs,
        env: { DUCKDB_PATH: `${workspace.warehouse}.copy`, PUBLICATION_ID: "bench" },
      },
      silent,
    );
  },
  async publish(_, { warehouse: file }) {
    const warehouse = await Warehouse.open(`${file}.copy`, "write");
    await publish(warehouse, {
      publication_id: "bench",
      major_crimes_sha256: "",
      hate_crimes_sha256: "",
      dbt_crime_sha256: "",
      published_at: "",
    });
    warehouse.close();
  },
  /** A floor: DuckDB alone reads every row once and keeps nothing. */
  async "one DuckDB scan"(file) {
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    await connection.runAndReadAll(
      `select count(*), max(columns(*)) from read_csv('${file}', all_varchar = true, header = true)`,
    );
    connection.closeSync();
    instance.closeSync();
  },
  /** A floor: what dbt takes to start, parse and run one empty model. */
  async "dbt build of an empty project"(_, { folder }) {
    const project = path.join(folder, "empty");
    mkdirSync(path.join(project, "models"), { recursive: true });
    writeFileSync(path.join(project, "dbt_project.yml"), "name: nothing\nversion: '1.0'\nprofile: nothing\n");
    writeFileSync(
      path.join(project, "profiles.yml"),
      `nothing: {target: dev, outputs: {dev: {type: duckdb, path: "${folder}/empty.duckdb"}}}\n`,
    );
    writeFileSync(path.join(project, "models", "one.sql"), "select 1 as one\n");
    const { code, tail } = await run(path.join(projectDir, ".venv/bin/dbt"), ["build"], {
      cwd: project,
      env: { ...process.env, DBT_PROFILES_DIR: project, DBT_SEND_ANONYMOUS_USAGE_STATS: "false" },
    });
    if (code !== 0) throw new Error(tail);
  },
  /** A floor: DuckDB alone, every column as text, into a file. */
  async "bare DuckDB load"(file, { folder }) {
    const instance = await DuckDBInstance.create(path.join(folder, "bare.duckdb"));
    const connection = await instance.connect();
    await connection.run(
      `create table bare as select * from read_csv('${file}', all_varchar = true, header = true)`,
    );
    connection.closeSync();
    instance.closeSync();
  },
};

async function main([name, file, folder]: string[]): Promise<void> {
  const started = process.hrtime.bigint();
  await steps[name!]!(file!, new Workspace(folder!));
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  process.stdout.write(JSON.stringify({ seconds }) + "\n");
}

void main(process.argv.slice(2));
