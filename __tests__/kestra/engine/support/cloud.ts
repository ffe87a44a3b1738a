import path from "node:path";
import { datasetById, type DatasetId } from "../../../../datasets";
import { EmulatorClient, type Cell } from "../../../../emulators/client";
import { startEmulators, type Emulators } from "../../../../emulators/servers";
import { KestraClient } from "../../../../kestra/client";
import { apply, prepare } from "../../../../kestra/deploy";
import { desiredState } from "../../../../kestra/desired";
import type { FlowOutputs } from "../../../../kestra/kv-entries";
import { follow, logs, outputs as outputsOf, start, type Execution } from "../../../../kestra/run";
import { tableName, type BigQueryPlace } from "../../../../pipeline/bigquery";
import { MARTS } from "../../../../pipeline/marts";
import { OPS_TABLES } from "../../../../pipeline/ops-tables";
import { plainProgress } from "../../../../pipeline/progress";
import { crime, projectDir, temporaryFolder, writeFile, type Ended } from "../../../support/crime";
import { PortalStandIn } from "../../../support/portal";
import { bodyOf, listen, type Listening } from "../../../support/server";
import { outputs as fixed } from "../../support";
import { Engine } from "./engine";

const silent = plainProgress(() => undefined);

/** When the City last changed its files, unless a test says otherwise. */
export const MODIFIED = "2026-04-01T12:00:00.000000";

export interface Ran {
  readonly state: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly execution: Execution;
  /** Task runs of the parent, by task id. */
  readonly tasks: Readonly<Record<string, string>>;
}

/** Everything that the flows meet in the cloud, on this machine: portal, lake, warehouse and Kestra. */
export class Cloud {
  readonly portal = new PortalStandIn();
  readonly place: BigQueryPlace;
  /** What was posted to the team's channel. */
  readonly messages: string[] = [];
  private slack: Listening | undefined;
  emulators!: Emulators;
  google!: EmulatorClient;
  engine!: Engine;
  kestra!: KestraClient;
  /** What an emulated cloud needs besides the infrastructure's outputs, as `--set` has it. */
  set: readonly string[] = [];

  constructor(readonly outputs: FlowOutputs = fixed) {
    this.place = { project: outputs.project_id, location: outputs.location, datasetPrefix: "crime_" };
  }

  /** Starts everything; nothing is deployed yet. */
  async start(): Promise<void> {
    const { raw_bucket, processed_bucket, dashboard_bucket } = this.outputs;
    const portal = await this.portal.start();
    this.emulators = await startEmulators(silent);
    this.google = new EmulatorClient(this.emulators.env);
    for (const bucket of [raw_bucket, processed_bucket, dashboard_bucket])
      await this.google.createBucket(bucket);
    for (const layer of ["raw", "staging", "audit", "marts", "ops"]) {
      await this.google.createDataset(`crime_${layer}`, this.place.location);
    }
    for (const [table, { columns }] of Object.entries(OPS_TABLES)) {
      const typed = Object.entries(columns).map(([name, type]) => `\`${name}\` ${type}`);
      await this.google.query(`create table ${tableName(this.place, "ops", table)} (${typed.join(", ")})`);
    }
    // The emulator has no INFORMATION_SCHEMA in a dataset without tables; BigQuery has.
    await this.google.query(`create table ${tableName(this.place, "raw", "anything")} (x string)`);
    const { STORAGE_EMULATOR_HOST: gcs, BIGQUERY_EMULATOR_HOST: bigquery } = this.emulators.env;
    const bin = path.join(projectDir, ".venv-bigquery", "bin");
    this.slack = await listen((request, response) => {
      void bodyOf(request).then((body) => {
        this.messages.push(body.toString());
        response.end("ok");
      });
    });
    this.engine = new Engine({
      secrets: { SLACK_WEBHOOK: `${this.slack.url}/hook` },
      emulators: { gcs, bigquery },
      env: { PATH: `${bin}:${process.env["PATH"]}`, DBT_SEND_ANONYMOUS_USAGE_STATS: "false" },
    });
    await this.engine.start();
    this.connect();
    this.set = [`portal_url=${portal}`, "dbt_target=emulator", "reload_delay=PT1S"];
  }

  /** Anew after the engine was started anew. */
  connect(): void {
    this.kestra?.close();
    this.kestra = new KestraClient(this.engine.connection);
  }

  async deploy(): Promise<void> {
    const desired = await desiredState(this.outputs, { set: this.set });
    await apply(await prepare(this.kestra, desired), desired);
  }

  /** Changes a flow on the server, until it is deployed again. */
  async edit(id: string, change: (source: string) => string): Promise<void> {
    const path = { namespace: this.outputs.namespace, id };
    const { source } = await this.kestra.call<{ source: string }>("readFlow", {
      path,
      query: { source: "true" },
    });
    await this.kestra.call("updateFlow", { path, body: change(source) });
  }

  async stop(): Promise<void> {
    this.kestra?.close();
    for (const server of [this.engine, this.emulators, this.portal, this.slack]) await server?.stop();
  }

  /** What the City publishes. */
  publish(dataset: DatasetId, csv: string, lastModified = MODIFIED): void {
    this.portal.packages.set(datasetById[dataset].portalPackage, { csv, lastModified });
  }

  /** The command line against this server. */
  async crime(...args: string[]): Promise<Ended> {
    const file = writeFile(temporaryFolder(), "outputs.json", JSON.stringify(this.outputs));
    const { url, username, password } = this.engine.connection;
    const login = { KESTRA_URL: url, KESTRA_USERNAME: username, KESTRA_PASSWORD: password };
    return crime(["kestra", ...args, "--outputs", file], login);
  }

  async run(flow = "crime_pipeline", inputs: Readonly<Record<string, string>> = {}): Promise<Ran> {
    const { id } = await start(this.kestra, this.outputs.namespace, flow, inputs);
    return this.ended(id);
  }

  async ended(id: string): Promise<Ran> {
    const execution = await follow(this.kestra, id, () => undefined, 200);
    return {
      execution,
      state: execution.state.current,
      labels: Object.fromEntries((execution.labels ?? []).map(({ key, value }) => [key, value])),
      outputs: await outputsOf(this.kestra, id),
      tasks: Object.fromEntries(
        (execution.taskRunList ?? []).map(({ taskId, state }) => [taskId, state.current]),
      ),
    };
  }

  /** Warnings, errors and lines for alerts of a run and of its subflows. */
  async log(id: string): Promise<string> {
    const own = await logs(this.kestra, id, "INFO");
    const children = own.flatMap(
      ({ message }) => /Created new execution .*?execution="(\w+)"/.exec(message)?.[1] ?? [],
    );
    const theirs = await Promise.all(children.map((child) => this.log(child)));
    const shown = own.filter(
      ({ level, message }) => (level !== "INFO" && level !== "DEBUG") || message.startsWith("crime_"),
    );
    return [...shown.map(({ taskId, message }) => `${taskId}: ${message}`), ...theirs]
      .filter(Boolean)
      .join("\n");
  }

  /** Holds a run's end against a state and an outcome; fails with its log. */
  async expectEnd(ran: Ran, state: string, outcome?: string): Promise<void> {
    if (ran.state === state && ran.labels["outcome"] === outcome) return;
    const end = `${ran.state} ${ran.labels["outcome"]} instead of ${state} ${outcome}`;
    throw new Error(`${end}\n${await this.log(ran.execution.id)}`);
  }

  /** Lands and loads what the portal serves, and builds nothing: the raw tables as an earlier run left them. */
  async load(): Promise<void> {
    for (const dataset of ["major_crimes", "hate_crimes"]) {
      const landed = await this.run("03_gcp_bucket", { dataset });
      await this.expectEnd(landed, "SUCCESS");
      const manifest = landed.outputs["manifest"] as string;
      await this.expectEnd(await this.run("04_gcp_bigQuery", { dataset, manifest }), "SUCCESS");
    }
  }

  /** What became of each dataset in the last attempt. */
  async lastOutcomes(): Promise<Record<string, Cell>> {
    const all = await this.outcomes();
    const last = all.filter(({ attempt_id }) => attempt_id === all.at(-1)!["attempt_id"]);
    return Object.fromEntries(last.map(({ dataset, outcome }) => [dataset!, outcome!]));
  }

  outcomes(): Promise<Record<string, Cell>[]> {
    const table = tableName(this.place, "ops", "load_outcomes");
    return this.google.query(
      `select attempt_id, dataset, outcome, reason from ${table} order by attempted_at, dataset`,
    );
  }

  publications(): Promise<Record<string, Cell>[]> {
    const table = tableName(this.place, "ops", "publications");
    return this.google.query(`select publication_id from ${table} order by published_at`);
  }

  /** When each published mart was last written, and what was recorded of it: equal when nothing was published. */
  async published(): Promise<Record<string, unknown>> {
    const modified: Record<string, unknown> = {};
    for (const mart of MARTS)
      modified[mart] = (await this.google.table("crime_marts", mart))["lastModifiedTime"];
    return { ...modified, publications: await this.publications() };
  }

  /** Every published mart, whole. */
  async marts(): Promise<Record<string, Record<string, Cell>[]>> {
    const marts: Record<string, Record<string, Cell>[]> = {};
    for (const mart of MARTS) marts[mart] = await this.google.rows("crime_marts", mart);
    return marts;
  }

  /** What an entry of Kestra's KV store holds. */
  async kv(key: string): Promise<unknown> {
    const { namespace } = this.outputs;
    return (await this.kestra.find<{ value: unknown }>("readKv", { path: { namespace, key } }))?.value;
  }

  async objects(bucket: string, prefix = ""): Promise<string[]> {
    const url = `${this.emulators.env.STORAGE_EMULATOR_HOST}/storage/v1/b/${bucket}/o?prefix=${encodeURIComponent(prefix)}`;
    const { items = [] } = (await (await fetch(url)).json()) as { items?: { name: string }[] };
    return items.map(({ name }) => name).sort();
  }

  async object(bucket: string, name: string): Promise<{ body: string; headers: Headers }> {
    const url = `${this.emulators.env.STORAGE_EMULATOR_HOST}/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}?alt=media`;
    const reply = await fetch(url);
    return { body: await reply.text(), headers: reply.headers };
  }
}
