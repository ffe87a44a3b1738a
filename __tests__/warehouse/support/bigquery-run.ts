import { readFileSync } from "node:fs";
import path from "node:path";
import { datasetById, type DatasetId } from "../../../datasets";
import { EmulatorClient } from "../../../emulators/client";
import { EMULATED_PROJECT, startEmulators, type Emulators } from "../../../emulators/servers";
import { landingTable, tableName, type BigQueryPlace, type Layer } from "../../../pipeline/bigquery";
import { dbtBuild } from "../../../pipeline/dbt";
import { Lake, type Snapshot } from "../../../pipeline/lake";
import { OPS_TABLES } from "../../../pipeline/ops-tables";
import { plainProgress } from "../../../pipeline/progress";
import { replaceRawSql } from "../../../pipeline/raw-sql";
import { loadJob, publicationJobs } from "../../support/bigquery-jobs";
import { projectDir, temporaryFolder } from "../../support/crime";

const silent = plainProgress(() => undefined);
const LAYERS: readonly Layer[] = ["raw", "staging", "audit", "marts", "ops"];

// Each test file has emulators of its own: they never give back what they have once used of their memory.
let emulators: Emulators;
beforeAll(async () => (emulators = await startEmulators(silent)));
afterAll(() => emulators.stop());

/** A warehouse in the emulator, walked through as production walks: land, load, build. */
export class BigQueryRun {
  readonly folder = temporaryFolder();
  readonly place: BigQueryPlace;
  private readonly bucket: string;

  /** @param name tells it from the other warehouses in the emulator */
  constructor(name: string) {
    this.place = {
      project: EMULATED_PROJECT,
      location: "northamerica-northeast2",
      datasetPrefix: `${name}_`,
    };
    this.bucket = `${name}-lake`;
  }

  get client(): EmulatorClient {
    return new EmulatorClient(emulators.env);
  }

  /** What the infrastructure makes: the bucket, the datasets and the tables of `ops`. */
  async deploy(locations: Partial<Record<Layer, string>> = {}): Promise<void> {
    await this.client.createBucket(this.bucket);
    for (const layer of LAYERS) {
      await this.client.createDataset(
        this.place.datasetPrefix + layer,
        locations[layer] ?? this.place.location,
      );
    }
    for (const [table, { columns }] of Object.entries(OPS_TABLES)) {
      const typed = Object.entries(columns).map(([name, type]) => `\`${name}\` ${type}`);
      await this.client.query(`create table ${tableName(this.place, "ops", table)} (${typed.join(", ")})`);
    }
  }

  /** Lands a file in the bucket and replaces the raw table with it. */
  async load(id: DatasetId, text: string): Promise<Snapshot> {
    const dataset = datasetById[id];
    const lake = new Lake(path.join(this.folder, "lake"), path.join(this.folder, "scratch"));
    const landing = await lake.land(once(text), dataset, context(id), new Date());
    if ("refused" in landing) throw new Error(landing.refused);
    const { snapshot } = landing;
    await this.client.upload(this.bucket, snapshot.object, readFileSync(lake.file(snapshot)));
    const uri = `gs://${this.bucket}/${snapshot.object}`;
    await this.client.run(loadJob(this.place, dataset, snapshot, uri));
    const landed = tableName(this.place, "raw", landingTable(dataset));
    await this.client.query(replaceRawSql(dataset, snapshot, landed, tableName(this.place, "raw", id)));
    return snapshot;
  }

  /** `dbt build` into the audit dataset. */
  async build(publicationId: string, env: Readonly<Record<string, string>> = {}): Promise<void> {
    await dbtBuild(
      {
        bin: path.join(projectDir, ".venv-bigquery", "bin"),
        projectDir: path.join(projectDir, "dbt_crime"),
        targetDir: path.join(this.folder, "dbt"),
        logDir: path.join(this.folder, "logs"),
        env: {
          ...emulators.env,
          DBT_TARGET: "emulator",
          CRIME_LOCATION: this.place.location,
          CRIME_DATASET_PREFIX: this.place.datasetPrefix,
          PUBLICATION_ID: publicationId,
          ...env,
        },
      },
      silent.step("dbt build"),
    );
  }

  /** Publishes the audited marts. */
  async publish(publicationId: string): Promise<void> {
    const publication = {
      publication_id: publicationId,
      major_crimes_sha256: "a".repeat(64),
      hate_crimes_sha256: null,
      dbt_crime_sha256: "b".repeat(64),
      published_at: "2026-11-24T06:00:00Z",
    };
    for (const job of publicationJobs(this.place, publication)) await this.client.run(job);
  }
}

function context(id: DatasetId) {
  return {
    source: { kind: "file" as const, location: `${id}.csv` },
    snapshotDate: "2026-11-24",
    acceptSmaller: "tests load parts",
  };
}

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
  await Promise.resolve();
}
