import path from "node:path";
import { showProgress } from "../../../../cli/progress";
import { ensurePython } from "../../../../pipeline/python";
import { serverAtHand } from "./engine-at-hand";

const root = path.join(__dirname, "..", "..", "..", "..");

/** Installs both dbt adapters; says once, and visibly, when this tier cannot run. */
export default async function setup(): Promise<void> {
  if (!serverAtHand()) {
    process.stderr.write("the Kestra tier did not run: there is no engine folder beside the checkout\n");
    return;
  }
  const progress = showProgress(process.stderr);
  for (const [venv, requirements] of [
    [".venv", "requirements.txt"],
    [".venv-bigquery", "requirements-bigquery.txt"],
  ] as const) {
    await ensurePython(path.join(root, venv), path.join(root, requirements), progress);
  }
  progress.end();
}
