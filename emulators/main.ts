import { Command } from "commander";
import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { showProgress } from "../cli/progress";
import { UserError } from "../errors";
import { readJson, writeAtomically } from "../pipeline/files";
import { cacheFolder, ensureBuilt } from "./build";
import { answers, bucketsUrl, startEmulators, type Emulators } from "./servers";

const STATE = path.join(cacheFolder, "running.json");
const LOG = path.join(cacheFolder, "serve.log");

/** What a set of emulators that was started tells of itself. */
type Running = Pick<Emulators, "env" | "pids"> & { readonly pid: number };

/** A process id may be another program's by now; whoever answers at the address is ours. */
async function running(): Promise<Running | undefined> {
  const state = await readJson<Running>(STATE);
  if (!state || !isAlive(state.pid)) return undefined;
  return (await answers(bucketsUrl(state.env.STORAGE_EMULATOR_HOST))) ? state : undefined;
}

/** Leaves the emulators behind in a process of their own, which `stop` ends. */
async function start({ docker = false }: { docker?: boolean }): Promise<void> {
  if (!(await running())) {
    const progress = showProgress(process.stderr);
    if (!docker) await ensureBuilt(progress).finally(() => progress.end());
    await rm(STATE, { force: true });
    await serveDetached(docker);
  }
  await status();
}

async function serveDetached(docker: boolean): Promise<void> {
  await mkdir(cacheFolder, { recursive: true });
  const output = openSync(LOG, "w");
  const args = ["--import", "tsx", __filename, "serve", ...(docker ? ["--docker"] : [])];
  const cwd = path.join(__dirname, "..");
  const child = spawn(process.execPath, args, { cwd, detached: true, stdio: ["ignore", output, output] });
  closeSync(output);
  let ended = false;
  child.once("exit", () => (ended = true));
  while (!(await running())) {
    if (ended) throw new UserError("the emulators did not start", LOG, "its last line says why");
    await delay(100);
  }
  child.unref();
}

async function serve({ docker = false }: { docker?: boolean }): Promise<void> {
  const emulators = await startEmulators(showProgress(process.stderr), docker);
  await writeAtomically(STATE, JSON.stringify({ ...emulators, pid: process.pid }));
  const stopping = new Promise((resolve) => process.once("SIGTERM", resolve).once("SIGINT", resolve));
  await stopping;
  await emulators.stop();
  await rm(STATE, { force: true });
  process.exit();
}

async function stop(): Promise<void> {
  const state = await running();
  if (state) process.kill(state.pid, "SIGTERM");
  while (state && isAlive(state.pid)) await delay(100);
  process.stdout.write("stopped\n");
}

async function status(): Promise<void> {
  const state = await running();
  if (!state) {
    process.stdout.write("not running\n");
    return;
  }
  const lines = [
    ...Object.entries(state.pids).map(([name, pid]) => `# ${name}: process ${pid}`),
    ...Object.entries(state.env).map(([name, value]) => `export ${name}=${value}`),
  ];
  process.stdout.write(lines.join("\n") + "\n");
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const program = new Command("emulators").description(
  "Cloud Storage and BigQuery on this machine's loopback address, in memory, for tests.",
);
const images = ["--docker", "use the published images instead of building the servers"] as const;
program
  .command("start")
  .description("build the servers when they are missing, start them, print where they listen")
  .option(...images)
  .action(start);
program.command("stop").description("stop them; what they held is gone").action(stop);
program.command("status").description("print whether they run and where they listen").action(status);
program
  .command("serve", { hidden: true })
  .option(...images)
  .action(serve);
program.parseAsync().catch((error: Error) => {
  process.stderr.write(`error: ${error instanceof UserError ? error.message : error.stack}\n`);
  process.exitCode = 1;
});
