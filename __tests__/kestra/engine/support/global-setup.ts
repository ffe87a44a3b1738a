import path from "node:path";
import { showProgress } from "../../../../cli/progress";
import { ensurePython } from "../../../../pipeline/python";
import { serverAtHand } from "./at-hand";

const root = path.join(__dirname, "..", "..", "..", "..");

/** Installs both dbt adapters; says once, and visibly, when this tier cannot run. */
export default async function setup(): Promise<void> {
  const kind = serverAtHand();
  if (kind !== "engine") {
    const what = kind ? "the scenarios of the whole pipeline" : "the Kestra tier";
    process.stderr.write(`${what} did not run: there is no engine beside the checkout`);
    process.stderr.write(kind ? "\n" : ", no Docker, and no server at KESTRA_URL\n");
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
