import { existsSync } from "node:fs";
import { answer, type Freshness } from "./answers";
import type { Outcome, Publication } from "./ops-tables";
import { Warehouse } from "./warehouse";
import type { Workspace } from "./workspace";

export interface Status {
  readonly publication: Publication | null;
  readonly notice: string | null;
  readonly pinned_to: string | null;
  readonly freshness: readonly Freshness[];
  /** The last attempts, newest first. */
  readonly attempts: readonly Outcome[];
}

const SHOWN_ATTEMPTS = 10;

/** What is published, how old it is, and what the last attempts came to. */
export async function readStatus(workspace: Workspace, now: Date): Promise<Status> {
  const pinned_to = (await workspace.pin()) ?? null;
  const newestFirst = (outcomes: readonly Outcome[]): Outcome[] =>
    [...outcomes].sort((a, b) => b.attempted_at.localeCompare(a.attempted_at)).slice(0, SHOWN_ATTEMPTS);
  const pending = await workspace.pendingOutcomes();
  if (!existsSync(workspace.warehouse)) {
    return { publication: null, notice: null, pinned_to, freshness: [], attempts: newestFirst(pending) };
  }
  const warehouse = await Warehouse.open(workspace.warehouse, "read");
  try {
    const { notice, freshness } = await answer(warehouse, now);
    const recorded = await warehouse.rows<Outcome>("from ops.load_outcomes");
    return {
      publication: (await warehouse.lastPublication()) ?? null,
      notice,
      pinned_to,
      freshness,
      attempts: newestFirst([...recorded, ...pending]),
    };
  } finally {
    warehouse.close();
  }
}
