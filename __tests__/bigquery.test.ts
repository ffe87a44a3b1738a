import { hateCrimes, majorCrimes } from "../datasets";
import { appendSql, landingColumns, loadJob, type BigQueryPlace } from "../pipeline/bigquery";
import { publicationJob, publicationSteps, publishedIdsSql } from "../pipeline/bigquery-publication";
import { MARTS } from "../pipeline/marts";

const place: BigQueryPlace = { project: "p", location: "northamerica-northeast2", datasetPrefix: "crime_" };
const publication = {
  publication_id: "one",
  major_crimes_sha256: "a",
  hate_crimes_sha256: null,
  dbt_crime_sha256: "d",
  published_at: "2026-11-24T06:00:00.000Z",
};

it("loads a file by position into a landing table of its own columns, all text", () => {
  const { header } = majorCrimes.layouts[0]!;
  const manifest = { columns: header } as unknown as Parameters<typeof loadJob>[2];
  expect(loadJob(place, majorCrimes, manifest, "gs://lake/x.csv")).toMatchObject({
    labels: { pipeline: "toronto-crime" },
    load: {
      sourceUris: ["gs://lake/x.csv"],
      destinationTable: { projectId: "p", datasetId: "crime_raw", tableId: "major_crimes_landing" },
      skipLeadingRows: 1,
      allowQuotedNewlines: true,
      writeDisposition: "WRITE_TRUNCATE",
    },
  });
});

it("calls a column that nothing reads by its place, for its name may be none for BigQuery", () => {
  const columns = ["objectid", "EVENT_UNIQUE_ID", "New column (2026)", "ARREST_MADE"];
  expect(landingColumns(hateCrimes, { columns })).toEqual([
    "objectid",
    "EVENT_UNIQUE_ID",
    "unread_3",
    "ARREST_MADE",
  ]);
});

it("publishes dimensions, facts, aggregates, and last the row that says so", () => {
  const steps = publicationSteps(place, publication);
  const copies = steps.flatMap((step) => ("copy" in step ? [step.copy] : []));
  expect(copies.map(({ from }) => from.tableId)).toEqual(MARTS);
  expect(new Set(copies.map(({ from, to }) => `${from.datasetId} ${to.datasetId}`))).toEqual(
    new Set(["crime_audit crime_marts"]),
  );
  expect(steps).toHaveLength(MARTS.length + 1);
  expect(publicationJob(steps.at(-1)!)).toMatchObject({
    query: { query: expect.stringContaining("`p.crime_ops.publications`") as string, useLegacySql: false },
  });
  expect(publicationJob(steps[0]!)).toMatchObject({ copy: { writeDisposition: "WRITE_TRUNCATE" } });
});

it("appends a row once, with every text as one literal", () => {
  const sql = appendSql(place, "publications", { ...publication, publication_id: `it's "\\one\n` });
  expect(sql).toContain(String.raw`cast("it's \"\\one\n" as string) as ` + "`publication_id`");
  expect(sql).toContain("cast(null as string) as `hate_crimes_sha256`");
  expect(sql).toMatch(
    /where not exists \(select 1 from `p\.crime_ops\.publications` as present where present\.publication_id = offered\.publication_id and present\.published_at = offered\.published_at\)$/,
  );
});

it("asks every mart which publication it is of", () => {
  expect(publishedIdsSql(place).match(/from `p\.crime_marts\.\w+`/g)).toHaveLength(MARTS.length);
});
