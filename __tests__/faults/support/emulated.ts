import type { ServerResponse } from "node:http";
import type { Dataset } from "../../../datasets";
import { EmulatorClient, type Cell } from "../../../emulators/client";
import { EMULATED_PROJECT, startEmulators, type Emulators } from "../../../emulators/servers";
import { landingTable, tableName, type BigQueryPlace, type Layer } from "../../../pipeline/bigquery";
import type { Manifest } from "../../../pipeline/landing-check";
import { MARTS } from "../../../pipeline/marts";
import { OPS_TABLES } from "../../../pipeline/ops-tables";
import { plainProgress } from "../../../pipeline/progress";
import { replaceRawSql } from "../../../pipeline/raw-sql";
import { loadJob, publicationJobs } from "../../support/bigquery-jobs";
import { meddling } from "./faulty-portal";

/** Answers instead of the emulator when it answers true. */
export type Meddle = (url: string, method: string, response: ServerResponse) => boolean;

let running: Promise<Emulators> | undefined;
const emulators = (): Promise<Emulators> => (running ??= startEmulators(plainProgress(() => undefined)));

export async function stopEmulators(): Promise<void> {
  const started = running;
  running = undefined;
  await (await started)?.stop();
}

/** A warehouse of its own in the emulator, reached through a server that can meddle. */
export class Emulated {
  meddle: Meddle | undefined;
  private direct!: EmulatorClient;
  private meddled!: EmulatorClient;
  private stopFront!: () => Promise<void>;
  private readonly place: BigQueryPlace;

  private constructor(private readonly name: string) {
    this.place = { project: EMULATED_PROJECT, location: "l", datasetPrefix: `${name}_` };
  }

  static async start(
    name: string,
    layers: readonly Layer[] = ["raw", "audit", "marts", "ops"],
  ): Promise<Emulated> {
    const made = new Emulated(name);
    const { env } = await emulators();
    const front = await meddling(env.BIGQUERY_EMULATOR_HOST, (request, response) =>
      Boolean(made.meddle?.(request.url ?? "/", request.method ?? "GET", response)),
    );
    made.stopFront = front.stop;
    made.direct = new EmulatorClient(env);
    made.meddled = new EmulatorClient({ ...env, BIGQUERY_EMULATOR_HOST: front.url });
    await made.direct.createBucket(`${name}-lake`);
    for (const layer of layers) await made.addDataset(layer);
    for (const [table, { columns }] of Object.entries(OPS_TABLES)) {
      const typed = Object.entries(columns).map(([column, type]) => `\`${column}\` ${type}`);
      await made.direct.query(`create table ${tableName(made.place, "ops", table)} (${typed.join(", ")})`);
    }
    return made;
  }

  stop(): Promise<void> {
    return this.stopFront();
  }

  addDataset(layer: Layer): Promise<void> {
    return this.direct.createDataset(this.place.datasetPrefix + layer, this.place.location);
  }

  upload(text: string): Promise<void> {
    return this.direct.upload(`${this.name}-lake`, "file.csv", Buffer.from(text));
  }

  /** Loads the uploaded file into its raw table, as the flow does. */
  async load(dataset: Dataset, manifest: Manifest): Promise<void> {
    await this.meddled.run(loadJob(this.place, dataset, manifest, `gs://${this.name}-lake/file.csv`));
    const landing = tableName(this.place, "raw", landingTable(dataset));
    await this.meddled.query(
      replaceRawSql(dataset, manifest, landing, tableName(this.place, "raw", dataset.id)),
    );
  }

  /** Marts under test, each of one row that names the publication. */
  async audit(publication: string): Promise<void> {
    const present = await this.direct.tables(`${this.place.datasetPrefix}audit`);
    for (const mart of MARTS) {
      const table = tableName(this.place, "audit", mart);
      // To replace a table costs the emulator seconds.
      await this.direct.query(
        present.includes(mart)
          ? `update ${table} set publication_id = '${publication}' where true`
          : `create table ${table} as select '${publication}' as publication_id`,
      );
    }
  }

  async publish(publication: string): Promise<void> {
    const row = {
      publication_id: publication,
      major_crimes_sha256: "a",
      hate_crimes_sha256: null,
      dbt_crime_sha256: "b",
      published_at: `2026-11-24T06:00:00Z ${publication}`,
    };
    for (const job of publicationJobs(this.place, row)) await this.meddled.run(job);
  }

  rows(dataset: Dataset): Promise<Record<string, Cell>[]> {
    return this.direct.query(
      `select * from ${tableName(this.place, "raw", dataset.id)} order by source_row_id`,
    );
  }

  /** The publication that each mart is of, and the publications that are recorded. */
  async published(): Promise<{ marts: string[]; recorded: string[] }> {
    const one = async (table: string): Promise<string[]> =>
      (await this.direct.query(`select publication_id from ${table} order by 1`)).map(
        (row) => row["publication_id"]!,
      );
    const present = await this.direct.tables(`${this.place.datasetPrefix}marts`).catch((): string[] => []);
    const marts: string[] = [];
    for (const mart of MARTS) {
      marts.push(...(present.includes(mart) ? await one(tableName(this.place, "marts", mart)) : ["none"]));
    }
    return { marts, recorded: await one(tableName(this.place, "ops", "publications")) };
  }
}
