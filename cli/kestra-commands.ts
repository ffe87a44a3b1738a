import { InvalidArgumentError, Option, type Command } from "commander";
import type { KestraClient } from "../kestra/client";
import { prepare, refusedFlows } from "../kestra/deploy";
import type { Desired } from "../kestra/deployment";
import { desiredState } from "../kestra/desired";
import { throughTunnel } from "../kestra/gcloud";
import { checkOutputs, KV_ENTRIES } from "../kestra/kv-entries";
import { driftOf, isEmpty, type Plan } from "../kestra/plan";
import { renderPlan } from "../kestra/render-plan";
import { exitCodeOf, lastAges, lastRuns, start, type AgesKnown, type Execution } from "../kestra/run";
import { onServer, PARENT, tunnelPlace, type ServerOutputs } from "../operate/kestra-server";
import { followToEnd, push } from "../operate/push";
import { isOutput } from "../stacks/output-names";
import { confirm } from "./confirm";
import { openInBrowser } from "./open-command";
import { readOutputs } from "./read-outputs";

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

const DEFAULT_URL = "http://localhost:8080";

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
  await withDesired(flags, async (client, wanted) => {
    const { plan, faults } = await prepare(client, wanted, flags);
    show(plan, flags);
    if (faults.length > 0) throw refusedFlows(faults);
    process.exitCode = isEmpty(plan) && plan.foreign.length === 0 ? 0 : 2;
  });
}

async function checkAction(flags: Flags): Promise<void> {
  await withDesired(flags, async (client, wanted) => {
    const { plan } = await prepare(client, wanted, { validate: false });
    const drift = driftOf(plan);
    const same = plan.changes.filter(({ action }) => action === "keep");
    show({ ...plan, changes: [...drift, ...same], prunable: [], listChanges: false }, flags);
    process.exitCode = drift.length === 0 && plan.foreign.length === 0 ? 0 : 2;
  });
}

async function applyAction(flags: Flags): Promise<void> {
  await withDesired(flags, async (client, wanted) => {
    const done = await push(client, wanted, {
      ...flags,
      show: (plan) => void process.stdout.write(renderPlan(plan)),
      ...(!flags.yes && { agree: () => confirm("Apply?", "apply") }),
      tell,
    });
    if (done > 0) process.stdout.write(`applied: ${done} changes\n`);
  });
}

async function runAction(flow: string, inputs: readonly string[], flags: Flags): Promise<void> {
  const form = Object.fromEntries(inputs.map(input));
  await onServerOf(flags, async (client, { namespace }) => {
    const begun = await start(client, namespace, flow, form);
    process.stderr.write(`${begun.url ?? begun.id}\n`);
    if (!flags.follow) return;
    const { execution, outputs, complaints } = await followToEnd(client, begun.id, tell);
    for (const { level, taskId, message } of complaints) tell(`${level} ${taskId ?? flow}: ${message}`);
    for (const [name, value] of Object.entries(outputs)) process.stdout.write(`${name}: ${value}\n`);
    process.stdout.write(`${flow}: ${execution.state.current}\n`);
    process.exitCode = exitCodeOf(execution);
  });
}

async function statusAction(flags: Flags): Promise<void> {
  await onServerOf(flags, async (client, { namespace }) => {
    const runs = await lastRuns(client, namespace, PARENT);
    const known = await lastAges(client, runs);
    if (flags.json) {
      const freshness = known ? { run: summary(known.run), ages: known.ages } : null;
      process.stdout.write(JSON.stringify({ runs: runs.map(summary), freshness }, null, 2) + "\n");
      return;
    }
    if (runs.length === 0) process.stdout.write(`${PARENT} has never run\n`);
    for (const run of runs) {
      const { started, state, outcome } = summary(run);
      process.stdout.write(`${started}  ${state.padEnd(8)} ${outcome}\n`);
    }
    if (known) process.stdout.write(renderAges(known));
    else if (runs.length > 0) process.stdout.write("none of these runs tells how old the data are\n");
  });
}

function renderAges({ run, ages }: AgesKnown): string {
  const days = (age: number | null): string => (age === null ? "not known" : `${age} days`);
  const lines = Object.entries(ages).flatMap(([dataset, { data_age_days, publisher_age_days, warnings }]) => [
    `${dataset}: data ${days(data_age_days)}, publisher's file ${days(publisher_age_days)}`,
    ...warnings.map((warning) => `! ${dataset}: ${warning}`),
  ]);
  return [`ages by the run of ${summary(run).started}:`, ...lines].map((line) => `${line}\n`).join("");
}

async function openAction({ url = DEFAULT_URL, ...flags }: Flags): Promise<void> {
  const browse = (address: string): Promise<void> => {
    process.stdout.write(`${address}/ui\n`);
    return openInBrowser(`${address}/ui`);
  };
  if (!flags.tunnel) return browse(url);
  await throughTunnel(tunnelPlace(outputsFor(flags)), async (address) => {
    await browse(address);
    process.stdout.write("the tunnel is open until Ctrl-C\n");
    await new Promise(() => undefined);
  });
}

function summary({ id, state, labels = [] }: Execution) {
  const outcome = labels.find(({ key }) => key === "outcome")?.value ?? "";
  return { id, started: state.startDate ?? "", state: state.current, outcome };
}

async function onServerOf(
  flags: Flags,
  work: (client: KestraClient, outputs: ServerOutputs) => Promise<void>,
  outputs = outputsFor(flags),
): Promise<void> {
  const url = flags.tunnel ? undefined : (flags.url ?? DEFAULT_URL);
  await onServer(outputs, url, (client) => work(client, outputs));
}

/** What is wrong with the source is told before anybody is called. */
async function withDesired(
  flags: Flags,
  work: (client: KestraClient, wanted: Desired) => Promise<void>,
): Promise<void> {
  const outputs = outputsFor(flags);
  const wanted = await desired(outputs, flags);
  await onServerOf(flags, (client) => work(client, wanted), outputs);
}

/** What `--set` gives, when that is enough, else with the infrastructure's outputs below it. */
function outputsFor({ outputs: file, set }: Flags): ServerOutputs {
  const given = Object.fromEntries(set.map(input));
  try {
    if (file === undefined) return checkOutputs(given, "--set");
  } catch {
    // Terraform is asked.
  }
  return checkOutputs({ ...readOutputs(file), ...given }, file ?? "terraform output");
}

function desired(outputs: ServerOutputs, { set, secret = [] }: Flags): Promise<Desired> {
  const isForKv = (name: string): boolean => name in KV_ENTRIES || !isOutput(name);
  return desiredState(outputs, { set: set.filter((text) => isForKv(input(text)[0])), secrets: secret });
}

function input(text: string): [string, string] {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError(`write NAME=VALUE instead of ${text}`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function show(plan: Plan, { json }: Flags): void {
  process.stdout.write(json ? JSON.stringify(plan, null, 2) + "\n" : renderPlan(plan));
}

const tell = (line: string): void => void process.stderr.write(`${line}\n`);
