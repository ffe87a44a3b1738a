import type { IncomingMessage, ServerResponse } from "node:http";
import { datasets } from "../../datasets";
import { StandIn } from "./server";

export interface Served {
  csv: string;
  lastModified: string;
  /** Rows that the datastore counts, one for each time it is asked; the last one stays. */
  totals?: number[];
  /** Replaces the answer to the dump. */
  dump?: (response: ServerResponse) => void;
}

/** A stand-in for the City's portal: package_show, datastore_search and the dump. */
export class PortalStandIn extends StandIn {
  readonly packages = new Map<string, Served>();
  readonly requests: string[] = [];
  /** When set, every request gets this status. */
  status: number | undefined;

  protected answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? "/", "http://portal");
    this.requests.push(url.pathname);
    if (this.status !== undefined) {
      response.writeHead(this.status).end("out of order");
      return;
    }
    const json = (result: unknown): void => {
      response
        .writeHead(200, { "content-type": "application/json" })
        .end(JSON.stringify({ success: true, result }));
    };
    if (url.pathname.endsWith("/package_show")) {
      const id = url.searchParams.get("id")!;
      const served = this.packages.get(id);
      if (!served) return void response.writeHead(404).end();
      const resource = (name: string, active: boolean, lastModified: string) => ({
        id: `${name}-${id}`,
        name,
        format: "CSV",
        url: "https://elsewhere.invalid/file.csv",
        datastore_active: active,
        last_modified: lastModified,
      });
      return json({
        resources: [
          resource("before-the-rename", true, "2020-01-01T00:00:00.000000"),
          resource("current", true, served.lastModified),
          resource("cached-copy", false, "2099-01-01T00:00:00.000000"),
        ],
      });
    }
    const id = /current-(.*)$/.exec(url.searchParams.get("resource_id") ?? url.pathname)?.[1] ?? "";
    const served = this.packages.get(id);
    if (!served) return void response.writeHead(404).end();
    if (url.pathname.endsWith("/datastore_search")) {
      const rows = served.csv.trimEnd().split("\n").length - 1;
      const totals = served.totals ?? [];
      return json({ total: (totals.length > 1 ? totals.shift() : totals[0]) ?? rows });
    }
    if (served.dump) return served.dump(response);
    const body = Buffer.from(served.csv);
    response.writeHead(200, { "content-type": "text/csv", "content-length": body.length }).end(body);
  }
}

export const packageOf = { major: datasets[0]!.portalPackage, hate: datasets[1]!.portalPackage };
