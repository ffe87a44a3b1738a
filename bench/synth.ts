import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";

/**
 * How long a synth of all stacks takes, and how much memory: as it is, as it usually is set up (ts-node, which checks
 * types, and one import of the whole provider), without any compiler, and what Node takes to start. Each in turn, several
 * rounds, medians.
 */
const rounds = 3;
const BARE = "*bare Node start*";
const PRECOMPILED = "node, precompiled";
const USUAL = "ts-node, one barrel import";
const work = resolve(".cache/bench");
const environment = {
  CRIME_PROJECT_ID: "my-crime-project",
  CRIME_PROJECT_NUMBER: "123456789012",
  CRIME_GITHUB_REPOSITORY: "octo/toronto-crime",
};

interface Measured {
  readonly name: string;
  readonly seconds: number;
  readonly megabytes: number;
}

const must = (command: string, args: readonly string[], cwd = "."): void => {
  const { status, stderr } = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${stderr}`);
};

/** Runs Node once; the peak of its memory is written by a module that it loads first. */
function once(args: readonly string[], env: Readonly<Record<string, string>>): Omit<Measured, "name"> {
  const peak = join(work, "peak");
  rmSync(peak, { force: true });
  const from = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ["--require", join(work, "peak.cjs"), ...args], {
    env: { ...process.env, ...environment, CDKTF_OUTDIR: join(work, "out"), PEAK: peak, ...env },
    encoding: "utf8",
  });
  const seconds = (performance.now() - from) / 1000;
  if (status !== 0) throw new Error(`${args.join(" ")}: ${stderr}`);
  return { seconds, megabytes: Number(readFileSync(peak, "utf8")) / 1024 };
}

const middle = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

/** The set-ups to compare; what they need is prepared outside of the measurement. */
function setUps(): Record<string, () => Omit<Measured, "name">> {
  rmSync(join(work, "dist"), { recursive: true, force: true });
  mkdirSync(join(work, "out"), { recursive: true });
  writeFileSync(
    join(work, "peak.cjs"),
    'process.on("exit", () => require("fs").writeFileSync(process.env.PEAK, String(process.resourceUsage().maxRSS)));',
  );
  if (!existsSync(join(work, "node_modules", "ts-node"))) {
    writeFileSync(join(work, "package.json"), '{"private":true}');
    must("npm", ["install", "--no-save", "--silent", "ts-node@10.9.2"], work);
  }
  must(process.execPath, [
    resolve("node_modules/typescript/bin/tsc"),
    ...["--noEmit", "false", "--outDir", join(work, "dist"), "--target", "es2022", "--module", "node16"],
    ...["--esModuleInterop", "--skipLibCheck", "main.ts"],
  ]);
  for (const file of ["compose/boot", "compose/images", "requirements-bigquery.txt"]) {
    cpSync(file, join(work, "dist", file), { recursive: true });
  }
  // Beside main.ts, for its relative imports; taken away again at the end.
  const barrel = "bench/barrel-main.ts";
  const cacheless = () => ({ TMPDIR: mkdtempSync(join(work, "tmp-")) });
  const kept = cacheless();
  const tsx = ["--import", "tsx", "main.ts"];
  return {
    [BARE]: () => once(["-e", "0"], {}),
    "tsx, cold": () => once(tsx, cacheless()),
    "tsx, warm": () => once(tsx, kept),
    [PRECOMPILED]: () => once([join(work, "dist", "main.js")], {}),
    [USUAL]: () => {
      writeFileSync(
        barrel,
        'import * as google from "@cdktf/provider-google";\nvoid google.provider;\nimport "../main";\n',
      );
      try {
        return once(["--require", join(work, "node_modules", "ts-node", "register"), barrel], {});
      } finally {
        rmSync(barrel);
      }
    },
  };
}

/**
 * Measures every set-up in turn, so that a busy machine is busy for all of them.
 *
 * @returns a section of the report
 */
export function benchSynth(): string {
  const prepared = Object.entries(setUps());
  prepared.find(([name]) => name === "tsx, warm")![1]();
  const runs = Array.from({ length: rounds }, () => prepared.map(([, measure]) => measure()));
  rmSync(work, { recursive: true, force: true });
  const measured: Measured[] = prepared.map(([name], at) => ({
    name,
    seconds: middle(runs.map((round) => round[at]!.seconds)),
    megabytes: middle(runs.map((round) => round[at]!.megabytes)),
  }));
  const secondsOf = (wanted: string): number => measured.find(({ name }) => name === wanted)!.seconds;
  const lines = measured.map(({ name, seconds, megabytes }) => {
    const ratios = [secondsOf(USUAL) / seconds, seconds / secondsOf(PRECOMPILED), seconds / secondsOf(BARE)];
    const cells = [
      name,
      seconds.toFixed(2),
      megabytes.toFixed(0),
      ...ratios.map((ratio) => ratio.toFixed(1)),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return [
    "## Synthesizing all stacks",
    "",
    `Medians of ${rounds} rounds in turn. Cold: nothing compiled before. The usual set-up: ts-node, which checks types, and`,
    "one import of the whole Google provider.",
    "",
    "| set-up | seconds | peak MB | times as fast as the usual | times as slow as precompiled | times as slow as bare Node start |",
    "|---|--:|--:|--:|--:|--:|",
    ...lines,
    "",
  ].join("\n");
}

if (require.main === module) process.stdout.write(benchSynth());
