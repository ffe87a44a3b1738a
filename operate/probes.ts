import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, statfs } from "node:fs/promises";
import path from "node:path";
import { messageOf } from "../errors";
import { findPython, hashOf, installedPins, programsOf } from "../pipeline/python";

/** What came of asking a program. */
export type Answer =
  | { readonly kind: "missing" }
  | { readonly kind: "late"; readonly seconds: number }
  | {
      readonly kind: "ended";
      readonly code: number;
      /** Lines of standard output. */
      readonly lines: readonly string[];
      /** The reason on standard error, in one line. */
      readonly said: string;
    };

/** What came of asking an address: any answer at all, or the reason why there was none. */
export type Reached = { readonly status: number } | { readonly reason: string };

/** Everything that a check may look at. */
export interface Probes {
  readonly nodeVersion: string;
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** @param secret what it prints is thrown away unread */
  program(command: string, args: readonly string[], secret?: "secret"): Promise<Answer>;
  reach(url: string): Promise<Reached>;
  /** Free space where the project is. */
  freeBytes(): Promise<number>;
  /** Text of a file of the project; `undefined` when it is not there. */
  file(name: string): Promise<string | undefined>;
  /** Name of a Python that dbt works with. Throws a UserError when there is none. */
  python(): Promise<string>;
  /** The interpreter of the pinned environment, and whether that was made from the pins of today; both may be missing. */
  environmentOfPins(): Promise<{ readonly python: string; readonly current: boolean } | undefined>;
}

/** The probes of this machine. */
export function machineProbes(root: string, programLimitMs = 15_000, reachLimitMs = 4000): Probes {
  return {
    nodeVersion: process.version,
    platform: process.platform,
    environment: process.env,
    program: (command, args, secret) => askProgram(command, args, secret !== undefined, programLimitMs),
    reach: (url) => reach(url, reachLimitMs),
    async freeBytes() {
      const { bavail, bsize } = await statfs(root);
      return bavail * bsize;
    },
    async file(name) {
      const place = path.join(root, name);
      return existsSync(place) ? readFile(place, "utf8") : undefined;
    },
    python: findPython,
    async environmentOfPins() {
      const venv = path.join(root, ".venv");
      const pins = await installedPins(venv);
      if (pins === undefined) return undefined;
      const current = pins === (await hashOf(path.join(root, "requirements.txt")));
      return { python: path.join(programsOf(venv), "python"), current };
    },
  };
}

async function askProgram(
  command: string,
  args: readonly string[],
  secret: boolean,
  limitMs: number,
): Promise<Answer> {
  const child = spawn(command, args, {
    stdio: ["ignore", secret ? "ignore" : "pipe", "pipe"],
    detached: true,
    env: { ...process.env, CLOUDSDK_CORE_DISABLE_PROMPTS: "1", CHECKPOINT_DISABLE: "1" },
  });
  let [printed, said] = ["", ""];
  child.stdout?.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr!.on("data", (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)));
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      // gcloud is a script around Python: its whole group must go.
      process.kill(-child.pid!, "SIGKILL");
      resolve({ kind: "late", seconds: limitMs / 1000 });
    }, limitMs);
    child.once("error", (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      if (error.code === "ENOENT" || error.code === "EACCES") resolve({ kind: "missing" });
      else reject(error);
    });
    child.once("close", (status) => {
      clearTimeout(timer);
      const lines = printed.split("\n").filter((line) => line.trim() !== "");
      resolve({ kind: "ended", code: status ?? 1, lines, said: reasonIn(said) });
    });
  });
}

/** gcloud explains itself at length: its own ERROR line tells, with the next one where that only announces. */
function reasonIn(said: string): string {
  const lines = said.split("\n").filter((line) => line.trim() !== "");
  const at = lines.findIndex((line) => line.startsWith("ERROR:"));
  if (at < 0) return lines.at(-1)?.trim() ?? "no message";
  const head = lines[at]!.replace(/^ERROR: (\([\w.-]+\) )?/, "").trim();
  return head.endsWith(":") && lines[at + 1] ? `${head} ${lines[at + 1]!.replace(/^\s*-?\s*/, "")}` : head;
}

async function reach(url: string, limitMs: number): Promise<Reached> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(limitMs) });
    await response.body?.cancel();
    return { status: response.status };
  } catch (error) {
    const isLate = (error as Error).name === "TimeoutError";
    return { reason: isLate ? `no answer within ${limitMs / 1000} s` : messageOf(error) };
  }
}
