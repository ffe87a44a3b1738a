import { InvalidArgumentError, type Command } from "commander";
import path from "node:path";
import { loadSettings } from "../config";
import { renderPlan } from "../kestra/render-plan";
import type * as downRoom from "../operate/down";
import { machineProbes } from "../operate/probes";
import type * as stagesRoom from "../operate/stages";
import type * as upRoom from "../operate/up";
import { confirm, refuseWithoutTerminal } from "./confirm";
import { renderFindings } from "./doctor-command";
import { load } from "./load";

interface Flags {
  readonly yes?: true;
  readonly dryRun?: true;
}

const ROOT = path.join(__dirname, "..");

/** `crime up` and `crime down` */
export function addUpCommands(crime: Command): void {
  crime
    .command("up")
    .description("from settings to a page: check, deploy, wait for Kestra, bring the flows, run the pipeline")
    .option("--yes", "do not ask")
    .option("--dry-run", "show the stages and do nothing")
    .option("--wait <minutes>", "how long Kestra may take to become healthy", minutes, 20)
    .action(upAction);
  crime
    .command("down")
    .description("take the machine and its surroundings down; the data stay")
    .option("--including-data", "destroy the data, too")
    .option("--yes", "do not ask")
    .option("--dry-run", "show the stages and do nothing")
    .action(downAction);
}

async function upAction(flags: Flags & { readonly wait: number }): Promise<void> {
  const settings = loadSettings(process.env, ROOT);
  const { up } = load("../operate/up") as typeof upRoom;
  const { renderStages, upStages } = load("../operate/stages") as typeof stagesRoom;
  if (flags.dryRun) return void process.stdout.write(renderStages(upStages(settings)));
  await up({
    ...surroundings(flags, "crime up"),
    settings,
    probes: machineProbes(ROOT),
    showFindings: (findings) => void process.stderr.write(renderFindings(findings)),
    showPlan: (plan) => void process.stderr.write(renderPlan(plan)),
    patienceMs: flags.wait * 60_000,
  });
}

async function downAction(flags: Flags & { readonly includingData?: true }): Promise<void> {
  const settings = loadSettings(process.env, ROOT);
  const includingData = flags.includingData === true;
  const { down } = load("../operate/down") as typeof downRoom;
  const { downStages, renderStages } = load("../operate/stages") as typeof stagesRoom;
  if (flags.dryRun) return void process.stdout.write(renderStages(downStages(settings, includingData)));
  await down({ ...surroundings(flags, "crime down"), settings }, includingData);
}

function surroundings({ yes }: Flags, where: string) {
  // Asked in the middle of the way, so it is made sure at its beginning that somebody is there.
  if (!yes) refuseWithoutTerminal(where);
  return {
    root: ROOT,
    tell: (line: string): void => void process.stderr.write(`${line}\n`),
    print: (line: string): void => void process.stdout.write(`${line}\n`),
    agree: (question: string, expected?: string): Promise<void> =>
      yes ? Promise.resolve() : confirm(question, where, expected),
  };
}

function minutes(text: string): number {
  const number = Number(text);
  if (Number.isFinite(number) && number > 0) return number;
  throw new InvalidArgumentError("write a number of minutes.");
}
