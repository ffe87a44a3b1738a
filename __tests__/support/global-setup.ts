import path from "node:path";
import { ensurePython } from "../../pipeline/python";
import { plainProgress } from "../../pipeline/progress";

/** Installs dbt once, before tests that run at the same time all need it. */
export default async function setup(): Promise<void> {
  const root = path.join(__dirname, "..", "..");
  const progress = plainProgress((line) => void process.stderr.write(`${line}\n`));
  await ensurePython(path.join(root, ".venv"), path.join(root, "requirements.txt"), progress);
}
