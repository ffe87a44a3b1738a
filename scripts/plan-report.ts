import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { loadSettings } from "../config";
import { messageOf, UserError } from "../errors";
import { writeAtomically } from "../pipeline/files";
import { execute } from "../stacks/execute";
import { planFile, stepsOf, type Step } from "../stacks/steps";
import { hasChanges, planComment, type PlanJson, type StackPlan } from "./plan-comment";

const usage = "npm run plan:report -- --out FILE [--drift]";

/**
 * Plans every stack without a lock, and writes what a pull request is told of it.
 *
 * The file is written whatever happens, so that no comment tells of an older plan. Exit code 1 when a stack could not
 * be planned; with `--drift` 2 when anything differs.
 */
async function main(argv: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: { out: { type: "string" }, drift: { type: "boolean" } },
  });
  if (values.out === undefined) throw new UserError("--out is missing", "arguments", usage);
  const plans = plansOf(stepsOf("plan", loadSettings(), { withoutLock: true, kept: true }));
  await writeAtomically(values.out, planComment(plans, whereabouts(process.env)));
  if (plans.some((plan) => "failure" in plan)) process.exitCode = 1;
  else if (values.drift && plans.some(hasChanges)) process.exitCode = 2;
}

/** Walks the steps; a stack that cannot be prepared is told of like one that cannot be planned. */
function plansOf(steps: readonly Step[]): StackPlan[] {
  const plans: StackPlan[] = [];
  for (const step of steps) {
    const stack = step.folder?.split("/").at(-1) ?? "all stacks";
    if (plans.some((plan) => plan.stack === stack)) continue;
    try {
      if (step.args[0] === "plan") plans.push(planned(stack, step));
      else execute([step], tell);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      process.stderr.write(`error: ${error.message}\n`);
      plans.push({ stack, failure: error.message });
      if (step.folder === undefined) break;
    }
  }
  return plans;
}

const tell = (line: string): void => console.error(`> ${line}`);

function planned(stack: string, step: Step): StackPlan {
  tell(step.title);
  const plan = terraform(step, [...step.args, "-no-color"]);
  process.stdout.write(plan.stdout);
  process.stderr.write(plan.stderr);
  if (plan.status !== 0 && plan.status !== step.alsoWell)
    return { stack, failure: plan.stderr || plan.stdout || "no message" };
  const json = terraform(step, ["show", "-json", planFile]);
  const text = terraform(step, ["show", "-no-color", planFile]);
  const bad = [json, text].find(({ status }) => status !== 0);
  if (bad) return { stack, failure: bad.stderr || "terraform show failed" };
  return { stack, json: JSON.parse(json.stdout) as PlanJson, text: text.stdout };
}

function terraform({ command, folder, env }: Step, args: readonly string[]) {
  const ended = spawnSync(command, args, {
    cwd: folder!,
    env: { ...process.env, ...env },
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
  });
  if (ended.error) {
    throw new UserError(`${command}: ${messageOf(ended.error)}`, folder!, "install Terraform 1.9 or newer");
  }
  return ended;
}

/** Of a workflow's run; nothing of it on a laptop. */
function whereabouts(env: NodeJS.ProcessEnv) {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env;
  const commit = env["PLANNED_COMMIT"] ?? env["GITHUB_SHA"];
  return {
    ...(server && repository && run && { runUrl: `${server}/${repository}/actions/runs/${run}` }),
    ...(commit && { commit }),
  };
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`error: ${messageOf(error)}\n`);
  process.exitCode = error instanceof UserError ? error.exitCode : 1;
});
