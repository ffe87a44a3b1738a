import { sampleText } from "../support/crime";
import { renderLayout } from "../support/layouts";
import { disparities, throughBoth } from "./support/parity";

jest.setTimeout(900_000);

it("gives every mart of the whole sample, row by row, as on DuckDB", async () => {
  const { bigquery, duckdb } = await throughBoth("sample", {
    major_crimes: renderLayout("L4"),
    hate_crimes: sampleText("hate_crimes"),
  });
  expect(duckdb["fct_offences"]).toHaveLength(10_000);
  expect(duckdb["fct_hate_crimes"]).toHaveLength(1_350);
  expect(await disparities(duckdb, bigquery)).toEqual({});
});
