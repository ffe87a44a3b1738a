import type { IncomingMessage, ServerResponse } from "node:http";
import { MANIFEST, OWNER, sha256 } from "../../kestra/deployment";
import { parseValue } from "../../kestra/values";
import { bodyOf, StandIn } from "./server";

/** Answers instead of the server when it answers true. `carryOut` does what the call asks for. */
export type Meddle = (call: string, response: ServerResponse, carryOut: () => void) => boolean | void;

interface Run {
  readonly id: string;
  readonly flowId: string;
  readonly state: string;
  readonly outcome: string;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly started?: string;
  /** How often it still says that it is running. */
  going?: number;
}

type Reply = readonly [status: number, content?: unknown];
const GONE: Reply = [404, { message: "not found" }];

/** As much of a Kestra server, in memory, as a deployment and a run speak with, in the one namespace of the tests. */
export class KestraStandIn extends StandIn {
  version = "2.0.0";
  meddle: Meddle | undefined;
  /** Bodies as they were written. */
  readonly kv = new Map<string, string>();
  readonly files = new Map<string, Buffer>();
  readonly flows = new Map<string, string>();
  readonly runs: Run[] = [];
  /** Calls that change something, and the start of each run. */
  readonly changes: string[] = [];
  /** `name:password` of those who called. */
  readonly logins = new Set<string>();
  /** The only login that is let in, when set. */
  login: string | undefined;
  /** So many calls meet a server that is still starting. */
  outages = 0;
  /** What the server says against new flows, when set. */
  constraints: string | undefined;
  /** How the next run ends. */
  next: Omit<Run, "id" | "flowId"> = { state: "SUCCESS", outcome: "success" };

  /** All that is there; of the ownership list what does not differ between deployments. */
  state(): Record<string, string> {
    const manifest = this.files.get(MANIFEST);
    const { owned = [] } = (manifest ? JSON.parse(manifest.toString()) : {}) as {
      owned?: { kind: string; key: string; sha256: string | null }[];
    };
    const files = [...this.files].filter(([key]) => key !== MANIFEST);
    return Object.fromEntries([
      ...[...this.kv].map(([key, body]) => [`kv ${key}`, body]),
      ...files.map(([key, bytes]) => [`file ${key}`, sha256(bytes)]),
      ...[...this.flows].map(([id, source]) => [`flow ${id}`, source]),
      ...owned.map((entry) => [`owned ${entry.kind} ${entry.key}`, String(entry.sha256)]),
    ]) as Record<string, string>;
  }

  protected async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const url = new URL(request.url ?? "/", "http://kestra");
    const place = url.pathname.replace(/^\/api\/v1(\/main)?/, "").replace("/namespaces/toronto.crime", "");
    const file = url.searchParams.get("path")?.replace(/^\//, "");
    const call = `${request.method} ${place}${file ? ` ${file}` : ""}`;
    const login = Buffer.from(
      (request.headers.authorization ?? "").replace("Basic ", ""),
      "base64",
    ).toString();
    this.logins.add(login);
    const carryOut = (): Reply => {
      if (request.method !== "GET" && place !== "/flows/validate") this.changes.push(call);
      return this.reply(call, url.searchParams, body);
    };
    if (this.meddle?.(call, response, carryOut)) return;
    const [status, content] =
      this.outages-- > 0
        ? [503, { message: "starting" }]
        : login !== (this.login ?? login)
          ? [401, { message: "who?" }]
          : carryOut();
    const isFile = Buffer.isBuffer(content);
    response.writeHead(status, { "content-type": isFile ? "application/octet-stream" : "application/json" });
    response.end(isFile ? content : content === undefined ? "" : JSON.stringify(content));
  }

  private reply(call: string, query: URLSearchParams, body: Buffer): Reply {
    const page = (results: object[]): Reply => {
      const [number, size] = [Number(query.get("page") ?? 1), Number(query.get("size") ?? 10)];
      return [200, { results: results.slice((number - 1) * size, number * size), total: results.length }];
    };
    if (call === "GET /configs") return [200, { version: this.version }];
    if (call === "GET /flows/search") return page([...this.flows.keys()].map((id) => ({ id })));
    if (call === "GET /kv") return page([...this.kv.keys()].map((key) => ({ key })));
    if (call === "GET /files/search") return [200, [...this.files.keys()].map((key) => `/${key}`)];
    if (call === "GET /executions/search") return page(this.runs.map(shown).reverse());
    if (call === "POST /flows/validate") {
      const flows = body.toString().split("\n---\n");
      return [200, flows.map((_, index) => ({ index, constraints: this.constraints ?? null }))];
    }
    const [, method, room = "", name = ""] = /^(\w+) \/(\w+)[/ ]?(.*)$/.exec(call) ?? [];
    if (room === "kv") return this.onKv(method!, decodeURIComponent(name), body.toString());
    if (room === "files") return this.onFile(method!, name, body);
    if (room === "flows") return this.onFlow(method!, name.split("/").at(-1)!, body.toString());
    return this.onRun(method!, room, name.split("/").at(-1)!);
  }

  private onKv(method: string, key: string, body: string): Reply {
    if (method === "PUT") this.kv.set(key, body);
    const stored = this.kv.get(key);
    if (stored === undefined) return GONE;
    if (method === "DELETE") this.kv.delete(key);
    return [200, parseValue(stored)];
  }

  private onFile(method: string, key: string, body: Buffer): Reply {
    if (method === "POST") this.files.set(key, onlyPart(body));
    const bytes = this.files.get(key);
    if (bytes === undefined) return GONE;
    if (method === "DELETE") this.files.delete(key);
    return method === "GET" ? [200, bytes] : [200];
  }

  private onFlow(method: string, id: string, body: string): Reply {
    if (method === "POST" || method === "PUT") this.flows.set(/^id: (\S+)/m.exec(body)![1]!, body);
    if (method === "POST" || method === "PUT") return [200, {}];
    const source = this.flows.get(id);
    if (source === undefined) return GONE;
    if (method === "DELETE") this.flows.delete(id);
    return [200, { id, source, labels: source.includes(OWNER.value) ? [OWNER] : [] }];
  }

  private onRun(method: string, room: string, name: string): Reply {
    if (method === "POST") {
      if (!this.flows.has(name)) return GONE;
      this.runs.push({ id: `run-${this.runs.length + 1}`, flowId: name, ...this.next });
    }
    const run = method === "POST" ? this.runs.at(-1) : this.runs.find(({ id }) => id === name);
    if (run === undefined) return GONE;
    if (room === "outputs") return [200, { outcome: run.outcome, ...run.outputs }];
    if (room === "logs") return [200, [{ level: "ERROR", taskId: "land", message: "it broke" }]];
    return room === "executions" ? [200, shown(run)] : GONE;
  }
}

function shown(run: Run): object {
  const isGoing = (run.going ?? 0) > 0;
  if (isGoing) run.going!--;
  return {
    id: run.id,
    flowId: run.flowId,
    state: { current: isGoing ? "RUNNING" : run.state, startDate: run.started },
    labels: [{ key: "outcome", value: run.outcome }],
    taskRunList: [{ id: `${run.id}-t`, taskId: "settings", state: { current: "SUCCESS" } }],
  };
}

/** The bytes of a form with one part. */
function onlyPart(form: Buffer): Buffer {
  const boundary = form.subarray(0, form.indexOf("\r\n"));
  return form.subarray(form.indexOf("\r\n\r\n") + 4, form.lastIndexOf(boundary) - 2);
}
