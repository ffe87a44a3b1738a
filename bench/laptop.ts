import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { majorCrimes } from "../datasets";
import { ensurePython } from "../pipeline/python";
import { showProgress } from "../cli/progress";
import { generateMajorCrimes } from "./generate";

const projectDir = path.join(__dirname, "..");
const FULL = 490_000;

interface Measured {
  readonly seconds: number;
  readonly peakMb: number;
}

async function measure(command: string, ...args: string[]): Promise<Measured> {
  const { stdout } = await promisify(execFile)(
    "python3",
    [path.join(__dirname, "measure.py"), command, ...args],
    {
      cwd: projectDir,
      maxBuffer: 1 << 26,
    },
  );
  const outer = JSON.parse(stdout) as { seconds: number; peak_mb: number; stdout: string };
  const own = /^\{"seconds":.*\}$/m.exec(outer.stdout);
  const seconds = own ? (JSON.parse(own[0]) as { seconds: number }).seconds : outer.seconds;
  return { seconds, peakMb: outer.peak_mb };
}

const step = (name: string, file: string, folder: string): Promise<Measured> =>
  measure(process.execPath, "--import", "tsx", path.join(__dirname, "step.ts"), name, file, folder);

/**
 * Times the laptop run: each step on a full-size file, and check and load on a tenth and ten times of it,
 * beside a bare DuckDB text load and a pandas read of the same file.
 *
 * @returns a section of Markdown
 */
export async function benchLaptop(): Promise<string> {
  const progress = showProgress(process.stderr);
  await ensurePython(path.join(projectDir, ".venv"), path.join(projectDir, "requirements.txt"), progress);
  const pandas = await ensurePython(
    path.join(projectDir, ".venv-bench"),
    path.join(projectDir, "bench/requirements.txt"),
    progress,
  );
  const folder = mkdtempSync(path.join(tmpdir(), "crime-bench-"));
  const lines = ["| rows | MB | step | seconds | MB/s | peak MB |", "|--:|--:|---|--:|--:|--:|"];
  const ratios: string[] = [];
  try {
    for (const rows of [FULL / 10, FULL, FULL * 10]) {
      const file = path.join(folder, `${rows}.csv`);
      await generateMajorCrimes(file, rows, path.join(projectDir, majorCrimes.sample.file));
      const megabytes = statSync(file).size / 1e6;
      const data = path.join(folder, String(rows));
      mkdirSync(`${data}-bare`);
      const row = (name: string, { seconds, peakMb }: Measured): Measured => {
        const figures = [seconds.toFixed(2), (megabytes / seconds).toFixed(0), peakMb.toFixed(0)];
        lines.push(
          `| ${rows.toLocaleString("en-CA")} | ${megabytes.toFixed(0)} | ${name} | ${figures.join(" | ")} |`,
        );
        progress.note(lines.at(-1)!);
        return { seconds, peakMb };
      };
      const floor = row("*bare DuckDB text load*", await step("bare DuckDB load", file, `${data}-bare`));
      row(
        "*pandas `read_csv`*",
        await measure(
          path.join(pandas, "python"),
          "-c",
          `import pandas; pandas.read_csv(${JSON.stringify(file)}, dtype=str)`,
        ),
      );
      const land = row("check and land", await step("check and land", file, data));
      const load = row("load", await step("load", file, data));
      const ours = land.seconds + load.seconds;
      ratios.push(
        `${rows.toLocaleString("en-CA")} rows: check, land and load take ${(ours / floor.seconds).toFixed(2)} times the bare load`,
      );
      if (rows === FULL) {
        row("`dbt build`", await step("dbt build", file, data));
        row("publish", await step("publish", file, data));
        const run = [
          "run",
          "--major-crimes",
          file,
          "--hate-crimes",
          "sample",
          "--data-dir",
          `${data}-run`,
          "--json",
        ];
        row("**`crime run`, whole**", await measure(process.execPath, "cli/crime.js", ...run));
        row("**`crime run`, unchanged**", await measure(process.execPath, "cli/crime.js", ...run));
      }
      rmSync(file);
      rmSync(data, { recursive: true, force: true });
    }
  } finally {
    progress.end();
    rmSync(folder, { recursive: true, force: true });
  }
  return ["## The laptop run", "", ...lines, "", ...ratios.map((ratio) => `- ${ratio}.`), ""].join("\n");
}
