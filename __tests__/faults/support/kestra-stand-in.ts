import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { MANIFEST, OWNER, sha256 } from "../../../kestra/deployment";

/** Answers instead of the server when it answers true. `done` is whether the call was carried out before. */
export type Meddle = (call: string, response: ServerResponse, done: () => void) => boolean | void;

const NAMESPACE = "toronto.crime";

/** As much of a Kestra server, in memory, as a deployment speaks with. */
export class KestraStandIn {
  version = "2.0.0";
  meddle: Meddle | undefined;
  readonly kv = new Map<string, string>();
  readonly files = new Map<string, Buffer>();
  readonly flows = new Map<string, string>();
  private readonly server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => this.answer(request, Buffer.concat(chunks), response));
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  /** All that is there; of the ownership list what does not differ between deployments. */
  state(): Record<string, string> {
    const manifest = this.files.get(MANIFEST);
    const { owned = [] } = (manifest ? JSON.parse(manifest.toString()) : {}) as {
      owned?: { kind: string; key: string; sha256: string | null }[];
    };
    return Object.fromEntries([
      ...[...this.kv].map(([key, body]) => [`kv ${key}`, body]),
      ...[...this.files]
        .filter(([key]) => key !== MANIFEST)
        .map(([key, bytes]) => [`file ${key}`, sha256(bytes)]),
      ...[...this.flows].map(([id, source]) => [`flow ${id}`, source]),
      ...owned.map((entry) => [`owned ${entry.kind} ${entry.key}`, String(entry.sha256)]),
    ]) as Record<string, string>;
  }

  private answer(request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const url = new URL(request.url ?? "/", "http://kestra");
    const file = url.searchParams.get("path") ?? "";
    const call = `${request.method} ${url.pathname.replace(/^\/api\/v1(\/main)?/, "")}${file && ` ${file}`}`;
    const carryOut = (): [number, unknown] =>
      this.carryOut(call, body, request.headers["content-type"] ?? "");
    if (this.meddle?.(call, response, carryOut)) return;
    const [status, answer] = carryOut();
    const bytes = Buffer.isBuffer(answer);
    response.writeHead(status, { "content-type": bytes ? "application/octet-stream" : "application/json" });
    response.end(bytes ? answer : answer === undefined ? "" : JSON.stringify(answer));
  }

  private carryOut(call: string, body: Buffer, type: string): [number, unknown] {
    const is = (pattern: RegExp): string | undefined => pattern.exec(call)?.[1];
    const list = (results: object[]): [number, unknown] => [200, { results, total: results.length }];
    const gone: [number, unknown] = [404, { message: "not found" }];
    if (call === "GET /configs") return [200, { version: this.version }];
    if (call === "GET /flows/search") return list([...this.flows.keys()].map((id) => ({ id })));
    if (call === "GET /kv") return list([...this.kv.keys()].map((key) => ({ key })));
    if (call === `GET /namespaces/${NAMESPACE}/files/search`)
      return [200, [...this.files.keys()].map((key) => `/${key}`)];
    if (call === "POST /flows/validate") {
      return [
        200,
        body
          .toString()
          .split("\n---\n")
          .map((_, index) => ({ index, constraints: null })),
      ];
    }
    const key = is(/ \/namespaces\/[^/]+\/kv\/(.+)$/);
    if (key !== undefined) return this.onKv(call, decodeURIComponent(key), body.toString(), gone);
    const file = is(/ \/namespaces\/[^/]+\/files \/(.+)$/);
    if (file !== undefined) return this.onFile(call, file, body, type, gone);
    if (call === "POST /flows" || call.startsWith("PUT /flows/")) {
      const source = body.toString();
      this.flows.set(/^id: (\S+)/m.exec(source)![1]!, source);
      return [200, {}];
    }
    const flow = is(/ \/flows\/[^/]+\/(.+)$/);
    const source = flow === undefined ? undefined : this.flows.get(flow);
    if (source === undefined) return gone;
    if (call.startsWith("DELETE")) return [this.flows.delete(flow!) ? 204 : 404, undefined];
    return [200, { id: flow, source, labels: source.includes(OWNER.value) ? [OWNER] : [] }];
  }

  private onKv(call: string, key: string, body: string, gone: [number, unknown]): [number, unknown] {
    if (call.startsWith("PUT")) this.kv.set(key, body);
    const stored = this.kv.get(key);
    if (stored === undefined) return gone;
    if (call.startsWith("DELETE")) this.kv.delete(key);
    if (/^P[\dT]/.test(stored)) return [200, { type: "DURATION", value: stored }];
    const value = JSON.parse(stored) as unknown;
    const types: Record<string, string> = { string: "STRING", number: "NUMBER", boolean: "BOOLEAN" };
    return [200, { type: types[typeof value] ?? "JSON", value }];
  }

  private onFile(
    call: string,
    key: string,
    body: Buffer,
    type: string,
    gone: [number, unknown],
  ): [number, unknown] {
    if (call.startsWith("POST")) {
      const boundary = /boundary=(?:"([^"]+)"|([^;]+))/.exec(type);
      const start = body.indexOf("\r\n\r\n") + 4;
      const end = body.lastIndexOf(`\r\n--${boundary![1] ?? boundary![2]}`);
      this.files.set(key, body.subarray(start, end));
      return [200, undefined];
    }
    const bytes = this.files.get(key);
    if (bytes === undefined) return gone;
    if (call.startsWith("DELETE")) return [this.files.delete(key) ? 204 : 404, undefined];
    return [200, bytes];
  }
}
