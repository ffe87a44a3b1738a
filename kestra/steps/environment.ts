import { datasetById, type Dataset, type DatasetId } from "../../datasets";
import type { BigQueryPlace } from "../../pipeline/bigquery";

/** A variable that the flow gives. */
export function needed(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(`${name} is not set`);
}

/** A variable that the flow gives or leaves empty. */
export const optional = (name: string): string | undefined => process.env[name] || undefined;

export function dataset(): Dataset {
  const id = needed("DATASET");
  if (!(id in datasetById)) throw new Error(`there is no dataset ${id}`);
  return datasetById[id as DatasetId];
}

export const place = (): BigQueryPlace => ({
  project: needed("CRIME_PROJECT_ID"),
  location: needed("CRIME_LOCATION"),
  datasetPrefix: needed("CRIME_DATASET_PREFIX"),
});

/** Hands values to the flow as `outputs.<task>.vars`. */
export function give(vars: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`::${JSON.stringify({ outputs: vars })}::\n`);
}
