import { InvalidArgumentError, Option, type Command } from "commander";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { UserError } from "../errors";
import type { KestraClient } from "../kestra/client";
import { apply, prepare, refusedFlows, withServer } from "../kestra/deploy";
import { desiredState } from "../kestra/desired";
import { loginFor, throughTunnel, type LoginPlace, type TunnelPlace } from "../kestra/gcloud";
import { checkOutputs, type FlowOutputs } from "../kestra/kv-entries";
import { driftOf, isEmpty, type Plan } from "../kestra/plan";
import { changeLine, renderPlan } from "../kestra/render-plan";
import {
  exitCodeOf,
  follow,
  lastRuns,
  logs,
  outputs as outputsOf,
  start,
  type Execution,
} from "../kestra/run";

interface Flags {
  readonly url?: string;
  readonly tunnel?: true;
  readonly outputs?: string;
  readonly set: readonly string[];
  readonly secret?: readonly string[];
  readonly prune?: true;
  readonly adopt?: true;
  readonly yes?: true;
  readonly json?: true;
  readonly follow?: true;
}

type AllOutputs = FlowOutputs & LoginPlace & Partial<TunnelPlace>;

const DEFAULT_URL = "http://localhost:8080";
const PARENT = "crime_pipeline";

/** `crime kestra ...` */
export function addKestraCommands(crime: Command, day: (text: string) => string): void {
  const kestra = crime
    .command("kestra")
    .description("bring the flows, their settings and files to a Kestra server, and run them");
  const several = (text: string, before: readonly string[] = []): string[] => [...before, text];
  const command = (name: string, description: string): Command =>
    kestra
      .command(name)
      .description(description)
      .addOption(new Option("--url <url>", `Kestra's address (${DEFAULT_URL})`).env("KESTRA_URL"))
      .option("--tunnel", "reach the VM through Google's identity-aware proxy, with gcloud")
      .option(
        "--outputs <file>",
        "infrastructure outputs as JSON, - for standard input; Terraform is asked otherwise",
      )
      .option("--set <name=value>", "over an output or a KV entry; may stand several times", several, []);
  const deploying = (name: string, description: string): Command =>
    command(name, description)
      .option(
        "--secret <key=variable>",
        "put a secret from the environment into KV, readable by every user of the server",
        several,
      )
      .option("--prune", "remove what is ours and gone from the source")
      .option("--adopt", "take over objects of the same name that were made by hand");

  deploying("plan", "show what apply would change; exit code 2 when there is something")
    .option("--json", "print JSON")
    .action(planAction);
  deploying("apply", "make the server like the source").option("--yes", "do not ask").action(applyAction);
  command("check", "tell what was changed by hand since the last apply; exit code 2 when something was")
    .option("--json", "print JSON")
    .action(checkAction);
  command("run", "start a flow")
    .argument("<flow>")
    .argument("[inputs...]", "NAME=VALUE")
    .option("--follow", "show its tasks, wait for its end; exit code 2 when data were refused")
    .action((flow: string, inputs: string[], flags: Flags) => runAction(flow, inputs, flags));
  command("restore", "publish again from what the lake held on a day")
    .argument("<date>", "YYYY-MM-DD", day)
    .action((date: string, flags: Flags) =>
      runAction(PARENT, [`snapshot_date=${date}`], { ...flags, follow: true }),
    );
  command("status", "tell the last runs and how old the data are")
    .option("--json", "print JSON")
    .action(statusAction);
  command("open", "open Kestra in the browser; with --tunnel until Ctrl-C").action(openAction);
}

async function planAction(flags: Flags): Promise<void> {
  await onServer(flags, async (client, outputs) => {
    const { plan, faults } = await prepare(client, await desired(outputs, flags), flags);
    show(plan, flags);
    if (faults.length > 0) throw refusedFlows(faults);
    process.exitCode = isEmpty(plan) && plan.foreign.length === 0 ? 0 : 2;
  });
}

async function checkAction(flags: Flags): Promise<void> {
  await onServer(flags, async (client, outputs) => {
    const { plan } = await prepare(client, await desired(outputs, flags), { validate: false });
    const drift = driftOf(plan);
    const same = plan.changes.filter(({ action }) => action === "keep");
    show({ ...plan, changes: [...drift, ...same], prunable: [], listChanges: false }, flags);
    process.exitCode = drift.length === 0 && plan.foreign.length === 0 ? 0 : 2;
  });
}

async function applyAction(flags: Flags): Promise<void> {
  await onServer(flags, async (client, outputs) => {
    const wanted = await desired(outputs, flags);
    const prepared = await prepare(client, wanted, flags);
    process.stdout.write(renderPlan(prepared.plan));
    if (prepared.faults.length > 0) throw refusedFlows(prepared.faults);
    if (isEmpty(prepared.plan) && prepared.plan.foreign.length === 0) return;
    if (!flags.yes && prepared.plan.foreign.length === 0) await confirm();
    const { done } = await apply(prepared, wanted, {
      onChange: (change) => void process.stderr.write(`${changeLine(change)}\n`),
    });
    process.stdout.write(`applied: ${done.length} changes\n`);
  });
}

async function runAction(flow: string, inputs: readonly string[], flags: Flags): Promise<void> {
  const form = Object.fromEntries(inputs.map(input));
  await onServer(flags, async (client, { namespace }) => {
    const begun = await start(client, namespace, flow, form);
    process.stderr.write(`${begun.url ?? begun.id}\n`);
    if (!flags.follow) return;
    const ended = await follow(
      client,
      begun.id,
      (task, state) => void process.stderr.write(`${state.padEnd(9)} ${task}\n`),
    );
    const bad = exitCodeOf(ended) !== 0;
    for (const { level, taskId, message } of bad ? await logs(client, begun.id) : []) {
      process.stderr.write(`${level} ${taskId ?? flow}: ${message}\n`);
    }
    for (const [name, value] of Object.entries(await outputsOf(client, begun.id))) {
      process.stdout.write(`${name}: ${typeof value === "string" ? value : JSON.stringify(value)}\n`);
    }
    process.stdout.write(`${flow}: ${ended.state.current}\n`);
    process.exitCode = exitCodeOf(ended);
  });
}

async function statusAction(flags: Flags): Promise<void> {
  await onServer(flags, async (client, { namespace }) => {
    const runs = await lastRuns(client, namespace, PARENT);
    const good = runs.find((run) => exitCodeOf(run) === 0 && run.state.current !== "RUNNING");
    const outputs = good ? await outputsOf(client, good.id) : {};
    if (flags.json) {
      process.stdout.write(JSON.stringify({ runs: runs.map(summary), outputs }, null, 2) + "\n");
      return;
    }
    if (runs.length === 0) process.stdout.write(`${PARENT} has never run\n`);
    for (const run of runs) {
      const { started, state, outcome } = summary(run);
      process.stdout.write(`${started}  ${state.padEnd(8)} ${outcome}\n`);
    }
    for (const [name, value] of Object.entries(outputs)) {
      process.stdout.write(`${name}: ${typeof value === "string" ? value : JSON.stringify(value)}\n`);
    }
  });
}

async function openAction(flags: Flags): Promise<void> {
  const browse = (url: string): void => {
    process.stdout.write(`${url}/ui\n`);
    const program =
      process.platform === "darwin" ? "open" : process.platform === "win32" ? "explorer" : "xdg-open";
    spawn(program, [`${url}/ui`], { stdio: "ignore", detached: true })
      .on("error", () => undefined)
      .unref();
  };
  if (!flags.tunnel) return browse(flags.url ?? DEFAULT_URL);
  await throughTunnel(tunnelPlace(await readOutputs(flags)), async (url) => {
    browse(url);
    process.stdout.write("the tunnel is open until Ctrl-C\n");
    await new Promise((resolve) => process.once("SIGINT", resolve));
  });
}

function summary({ id, state, labels = [] }: Execution) {
  const outcome = labels.find(({ key }) => key === "outcome")?.value ?? "";
  return { id, started: state.startDate ?? "", state: state.current, outcome };
}

async function onServer(
  flags: Flags,
  work: (client: KestraClient, outputs: AllOutputs) => Promise<void>,
): Promise<void> {
  const outputs = await readOutputs(flags);
  const login = await loginFor(outputs);
  const on = (url: string) => withServer({ url, ...login }, (client) => work(client, outputs));
  if (flags.tunnel) await throughTunnel(tunnelPlace(outputs), on);
  else await on(flags.url ?? DEFAULT_URL);
}

function tunnelPlace({ host_name, host_zone, project_id, kestra_port }: AllOutputs): TunnelPlace {
  if (host_name && host_zone && kestra_port) return { host_name, host_zone, project_id, kestra_port };
  throw new UserError("the outputs name no VM", "--tunnel", "deploy crime-orchestrator first");
}

/** Outputs from a file, from standard input, from `--set` alone when that is enough, else from Terraform. */
async function readOutputs({ outputs: file, set }: Flags): Promise<AllOutputs> {
  const given = Object.fromEntries(set.map(input));
  if (file !== undefined) {
    const text = readFileSync(file === "-" ? 0 : file, "utf8");
    let read: unknown;
    try {
      read = JSON.parse(text);
    } catch {
      throw new UserError(
        "not JSON",
        file,
        "write it with crime outputs > FILE, or npm run --silent outputs",
      );
    }
    return checkOutputs({ ...(read as object), ...given }, file);
  }
  try {
    return checkOutputs(given, "--set");
  } catch {
    const { printedOutputs } = await import("./infrastructure-outputs.js");
    return checkOutputs({ ...printedOutputs(), ...given }, "terraform output");
  }
}

function desired(outputs: AllOutputs, { set, secret = [] }: Flags) {
  const elsewhere = ["namespace", "pipeline_cron"];
  return desiredState(outputs, {
    set: set.filter((text) => !elsewhere.includes(input(text)[0])),
    secrets: secret,
  });
}

function input(text: string): [string, string] {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError(`write NAME=VALUE instead of ${text}`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function show(plan: Plan, { json }: Flags): void {
  process.stdout.write(json ? JSON.stringify(plan, null, 2) + "\n" : renderPlan(plan));
}

async function confirm(): Promise<void> {
  if (!process.stdin.isTTY) {
    throw new UserError("there is nobody to ask", "apply", "say --yes");
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await lines.question("Apply? [y/N] ");
  lines.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new UserError("nothing was changed", "apply", "as you said");
}
