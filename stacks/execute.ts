import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { UserError } from "../errors";
import type { CloudStackName } from "./names";
import type { Step } from "./steps";

/** Runs a command; the same shape as Node's own function, so that a test can stand in. */
export type Run = (
  command: string,
  args: readonly string[],
  options: {
    cwd?: string;
    env: NodeJS.ProcessEnv;
    stdio: ["inherit", "ignore" | "inherit" | "pipe", "ignore" | "inherit"];
  },
) => Pick<SpawnSyncReturns<Buffer>, "status" | "stdout" | "error">;

const install: Readonly<Record<string, string>> = {
  terraform: "install Terraform 1.9 or newer and try again",
  gcloud: "install the Google Cloud CLI and try again",
};

/**
 * Runs steps one after the other and stops at the first that fails.
 *
 * @param tell told the title of each step
 * @param ended told with which exit code a step has ended well
 * @returns what the capturing steps printed
 * @throws UserError naming the step that failed
 */
export function execute(
  steps: readonly Step[],
  tell: (line: string) => void,
  run: Run = spawnSync,
  ended: (step: Step, status: number) => void = () => undefined,
): Partial<Record<CloudStackName, string>> {
  const captured: Partial<Record<CloudStackName, string>> = {};
  for (const step of steps) {
    const common = { ...(step.folder && { cwd: step.folder }), env: { ...process.env, ...step.env } };
    if (
      step.unless &&
      run(step.command, step.unless, { ...common, stdio: ["inherit", "ignore", "ignore"] }).status === 0
    ) {
      tell(`${step.title}: already done`);
      continue;
    }
    tell(step.title);
    const printed = step.capture ? "pipe" : step.quiet ? "ignore" : "inherit";
    const { status, stdout, error } = run(step.command, step.args, {
      ...common,
      stdio: ["inherit", printed, "inherit"],
    });
    if ((error as NodeJS.ErrnoException | undefined)?.code === "ENOENT") {
      const hint = install[step.command] ?? "install it and try again";
      throw new UserError(`${step.command} was not found`, step.title, hint);
    }
    if (status === null || (status !== 0 && status !== step.alsoWell)) {
      throw new UserError(
        `${step.command} ended with ${status ?? error?.message ?? "a signal"}`,
        step.title,
        "its own message stands above; what came before is done, and the same command goes on from there",
      );
    }
    ended(step, status);
    if (step.capture) captured[step.capture] = stdout.toString();
  }
  return captured;
}
