import path from "node:path";
import type { Layer } from "../../../pipeline/bigquery";
import { MARTS } from "../../../pipeline/marts";
import { Warehouse } from "../../../pipeline/warehouse";
import type { BigQueryRun } from "./bigquery-run";
import type { TextRow } from "./compare";

/** Every mart, whole. */
export type Marts = Readonly<Record<string, readonly TextRow[]>>;

/** Marts that a laptop run has published. */
export async function duckdbMarts(dataDir: string): Promise<Marts> {
  const warehouse = await Warehouse.open(path.join(dataDir, "warehouse.duckdb"), "read");
  try {
    const marts: Record<string, TextRow[]> = {};
    for (const mart of MARTS) {
      const rows = await warehouse.rows(`from marts.${mart}`);
      marts[mart] = rows.map((row) =>
        Object.fromEntries(
          Object.entries(row).map(([name, value]) => [name, value === null ? null : String(value as string)]),
        ),
      );
    }
    return marts;
  } finally {
    warehouse.close();
  }
}

/** Marts in one of the emulated datasets. */
export async function bigqueryMarts({ client, place }: BigQueryRun, layer: Layer): Promise<Marts> {
  const marts: Record<string, TextRow[]> = {};
  for (const mart of MARTS) {
    marts[mart] = await client.rows(`${place.datasetPrefix}${layer}`, mart);
  }
  return marts;
}
