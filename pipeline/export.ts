import { rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { answer } from "./answers";
import { freshFolder } from "./files";
import { mendable } from "./mendable";
import { MARTS } from "./marts";
import type { Warehouse } from "./warehouse";

/**
 * Writes every mart as CSV and Parquet, with a text that says where the data come from.
 *
 * Nothing in `folder` changes until all are written; then each takes its place.
 *
 * @returns the names of the files
 */
export async function exportMarts(warehouse: Warehouse, folder: string, now: Date): Promise<string[]> {
  const partial = path.join(folder, ".partial");
  try {
    await freshFolder(partial);
    const names = await writeAll(warehouse, partial, now);
    for (const name of names) await rename(path.join(partial, name), path.join(folder, name));
    return names;
  } catch (error) {
    throw mendable(error, folder);
  } finally {
    await rm(partial, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function writeAll(warehouse: Warehouse, partial: string, now: Date): Promise<string[]> {
  const names: string[] = [];
  for (const mart of MARTS) {
    for (const [ending, format] of [
      ["csv", "format csv, header"],
      ["parquet", "format parquet, compression zstd"],
    ] as const) {
      const name = `${mart}.${ending}`;
      const target = path.join(partial, name).replaceAll("'", "''");
      await warehouse.run(`copy (select * from marts.${mart} order by all) to '${target}' (${format})`);
      names.push(name);
    }
  }
  const { notice, freshness, publication_id } = await answer(warehouse, now);
  const sources = freshness.map(({ attribution, licence, snapshot_date }) => {
    return `${attribution}\nLicence: ${licence}. Snapshot of ${snapshot_date}.`;
  });
  const text = [notice, `Publication ${publication_id}.`, ...sources]
    .filter((part) => part !== null)
    .join("\n\n");
  await writeFile(path.join(partial, "ATTRIBUTION.txt"), `${text}\n`);
  return [...names, "ATTRIBUTION.txt"];
}
