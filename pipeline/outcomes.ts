import type { Attempt } from "./attempt";
import type { Outcome } from "./ops-tables";
import type { Plan } from "./plan";

/** What came of each attempt, as rows of `ops.load_outcomes`. */
export function describeOutcomes(
  attempts: readonly Attempt[],
  plan: Pick<Plan, "load">,
  now: Date,
  attempt_id: string,
): Outcome[] {
  return attempts.map(({ dataset, result, snapshot, reason }) => {
    const loads = plan.load.includes(dataset.id);
    const said: Outcome["outcome"] =
      result === "refused" || result === "failed" || (result === "restored" && loads)
        ? result
        : loads
          ? "loaded"
          : result === "landed"
            ? "unchanged"
            : "kept";
    const facts = result === "refused" || result === "failed" ? undefined : snapshot;
    return {
      attempt_id,
      dataset: dataset.id,
      attempted_at: now.toISOString(),
      outcome: said,
      reason,
      source_kind: facts?.source.kind ?? null,
      snapshot_date: facts?.snapshotDate ?? null,
      sha256: facts?.sha256 ?? null,
      layout: facts?.layout ?? null,
      rows: facts?.rows ?? null,
      max_report_date: facts?.maxReportDate ?? null,
      publisher_modified_at: facts?.source.lastModified ?? null,
    };
  });
}
