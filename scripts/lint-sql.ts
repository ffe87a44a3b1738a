import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import path from "node:path";
import { showProgress } from "../cli/progress";
import { messageOf } from "../errors";
import { ensurePython } from "../pipeline/python";

const root = path.join(__dirname, "..");
const target = path.join(tmpdir(), "crime-lint-sql");

/** Lints the models and tests of dbt, or the files that are named, as DuckDB compiles them; needs no database and no network. */
async function main(): Promise<void> {
  const progress = showProgress(process.stderr);
  const bin = await ensurePython(
    path.join(root, ".venv-lint"),
    path.join(root, "requirements-lint.txt"),
    progress,
  ).finally(() => progress.end());
  const named = process.argv.slice(2);
  const places = named.length > 0 ? named : ["dbt_crime/models", "dbt_crime/tests"];
  const args = ["lint", "--nocolor", "--disable-progress-bar", ...places];
  const { status } = spawnSync(path.join(bin, "sqlfluff"), args, {
    cwd: root,
    env: { ...process.env, DUCKDB_PATH: ":memory:", DBT_TARGET_PATH: target, DBT_LOG_PATH: target },
    stdio: "inherit",
  });
  process.exitCode = status ?? 1;
}

main().catch((error: unknown) => {
  process.stderr.write(`error: ${messageOf(error)}\n`);
  process.exitCode = 1;
});
