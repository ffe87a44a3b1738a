import { readFileSync } from "node:fs";
import { datasets, type DatasetId } from "../../datasets";
import { tableName } from "../../pipeline/bigquery";
import { agesOf, type Ages } from "../../pipeline/freshness";
import { torontoDay } from "../../pipeline/iso-date";
import { give, optional, place } from "./environment";
import { Google } from "./google";

const FACTS: Readonly<Record<DatasetId, { readonly table: string; readonly column: string }>> = {
  major_crimes: { table: "fct_offences", column: "report_date" },
  hate_crimes: { table: "fct_hate_crimes", column: "reported_date" },
};

interface Result {
  readonly unique_id: string;
  readonly status: string;
  readonly execution_time: number;
  readonly message: string | null;
}

/**
 * Sums up `run_results.json`: what was built and tested, what was slow, what failed. How old the data are is asked
 * only of a whole build: after a failed one a table of facts may be missing.
 */
export async function summary(): Promise<void> {
  const { results, elapsed_time } = JSON.parse(readFileSync("run_results.json", "utf8")) as {
    results: Result[];
    elapsed_time: number;
  };
  const name = ({ unique_id }: Result): string => unique_id.split(".")[2] ?? unique_id;
  const of = (kind: string): Result[] => results.filter(({ unique_id }) => unique_id.startsWith(`${kind}.`));
  const bad = results.filter(({ status }) => status === "error" || status === "fail");
  give({
    summary: {
      models: of("model").length,
      tests: of("test").length,
      passed: of("test").filter(({ status }) => status === "pass").length,
      warned: results.filter(({ status }) => status === "warn").map(name),
      failed: bad.map(
        (result) =>
          `${name(result)}: ${(result.message ?? result.status).replace(/\s+/g, " ").slice(0, 200)}`,
      ),
      seconds: Math.round(elapsed_time * 10) / 10,
      slowest: [...results]
        .sort((a, b) => b.execution_time - a.execution_time)
        .slice(0, 3)
        .map((result) => `${name(result)} ${result.execution_time.toFixed(1)} s`),
      ...(bad.length === 0 && { freshness: await freshness() }),
    },
  });
}

/** The ages of what was built: by the raw tables and by the facts that were made from them. */
async function freshness(): Promise<Record<string, Ages>> {
  const where = place();
  const google = new Google(where.project, where.location);
  const today = torontoDay(new Date(optional("NOW") ?? Date.now()));
  const ages: Record<string, Ages> = {};
  for (const dataset of datasets) {
    const raw = tableName(where, "raw", dataset.id);
    const { table, column } = FACTS[dataset.id];
    const [row] = await google.query(
      `select (select max(publisher_modified_at) from ${raw}) as modified, ` +
        `(select cast(max(${column}) as string) from ${tableName(where, "audit", table)}) as reported`,
    );
    ages[dataset.id] = agesOf(dataset, row as { modified: string | null; reported: string | null }, today);
  }
  return ages;
}
