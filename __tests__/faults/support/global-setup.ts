import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ensureRenderer } from "../../../dashboard/bundle";
import { datasets } from "../../../datasets";
import { bundledSteps } from "../../../kestra/desired";
import { run } from "../../../pipeline/process";
import { plainProgress } from "../../../pipeline/progress";
import { ensurePython } from "../../../pipeline/python";
import { groundIn, VARIABLE } from "./ground";

const root = path.join(__dirname, "..", "..", "..");
const [MAJOR_ROWS, HATE_ROWS, REPEATED] = [2_000, 400, 30];

/** Makes what every fault starts from: two data folders, and what is bundled or installed only once. */
export default async function setup(): Promise<void> {
  const progress = plainProgress((line) => void process.stderr.write(`${line}\n`));
  for (const [venv, pins] of [
    [".venv", "requirements.txt"],
    [".venv-bigquery", "requirements-bigquery.txt"],
  ] as const) {
    await ensurePython(path.join(root, venv), path.join(root, pins), progress);
  }
  await ensureRenderer(root);

  const ground = groundIn(mkdtempSync(path.join(tmpdir(), "crime-faults-")));
  process.env[VARIABLE] = ground.folder;
  // Some faults run without the rights of root.
  chmodSync(ground.folder, 0o755);
  mkdirSync(ground.proven);
  writeFileSync(ground.steps, await bundledSteps());
  const [major, hate] = datasets.map(({ sample }) =>
    readFileSync(path.join(root, sample.file), "utf8").split("\n"),
  );
  const rows = major!.slice(0, MAJOR_ROWS + 1);
  writeFileSync(ground.files.major, rows.join("\n") + "\n");
  writeFileSync(ground.files.hate, hate!.slice(0, HATE_ROWS + 1).join("\n") + "\n");
  // Some rows more, that end on the same day: neither file is smaller or older than the other.
  writeFileSync(ground.files.next, [...rows, ...rows.slice(1, REPEATED + 1)].join("\n") + "\n");
  await publish(ground.base, ground.files.major, ground.files.hate);
  cpSync(ground.base, ground.next, { recursive: true });
  await publish(ground.next, ground.files.next, ground.files.hate);
}

async function publish(dataDir: string, major: string, hate: string): Promise<void> {
  const args = ["run", "--major-crimes", major, "--hate-crimes", hate, "--data-dir", dataDir];
  const { code, tail } = await run(process.execPath, [path.join(root, "cli", "crime.js"), ...args]);
  if (code !== 0) throw new Error(tail);
}
