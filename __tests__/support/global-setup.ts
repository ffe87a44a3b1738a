import path from "node:path";
import { ensurePython } from "../../pipeline/python";
import type { Progress } from "../../pipeline/progress";

/** Installs dbt once, before tests that run at the same time all need it. */
export default async function setup(): Promise<void> {
  const root = path.join(__dirname, "..", "..");
  const tell = (text: string): void => void process.stderr.write(`${text}\n`);
  const progress: Progress = {
    step: (title) => ({
      update: (detail) => tell(`${title}: ${detail}`),
      done: () => undefined,
      fail: () => undefined,
    }),
    note: tell,
    warn: tell,
  };
  await ensurePython(path.join(root, ".venv"), path.join(root, "requirements.txt"), progress);
}
