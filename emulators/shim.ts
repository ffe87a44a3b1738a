import {
  Agent,
  createServer,
  request,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import {
  mustDrop,
  replaced,
  translateFault,
  translateRequest,
  translateResponse,
  type Fault,
  type Job,
  type TableReference,
} from "./translate";

/**
 * Newest jobs that stay. Before it answers anything, the emulator reads every job that it has, with its results: some
 * hundred jobs make it ten times slower.
 */
const KEPT_JOBS = 16;

const agent = new Agent({ keepAlive: true, maxSockets: 16 });

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** A proxy before the BigQuery emulator that makes it answer as dbt and Google's clients expect. */
export async function startShim(emulatorPort: number, port: number): Promise<Server> {
  const inTurn = oneByOne();
  const jobs: string[] = [];
  const forget = async (): Promise<void> => {
    while (jobs.length > KEPT_JOBS) {
      const job = { method: "DELETE", url: `${jobs.shift()}/delete`, headers: {}, body: Buffer.alloc(0) };
      await inTurn(() => ask(job, emulatorPort));
    }
  };
  const server = createServer((incoming, outgoing) => {
    const work = (): Promise<Answer> =>
      answer(incoming, emulatorPort, (server.address() as AddressInfo).port, (job) => jobs.push(job));
    // The emulator keeps the list of jobs and tables by reading and writing it whole: two changes at once lose one.
    (incoming.method === "GET"
      ? work()
      : inTurn(work).finally(() => void forget().catch(() => undefined))
    ).then(
      ({ status, headers, body }) => send(outgoing, status, headers, body),
      (error: Error) =>
        send(
          outgoing,
          502,
          {},
          Buffer.from(JSON.stringify({ error: { code: 502, message: error.message } })),
        ),
    );
  });
  await new Promise<void>((resolve, reject) =>
    server.once("error", reject).listen(port, "127.0.0.1", resolve),
  );
  return server;
}

/** Starts each work when the one before has ended. */
function oneByOne(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };
}

async function answer(
  incoming: IncomingMessage,
  emulatorPort: number,
  shimPort: number,
  onJob: (path: string) => void,
): Promise<Answer> {
  const { method = "GET", url = "/" } = incoming;
  const path = url.split("?")[0]!;
  const project = /\/projects\/([^/]+)/.exec(path)?.[1] ?? "";
  let body = await whole(incoming);
  if (method === "GET" && path.endsWith("/routines")) return json(200, { routines: [] });

  const forward = (to: { method: string; url: string; headers?: IncomingMessage["headers"]; body: Buffer }) =>
    ask({ headers: {}, ...to }, emulatorPort);
  const posted = method === "POST" && path.endsWith("/jobs") ? parse(body) : undefined;
  if (posted && "configuration" in posted) {
    const table = replaced(posted, project);
    const at = table && { url: tablePath(table), body: Buffer.alloc(0) };
    const exists = at !== undefined && (await forward({ method: "GET", ...at })).status === 200;
    if (exists && mustDrop(posted)) await forward({ method: "DELETE", ...at });
    body = Buffer.from(JSON.stringify(translateRequest(posted, exists)));
  }
  const { status, headers, body: reply } = await forward({ method, url, headers: incoming.headers, body });
  if (headers.location) headers.location = headers.location.replace(`:${emulatorPort}/`, `:${shimPort}/`);
  const parsed = parse(reply);
  const id = method === "POST" && parsed && "jobReference" in parsed && parsed.jobReference?.jobId;
  if (id) onJob(`/bigquery/v2/projects/${project}/jobs/${id}`);
  if (status >= 500 && parsed && "error" in parsed) {
    const fault = translateFault(parsed);
    return json(fault.error.code, fault);
  }
  if (parsed && "kind" in parsed && parsed.kind === "bigquery#job") {
    return json(status, translateResponse(parsed, project));
  }
  return { status, headers, body: reply };
}

const tablePath = ({ projectId, datasetId, tableId }: TableReference): string =>
  `/bigquery/v2/projects/${projectId}/datasets/${datasetId}/tables/${tableId}`;

function json(status: number, value: unknown): Answer {
  return {
    status,
    headers: { "content-type": "application/json" },
    body: Buffer.from(JSON.stringify(value)),
  };
}

function parse(body: Buffer): Job | Fault | undefined {
  try {
    return JSON.parse(body.toString()) as Job | Fault;
  } catch {
    return undefined;
  }
}

function ask(
  {
    method,
    url,
    headers,
    body,
  }: { method: string; url: string; headers: IncomingMessage["headers"]; body: Buffer },
  port: number,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const host = `127.0.0.1:${port}`;
    const sent = { ...headers, host, "content-length": body.length, "accept-encoding": "identity" };
    request({ host: "127.0.0.1", port, agent, method, path: url, headers: sent }, (response) => {
      whole(response).then(
        (reply) => resolve({ status: response.statusCode ?? 502, headers: response.headers, body: reply }),
        reject,
      );
    })
      .once("error", reject)
      .end(body);
  });
}

function send(
  outgoing: ServerResponse,
  status: number,
  headers: IncomingMessage["headers"],
  body: Buffer,
): void {
  const kept = Object.entries(headers).filter(([name]) => name !== "transfer-encoding");
  outgoing.writeHead(status, { ...Object.fromEntries(kept), "content-length": body.length }).end(body);
}

async function whole(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
