import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import path from "node:path";
import {
  fingerprints,
  NO_PORTAL,
  projectDir,
  sha256,
  temporaryFolder,
  type Ended,
} from "../../support/crime";
import { ground } from "./ground";

/** A user without rights, which tests that run as root take on. */
const NOBODY = 65_534;

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** No file may grow beyond so many kilobytes: to the program that is a full disk. */
  readonly fileLimitKb?: number;
  /** Without the rights of root. */
  readonly unprivileged?: boolean;
  /** Told of each piece of standard error. */
  readonly watch?: (told: string, child: ChildProcess) => void;
}

/** A data folder of its own, in which the ground's files are published, and the program to run in it. */
export class World {
  readonly folder = temporaryFolder();
  readonly dataDir = path.join(this.folder, "data");
  readonly warehouse = path.join(this.dataDir, "warehouse.duckdb");
  readonly site = path.join(this.dataDir, "site", "index.html");
  readonly files = ground().files;
  env: NodeJS.ProcessEnv = {};
  /** Stops what a fault has started. */
  readonly servers: (() => void | Promise<void>)[] = [];
  private project = projectDir;

  constructor() {
    cpSync(ground().base, this.dataDir, { recursive: true });
  }

  at(...names: string[]): string {
    return path.join(this.dataDir, ...names);
  }

  /** The one file below the lake's folder of major crimes with that ending. */
  landed(ending: "csv" | "manifest.json"): string {
    const folder = this.at("lake", "major_crimes");
    const names = readdirSync(folder, { recursive: true }) as string[];
    return path.join(
      folder,
      names.find((name) => name.endsWith(ending))!,
    );
  }

  /** `crime run` on the ground's files, or on another one. */
  args(major = this.files.major, hate = this.files.hate): string[] {
    return ["run", "--major-crimes", major, "--hate-crimes", hate];
  }

  /** `crime run` on the next file, which is not published yet. */
  next(): string[] {
    return this.args(this.files.next);
  }

  /** A copy of the project, in which something can be broken, with its programs. */
  copyProject(): string {
    const copy = path.join(this.folder, "project");
    const tracked = execFileSync("git", ["ls-files", ":(exclude)__tests__"], {
      cwd: projectDir,
      encoding: "utf8",
    });
    for (const name of tracked.trim().split("\n")) {
      const file = path.join(projectDir, name);
      if (existsSync(file)) cpSync(file, path.join(copy, name));
    }
    for (const name of ["node_modules", ".venv"]) {
      symlinkSync(path.join(projectDir, name), path.join(copy, name));
    }
    this.project = copy;
    return copy;
  }

  /** Lets a user without rights in, who owns all that is here. */
  giveAway(): void {
    if (process.getuid!() !== 0) return;
    chmodSync(this.folder, 0o755);
    for (const name of ["", ...(readdirSync(this.dataDir, { recursive: true }) as string[])]) {
      chownSync(this.at(name), NOBODY, NOBODY);
    }
  }

  async run(args: readonly string[] = this.args(), options: RunOptions = {}): Promise<Ended> {
    const { env, fileLimitKb, unprivileged, watch } = options;
    const line = [process.execPath, path.join(this.project, "cli", "crime.js"), ...args];
    // POSIX counts blocks of 512 bytes.
    const limit = fileLimitKb === undefined ? "" : `ulimit -f ${fileLimitKb * 2}; `;
    const child = spawn("sh", ["-c", `${limit}exec "$@"`, "crime", ...line], {
      env: {
        ...process.env,
        ...{ CRIME_PORTAL_URL: NO_PORTAL, CRIME_RELOAD_DELAY_MS: "50", NO_COLOR: "1" },
        CRIME_DATA_DIR: this.dataDir,
        ...this.env,
        ...env,
      },
      stdio: ["ignore", "pipe", "pipe"],
      ...(unprivileged && process.getuid!() === 0 && { uid: NOBODY, gid: NOBODY }),
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
      watch?.(stderr, child);
    });
    return new Promise((resolve) => {
      child.once("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
    });
  }

  /** All that must not get lost, as it is now. */
  async trace(): Promise<Trace> {
    return {
      marts: await this.marts(),
      lake: existsSync(this.at("lake")) ? filesBelow(this.at("lake")) : {},
      page: existsSync(this.site) ? sha256(this.site) : "none",
    };
  }

  /** Fingerprints of the marts; of a file that cannot be opened the hash. */
  private async marts(): Promise<unknown> {
    if (!existsSync(this.warehouse)) return "none";
    return fingerprints(this.dataDir).catch(() =>
      readdirSync(this.dataDir, { withFileTypes: true })
        .find(({ name }) => name === "warehouse.duckdb")!
        .isFile()
        ? sha256(this.warehouse)
        : "a folder",
    );
  }

  /** Names of what a run that ended by itself may not leave behind. */
  leftOvers(): string[] {
    if (!existsSync(this.dataDir) || !isFolder(this.dataDir)) return [];
    const names = readdirSync(this.dataDir, { recursive: true }) as string[];
    return names.filter((name) => /\.partial$|\.wal$|(^|\/)\.work|^\.lock/.test(name));
  }

  async clean(): Promise<void> {
    for (const stop of this.servers) await stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export interface Trace {
  readonly marts: unknown;
  /** Name -> hash. */
  readonly lake: Readonly<Record<string, string>>;
  readonly page: string;
}

const isFolder = (name: string): boolean => {
  try {
    readdirSync(name);
    return true;
  } catch {
    return false;
  }
};

function filesBelow(folder: string): Record<string, string> {
  if (!isFolder(folder)) return { "": "a file" };
  const names = (readdirSync(folder, { recursive: true }) as string[]).sort();
  return Object.fromEntries(
    names.flatMap((name) => {
      const file = path.join(folder, name);
      // The same bytes may have come from another source since, which has a manifest of its own.
      return isFolder(file) ? [] : [[name.replace(/\.\w+(?=\.manifest)/, ""), factsOf(file)]];
    }),
  );
}

/** A file's hash; of a manifest what stays when the same bytes come again from another source. */
function factsOf(file: string): string {
  if (!file.endsWith(".manifest.json")) return sha256(file);
  try {
    const { sha256, object, rows } = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
    return JSON.stringify({ sha256, object, rows });
  } catch {
    return sha256(file);
  }
}
