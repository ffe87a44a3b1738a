import { findColumn, type Dataset } from "../datasets";
import type { Manifest } from "./landing-check";

/** Columns that say where a raw row came from; all text. */
const LINEAGE = [
  "source_row_id",
  "snapshot_date",
  "file_sha256",
  "layout",
  "source_kind",
  "publisher_modified_at",
] as const;

/** Column names of a dataset's raw table, in order. */
export function rawColumns(dataset: Dataset): string[] {
  return [...dataset.columns.map((column) => column.name), ...LINEAGE];
}

/**
 * Columns of the landing table, one for each of the file's, by position. A name that the file gives and
 * nothing reads may be no name for BigQuery; such a column is called by its place.
 */
export function landingColumns(dataset: Dataset, { columns }: Pick<Manifest, "columns">): string[] {
  const read = new Set(
    [...dataset.columns.map(({ published }) => published), dataset.rowId].map((names) =>
      findColumn(columns, names),
    ),
  );
  return columns.map((name, at) => (read.has(at) ? name : `unread_${at + 1}`));
}

/**
 * The statement that replaces a dataset's raw table with the rows of a landing table, in the SQL that
 * BigQuery and DuckDB share. Values stay the publisher's text; only names become canonical.
 *
 * @param landing relation with the columns of `landingColumns`, as text, in any letter case
 * @param raw the table to replace, qualified as the engine wants it
 */
export function replaceRawSql(dataset: Dataset, manifest: Manifest, landing: string, raw: string): string {
  const text = (names: readonly string[]): string => {
    const at = findColumn(manifest.columns, names);
    return at < 0 ? "cast(null as string)" : manifest.columns[at]!;
  };
  const { source } = manifest;
  const lineage: Record<(typeof LINEAGE)[number], string> = {
    source_row_id: text(dataset.rowId),
    snapshot_date: literal(manifest.snapshotDate),
    file_sha256: literal(manifest.sha256),
    layout: literal(manifest.layout),
    source_kind: literal(source.kind),
    publisher_modified_at:
      source.lastModified === undefined ? "cast(null as string)" : literal(source.lastModified),
  };
  const selected = [
    ...dataset.columns.map((column) => `${text(column.published)} as ${column.name}`),
    ...LINEAGE.map((name) => `${lineage[name]} as ${name}`),
  ];
  return `create or replace table ${raw} as\nselect\n  ${selected.join(",\n  ")}\nfrom ${landing}`;
}

/** A text literal that both engines read alike; what they quote differently is refused. */
function literal(value: string): string {
  if (/['"\\\p{Cc}]/u.test(value)) throw new Error(`not a plain text literal: ${value}`);
  return `'${value}'`;
}
