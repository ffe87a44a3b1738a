import ApiClient from "@kestra-io/kestra-sdk/dist/ApiClient";
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf, UserError } from "../errors";

/** Every call that the project makes: method, path under the tenant, what goes in and what comes out. */
const endpoints = {
  configs: { method: "GET", path: "/api/v1/configs" },
  searchFlows: { method: "GET", path: "/api/v1/{tenant}/flows/search" },
  readFlow: { method: "GET", path: "/api/v1/{tenant}/flows/{namespace}/{id}" },
  createFlow: { method: "POST", path: "/api/v1/{tenant}/flows", sends: "application/x-yaml" },
  updateFlow: { method: "PUT", path: "/api/v1/{tenant}/flows/{namespace}/{id}", sends: "application/x-yaml" },
  deleteFlow: { method: "DELETE", path: "/api/v1/{tenant}/flows/{namespace}/{id}" },
  validateFlows: {
    method: "POST",
    path: "/api/v1/{tenant}/flows/validate",
    sends: "application/x-yaml",
    repeatable: true,
  },
  listKv: { method: "GET", path: "/api/v1/{tenant}/kv" },
  readKv: { method: "GET", path: "/api/v1/{tenant}/namespaces/{namespace}/kv/{key}" },
  writeKv: { method: "PUT", path: "/api/v1/{tenant}/namespaces/{namespace}/kv/{key}", sends: "text/plain" },
  deleteKv: { method: "DELETE", path: "/api/v1/{tenant}/namespaces/{namespace}/kv/{key}" },
  searchFiles: { method: "GET", path: "/api/v1/{tenant}/namespaces/{namespace}/files/search" },
  readFile: { method: "GET", path: "/api/v1/{tenant}/namespaces/{namespace}/files", gives: "bytes" },
  writeFile: {
    method: "POST",
    path: "/api/v1/{tenant}/namespaces/{namespace}/files",
    sends: "multipart/form-data",
    repeatable: true,
  },
  deleteFile: { method: "DELETE", path: "/api/v1/{tenant}/namespaces/{namespace}/files" },
  execute: {
    method: "POST",
    path: "/api/v1/{tenant}/executions/{namespace}/{id}",
    sends: "multipart/form-data",
  },
  readExecution: { method: "GET", path: "/api/v1/{tenant}/executions/{id}" },
  searchExecutions: { method: "GET", path: "/api/v1/{tenant}/executions/search" },
  readOutputs: { method: "GET", path: "/api/v1/{tenant}/outputs/executions/{id}" },
  readLogs: { method: "GET", path: "/api/v1/{tenant}/logs/{id}" },
} as const satisfies Record<string, Endpoint>;

interface Endpoint {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  readonly sends?: "application/x-yaml" | "text/plain" | "multipart/form-data";
  readonly gives?: "bytes";
  /** A POST that does no more when it is sent twice. */
  readonly repeatable?: true;
}

export type Call = keyof typeof endpoints;

export interface CallArguments {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly form?: Readonly<Record<string, string | Buffer>>;
}

export interface Connection {
  /** Address of the server, such as `http://localhost:8080`. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** @default main */
  readonly tenant?: string;
  /** Milliseconds for one call. @default 30000 */
  readonly timeoutMs?: number;
  /** Tries of a call that met a broken connection or a fault of the server. @default 4 */
  readonly tries?: number;
  /** Milliseconds before the second try; doubled for each further one. @default 250 */
  readonly retryDelayMs?: number;
}

/** What the server answered instead of doing what it was asked. */
export class KestraError extends UserError {
  /** @param status of the answer; undefined when there was none */
  constructor(
    readonly status: number | undefined,
    message: string,
    call: string,
    hint: string,
  ) {
    super(message, call, hint);
    this.name = "KestraError";
  }
}

/** Sockets that are kept open; as many calls are under way at once. */
const CONNECTIONS = 8;

/** The only code that knows the SDK: its transport, typed. */
export class KestraClient {
  /** Requests that were sent, repeats included, by method. */
  readonly sent: Record<Endpoint["method"], number> = { GET: 0, POST: 0, PUT: 0, DELETE: 0 };
  private readonly transport: ApiClient;

  constructor(readonly connection: Connection) {
    this.transport = new ApiClient(connection.url.replace(/\/+$/, ""));
    this.transport.authentications.basicAuth = {
      type: "basic",
      username: connection.username,
      password: connection.password,
    };
    this.transport.timeout = connection.timeoutMs ?? 30_000;
    const Agent = connection.url.startsWith("https:") ? HttpsAgent : HttpAgent;
    this.transport.requestAgent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  }

  /**
   * Makes one call. Broken connections and faults of the server (5xx) are tried again with growing pauses;
   * a POST only if it cannot have arrived.
   *
   * @returns the answer: parsed JSON, or bytes where the endpoint gives a file
   * @throws KestraError with the status, Kestra's message and the call
   */
  async call<T = unknown>(name: Call, args: CallArguments = {}): Promise<T> {
    const { tries = 4, retryDelayMs = 250 } = this.connection;
    for (let attempt = 1; ; attempt++) {
      try {
        return (await this.send(endpoints[name], args)) as T;
      } catch (error) {
        const failure = this.describe(error as TransportError, endpoints[name], args);
        if (attempt >= tries || !mayRepeat(endpoints[name], error as TransportError)) throw failure;
        await sleep(retryDelayMs * 2 ** (attempt - 1));
      }
    }
  }

  /** All items of a search, page by page: Kestra's own page holds 10. */
  async all<T>(name: Call, args: CallArguments = {}): Promise<T[]> {
    const size = 100;
    const items: T[] = [];
    for (let page = 1; ; page++) {
      const query = { ...args.query, page: String(page), size: String(size) };
      const reply = await this.call<{ results?: T[]; total?: number }>(name, { ...args, query });
      if (!Array.isArray(reply?.results)) throw garbled(describeCall(endpoints[name], args));
      items.push(...reply.results);
      if (reply.results.length < size || items.length >= (reply.total ?? Infinity)) return items;
    }
  }

  /** Like `call`, with `undefined` for what is not there. */
  async find<T>(name: Call, args: CallArguments): Promise<T | undefined> {
    try {
      return await this.call<T>(name, args);
    } catch (error) {
      if (error instanceof KestraError && (error.status === 404 || error.status === 410)) return undefined;
      throw error;
    }
  }

  /** Lets go of the connections, so that a program can end. */
  close(): void {
    this.transport.requestAgent?.destroy();
  }

  private send(endpoint: Endpoint, { path, query, headers, body, form }: CallArguments): Promise<unknown> {
    this.sent[endpoint.method]++;
    const isEmptyForm = endpoint.sends === "multipart/form-data" && Object.keys(form ?? {}).length === 0;
    return new Promise((resolve, reject) => {
      const request = this.transport.callApi(
        endpoint.path,
        endpoint.method,
        { tenant: this.connection.tenant ?? "main", ...path },
        { ...query },
        // The SDK sends no body at all for an empty form, which Kestra refuses: the closing boundary is one.
        { ...headers, ...(isEmptyForm && { "Content-Type": `multipart/form-data; boundary=${BOUNDARY}` }) },
        isEmptyForm ? {} : { ...form },
        isEmptyForm ? `--${BOUNDARY}--\r\n` : (body ?? null),
        ["basicAuth"],
        endpoint.sends && !isEmptyForm ? [endpoint.sends] : [],
        [endpoint.gives === "bytes" ? "application/octet-stream" : "application/json"],
        endpoint.gives === "bytes" ? "Blob" : null,
        null,
        (error, _data, response) => {
          if (error) return reject(error);
          if (endpoint.gives === "bytes") return resolve(response.body);
          resolve(parseLeniently(response.text ?? "", describeCall(endpoint, { path: path ?? {} }), reject));
        },
      );
      // A kept connection that the server has closed meanwhile fails once; `call` repeats it.
      request.on("error", () => undefined);
    });
  }

  private describe(error: TransportError, endpoint: Endpoint, args: CallArguments): KestraError {
    if (error instanceof KestraError) return error;
    const place = describeCall(endpoint, args);
    const status = error.status ?? error.response?.status;
    if (status !== undefined) {
      return new KestraError(
        status,
        `Kestra answered ${status}: ${saidBy(error.response)}`,
        place,
        hintFor(status),
      );
    }
    const address = this.connection.url;
    if (error.timeout || error.code === "ECONNABORTED") {
      const seconds = this.transport.timeout / 1000;
      return new KestraError(
        undefined,
        `no answer within ${seconds} s`,
        place,
        `is ${address} up and not overloaded?`,
      );
    }
    const reason = error.code ?? messageOf(error);
    return new KestraError(
      undefined,
      `cannot reach ${address}: ${reason}`,
      place,
      "start Kestra, or crime kestra ... --tunnel",
    );
  }
}

const BOUNDARY = "crime-nothing-to-send";

interface TransportError extends Error {
  readonly status?: number;
  readonly code?: string;
  readonly timeout?: number;
  readonly response?: { readonly status: number; readonly text?: string; readonly body?: unknown };
}

/** A POST may have been carried out although its answer was lost: it is sent again only if it never arrived. */
function mayRepeat({ method, repeatable }: Endpoint, { status, response, code }: TransportError): boolean {
  if (method === "POST" && !repeatable)
    return code === "ECONNREFUSED" || (response?.status ?? status) === 503;
  const answered = status ?? response?.status;
  return answered === undefined ? true : answered >= 500 && answered !== 501;
}

function describeCall({ method, path }: Endpoint, args: CallArguments): string {
  const filled = path
    .replace("/api/v1/{tenant}", "")
    .replace(/\{(\w+)\}/g, (_, name: string) => args.path?.[name] ?? name);
  const file = args.query?.["path"];
  return `${method} ${filled}${file === undefined ? "" : ` ${file}`}`;
}

function parseLeniently(text: string, place: string, reject: (error: Error) => void): unknown {
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    reject(garbled(place));
    return undefined;
  }
}

/** A fault of an answer that is not what the call gives. */
export const garbled = (place: string): KestraError =>
  new KestraError(
    200,
    "the answer is not Kestra's JSON",
    place,
    "does the address lead to Kestra, or to a proxy before it?",
  );

function saidBy(response: TransportError["response"]): string {
  const text = (
    response?.text ?? (Buffer.isBuffer(response?.body) ? response.body.toString("utf8") : "")
  ).trim();
  try {
    const { message } = JSON.parse(text) as { message?: string };
    if (message) return message.replace(/ \(class [^)]*\)/g, "").slice(0, 400);
  } catch {
    // Not JSON: a proxy's page, or nothing.
  }
  return (
    text
      .replace(/<[^>]*>/g, " ")
      .replace(/\s+/g, " ")
      .trim()
      .slice(0, 200) || "nothing else"
  );
}

function hintFor(status: number): string {
  if (status === 401 || status === 403) return "check KESTRA_USERNAME and KESTRA_PASSWORD";
  if (status === 404) return "it is not there; deploy first: crime kestra apply";
  if (status === 409) return "somebody else made it meanwhile; look at crime kestra plan";
  if (status === 422 || status === 400) return "correct what the message names";
  if (status >= 500) return "look at the server's log, then run this again";
  return "run this again";
}
