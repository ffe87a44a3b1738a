import type { IncomingMessage, ServerResponse } from "node:http";
import { bodyOf, StandIn } from "../../support/server";

/** Answers instead of Google when it answers true. */
export type Meddle = (url: string, response: ServerResponse) => boolean;

/** Cloud Storage with the objects that it is given, and BigQuery with one answer for every query. */
export class GoogleStandIn extends StandIn {
  meddle: Meddle | undefined;
  readonly objects = new Map<string, string>();
  /** Rows for a query, as BigQuery's REST answers give them. */
  rows: (sql: string) => { fields: { name: string; type: string }[]; rows: (string | null)[][] } = () => ({
    fields: [],
    rows: [],
  });
  /** Requests that would change something. */
  readonly writes: string[] = [];

  protected async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const url = request.url ?? "/";
    if (request.method !== "GET" && !url.endsWith("/queries")) this.writes.push(`${request.method} ${url}`);
    if (!this.meddle?.(url, response)) this.serve(new URL(url, "http://google"), body.toString(), response);
  }

  private serve(url: URL, body: string, response: ServerResponse): void {
    const json = (content: unknown): void =>
      void response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(content));
    const object = /\/o\/(.+)$/.exec(url.pathname)?.[1];
    if (object !== undefined) {
      const content = this.objects.get(decodeURIComponent(object));
      return void response.writeHead(content === undefined ? 404 : 200).end(content ?? "No such object");
    }
    if (url.pathname.endsWith("/o")) {
      const prefix = url.searchParams.get("prefix") ?? "";
      const names = [...this.objects.keys()].filter((name) => name.startsWith(prefix));
      return json({ items: names.map((name) => ({ name })) });
    }
    const { query } = JSON.parse(body) as { query: string };
    const { fields, rows } = this.rows(query);
    json({
      jobComplete: true,
      jobReference: { jobId: "1" },
      schema: { fields },
      rows: rows.map((row) => ({ f: row.map((v) => ({ v })) })),
    });
  }
}

/** A fault as Google's APIs tell it: JSON over several lines. */
export const googleError =
  (code: number, reason: string, message: string) =>
  (response: ServerResponse): void =>
    void response
      .writeHead(code, { "content-type": "application/json" })
      .end(
        JSON.stringify(
          { error: { code, message, errors: [{ message, domain: "global", reason }] } },
          null,
          2,
        ),
      );
