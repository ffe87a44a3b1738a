import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../errors";
import { writeAtomically } from "./files";
import { exclusively } from "./lock";
import { firstLine, run } from "./process";
import { inStep, type Progress } from "./progress";

/**
 * A Python environment that holds exactly the pinned requirements, made when first needed or when they changed.
 *
 * @param venv folder of the environment
 * @param requirements file of pins with hashes
 * @returns the folder with the environment's programs
 * @throws UserError when there is no Python or a package cannot be had
 */
export async function ensurePython(venv: string, requirements: string, progress: Progress): Promise<string> {
  const bin = programsOf(venv);
  const stamp = stampOf(venv);
  const wanted = await hashOf(requirements);
  if ((await installedPins(venv)) === wanted) return bin;

  await exclusively(`${venv}.lock`, "another installation", () =>
    inStep(progress, "python packages", async () => {
      progress.note(
        `Installing the Python packages of ${path.basename(requirements)}; only the first run needs this.`,
      );
      await install(venv, bin, requirements);
      await writeAtomically(stamp, wanted);
    }),
  );
  return bin;
}

/** The folder with an environment's programs. */
export const programsOf = (venv: string): string =>
  path.join(venv, process.platform === "win32" ? "Scripts" : "bin");

const stampOf = (venv: string): string => path.join(venv, "requirements.sha256");

/** What a file of requirements is known by in the environment that was made from it. */
export async function hashOf(requirements: string): Promise<string> {
  return createHash("sha256")
    .update(await readFile(requirements))
    .digest("hex");
}

/** Hash of the requirements that an environment was made from; `undefined` when there is none, or no whole one. */
export async function installedPins(venv: string): Promise<string | undefined> {
  return existsSync(stampOf(venv)) ? readFile(stampOf(venv), "utf8") : undefined;
}

async function install(venv: string, bin: string, requirements: string): Promise<void> {
  const python = await findPython();
  const uv = (await firstLine("uv", "--version")) !== undefined;
  const commands: [string, ...string[]][] = uv
    ? [
        ["uv", "venv", "--quiet", "--clear", "--python", python, venv],
        [
          "uv",
          "pip",
          "sync",
          "--quiet",
          "--compile-bytecode",
          "--require-hashes",
          "--python",
          bin,
          requirements,
        ],
      ]
    : [
        [python, "-m", "venv", "--clear", venv],
        [
          path.join(bin, "python"),
          "-m",
          "pip",
          "install",
          "--quiet",
          "--no-deps",
          "--require-hashes",
          "-r",
          requirements,
        ],
      ];
  for (const [command, ...args] of commands) {
    const { code, tail } = await run(command, args);
    if (code !== 0) {
      throw new UserError(
        `python packages could not be installed: ${tail.split("\n").at(-1) ?? "no message"}`,
        requirements,
        "check the network or the package index that pip is configured for, then run again",
      );
    }
  }
}

/**
 * The name of a Python that dbt works with.
 *
 * @throws UserError when there is none
 */
export async function findPython(): Promise<string> {
  const candidates = ["python3.11", "python3", "python3.12", "python3.13", "python"];
  for (const name of candidates) {
    const version = /^Python 3\.(\d+)/.exec((await firstLine(name, "--version")) ?? "");
    if (version && Number(version[1]) >= 10 && Number(version[1]) <= 13) return name;
  }
  throw new UserError("no Python 3.10 to 3.13", candidates.join(", "), "install Python 3.11; dbt needs it");
}
