import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import path from "node:path";
import { execute, type Run } from "../stacks/execute";
import { differs, folderOf, planFile, type Step } from "../stacks/steps";

/**
 * Runs commands of the infrastructure in the project's folder.
 *
 * @returns the stacks whose kept plan has changes
 */
export function runSteps(root: string, steps: readonly Step[], tell: (line: string) => void): string[] {
  const inRoot: Run = (command, args, options) =>
    spawnSync(command, args, { ...options, cwd: path.join(root, options.cwd ?? ".") });
  const changed: string[] = [];
  execute(
    steps,
    (line) => tell(`> ${line}`),
    inRoot,
    ({ folder, alsoWell }, status) => {
      if (folder !== undefined && alsoWell === differs && status === differs)
        changed.push(path.basename(folder));
    },
  );
  return changed;
}

/** Removes kept plans: one that was not applied is soon wrong. */
export function forgetPlans(root: string, stacks: readonly string[]): void {
  for (const stack of stacks) rmSync(path.join(root, folderOf(stack), planFile), { force: true });
}
