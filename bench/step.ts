/** One step of the laptop run in a process of its own, so that its time and memory are its own. */
import { DuckDBInstance } from "@duckdb/node-api";
import { createReadStream } from "node:fs";
import path from "node:path";
import { majorCrimes } from "../datasets";
import { dbtBuild } from "../pipeline/dbt";
import { publish } from "../pipeline/publish";
import { Warehouse } from "../pipeline/warehouse";
import { Workspace } from "../pipeline/workspace";

const projectDir = path.join(__dirname, "..");

const steps: Record<string, (file: string, workspace: Workspace) => Promise<void>> = {
  async "check and land"(file, { lake }) {
    const landing = await lake.land(
      createReadStream(file, { highWaterMark: 1 << 20 }),
      majorCrimes,
      { source: { kind: "file", location: file }, snapshotDate: "2026-01-01" },
      new Date(),
    );
    if ("refused" in landing) throw new Error(landing.refused);
  },
  async load(_, { lake, warehouse: file }) {
    const snapshot = (await lake.latest("major_crimes"))!;
    const warehouse = await Warehouse.openCopy(file, `${file}.copy`);
    await warehouse.load(majorCrimes, snapshot, lake.file(snapshot));
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
  /** The floor: DuckDB alone, every column as text, into a file. */
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
