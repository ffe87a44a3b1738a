import { majorCrimes } from "../../datasets";
import { tableName } from "../../pipeline/bigquery";
import { rawColumns } from "../../pipeline/raw-sql";
import { Warehouse } from "../../pipeline/warehouse";
import { slice } from "../support/crime";
import { renderLayout } from "../support/layouts";
import { BigQueryRun } from "./support/bigquery-run";
import { differences, type TextRow } from "./support/compare";
import path from "node:path";

jest.setTimeout(60_000);

const run = new BigQueryRun("load");
beforeAll(() => run.deploy());

/** The raw table after a load of the same bytes into both engines. */
async function load(text: string): Promise<{ duckdb: TextRow[]; bigquery: TextRow[] }> {
  const snapshot = await run.load("major_crimes", text);
  const file = path.join(run.folder, "lake", snapshot.object);
  const warehouse = await Warehouse.openCopy(path.join(run.folder, "none"), path.join(run.folder, "w.duckdb"));
  try {
    await warehouse.load(majorCrimes, snapshot, file);
    return {
      duckdb: await warehouse.rows<TextRow>("from raw.major_crimes"),
      bigquery: await run.client.query(`select * from ${tableName(run.place, "raw", "major_crimes")}`),
    };
  } finally {
    warehouse.close();
  }
}

it.each([
  ["the City's layout", renderLayout("L4", 200)],
  ["a layout without coordinates", renderLayout("L2", 200)],
  ["the Police portal's, with a byte order mark and CRLF", renderLayout("T4", 200)],
  [
    "quoted commas, quotes and newlines",
    slice("major_crimes", 20).replace('"Hospital', '"Line one\nline ""two"", Hospital'),
  ],
  [
    "a new column whose name BigQuery would not take",
    slice("major_crimes", 20)
      .trimEnd()
      .split("\n")
      .map((line, i) => `${line},${i === 0 ? "New column (2026)" : i}`)
      .join("\n"),
  ],
])("replaces the raw table with %s, as DuckDB does", async (_, text) => {
  const { duckdb, bigquery } = await load(text);
  expect(Object.keys(bigquery[0]!)).toEqual(rawColumns(majorCrimes));
  expect(differences(duckdb, bigquery, ["DuckDB", "BigQuery"])).toEqual([]);
});
