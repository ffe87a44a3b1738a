import { rm } from "node:fs/promises";
import path from "node:path";
import { showProgress } from "../cli/progress";
import { datasets } from "../datasets";
import { messageOf, UserError } from "../errors";
import { dbtBuild } from "../pipeline/dbt";
import { extract } from "../pipeline/extract";
import { Portal } from "../pipeline/portal";
import { run } from "../pipeline/process";
import { inStep, type Progress } from "../pipeline/progress";
import { ensurePython } from "../pipeline/python";
import { Warehouse } from "../pipeline/warehouse";
import { Workspace } from "../pipeline/workspace";

const root = path.join(__dirname, "..");
const projectDir = path.join(root, "dbt_crime");

/**
 * Writes dbt's documentation as one page: descriptions, lineage, columns and the attribution, with the
 * tables as DuckDB makes them from the bundled sample. Needs no network.
 *
 * @param folder where dbt writes
 * @returns the page
 */
async function writeDocs(folder: string, progress: Progress): Promise<string> {
  const bin = await ensurePython(path.join(root, ".venv"), path.join(root, "requirements.txt"), progress);
  await rm(folder, { recursive: true, force: true });
  const workspace = new Workspace(path.join(folder, "sample"));
  const env = { DUCKDB_PATH: path.join(workspace.folder, "docs.duckdb") };
  await workspace.exclusively(async () => {
    const options = {
      projectDir: root,
      lake: workspace.lake,
      portal: new Portal(),
      progress,
      now: new Date(),
    };
    const warehouse = await Warehouse.openCopy(workspace.warehouse, env.DUCKDB_PATH);
    try {
      for (const dataset of datasets) {
        const landing = await extract(dataset, "sample", { ...options, reloadDelayMs: 0 });
        if ("refused" in landing) throw new Error(landing.refused);
        await warehouse.load(dataset, landing.snapshot, workspace.lake.file(landing.snapshot));
      }
    } finally {
      warehouse.close();
    }
  });
  const dbt = { bin, projectDir, targetDir: folder, logDir: folder, env };
  await inStep(progress, "dbt build", (step) => dbtBuild(dbt, step));
  await inStep(progress, "dbt docs", async () => {
    const { code, tail } = await run(
      path.join(bin, "dbt"),
      ["docs", "generate", "--static", "--no-compile", "--target-path", folder, "--log-path", folder],
      { cwd: projectDir, env: { ...process.env, DO_NOT_TRACK: "1", ...env } },
    );
    if (code !== 0) throw new UserError("dbt docs failed", folder, tail);
  });
  return path.join(folder, "static_index.html");
}

const progress = showProgress(process.stderr);
writeDocs(path.resolve(process.argv[2] ?? path.join(projectDir, "target")), progress)
  .then((page) => process.stdout.write(`${page}\n`))
  .catch((error: unknown) => {
    process.stderr.write(`error: ${messageOf(error)}\n`);
    process.exitCode = 1;
  })
  .finally(() => progress.end());
