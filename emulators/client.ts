import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { EmulatorEnv } from "./servers";

/** A value as BigQuery's REST answers give it: text, or nothing. */
export type Cell = string | null;

interface JobReply {
  readonly jobReference: { readonly jobId: string };
  readonly status: { readonly state: string; readonly errorResult?: { readonly message: string } };
}

interface Page {
  readonly schema?: { readonly fields?: readonly { readonly name: string; readonly type: string }[] };
  readonly rows?: readonly { readonly f: readonly { readonly v: Cell }[] }[];
  readonly pageToken?: string;
}

/** The few calls of Cloud Storage and BigQuery that a load, a query and a publication need. */
export class EmulatorClient {
  private readonly bigquery: string;

  constructor(private readonly env: EmulatorEnv) {
    this.bigquery = `${env.BIGQUERY_EMULATOR_HOST}/bigquery/v2/projects/${env.CRIME_PROJECT_ID}`;
  }

  async createBucket(name: string): Promise<void> {
    await this.post(`${this.env.STORAGE_EMULATOR_HOST}/storage/v1/b?project=${this.env.CRIME_PROJECT_ID}`, {
      name,
    });
  }

  /** Puts an object into a bucket, byte for byte. */
  async upload(bucket: string, object: string, bytes: Uint8Array): Promise<void> {
    const url = `${this.env.STORAGE_EMULATOR_HOST}/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${encodeURIComponent(object)}`;
    await checked(
      await fetch(url, { method: "POST", headers: { "content-type": "text/csv" }, body: Buffer.from(bytes) }),
    );
  }

  async createDataset(datasetId: string, location: string): Promise<void> {
    const datasetReference = { projectId: this.env.CRIME_PROJECT_ID, datasetId };
    await this.post(`${this.bigquery}/datasets`, { datasetReference, location });
  }

  /** What BigQuery knows of a table. */
  async table(datasetId: string, tableId: string): Promise<Record<string, unknown>> {
    const reply = await checked(await fetch(`${this.bigquery}/datasets/${datasetId}/tables/${tableId}`));
    return (await reply.json()) as Record<string, unknown>;
  }

  /** Names of the tables in a dataset. */
  async tables(datasetId: string): Promise<string[]> {
    const reply = await checked(await fetch(`${this.bigquery}/datasets/${datasetId}/tables?maxResults=1000`));
    const { tables = [] } = (await reply.json()) as { tables?: { tableReference: { tableId: string } }[] };
    return tables.map(({ tableReference }) => tableReference.tableId);
  }

  /** Runs a job to its end. */
  async run(configuration: object): Promise<string> {
    const jobReference = { projectId: this.env.CRIME_PROJECT_ID, jobId: randomUUID() };
    let job = (await this.post(`${this.bigquery}/jobs`, { jobReference, configuration })) as JobReply;
    while (job.status.state !== "DONE") {
      await delay(200);
      const reply = await checked(await fetch(`${this.bigquery}/jobs/${job.jobReference.jobId}`));
      job = (await reply.json()) as JobReply;
    }
    if (job.status.errorResult) throw new Error(job.status.errorResult.message);
    return job.jobReference.jobId;
  }

  /**
   * All rows of a table, as `query` gives them. The emulator keeps the result of each query and reads them all
   * again before it answers anything: a few large ones make it crawl, this reading leaves nothing behind.
   */
  async rows(datasetId: string, tableId: string): Promise<Record<string, Cell>[]> {
    const { schema } = (await this.table(datasetId, tableId)) as Page;
    const reply = await checked(
      await fetch(`${this.bigquery}/datasets/${datasetId}/tables/${tableId}/data?maxResults=1000000`),
    );
    return asRecords(schema, ((await reply.json()) as Page).rows);
  }

  /** Runs a query and reads all its rows, each as an object of text values; a double as JavaScript prints it. */
  async query(sql: string): Promise<Record<string, Cell>[]> {
    const id = await this.run({ query: { query: sql, useLegacySql: false } });
    const rows: Record<string, Cell>[] = [];
    let token: string | undefined;
    do {
      const page = token === undefined ? "" : `&pageToken=${token}`;
      const reply = await checked(await fetch(`${this.bigquery}/queries/${id}?maxResults=100000${page}`));
      const { schema, rows: found = [], pageToken } = (await reply.json()) as Page;
      rows.push(...asRecords(schema, found));
      token = pageToken;
    } while (token);
    return rows;
  }

  private async post(url: string, body: object): Promise<unknown> {
    const headers = { "content-type": "application/json" };
    const reply = await checked(await fetch(url, { method: "POST", headers, body: JSON.stringify(body) }));
    return reply.json();
  }
}

function asRecords(schema: Page["schema"], rows: Page["rows"] = []): Record<string, Cell>[] {
  const columns = (schema?.fields ?? []).map(({ name, type }) => [name, type.startsWith("FLOAT")] as const);
  const print = (value: Cell, isDouble: boolean): Cell =>
    isDouble && value !== null ? String(Number(value)) : value;
  return rows.map(({ f }) =>
    Object.fromEntries(columns.map(([name, isDouble], i) => [name, print(f[i]!.v, isDouble)])),
  );
}

async function checked(reply: Response): Promise<Response> {
  if (reply.ok) return reply;
  throw new Error(`${reply.status} ${new URL(reply.url).pathname}: ${(await reply.text()).slice(0, 500)}`);
}
