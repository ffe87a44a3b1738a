import { existsSync } from "node:fs";
import { appendFile, mkdir, open, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../errors";
import { writeAtomically } from "./files";
import { Lake } from "./lake";
import type { Outcome } from "./warehouse";

/** The data folder of the laptop run: what is in it and where. */
export class Workspace {
  readonly warehouse: string;
  readonly answers: string;
  /** The page, alone in its folder. */
  readonly site: string;
  readonly lake: Lake;
  /** For files that are not whole yet. Its name is new for every process: what a killed one left running writes elsewhere. */
  readonly scratch: string;
  /** For dbt's log. */
  readonly logs: string;
  private readonly pinFile: string;
  private readonly journal: string;
  private readonly lockFile: string;

  constructor(readonly folder: string) {
    const at = (name: string): string => path.join(folder, name);
    this.warehouse = at("warehouse.duckdb");
    this.answers = at("answers.json");
    this.site = at("site/index.html");
    this.scratch = at(`.work/${process.pid}`);
    this.logs = at(".logs");
    this.pinFile = at(".pin");
    this.journal = at(".outcomes.jsonl");
    this.lockFile = at(".lock");
    this.lake = new Lake(at("lake"), this.scratch);
  }

  /**
   * Keeps other runs out while `work` goes on. The lock of a process that died does not count.
   *
   * @throws UserError while another run is going on
   */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    await mkdir(this.folder, { recursive: true });
    await this.lock();
    try {
      await rm(path.dirname(this.scratch), { recursive: true, force: true });
      await mkdir(this.scratch, { recursive: true });
      return await work();
    } finally {
      await rm(path.dirname(this.scratch), { recursive: true, force: true });
      await rm(this.lockFile, { force: true });
    }
  }

  private async lock(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        const handle = await open(this.lockFile, "wx");
        await handle.writeFile(String(process.pid));
        return await handle.close();
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
        const holder = Number(await readFile(this.lockFile, "utf8").catch(() => ""));
        if (attempt > 1 || isAlive(holder)) {
          throw new UserError(
            `another run is going on (process ${holder})`,
            this.lockFile,
            "wait until it is done; delete the file if you know there is none",
          );
        }
        await rm(this.lockFile, { force: true });
      }
    }
  }

  /** The day that the publication is pinned to by a restore, `YYYY-MM-DD`. */
  async pin(): Promise<string | undefined> {
    return existsSync(this.pinFile) ? (await readFile(this.pinFile, "utf8")).trim() : undefined;
  }

  async setPin(day: string | undefined): Promise<void> {
    if (day === undefined) await rm(this.pinFile, { force: true });
    else await writeAtomically(this.pinFile, `${day}\n`);
  }

  /** Outcomes that no published warehouse holds yet. A line that a killed run left half-written is dropped. */
  async pendingOutcomes(): Promise<Outcome[]> {
    const text = existsSync(this.journal) ? await readFile(this.journal, "utf8") : "";
    return text.split("\n").flatMap((line) => {
      try {
        return [JSON.parse(line) as Outcome];
      } catch {
        return [];
      }
    });
  }

  async noteOutcomes(outcomes: readonly Outcome[]): Promise<void> {
    await appendFile(this.journal, outcomes.map((outcome) => `\n${JSON.stringify(outcome)}`).join(""));
  }

  /** To be called when the warehouse in place holds all of them. */
  async clearPendingOutcomes(): Promise<void> {
    await rm(this.journal, { force: true });
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
