import { readFileSync } from "node:fs";
import path from "node:path";
import { renderHateCrimesT4, renderLayout } from "../support/layouts";
import { disparities, throughBoth } from "./support/parity";

jest.setTimeout(600_000);

it("publishes every mart of the Police portal's layout, row by row, as on DuckDB", async () => {
  const { bigquery, duckdb, publicationId } = await throughBoth("slice", {
    // A cell padded with what only one engine's own trim takes off.
    major_crimes: renderLayout("T4", 2_000).replaceAll(
      ",Assault With Weapon,",
      ",\tAssault With Weapon\u00a0,",
    ),
    hate_crimes: renderHateCrimesT4(400),
  });
  expect(duckdb["fct_offences"]).toHaveLength(2_000);
  expect(duckdb["fct_hate_crimes"]).toHaveLength(400);

  const sent = path.join(bigquery.folder, "dbt/run/dbt_crime/models/marts/major_crimes/fct_offences.sql");
  const ddl = readFileSync(sent, "utf8").replace(/\s+/g, " ");
  expect(ddl).toContain("partition by date_trunc(report_date, month) cluster by category, neighbourhood_id");
  expect(ddl).toContain("labels=[('pipeline', 'toronto-crime')]");

  await bigquery.publish(publicationId);
  expect(await disparities(duckdb, bigquery, "marts")).toEqual({});
});
