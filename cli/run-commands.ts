import path from "node:path";
import { parseSource } from "../pipeline/extract";
import { Portal } from "../pipeline/portal";
import { restore, run, type RunOptions, type RunReport } from "../pipeline/run";
import { Workspace } from "../pipeline/workspace";
import { showProgress } from "./progress";
import { renderAnswers } from "./render-answers";

interface Shared {
  readonly dataDir: string;
  readonly json?: true;
}

interface RunFlags extends Shared {
  readonly source: string;
  readonly majorCrimes?: string;
  readonly hateCrimes?: string;
  readonly acceptSmaller?: string;
  readonly schemaContract: "evolve" | "freeze";
  readonly latest?: true;
}

/** `crime run` */
export async function runCommand(flags: RunFlags): Promise<void> {
  const sources = {
    major_crimes: parseSource(flags.majorCrimes ?? flags.source),
    hate_crimes: parseSource(flags.hateCrimes ?? flags.source),
  };
  await finish(flags, (options) =>
    run(sources, {
      ...options,
      latest: flags.latest === true,
      schemaContract: flags.schemaContract,
      ...(flags.acceptSmaller === undefined ? {} : { acceptSmaller: flags.acceptSmaller }),
    }),
  );
}

/** `crime restore DATE` */
export async function restoreCommand(day: string, flags: Shared): Promise<void> {
  await finish(flags, (options) => restore(day, options));
}

/** Progress goes to standard error, answers to standard output. */
async function finish(flags: Shared, work: (options: RunOptions) => Promise<RunReport>): Promise<void> {
  const workspace = new Workspace(path.resolve(flags.dataDir));
  const progress = showProgress(process.stderr);
  try {
    const report = await work({
      projectDir: path.join(__dirname, ".."),
      workspace,
      portal: new Portal(process.env["CRIME_PORTAL_URL"]),
      progress,
      now: new Date(),
      reloadDelayMs: Number(process.env["CRIME_RELOAD_DELAY_MS"] ?? 20_000),
    });
    process.exitCode = report.exitCode;
    progress.end();
    if (flags.json) {
      const { answers, ...rest } = report;
      process.stdout.write(JSON.stringify({ ...rest, answers: answers ?? null }, null, 2) + "\n");
    } else {
      if (report.answers) process.stdout.write(renderAnswers(report.answers));
      process.stdout.write(`${report.status}: ${whereabouts(report, workspace)}\n`);
    }
  } finally {
    progress.end();
  }
}

function whereabouts(
  { answers, exitCode }: RunReport,
  { folder, warehouse, answers: file, site }: Workspace,
): string {
  const near = (place: string): string => path.relative(process.cwd(), place) || ".";
  const kept = exitCode === 0 ? "" : "the last good data are still served; ";
  return answers
    ? `${kept}marts in ${near(warehouse)}, answers in ${near(file)}, page in ${near(site)}`
    : `nothing is published in ${near(folder)}`;
}
