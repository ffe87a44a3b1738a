import pc from "picocolors";
import type { Status } from "../pipeline/status";
import { newTable } from "./render-rows";

/** `crime status` for people. */
export function renderStatus(status: Status): string {
  const lines: string[] = [];
  if (status.notice) lines.push(pc.yellow(pc.bold(status.notice)), "");
  lines.push(
    status.publication
      ? `published ${status.publication.published_at} as ${status.publication.publication_id}`
      : "nothing was published yet; run crime run",
  );
  if (status.pinned_to) lines.push(`pinned to ${status.pinned_to}; crime run --latest lifts the pin`);
  if (status.freshness.length > 0) {
    const table = newTable([
      "dataset",
      "source",
      "snapshot",
      "rows",
      "last report",
      "data age",
      "publisher age",
    ]);
    const age = (days: number | null): string => (days === null ? "not known" : `${days} days`);
    for (const fresh of status.freshness) {
      table.push([
        fresh.dataset,
        fresh.source_kind ?? "none",
        fresh.snapshot_date ?? "",
        fresh.rows.toLocaleString("en-CA"),
        fresh.last_report_date ?? "",
        age(fresh.data_age_days),
        age(fresh.publisher_age_days),
      ]);
    }
    lines.push("", table.toString());
    for (const { dataset, warnings } of status.freshness) {
      for (const warning of warnings) lines.push(`${pc.yellow("!")} ${dataset}: ${warning}`);
    }
  }
  if (status.attempts.length > 0) {
    const table = newTable(["attempted", "dataset", "outcome", "reason"]);
    for (const { attempted_at, dataset, outcome, reason } of status.attempts) {
      table.push([attempted_at.slice(0, 19).replace("T", " "), dataset, outcome, reason]);
    }
    lines.push("", table.toString());
  }
  return lines.join("\n") + "\n";
}
