import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { load } from "js-yaml";
import { projectDir } from "../../support/crime";

export interface Step {
  readonly name?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Job {
  readonly if?: string;
  readonly needs?: string | readonly string[];
  readonly uses?: string;
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly "timeout-minutes"?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
}

export interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: { readonly group: string };
  readonly jobs: Readonly<Record<string, Job>>;
}

const read = <T>(file: string): T => load(readFileSync(path.join(projectDir, file), "utf8")) as T;

export const workflow = (name: string): Workflow => read(`.github/workflows/${name}.yml`);

export const action = (name: string) =>
  read<{ inputs?: Record<string, object>; runs: { steps: Step[] } }>(`.github/actions/${name}/action.yml`);

/** What a run knows; an expression that is not among them fails the test. */
export type Expressions = Readonly<Record<string, string>>;

/** The steps of a job in the order in which they run, those of local actions in their places. */
export function stepsOf(job: Job): Step[] {
  return (job.steps ?? []).flatMap((step) => {
    const local = /^\.\/\.github\/actions\/([\w-]+)$/.exec(step.uses ?? "")?.[1];
    if (local === undefined) return [step];
    const { inputs = {}, runs } = action(local);
    for (const name of Object.keys(inputs))
      if (!(name in (step.with ?? {}))) throw new Error(`${local} needs ${name}`);
    const bind = (value: unknown): unknown =>
      typeof value === "string"
        ? value.replace(/\$\{\{ inputs\.(\w+) \}\}/g, (_, name: string) => String(step.with?.[name]))
        : value;
    const bound = (values: Readonly<Record<string, unknown>> = {}) =>
      Object.fromEntries(Object.entries(values).map(([name, value]) => [name, bind(value)]));
    return runs.steps.map((inner) => ({
      ...inner,
      ...(inner.with && { with: bound(inner.with) }),
      ...(inner.env && { env: bound(inner.env) as Record<string, string> }),
    }));
  });
}

export interface RanStep {
  readonly name: string;
  readonly code: number;
  readonly output: string;
}

/**
 * Runs the commands of a job as its runner would: in order, in bash, with what earlier steps put into GITHUB_ENV, and
 * after a failure only what asks for it. Steps that use an action of somebody else are left to `onAction`.
 */
export async function runJob(
  job: Job,
  folder: string,
  expressions: Expressions,
  environment: NodeJS.ProcessEnv,
  onAction: (step: Step) => void = () => undefined,
): Promise<{ readonly steps: RanStep[]; readonly summary: string }> {
  const file = (name: string): string => path.join(folder, `.runner-${name}`);
  for (const name of ["env", "summary"]) writeFileSync(file(name), "");
  const steps: RanStep[] = [];
  let failed = false;
  for (const step of stepsOf(job)) {
    const handedOn = Object.fromEntries(
      readFileSync(file("env"), "utf8")
        .split("\n")
        .filter(Boolean)
        .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
    );
    const valueOf = (text: string): string =>
      text.replace(/\$\{\{ (.+?) \}\}/g, (_, name: string) => {
        const value = /^env\./.test(name) ? handedOn[name.slice(4)] : expressions[name];
        if (value === undefined) throw new Error(`the test knows no value of ${name}`);
        return value;
      });
    const evaluated = (values: Readonly<Record<string, unknown>> = {}) =>
      Object.fromEntries(Object.entries(values).map(([name, value]) => [name, valueOf(String(value))]));
    if (!wanted(step.if, failed, folder)) continue;
    if (step.run === undefined) {
      onAction({ ...step, with: evaluated(step.with) });
      continue;
    }
    writeFileSync(file("step.sh"), step.run);
    const ran = await bash(file("step.sh"), folder, {
      ...environment,
      GITHUB_ENV: file("env"),
      GITHUB_STEP_SUMMARY: file("summary"),
      ...evaluated(job.env),
      ...handedOn,
      ...evaluated(step.env),
    });
    steps.push({ name: step.name ?? "", ...ran });
    if (ran.code !== 0) failed = true;
  }
  return { steps, summary: readFileSync(file("summary"), "utf8") };
}

function wanted(condition: string | undefined, failed: boolean, folder: string): boolean {
  if (condition === undefined) return !failed;
  const file = /^\$\{\{ !cancelled\(\) && hashFiles\('([\w.]+)'\) != '' \}\}$/.exec(condition)?.[1];
  if (file === undefined) throw new Error(`the test does not know the condition ${condition}`);
  return existsSync(path.join(folder, file));
}

/** As GitHub starts a step that names no shell. */
async function bash(script: string, cwd: string, env: NodeJS.ProcessEnv): Promise<Omit<RanStep, "name">> {
  const child = spawn("bash", ["-e", script], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number>((resolve) => child.once("close", (status) => resolve(status ?? 1)));
  return { code, output };
}
