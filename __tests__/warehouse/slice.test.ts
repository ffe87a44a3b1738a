import { MARTS } from "../../pipeline/marts";
import { publicationJob, publicationSteps, publishedIdsSql } from "../../pipeline/bigquery-publication";
import { tableName } from "../../pipeline/bigquery";
import type { Publication } from "../../pipeline/ops-tables";
import { renderHateCrimesT4, renderLayout } from "../support/layouts";
import type { BigQueryRun } from "./support/bigquery-run";
import { bigqueryMarts, type Marts } from "./support/marts";
import { disparities, throughBoth } from "./support/parity";

jest.setTimeout(600_000);

let bigquery: BigQueryRun;
let duckdb: Marts;
let first: Publication;

beforeAll(async () => {
  const both = await throughBoth("slice", {
    major_crimes: renderLayout("T4", 2_000),
    hate_crimes: renderHateCrimesT4(400),
  });
  ({ bigquery, duckdb } = both);
  first = publication(both.publicationId, "2026-11-24T06:00:00.000Z");
});

function publication(publication_id: string, published_at: string): Publication {
  return {
    publication_id,
    major_crimes_sha256: "a".repeat(64),
    hate_crimes_sha256: null,
    dbt_crime_sha256: "b".repeat(64),
    published_at,
  };
}

/** Does the first steps of a publication, or all. */
async function publish(wanted: Publication, steps = Infinity): Promise<void> {
  for (const step of publicationSteps(bigquery.place, wanted).slice(0, steps)) {
    await bigquery.client.run(publicationJob(step));
  }
}

async function publishedIds(): Promise<string[]> {
  const rows = await bigquery.client.query(publishedIdsSql(bigquery.place));
  expect(new Set(rows.map(({ mart }) => mart)).size).toBe(MARTS.length);
  return [...new Set(rows.map(({ publication_id }) => publication_id!))].sort();
}

async function publications(): Promise<(string | null)[]> {
  const table = tableName(bigquery.place, "ops", "publications");
  const rows = await bigquery.client.query(`select publication_id from ${table} order by published_at`);
  return rows.map((row) => row["publication_id"]!);
}

it("gives every mart of the Police portal's layout, row by row, as on DuckDB", async () => {
  expect(duckdb["fct_offences"]).toHaveLength(2_000);
  expect(duckdb["fct_hate_crimes"]).toHaveLength(400);
  expect(await disparities(duckdb, bigquery)).toEqual({});
});

it("publishes what was audited, and the row that says so once, however often it is repeated", async () => {
  for (let time = 1; time <= 2; time++) {
    await publish(first);
    expect(await publications()).toEqual([first.publication_id]);
  }
  expect(await publishedIds()).toEqual([first.publication_id]);
  expect(await bigqueryMarts(bigquery, "marts")).toEqual(await bigqueryMarts(bigquery, "audit"));
});

it("shows half a publication by mixed ids, and completes it when it is run again", async () => {
  const second = publication("second", "2026-11-25T06:00:00.000Z");
  for (const mart of MARTS) {
    const audited = tableName(bigquery.place, "audit", mart);
    await bigquery.client.query(`update ${audited} set publication_id = 'second' where true`);
  }
  await publish(second, 5);
  expect(await publishedIds()).toEqual([first.publication_id, "second"].sort());
  expect(await publications()).toEqual([first.publication_id]);

  await publish(second);
  expect(await publishedIds()).toEqual(["second"]);
  expect(await publications()).toEqual([first.publication_id, "second"]);
});
