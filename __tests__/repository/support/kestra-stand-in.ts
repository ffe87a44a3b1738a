import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { parseValue } from "../../../kestra/values";

/** As much of Kestra as a deployment, a check and a run ask for: it keeps what it is given, and every run succeeds. */
export class KestraStandIn {
  readonly flows = new Map<string, string>();
  readonly kv = new Map<string, string>();
  readonly files = new Map<string, Buffer>();
  /** Flows that were started. */
  readonly started: string[] = [];
  /** Logins that were used. */
  readonly logins = new Set<string>();
  private readonly server = createServer((request, response) => void this.answer(request, response));

  async start(): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const login = (request.headers.authorization ?? "").replace("Basic ", "");
    this.logins.add(Buffer.from(login, "base64").toString());
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? "/", "http://kestra");
    const call = `${request.method} ${url.pathname.replace(/^\/api\/v1\/(main\/)?/, "")}`;
    const reply = this.reply(call, url.searchParams, Buffer.concat(chunks));
    if (reply === undefined) return void response.writeHead(404).end("{}");
    if (Buffer.isBuffer(reply)) {
      return void response.writeHead(200, { "content-type": "application/octet-stream" }).end(reply);
    }
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(reply));
  }

  private reply(call: string, query: URLSearchParams, body: Buffer): unknown {
    const page = (results: object[]) => ({ results, total: results.length });
    const file = (query.get("path") ?? "").replace(/^\//, "");
    const labels = [{ key: "managed-by", value: "toronto-crime-pipeline" }];
    if (call === "GET configs") return { version: "2.0.0" };
    if (call === "GET flows/search") return page([...this.flows.keys()].map((id) => ({ id })));
    if (call === "GET kv") return page([...this.kv.keys()].map((key) => ({ key })));
    if (call === "GET executions/search") return page([]);
    if (call === "POST flows/validate") return [];
    if (call === "POST flows") return this.keepFlow(body.toString());
    if (call.startsWith("GET outputs/")) return {};
    const [, method, kind, name] =
      /^(\w+) (?:(flows|executions)\/[\w.]*\/?|namespaces\/[\w.]+\/)(.*)$/.exec(call) ?? [];
    if (kind === "flows" && method === "GET") {
      const source = this.flows.get(name!);
      return source && { id: name, source, labels };
    }
    if (kind === "flows") return this.keepFlow(body.toString());
    if (call.startsWith("POST executions/")) {
      this.started.push(name!);
      return { id: "run1", flowId: name, state: { current: "CREATED" } };
    }
    if (call.startsWith("GET executions/")) {
      return { id: "run1", flowId: this.started.at(-1), state: { current: "SUCCESS" } };
    }
    if (name === "files/search") return [...this.files.keys()];
    if (name === "files" && method === "GET") return this.files.get(file);
    if (name === "files") return this.files.set(file, contentOf(body)) && {};
    const key = name!.replace(/^kv\//, "");
    if (method === "PUT") return this.kv.set(key, body.toString()) && {};
    const value = this.kv.get(key);
    return value === undefined ? undefined : parseValue(value);
  }

  private keepFlow(source: string): object {
    this.flows.set(/^id: (\S+)/m.exec(source)![1]!, source);
    return {};
  }
}

/** The one part of a multipart body. */
function contentOf(body: Buffer): Buffer {
  const boundary = body.subarray(0, body.indexOf("\r\n"));
  return body.subarray(body.indexOf("\r\n\r\n") + 4, body.lastIndexOf(boundary) - 2);
}
