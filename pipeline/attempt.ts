import type { Dataset } from "../datasets";
import { messageOf, UserError } from "../errors";
import { extract, type ExtractOptions, type SourceChoice } from "./extract";
import { Unreachable } from "./http";
import type { Landed, Snapshot } from "./lake";
import { type Progress } from "./progress";

/** What came of asking for a dataset. */
export interface Attempt {
  readonly dataset: Dataset;
  readonly result: "landed" | "kept" | "restored" | "refused" | "failed";
  /** The snapshot that shall be loaded; `undefined` when the lake holds none. */
  readonly snapshot: Snapshot | undefined;
  readonly reason: string;
  readonly change?: Landed["change"];
}

/**
 * Asks the source for a dataset. Never throws for what a source can do wrong: the last good snapshot
 * stays then, and the reason says why.
 *
 * @throws what is wrong with the lake or the disk
 */
export async function attempt(
  dataset: Dataset,
  choice: SourceChoice,
  options: ExtractOptions,
  progress: Progress,
): Promise<Attempt> {
  const step = progress.step(dataset.id);
  const lastGood = await options.lake.latest(dataset.id);
  const source = choice === "auto" ? "portal" : choice;
  try {
    const landing = await extract(dataset, source, options);
    if ("refused" in landing) {
      step.fail("refused");
      return { dataset, result: "refused", snapshot: lastGood, reason: landing.refused };
    }
    const { snapshot, change } = landing;
    step.done(`${change === "new" ? "landed" : "already in the lake"}: ${describe(snapshot)}`);
    for (const warning of snapshot.warnings) progress.warn(`${dataset.id}: ${warning}`);
    return { dataset, result: "landed", snapshot, change, reason: snapshot.warnings.join("; ") };
  } catch (error) {
    if (error instanceof UserError || isOfOwnDisk(error, choice)) {
      step.fail("failed");
      throw error;
    }
    if (choice !== "auto" || !(error instanceof Unreachable)) {
      step.fail(error instanceof Unreachable ? "unreachable" : "failed");
      return { dataset, result: "failed", snapshot: lastGood, reason: `${dataset.id}: ${messageOf(error)}` };
    }
    step.fail("the City's portal cannot be reached");
    const reason = `${dataset.id}: the portal cannot be reached (${error.message})`;
    if (lastGood) {
      progress.warn(`${reason}; keeping the snapshot of ${lastGood.snapshotDate}`);
      return { dataset, result: "kept", snapshot: lastGood, reason };
    }
    progress.warn(`${reason}; using the bundled SAMPLE, ${dataset.sample.description}`);
    return attempt(dataset, "sample", options, progress);
  }
}

/** Whether a file of ours could not be written, rather than the source be read. */
function isOfOwnDisk(error: unknown, choice: SourceChoice): boolean {
  const { errno, syscall, path } = error as NodeJS.ErrnoException;
  const given = typeof choice === "object" && "file" in choice ? choice.file : undefined;
  return errno !== undefined && syscall !== "read" && (path === undefined || path !== given);
}

function describe(snapshot: Snapshot): string {
  const rows = snapshot.rows.toLocaleString("en-CA");
  const megabytes = (snapshot.bytes / 1e6).toFixed(1);
  return `${rows} rows, ${megabytes} MB, reported up to ${snapshot.maxReportDate}, layout ${snapshot.layout}`;
}
