import { spawn, type ChildProcess } from "node:child_process";
import { writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Connection } from "../../../../kestra/client";
import { temporaryFolder } from "../../../support/crime";
import { SCRIPT } from "./at-hand";

export const LOGIN = { username: "admin@example.com", password: "Passw0rd1" };

export interface EngineOptions {
  readonly emulators?: { readonly gcs: string; readonly bigquery: string };
  readonly secrets?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** The engine as a process that can be killed and started again on the same data. */
export class Engine {
  connection!: Connection;
  private child: ChildProcess | undefined;
  private readonly data = temporaryFolder();
  private port = 0;
  private said = "";

  constructor(private readonly options: EngineOptions = {}) {}

  async start(): Promise<void> {
    const { emulators, secrets, env } = this.options;
    const args = [
      "serve",
      "--port",
      String(this.port),
      "--user",
      LOGIN.username,
      "--password",
      LOGIN.password,
    ];
    args.push("--data", this.data);
    if (emulators) args.push("--emulators", `gcs=${emulators.gcs},bigquery=${emulators.bigquery}`);
    if (secrets) {
      const file = path.join(temporaryFolder(), "secrets");
      writeFileSync(
        file,
        Object.entries(secrets)
          .map(([name, value]) => `${name}=${value}\n`)
          .join(""),
      );
      args.push("--secrets", file);
    }
    const child = spawn(SCRIPT, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    this.child = child;
    // Ends the engine when this process is gone, however that happened.
    const leash = spawn("sh", ["-c", 'cat; kill -9 "$1" 2>/dev/null', "leash", String(child.pid)], {
      stdio: ["pipe", "ignore", "ignore"],
    });
    child.once("exit", () => leash.kill());
    leash.unref();
    (leash.stdin as Socket).unref();
    child.stderr.on("data", (chunk: Buffer) => (this.said = (this.said + chunk.toString()).slice(-20_000)));
    const url = await new Promise<string>((resolve, reject) => {
      createInterface(child.stdout).on("line", (line) => {
        const ready = /^ready (\S+)/.exec(line);
        if (ready) resolve(ready[1]!);
      });
      child.once("error", reject);
      child.once("exit", (code) =>
        reject(new Error(`the engine ended with ${code}: ${this.said.slice(-2000)}`)),
      );
    });
    this.port = Number(new URL(url).port);
    this.connection = { url, ...LOGIN };
  }

  /** What it has written to standard error, the end of it. */
  get log(): string {
    return this.said;
  }

  /** Kills it, as a lost machine would; asked to end, it may wait for its own threads without an end. */
  async stop(): Promise<void> {
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
  }
}
