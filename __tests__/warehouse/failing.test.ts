import { tableName } from "../../pipeline/bigquery";
import { MARTS } from "../../pipeline/marts";
import { slice } from "../support/crime";
import { renderLayout } from "../support/layouts";
import { BigQueryRun } from "./support/bigquery-run";
import { bigqueryMarts } from "./support/marts";

jest.setTimeout(120_000);

const run = new BigQueryRun("failing");

/** All that is published: contents, and when each table was last modified. */
async function published(): Promise<unknown> {
  const dataset = `${run.place.datasetPrefix}marts`;
  const tables = await Promise.all(MARTS.map((mart) => run.client.table(dataset, mart)));
  return {
    marts: await bigqueryMarts(run, "marts"),
    modified: tables.map(({ lastModifiedTime }) => lastModifiedTime),
  };
}

it("leaves the published tables alone when a test fails", async () => {
  await run.deploy();
  for (const mart of MARTS) {
    const table = tableName(run.place, "marts", mart);
    await run.client.query(`create table ${table} as select 'good' as publication_id, '${mart}' as content`);
  }
  const before = await published();
  await run.load("major_crimes", renderLayout("L4", 50).replaceAll(",Assault,", ",Jaywalking,"));
  await run.load("hate_crimes", slice("hate_crimes", 20));

  await expect(run.build("never-published")).rejects.toThrow(/accepted_values_fct_offences_category/);
  expect(await published()).toEqual(before);
});
