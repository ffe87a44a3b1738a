import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { messageOf, UserError } from "../errors";
import { userCache } from "../pipeline/files";
import { run, type Finished } from "../pipeline/process";
import { inStep, type Progress } from "../pipeline/progress";

const MODULE = __dirname;
const PROGRAMS = ["fake-gcs-server", "bigquery-emulator"] as const;

/** Programs, logs and the state of what is running. */
export const cacheFolder = userCache("emulators");

/**
 * Builds the pinned servers once into the user's cache.
 *
 * @returns the folder with the programs; another one whenever a pin changes
 * @throws UserError when there is no Go or the build fails
 */
export async function ensureBuilt(progress: Progress): Promise<string> {
  const pins = createHash("sha256").update(readFileSync(path.join(MODULE, "go.sum")));
  const bin = path.join(cacheFolder, pins.digest("hex").slice(0, 12));
  if (PROGRAMS.every((name) => existsSync(path.join(bin, name)))) return bin;
  await mkdir(bin, { recursive: true });
  progress.note(
    "building the emulators; only the first run needs this: 10 minutes on 2 cores, 7 GB of memory",
  );
  await inStep(progress, "emulators", async (step) => {
    let total = 0;
    await go(["list", "-deps", "tool"], bin, () => total++);
    let built = 0;
    await go(["install", "-v", "-trimpath", "-ldflags=-s -w", "tool"], bin, (line) => {
      if (/^[\w.-]+(\/[\w.-]+)*$/.test(line) && ++built % 10 === 0) {
        step.update(`building; ${built} of at most ${total} packages, the last ones take the longest`);
      }
    });
  });
  return bin;
}

/** Go reports the packages that it builds on standard error. */
async function go(args: readonly string[], bin: string, onLine: (line: string) => void): Promise<void> {
  const command = ["exec", "go", ...args.map((arg) => `'${arg}'`), "2>&1"].join(" ");
  let ended: Finished;
  try {
    ended = await run("sh", ["-c", command], { cwd: MODULE, env: { ...process.env, GOBIN: bin } }, onLine);
  } catch (error) {
    ended = { code: 1, tail: messageOf(error) };
  }
  if (ended.code !== 0) {
    throw new UserError(
      `the emulators could not be built: ${ended.tail.split("\n").at(-1) ?? "no message"}`,
      `go ${args[0]} in ${MODULE}`,
      "install Go 1.26 and check that it reaches its module proxy, or start them with --docker",
    );
  }
}
