import type { DatasetId } from "../datasets";
import type { SourceKind } from "./landing-check";

/** One attempt at one dataset; a row of `ops.load_outcomes`. */
export interface Outcome {
  readonly attempt_id: string;
  readonly dataset: DatasetId;
  /** ISO 8601. */
  readonly attempted_at: string;
  readonly outcome: "loaded" | "unchanged" | "refused" | "kept" | "restored" | "failed";
  /** Why, and what else is worth knowing; one sentence each. */
  readonly reason: string;
  readonly source_kind: SourceKind | null;
  readonly snapshot_date: string | null;
  readonly sha256: string | null;
  readonly layout: string | null;
  readonly rows: number | null;
  readonly max_report_date: string | null;
  readonly publisher_modified_at: string | null;
}

/** What was published; a row of `ops.publications`. The last one is what the marts hold. */
export interface Publication {
  readonly publication_id: string;
  readonly major_crimes_sha256: string | null;
  readonly hate_crimes_sha256: string | null;
  readonly dbt_crime_sha256: string;
  /** ISO 8601. */
  readonly published_at: string;
}

export interface OpsRows {
  readonly load_outcomes: Outcome;
  readonly publications: Publication;
}

type ColumnType = "string" | "int64";

/** Columns with the type names that both engines know, and the columns that tell rows apart. */
export const OPS_TABLES: {
  readonly [Name in keyof OpsRows]: {
    readonly key: readonly string[];
    readonly columns: Readonly<Record<keyof OpsRows[Name], ColumnType>>;
  };
} = {
  load_outcomes: {
    key: ["attempt_id", "dataset"],
    columns: {
      attempt_id: "string",
      dataset: "string",
      attempted_at: "string",
      outcome: "string",
      reason: "string",
      source_kind: "string",
      snapshot_date: "string",
      sha256: "string",
      layout: "string",
      rows: "int64",
      max_report_date: "string",
      publisher_modified_at: "string",
    },
  },
  publications: {
    key: ["publication_id", "published_at"],
    columns: {
      publication_id: "string",
      major_crimes_sha256: "string",
      hate_crimes_sha256: "string",
      dbt_crime_sha256: "string",
      published_at: "string",
    },
  },
};
