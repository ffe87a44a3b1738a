import { hateCrimes } from "../datasets";
import { appendSql, type BigQueryPlace } from "../pipeline/bigquery";
import { landingColumns } from "../pipeline/raw-sql";

const place: BigQueryPlace = { project: "p", location: "northamerica-northeast2", datasetPrefix: "crime_" };
const publication = {
  publication_id: "one",
  major_crimes_sha256: "a",
  hate_crimes_sha256: null,
  dbt_crime_sha256: "d",
  published_at: "2026-11-24T06:00:00.000Z",
};

it("calls a column that nothing reads by its place, for its name may be none for BigQuery", () => {
  const columns = ["objectid", "EVENT_UNIQUE_ID", "New column (2026)", "ARREST_MADE"];
  expect(landingColumns(hateCrimes, { columns })).toEqual([
    "objectid",
    "EVENT_UNIQUE_ID",
    "unread_3",
    "ARREST_MADE",
  ]);
});

it("appends a row once, with every text as one literal", () => {
  const sql = appendSql(place, "publications", { ...publication, publication_id: `it's "\\one\n` });
  expect(sql).toContain(String.raw`cast("it's \"\\one\n" as string) as ` + "`publication_id`");
  expect(sql).toContain("cast(null as string) as `hate_crimes_sha256`");
  expect(sql).toMatch(
    /where not exists \(select 1 from `p\.crime_ops\.publications` as present where present\.publication_id = offered\.publication_id and present\.published_at = offered\.published_at\)$/,
  );
});
