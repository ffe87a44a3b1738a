import path from "node:path";
import { showProgress } from "../../../cli/progress";
import { ensureBuilt } from "../../../emulators/build";
import { ensurePython } from "../../../pipeline/python";

const root = path.join(__dirname, "..", "..", "..");

/** Installs both dbt adapters and builds the emulators, once and for all test files. */
export default async function setup(): Promise<void> {
  const progress = showProgress(process.stderr);
  try {
    for (const suffix of ["", "-bigquery"]) {
      const requirements = path.join(root, `requirements${suffix}.txt`);
      await ensurePython(path.join(root, `.venv${suffix}`), requirements, progress);
    }
    await ensureBuilt(progress);
  } finally {
    progress.end();
  }
}
