import { spawnSync } from "node:child_process";
import path from "node:path";
import { messageOf, UserError } from "../errors";
import { builtOnce } from "../verify/built-once";
import { debian, NotHere } from "../verify/tools";

/** Renovate keeps it up to date. */
const actionlint = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12";

const root = path.join(__dirname, "..");

/**
 * The pinned actionlint, built once into the user's cache.
 *
 * @returns the program
 * @throws UserError when there is no Go, or its module proxy is out of reach
 */
export function ensureActionlint(): string {
  const version = actionlint.split("@")[1]!;
  return builtOnce("actionlint", version, (folder) => {
    const built = spawnSync("go", ["install", "-trimpath", actionlint], {
      env: { ...process.env, GOBIN: folder, GOFLAGS: "" },
      encoding: "utf8",
    });
    if (built.status !== 0) {
      const said = built.error ? messageOf(built.error) : built.stderr.trim().split("\n").at(-1);
      throw new UserError(
        `actionlint could not be built: ${said}`,
        actionlint,
        "install Go 1.26 and check that it reaches its module proxy",
      );
    }
    return path.join(folder, "actionlint");
  });
}

/** What actionlint and, where it is installed, shellcheck say of workflows; nothing when all is well. */
export function lintWorkflows(files: readonly string[] = []): string {
  const { stdout, stderr } = spawnSync(ensureActionlint(), ["-oneline", ...files], {
    cwd: root,
    encoding: "utf8",
  });
  return stdout + stderr;
}

/** On a laptop a missing program is told; in CI it is a fault. */
function missing(what: string): void {
  process.stderr.write(`not run: ${what}\n`);
  if (process.env["CI"]) process.exitCode = 1;
}

function main(): void {
  if (spawnSync("go", ["version"]).error)
    return missing("actionlint of the workflows; it is built with Go 1.26");
  // Without it actionlint passes over the scripts in silence.
  try {
    debian("shellcheck");
  } catch (error) {
    if (!(error instanceof NotHere)) throw error;
    missing(`shellcheck of the workflows' scripts; it ${error.message}`);
  }
  const faults = lintWorkflows();
  process.stderr.write(faults);
  if (faults !== "") process.exitCode = 1;
}

if (require.main === module) {
  try {
    main();
  } catch (error) {
    process.stderr.write(`error: ${messageOf(error)}\n`);
    process.exitCode = 1;
  }
}
