import type { Dataset } from "../datasets";
import { OPS_TABLES, type OpsRows } from "./ops-tables";

/** The logical schemas, each a dataset of its own in BigQuery. */
export type Layer = "raw" | "staging" | "audit" | "marts" | "ops";

/** Where a warehouse lies in BigQuery. */
export interface BigQueryPlace {
  readonly project: string;
  /** The one location of its datasets and of every job. */
  readonly location: string;
  /** Stands before the layer in the name of each dataset; `crime_` in production. */
  readonly datasetPrefix: string;
}

/** A table's name as SQL wants it. */
export function tableName(place: BigQueryPlace, layer: Layer, table: string): string {
  return `\`${place.project}.${place.datasetPrefix}${layer}.${table}\``;
}

/** The table that a file is loaded into before its rows move to the raw table. */
export const landingTable = (dataset: Dataset): string => `${dataset.id}_landing`;

/** Appends a row to a table of `ops`, unless it is there. */
export function appendSql<Table extends keyof OpsRows>(
  place: BigQueryPlace,
  table: Table,
  row: OpsRows[Table],
): string {
  const { columns, key } = OPS_TABLES[table];
  const values = row as unknown as Record<string, string | number | null>;
  const target = tableName(place, "ops", table);
  const names = Object.keys(columns).map((name) => `\`${name}\``);
  const selected = Object.entries<string>(columns).map(
    ([name, type]) => `cast(${literal(values[name] ?? null)} as ${type}) as \`${name}\``,
  );
  const same = key.map((name) => `present.${name} = offered.${name}`).join(" and ");
  return (
    `insert into ${target} (${names.join(", ")})\n` +
    `select * from (select ${selected.join(", ")}) as offered\n` +
    `where not exists (select 1 from ${target} as present where ${same})`
  );
}

/** JSON's escapes are BigQuery's too, save those of half a character, which a message cut short may end in. */
function literal(value: string | number | null): string {
  return typeof value === "string" ? JSON.stringify(Buffer.from(value).toString()) : String(value);
}
