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
 * Times the laptop run on a tenth of a full-size file, on one, and on ten times of it: each step and the whole, beside
 * floors (one DuckDB scan, a bare DuckDB text load, dbt on an empty project) and beside what the usual course
 * solution does with pandas.
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
  const ratios = [
    "| rows | check, land, load / bare load | check and land / one scan | `dbt build` / empty project | whole run / course solution |",
    "|--:|--:|--:|--:|--:|",
  ];
  try {
    for (const rows of [FULL / 10, FULL, FULL * 10]) {
      const file = path.join(folder, `${rows}.csv`);
      await generateMajorCrimes(file, rows, path.join(projectDir, majorCrimes.sample.file));
      const megabytes = statSync(file).size / 1e6;
      const data = path.join(folder, String(rows));
      mkdirSync(`${data}-bare`);
      const count = rows.toLocaleString("en-CA");
      const row = (name: string, { seconds, peakMb }: Measured): number => {
        const figures = [seconds.toFixed(2), (megabytes / seconds).toFixed(0), peakMb.toFixed(0)];
        lines.push(`| ${count} | ${megabytes.toFixed(0)} | ${name} | ${figures.join(" | ")} |`);
        progress.note(lines.at(-1)!);
        return seconds;
      };
      const bare = (name: string): Promise<Measured> => step(name, file, `${data}-bare`);
      const scan = row("*one DuckDB scan*", await bare("one DuckDB scan"));
      const load = row("*bare DuckDB text load*", await bare("bare DuckDB load"));
      const empty = row("*dbt on an empty project*", await bare("dbt build of an empty project"));
      const script = [path.join(pandas, "python"), path.join(__dirname, "course.py"), file, `${data}-bare`];
      const course = row("*course solution (pandas)*", await measure(script[0]!, ...script.slice(1)));
      const landed = row("check and land", await step("check and land", file, data));
      const loaded = row("load", await step("load", file, data));
      const built = row("`dbt build`", await step("dbt build", file, data));
      row("publish", await step("publish", file, data));
      rmSync(`${data}-bare`, { recursive: true });
      rmSync(data, { recursive: true });
      const run = ["run", "--major-crimes", file, "--hate-crimes", "sample", "--data-dir", data, "--json"];
      const whole = row("**`crime run`, whole**", await measure(process.execPath, "cli/crime.js", ...run));
      row("**`crime run`, unchanged**", await measure(process.execPath, "cli/crime.js", ...run));
      rmSync(file);
      rmSync(data, { recursive: true });
      const times = [(landed + loaded) / load, landed / scan, built / empty, whole / course];
      ratios.push(`| ${count} | ${times.map((ratio) => ratio.toFixed(2)).join(" | ")} |`);
    }
  } finally {
    progress.end();
    rmSync(folder, { recursive: true, force: true });
  }
  return [
    "## The laptop run",
    "",
    "Floors and alternatives stand in italics. The course solution reads the file whole, fixes dates, drops rows that",
    "look alike, groups and writes; it neither checks nor tests anything. `dbt build` makes 21 models and runs all tests.",
    "",
    ...lines,
    "",
    "As ratios:",
    "",
    ...ratios,
    "",
  ].join("\n");
}
