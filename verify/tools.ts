import { spawnSync } from "node:child_process";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { dockerPackages } from "../compose/versions";
import { UserError } from "../errors";
import { plainProgress } from "../pipeline/progress";
import { ensurePython } from "../pipeline/python";
import { builtOnce } from "./built-once";

/** What a check needs and this machine cannot give; the check is then named as not run, never left out in silence. */
export class NotHere extends Error {}

export interface Ran {
  readonly ok: boolean;
  /** Both streams, as they came. */
  readonly output: string;
}

/** Runs a command to its end. @throws NotHere when there is no such command */
export function run(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd?: string,
): Ran {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: "utf8",
    env: { ...process.env, ...env },
    maxBuffer: 64 * 1024 * 1024,
    ...(cwd && { cwd }),
  });
  if ((error as NodeJS.ErrnoException | undefined)?.code === "ENOENT")
    throw new NotHere(`${command} is not installed`);
  return { ok: status === 0, output: stdout + stderr };
}

const has = (command: string): boolean => spawnSync("sh", ["-c", `command -v ${command}`]).status === 0;

/**
 * Makes sure that a command is there. In CI, as root, the Debian package is installed.
 *
 * @throws NotHere with the command that would install it
 */
export function debian(command: string): string {
  if (has(command)) return command;
  if (process.env["CI"] && process.getuid?.() === 0 && has("apt-get")) {
    run("apt-get", ["update", "-q"]);
    run("apt-get", ["install", "-q", "-y", "--no-install-recommends", command], {
      DEBIAN_FRONTEND: "noninteractive",
    });
    if (has(command)) return command;
  }
  throw new NotHere(`needs ${command}: sudo apt-get install ${command}`);
}

/** The environment of the hashed requirements with checkov in it. @throws NotHere when it cannot be installed */
export async function checkov(): Promise<string> {
  const progress = plainProgress((line) => console.log(line));
  try {
    return join(await ensurePython(".venv-checks", "requirements-checks.txt", progress), "checkov");
  } catch (error) {
    throw error instanceof UserError ? new NotHere(error.message) : error;
  }
}

/**
 * Docker Compose in the version that the VM gets: Docker's plugin when it is that one, else built once from its Go module
 * into the user's cache. Its module cannot be installed by name, since its go.mod excludes others.
 *
 * @returns the command and its first arguments
 * @throws NotHere when neither is possible
 */
export function compose(): readonly [string, ...string[]] {
  const version = /docker-compose-plugin=([\d.]+)/.exec(dockerPackages.join(" "))![1]!;
  if (has("docker") && run("docker", ["compose", "version", "--short"]).output.trim() === version)
    return ["docker", "compose"];
  const program = builtOnce("docker-compose", version, (folder) => {
    const module = run("go", ["mod", "download", "-json", `github.com/docker/compose/v2@v${version}`]);
    if (!module.ok)
      throw new NotHere(`docker compose cannot be fetched: ${module.output.trim().split("\n").at(-1)}`);
    const [source, built] = [join(folder, "source"), join(folder, "docker-compose")];
    cpSync((JSON.parse(module.output) as { Dir: string }).Dir, source, { recursive: true });
    run("chmod", ["-R", "u+w", source]);
    const { ok, output } = run("go", ["build", "-trimpath", "-o", built, "./cmd"], {}, source);
    if (!ok) throw new NotHere(`docker compose cannot be built: ${output.trim().split("\n").at(-1)}`);
    return built;
  });
  return [program];
}
