import { identity } from "../../constructs/identity";
import { layers, Warehouse } from "../../constructs/warehouse";
import { synthesize } from "../support/stack";

const props = { project: "p", location: "northamerica-northeast2" };
const ada = identity("user:ada@example.com");

test("makes a dataset a layer in the one location; staging and audit forget", () => {
  const { all } = synthesize((stack) => {
    expect(new Warehouse(stack, "Warehouse", props).datasetIds.marts).toBe("crime_marts");
  });
  const datasets = all("google_bigquery_dataset");
  expect(datasets.map((dataset) => [dataset["dataset_id"], dataset["default_table_expiration_ms"]])).toEqual([
    ["crime_audit", 2_592_000_000],
    ["crime_marts", undefined],
    ["crime_ops", undefined],
    ["crime_raw", undefined],
    ["crime_staging", 2_592_000_000],
  ]);
  for (const dataset of datasets) {
    expect(dataset).toMatchObject({
      project: "p",
      location: props.location,
      delete_contents_on_destroy: false,
    });
    expect(dataset).not.toHaveProperty("default_encryption_configuration");
  }
});

test("makes the two ops tables, protected, and no other table", () => {
  const { all } = synthesize((stack) => new Warehouse(stack, "Warehouse", props));
  const tables = all("google_bigquery_table");
  expect(tables.map((table) => [table["table_id"], table["deletion_protection"]])).toEqual([
    ["load_outcomes", true],
    ["publications", true],
  ]);
  const columns = tables.map((table) =>
    (JSON.parse(String(table["schema"])) as { name: string; type: string; mode: string }[]).map(
      ({ name, type, mode }) => `${name} ${type} ${mode}`,
    ),
  );
  expect(columns).toEqual([
    [
      "attempt_id STRING REQUIRED",
      "dataset STRING REQUIRED",
      "attempted_at STRING REQUIRED",
      "outcome STRING REQUIRED",
      "reason STRING REQUIRED",
      "source_kind STRING NULLABLE",
      "snapshot_date STRING NULLABLE",
      "sha256 STRING NULLABLE",
      "layout STRING NULLABLE",
      "rows INTEGER NULLABLE",
      "max_report_date STRING NULLABLE",
      "publisher_modified_at STRING NULLABLE",
    ],
    [
      "publication_id STRING REQUIRED",
      "major_crimes_sha256 STRING NULLABLE",
      "hate_crimes_sha256 STRING NULLABLE",
      "dbt_crime_sha256 STRING REQUIRED",
      "published_at STRING REQUIRED",
    ],
  ]);
});

test("takes each option", () => {
  const { all } = synthesize(
    (stack) =>
      new Warehouse(stack, "Warehouse", {
        ...props,
        datasetPrefix: "try_",
        scratchDays: 1,
        kmsKey: "key",
        deletionProtection: false,
      }),
  );
  for (const dataset of all("google_bigquery_dataset")) {
    expect(dataset).toMatchObject({
      delete_contents_on_destroy: true,
      default_encryption_configuration: { kms_key_name: "key" },
    });
  }
  expect(all("google_bigquery_dataset")[4]).toMatchObject({
    dataset_id: "try_staging",
    default_table_expiration_ms: 86_400_000,
  });
  for (const table of all("google_bigquery_table")) {
    expect(table).toMatchObject({
      deletion_protection: false,
      encryption_configuration: { kms_key_name: "key" },
    });
  }
});

test("a reader sees the marts only; a builder works in every layer", () => {
  const { all } = synthesize((stack) => {
    const warehouse = new Warehouse(stack, "Warehouse", props);
    warehouse.grantRead(ada);
    warehouse.grantBuild(identity("group:builders@example.com"));
  });
  const grants = all("google_bigquery_dataset_iam_member").map(({ role, member }) => [role, member]);
  expect(grants).toHaveLength(1 + layers.length);
  expect(grants.filter(([role]) => role === "roles/bigquery.dataViewer")).toEqual([
    ["roles/bigquery.dataViewer", "user:ada@example.com"],
  ]);
  expect(grants).toContainEqual(["roles/bigquery.dataEditor", "group:builders@example.com"]);
});
