import { publishedIdsSql } from "../../pipeline/bigquery-publication";
import { tableName } from "../../pipeline/bigquery";
import { MARTS, type Mart } from "../../pipeline/marts";
import { BigQueryRun } from "./support/bigquery-run";
import { bigqueryMarts } from "./support/marts";

jest.setTimeout(120_000);

const run = new BigQueryRun("publication");

const audited = (mart: Mart): string => tableName(run.place, "audit", mart);

async function publishedIds(): Promise<string[]> {
  const rows = await run.client.query(publishedIdsSql(run.place));
  expect(rows.map(({ mart }) => mart).sort()).toEqual([...MARTS].sort());
  return [...new Set(rows.map(({ publication_id }) => publication_id!))].sort();
}

async function publications(): Promise<(string | null)[]> {
  const table = tableName(run.place, "ops", "publications");
  const rows = await run.client.query(`select publication_id from ${table} order by published_at`);
  return rows.map((row) => row["publication_id"]!);
}

beforeAll(async () => {
  await run.deploy();
  for (const mart of MARTS) {
    await run.client.query(
      `create table ${audited(mart)} as select '${mart}' as content, 'first' as publication_id`,
    );
  }
}, 60_000);

it("publishes what was audited, and the row that says so once, however often it is repeated", async () => {
  for (let time = 1; time <= 2; time++) {
    await run.publish("first");
    expect(await publications()).toEqual(["first"]);
  }
  expect(await publishedIds()).toEqual(["first"]);
  expect(await bigqueryMarts(run, "marts")).toEqual(await bigqueryMarts(run, "audit"));
});

it("shows half a publication by mixed ids, and completes it when it is run again", async () => {
  for (const mart of MARTS) {
    await run.client.query(`update ${audited(mart)} set publication_id = 'second' where true`);
  }
  await run.publish("second", 5);
  expect(await publishedIds()).toEqual(["first", "second"]);
  expect(await publications()).toEqual(["first"]);

  await run.publish("second");
  expect(await publishedIds()).toEqual(["second"]);
  expect(await publications()).toEqual(["first", "second"]);
});
