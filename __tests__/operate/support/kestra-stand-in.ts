import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export const LOGIN = { username: "admin@crime.example.com", password: "Hidden-Passw0rd" };

interface Run {
  readonly id: string;
  readonly state: string;
  readonly outcome: string;
  readonly outputs?: Readonly<Record<string, string>>;
  /** How often it still says that it is running. */
  going?: number;
}

/** As much of Kestra's API as a deployment and a run use, over real HTTP and in memory. */
export class KestraStandIn {
  readonly kv = new Map<string, { type: string; value: unknown }>();
  readonly files = new Map<string, Buffer>();
  readonly flows = new Map<string, string>();
  readonly runs: Run[] = [];
  /** Calls that change something, as `METHOD /path`, and the start of each run. */
  readonly changes: string[] = [];
  /** So many calls meet a server that is still starting. */
  outages = 0;
  /** What the server says against new flows, when set. */
  constraints: string | undefined;
  version = "2.0.7";
  /** How the next run ends. */
  next: Omit<Run, "id"> = { state: "SUCCESS", outcome: "success" };
  port = 0;
  private readonly server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const { status, answer } = this.reply(request, body);
      const isFile = Buffer.isBuffer(answer);
      response.writeHead(status, {
        "content-type": isFile ? "application/octet-stream" : "application/json",
      });
      response.end(isFile ? answer : JSON.stringify(answer));
    });
  });

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    this.port = (this.server.address() as AddressInfo).port;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private reply(request: IncomingMessage, body: Buffer): { status: number; answer: unknown } {
    const { method = "", headers } = request;
    const url = new URL(request.url!, "http://stand-in");
    if (this.outages-- > 0) return { status: 503, answer: { message: "starting" } };
    const login = Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString("base64");
    if (headers.authorization !== `Basic ${login}`) return { status: 401, answer: { message: "who?" } };
    const place = url.pathname.replace(/^\/api\/v1(\/main)?/, "").replace("/namespaces/toronto.crime", "");
    const isChange = method !== "GET" && place !== "/flows/validate";
    if (isChange) this.changes.push(`${method} ${place}`);
    const found = this.answer(`${method} ${place}`, url.searchParams, body, headers["content-type"] ?? "");
    return found === undefined
      ? { status: 404, answer: { message: "not there" } }
      : { status: 200, answer: found };
  }

  private answer(call: string, query: URLSearchParams, body: Buffer, type: string): unknown {
    const key = decodeURIComponent(call.split("/").at(-1)!);
    const text = body.toString();
    const file = query.get("path")?.replace(/^\//, "") ?? "";
    if (call === "GET /configs") return { version: this.version };
    if (call === "GET /flows/search")
      return this.listed(
        [...this.flows.keys()].map((id) => ({ id })),
        query,
      );
    if (call === "POST /flows/validate") return [{ constraints: this.constraints ?? null }];
    if (call === "POST /flows") return this.keepFlow(/^id: (\S+)/m.exec(text)![1]!, text);
    if (call.startsWith("PUT /flows/")) return this.keepFlow(key, text);
    if (call.startsWith("GET /flows/")) return this.flow(key);
    if (call === "GET /kv")
      return this.listed(
        [...this.kv.keys()].map((name) => ({ key: name })),
        query,
      );
    if (call.startsWith("GET /kv/")) return this.kv.get(key);
    if (call.startsWith("PUT /kv/")) return this.kv.set(key, typed(text)) && {};
    if (call === "GET /files/search") return [...this.files.keys()].map((name) => `/${name}`);
    if (call === "GET /files") return this.files.get(file);
    if (call === "POST /files") return this.files.set(file, onlyPart(body, type)) && {};
    if (call === "GET /executions/search") return this.listed(this.runs.map(shown).reverse(), query);
    if (call === "POST /executions/toronto.crime/crime_pipeline") return this.run();
    if (call.startsWith("GET /executions/")) return this.runs.filter(({ id }) => id === key).map(shown)[0];
    if (call.startsWith("GET /outputs/"))
      return { outcome: this.runs.at(-1)!.outcome, ...this.runs.at(-1)!.outputs };
    if (call.startsWith("GET /logs/")) return [{ level: "ERROR", taskId: "land", message: "it broke" }];
    return undefined;
  }

  private listed(results: unknown[], query: URLSearchParams): unknown {
    const [page, size] = [Number(query.get("page") ?? 1), Number(query.get("size") ?? 10)];
    return { results: results.slice((page - 1) * size, page * size), total: results.length };
  }

  private keepFlow(id: string, source: string): unknown {
    this.flows.set(id, source);
    return { id };
  }

  private flow(id: string): unknown {
    const source = this.flows.get(id);
    return source && { id, source, labels: [{ key: "managed-by", value: "toronto-crime-pipeline" }] };
  }

  private run(): unknown {
    const run = { id: `run-${this.runs.length + 1}`, ...this.next };
    this.runs.push(run);
    return shown(run);
  }
}

function shown(run: Run) {
  const isGoing = (run.going ?? 0) > 0;
  if (isGoing) run.going!--;
  return {
    id: run.id,
    flowId: "crime_pipeline",
    state: { current: isGoing ? "RUNNING" : run.state },
    labels: [{ key: "outcome", value: run.outcome }],
    taskRunList: [{ id: `${run.id}-t`, taskId: "settings", state: { current: "SUCCESS" } }],
  };
}

function typed(text: string): { type: string; value: unknown } {
  if (/^P/.test(text)) return { type: "DURATION", value: text };
  const value: unknown = JSON.parse(text);
  return { type: (typeof value).toUpperCase(), value };
}

/** The bytes of a form with one part. */
function onlyPart(body: Buffer, type: string): Buffer {
  const boundary = /boundary="?([^";]+)/.exec(type)![1]!;
  const begin = body.indexOf("\r\n\r\n") + 4;
  return body.subarray(begin, body.lastIndexOf(`\r\n--${boundary}--`));
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
