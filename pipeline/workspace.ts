import { existsSync } from "node:fs";
import { appendFile, mkdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { freshFolder, writeAtomically } from "./files";
import { Lake } from "./lake";
import { exclusively } from "./lock";
import { mendable } from "./mendable";
import type { Outcome } from "./ops-tables";

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
   * @throws UserError while another run is going on, and for what the disk or the folder does wrong
   */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await exclusively(this.lockFile, "another run", async () => {
        await freshFolder(path.dirname(this.scratch));
        await mkdir(this.scratch);
        try {
          return await work();
        } finally {
          await rm(path.dirname(this.scratch), { recursive: true, force: true });
        }
      });
    } catch (error) {
      throw mendable(error, this.folder);
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
