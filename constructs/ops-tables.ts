/** One column of a BigQuery table. */
export interface Column {
  readonly name: string;
  readonly type: "STRING" | "INTEGER";
  readonly mode: "REQUIRED" | "NULLABLE";
  readonly description: string;
}

const required = (name: string, description: string): Column => ({
  name,
  type: "STRING",
  mode: "REQUIRED",
  description,
});
const optional = (name: string, description: string, type: Column["type"] = "STRING"): Column => ({
  name,
  type,
  mode: "NULLABLE",
  description,
});

/** The tables of the ops layer; times and dates are ISO 8601 text, the same as on the laptop. */
export const opsTables: Readonly<Record<string, { description: string; columns: readonly Column[] }>> = {
  load_outcomes: {
    description: "One row per attempt and dataset, refused attempts too",
    columns: [
      required("attempt_id", "Run that made the attempt"),
      required("dataset", "Dataset that was tried"),
      required("attempted_at", "When, ISO 8601"),
      required("outcome", "loaded, unchanged, refused, kept, restored or failed"),
      required("reason", "Why, and what else is worth knowing"),
      optional("source_kind", "Portal, sample, local file or address"),
      optional("snapshot_date", "Day under which the file lies in the lake"),
      optional("sha256", "Hash of the file"),
      optional("layout", "Which of the publisher's layouts the file has"),
      optional("rows", "Rows in the file", "INTEGER"),
      optional("max_report_date", "Greatest report date in the file"),
      optional("publisher_modified_at", "When the publisher last changed the file, ISO 8601"),
    ],
  },
  publications: {
    description: "One row per publication; the last one is what the marts hold",
    columns: [
      required("publication_id", "Written on every mart too"),
      optional("major_crimes_sha256", "Hash of the file behind the major crimes"),
      optional("hate_crimes_sha256", "Hash of the file behind the hate crimes"),
      required("dbt_crime_sha256", "Hash of the dbt project"),
      required("published_at", "When, ISO 8601"),
    ],
  },
};
