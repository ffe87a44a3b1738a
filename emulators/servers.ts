import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { UserError } from "../errors";
import { type Progress } from "../pipeline/progress";
import { ensureBuilt } from "./build";
import { startShim } from "./shim";

/** The project that the emulators know; it exists nowhere else. */
export const EMULATED_PROJECT = "crime-emulated";

/** Where the emulators listen, as the environment variables that Google's clients and dbt's profile read. */
export interface EmulatorEnv {
  readonly STORAGE_EMULATOR_HOST: string;
  readonly BIGQUERY_EMULATOR_HOST: string;
  readonly CRIME_PROJECT_ID: string;
}

export interface Emulators {
  readonly env: EmulatorEnv;
  /** Process ids by name, for a status. */
  readonly pids: Readonly<Record<string, number>>;
  stop(): Promise<void>;
}

interface ServerSpec {
  readonly name: "fake-gcs-server" | "bigquery-emulator";
  readonly image: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Answers once the server is ready. */
  readonly probe: string;
}

/** A server that ended before it answered. */
class Ended extends UserError {}

/**
 * Starts Cloud Storage and BigQuery on free ports of the loopback address, all in memory.
 *
 * @param docker run the servers from their published images instead of building them
 */
export async function startEmulators(progress: Progress, docker = false): Promise<Emulators> {
  const bin = docker ? undefined : await ensureBuilt(progress);
  try {
    return await startSet(bin);
  } catch (error) {
    // Another program may have taken a port that was free a moment ago.
    if (error instanceof Ended) return startSet(bin);
    throw error;
  }
}

async function startSet(bin: string | undefined): Promise<Emulators> {
  const [gcs, bq, grpc] = await freePorts(3);
  const logs = await mkdtemp(path.join(tmpdir(), "crime-emulators-"));
  const children: Record<string, ChildProcess> = {};
  const stop = async (): Promise<void> => {
    await Promise.all(Object.values(children).map(end));
  };
  try {
    for (const spec of specs(gcs!, bq!, grpc!)) children[spec.name] = await launch(spec, bin, logs);
    const shim = await startShim(bq!, 0);
    return {
      env: {
        STORAGE_EMULATOR_HOST: `http://127.0.0.1:${gcs}`,
        BIGQUERY_EMULATOR_HOST: `http://127.0.0.1:${(shim.address() as AddressInfo).port}`,
        CRIME_PROJECT_ID: EMULATED_PROJECT,
      },
      pids: Object.fromEntries(Object.entries(children).map(([name, { pid }]) => [name, pid!])),
      stop: async () => {
        shim.close();
        shim.closeAllConnections();
        await stop();
        await rm(logs, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function specs(gcs: number, bq: number, grpc: number): ServerSpec[] {
  const storage = `http://127.0.0.1:${gcs}`;
  return [
    {
      name: "fake-gcs-server",
      image: "fsouza/fake-gcs-server:1.56.1",
      // Both addresses must be the client's own, or resumable uploads are sent elsewhere.
      args: [
        ...["-scheme", "http", "-host", "127.0.0.1", "-port", String(gcs), "-backend", "memory"],
        ...["-external-url", storage, "-public-host", `127.0.0.1:${gcs}`, "-log-level", "warn"],
      ],
      env: {},
      probe: bucketsUrl(storage),
    },
    {
      name: "bigquery-emulator",
      image: "ghcr.io/goccy/bigquery-emulator:0.8.1",
      args: [
        ...[`--project=${EMULATED_PROJECT}`, "--host=127.0.0.1", `--port=${bq}`],
        ...[`--grpc-port=${grpc}`, "--log-level=warn"],
      ],
      env: { STORAGE_EMULATOR_HOST: storage, GOGC: "10" },
      probe: `http://127.0.0.1:${bq}/bigquery/v2/projects/${EMULATED_PROJECT}/datasets`,
    },
  ];
}

/**
 * Runs a program and ends it when its standard input is closed, which the death of this process does too. Our servers
 * hold nothing that lasts, and could wait for open connections; Docker's client must be asked, to end its container.
 */
const leash = (signal: "KILL" | "TERM"): string =>
  `exec 3<&0; "$@" & server=$!; { cat <&3 >/dev/null; kill -${signal} $server; } & wait $server`;

/** Starts one server and waits until it answers. */
async function launch(
  { name, image, args, env, probe }: ServerSpec,
  bin: string | undefined,
  logs: string,
): Promise<ChildProcess> {
  const log = path.join(logs, `${name}.log`);
  const variables = Object.entries(env).flatMap(([key, value]) => ["-e", `${key}=${value}`]);
  const command =
    bin === undefined
      ? ["docker", "run", "--rm", "--network", "host", ...variables, image, ...args]
      : [path.join(bin, name), ...args];
  const output = openSync(log, "w");
  const child = spawn("sh", ["-c", leash(bin === undefined ? "TERM" : "KILL"), name, ...command], {
    env: { ...process.env, ...env },
    stdio: ["pipe", output, output],
  });
  closeSync(output);
  let failed = false;
  child.once("error", () => (failed = true)).once("exit", () => (failed = true));
  const deadline = Date.now() + 120_000;
  while (!failed && Date.now() < deadline) {
    if (await answers(probe)) return child;
    await delay(100);
  }
  await end(child);
  throw new (failed ? Ended : UserError)(`${name} did not start`, log, "the last lines of its log say why");
}

/** Where the emulated Cloud Storage lists its buckets: it answers once it is ready. */
export const bucketsUrl = (storage: string): string => `${storage}/storage/v1/b?project=${EMULATED_PROJECT}`;

/** Whether a server answers there, within two seconds. */
export async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}

/** Ends the server and waits until it is gone. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.stdin!.end();
  await ended;
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
