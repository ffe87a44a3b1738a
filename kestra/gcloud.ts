import { spawn } from "node:child_process";
import { createServer, connect, type AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf, UserError } from "../errors";
import { run } from "../pipeline/process";

const missing = (where: string): UserError =>
  new UserError(
    "gcloud is not installed",
    where,
    "install the Google Cloud CLI, or set KESTRA_URL, KESTRA_USERNAME and KESTRA_PASSWORD",
  );

export interface Login {
  readonly username: string;
  readonly password: string;
}

/** Names by which the infrastructure tells where the login is kept. */
export interface LoginPlace {
  readonly project_id?: string;
  readonly admin_email?: string;
  readonly admin_password_secret?: string;
}

/**
 * The login for Kestra: KESTRA_USERNAME and KESTRA_PASSWORD, else Secret Manager through gcloud. It is never
 * an argument and never printed.
 *
 * @throws UserError when neither is to be had
 */
export async function loginFor(
  place: LoginPlace,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Login> {
  const { KESTRA_USERNAME: username, KESTRA_PASSWORD: password } = environment;
  if (username && password) return { username, password };
  const { project_id, admin_email, admin_password_secret } = place;
  if (!project_id || !admin_email || !admin_password_secret) {
    throw new UserError("no login for Kestra", "KESTRA_USERNAME and KESTRA_PASSWORD", "set both");
  }
  const lines: string[] = [];
  const args = [
    "secrets",
    "versions",
    "access",
    "latest",
    `--secret=${admin_password_secret}`,
    `--project=${project_id}`,
  ];
  const where = `secret ${admin_password_secret}`;
  const ended = await run("gcloud", args, {}, (line) => lines.push(line)).catch(
    (error: NodeJS.ErrnoException) => {
      throw error.code === "ENOENT" ? missing(where) : error;
    },
  );
  // What gcloud printed may be the password itself: only its failures are told.
  if (ended.code !== 0) {
    throw new UserError(
      `gcloud cannot read it: ${ended.tail.split("\n").at(-1) ?? "no message"}`,
      where,
      "log in with gcloud auth login as an operator, or set KESTRA_USERNAME and KESTRA_PASSWORD",
    );
  }
  return { username: admin_email, password: lines.join("\n").trim() };
}

export interface TunnelPlace {
  readonly host_name: string;
  readonly host_zone: string;
  readonly project_id: string;
  readonly kestra_port: string;
}

/** Signals by which a program is told to end. */
const ENDING = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Opens a tunnel through Google's identity-aware proxy, and closes it after `work`, also when a signal ends
 * the program.
 *
 * @throws UserError when gcloud is missing or the tunnel does not open
 */
export async function throughTunnel<T>(
  place: TunnelPlace,
  work: (url: string) => Promise<T>,
  patienceMs = 30_000,
): Promise<T> {
  const port = await freePort();
  const where = `tunnel to ${place.host_name}`;
  const child = spawn(
    "gcloud",
    [
      ...["compute", "start-iap-tunnel", place.host_name, place.kestra_port],
      ...[
        `--local-host-port=localhost:${port}`,
        `--zone=${place.host_zone}`,
        `--project=${place.project_id}`,
      ],
    ],
    { stdio: ["ignore", "ignore", "pipe"], detached: true, env: process.env },
  );
  let [said, ended] = ["", false];
  child.stderr.on("data", (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2000)));
  const failure = new Promise<never>((_, reject) => {
    child.once("error", (error: NodeJS.ErrnoException) =>
      reject(error.code === "ENOENT" ? missing(where) : new UserError(messageOf(error), where, "try again")),
    );
    // Not "exit": that may come before the last words on stderr.
    child.once("close", () => {
      ended = true;
      reject(
        new UserError(
          `gcloud ended: ${said.trim().split("\n").at(-1) || "no message"}`,
          where,
          "log in with gcloud auth login, and check that the VM is on",
        ),
      );
    });
  });
  // gcloud is a script around Python: its whole group must go.
  const close = (): void => {
    if (ended || child.pid === undefined) return;
    try {
      process.kill(-child.pid, "SIGTERM");
    } catch {
      // It has ended by itself, and only its last words are still to come.
    }
  };
  // Its group is not the terminal's, so Ctrl-C would leave it behind.
  const closeAndEnd = (signal: NodeJS.Signals): void => {
    close();
    for (const name of ENDING) process.off(name, closeAndEnd);
    process.kill(process.pid, signal);
  };
  for (const name of ENDING) process.on(name, closeAndEnd);
  const over = new AbortController();
  // Without this the port would be asked on, and the program kept from ending, when gcloud has long given up.
  failure.catch(() => over.abort());
  try {
    await Promise.race([isOpen(port, patienceMs, where, over.signal), failure]);
    return await Promise.race([work(`http://localhost:${port}`), failure]);
  } finally {
    for (const name of ENDING) process.off(name, closeAndEnd);
    close();
  }
}

async function isOpen(port: number, patienceMs: number, where: string, over: AbortSignal): Promise<void> {
  const end = Date.now() + patienceMs;
  while (Date.now() < end && !over.aborted) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "localhost", () => resolve(true));
      socket.once("error", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
    if (open) return;
    await sleep(200);
  }
  if (over.aborted) return;
  throw new UserError(`it did not open within ${patienceMs / 1000} s`, where, "is the VM on?");
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
