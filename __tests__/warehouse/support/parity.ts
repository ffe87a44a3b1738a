import path from "node:path";
import type { RunReport } from "../../../pipeline/run";
import { crime, writeFile } from "../../support/crime";
import { BigQueryRun } from "./bigquery-run";
import { differences } from "./compare";
import { bigqueryMarts, duckdbMarts, type Marts } from "./marts";

export interface Files {
  readonly major_crimes: string;
  readonly hate_crimes: string;
}

/** The same files taken through DuckDB as a user does it, and through BigQuery up to the audited marts. */
export async function throughBoth(
  name: string,
  files: Files,
): Promise<{ bigquery: BigQueryRun; duckdb: Marts; publicationId: string }> {
  const bigquery = new BigQueryRun(name);
  const dataDir = path.join(bigquery.folder, "data");
  const [major, hate] = (["major_crimes", "hate_crimes"] as const).map((id) =>
    writeFile(bigquery.folder, `${id}.csv`, files[id]),
  );
  const args = ["run", "--major-crimes", major!, "--hate-crimes", hate!, "--data-dir", dataDir, "--json"];
  const { code, stdout, stderr } = await crime(args);
  if (code !== 0) throw new Error(stderr);
  const { publicationId } = JSON.parse(stdout) as RunReport;

  await bigquery.deploy();
  await bigquery.load("major_crimes", files.major_crimes);
  await bigquery.load("hate_crimes", files.hate_crimes);
  await bigquery.build(publicationId!);
  return { bigquery, duckdb: await duckdbMarts(dataDir), publicationId: publicationId! };
}

/** What distinguishes DuckDB's published marts from BigQuery's audited ones, by mart; empty when nothing does. */
export async function disparities(duckdb: Marts, bigquery: BigQueryRun): Promise<Record<string, string[]>> {
  const audited = await bigqueryMarts(bigquery, "audit");
  const all = Object.entries(duckdb).map(([mart, rows]) => [
    mart,
    differences(rows, audited[mart]!, ["DuckDB", "BigQuery"]),
  ]);
  return Object.fromEntries(all.filter(([, lines]) => lines!.length > 0)) as Record<string, string[]>;
}
