import { setTimeout as sleep } from "node:timers/promises";

/** A value as BigQuery's REST answers give it. */
type Cell = string | null;

interface QueryReply {
  readonly jobComplete: boolean;
  readonly jobReference: { readonly jobId: string };
  readonly schema?: { readonly fields: readonly { readonly name: string; readonly type: string }[] };
  readonly rows?: readonly { readonly f: readonly { readonly v: Cell }[] }[];
  readonly pageToken?: string;
  readonly errors?: readonly { readonly message: string }[];
}

const METADATA = "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token";

/** The few readings of Cloud Storage and BigQuery that a step needs, with the machine's own identity. */
export class Google {
  private readonly storage: string;
  private readonly bigquery: string;
  private header: Promise<Record<string, string>> | undefined;

  constructor(
    private readonly project: string,
    private readonly location: string,
    private readonly environment: NodeJS.ProcessEnv = process.env,
  ) {
    this.storage = environment["STORAGE_EMULATOR_HOST"] ?? "https://storage.googleapis.com";
    this.bigquery = environment["BIGQUERY_EMULATOR_HOST"] ?? "https://bigquery.googleapis.com";
  }

  /** Names of the objects under a prefix. */
  async list(bucket: string, prefix: string): Promise<string[]> {
    const names: string[] = [];
    let token: string | undefined;
    do {
      const query = new URLSearchParams({ prefix, fields: "items(name),nextPageToken" });
      if (token) query.set("pageToken", token);
      const reply = await this.get(`${this.storage}/storage/v1/b/${bucket}/o?${query.toString()}`);
      const page = (await reply.json()) as { items?: { name: string }[]; nextPageToken?: string };
      names.push(...(page.items ?? []).map(({ name }) => name));
      token = page.nextPageToken;
    } while (token);
    return names;
  }

  /** The text of an object. */
  async read(bucket: string, object: string): Promise<string> {
    const url = `${this.storage}/storage/v1/b/${bucket}/o/${encodeURIComponent(object)}?alt=media`;
    return (await this.get(url)).text();
  }

  /** All rows of a query, with numbers and truth values as such. */
  async query(sql: string): Promise<Record<string, unknown>[]> {
    const base = `${this.bigquery}/bigquery/v2/projects/${this.project}/queries`;
    const request = { query: sql, useLegacySql: false, location: this.location, timeoutMs: 60_000 };
    let page = (await (await this.send("POST", base, request)).json()) as QueryReply;
    const rows: Record<string, unknown>[] = [];
    for (;;) {
      if (page.errors?.length) throw new Error(page.errors[0]!.message);
      const { jobId } = page.jobReference;
      const fields = page.schema?.fields ?? [];
      for (const { f } of page.rows ?? []) {
        rows.push(Object.fromEntries(fields.map(({ name, type }, at) => [name, typed(f[at]!.v, type)])));
      }
      if (page.jobComplete && !page.pageToken) return rows;
      const more = new URLSearchParams({ location: this.location, timeoutMs: "60000" });
      if (page.pageToken) more.set("pageToken", page.pageToken);
      page = (await (await this.get(`${base}/${jobId}?${more.toString()}`)).json()) as QueryReply;
    }
  }

  private get(url: string): Promise<Response> {
    return this.send("GET", url);
  }

  private async send(method: string, url: string, body?: object): Promise<Response> {
    const call = `${method} ${url.replace(/\?.*/, "")}`;
    for (let attempt = 1; ; attempt++) {
      const headers = { ...(await this.authorization()), "content-type": "application/json" };
      const init = { method, headers, signal: AbortSignal.timeout(120_000) };
      const asked = fetch(url, body ? { ...init, body: JSON.stringify(body) } : init);
      const reply = await asked.catch(
        (error: Error & { cause?: Error }) => error.cause?.message ?? error.message,
      );
      if (typeof reply !== "string" && reply.ok) return reply;
      const said =
        typeof reply === "string"
          ? reply
          : `${reply.status} ${(await reply.text()).replace(/\s+/g, " ").slice(0, 300)}`;
      const again = typeof reply === "string" || reply.status >= 500 || reply.status === 429;
      if (!again || attempt >= 4) throw new Error(`${call}: ${said}`);
      await sleep(500 * 2 ** attempt);
    }
  }

  private authorization(): Promise<Record<string, string>> {
    if (this.environment["STORAGE_EMULATOR_HOST"] ?? this.environment["BIGQUERY_EMULATOR_HOST"]) {
      return Promise.resolve({});
    }
    return (this.header ??= (async () => {
      const reply = await fetch(METADATA, {
        headers: { "metadata-flavor": "Google" },
        signal: AbortSignal.timeout(5_000),
      });
      if (!reply.ok) throw new Error(`the metadata server answered ${reply.status}: is this task on the VM?`);
      const { access_token } = (await reply.json()) as { access_token: string };
      return { authorization: `Bearer ${access_token}` };
    })());
  }
}

function typed(value: Cell, type: string): unknown {
  if (value === null) return null;
  if (/^(INTEGER|INT64|FLOAT|FLOAT64)$/.test(type)) return Number(value);
  if (/^BOOL/.test(type)) return value === "true";
  return value;
}
