import { mkdir, rename, rmdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { answer } from "./answers";
import { freshFolder } from "./files";
import { MARTS } from "./marts";
import type { Warehouse } from "./warehouse";

/**
 * Writes every mart as CSV and Parquet, with a text that says where the data come from.
 *
 * @returns the names of the files, all of which stand in `folder` or none does
 */
export async function exportMarts(warehouse: Warehouse, folder: string, now: Date): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const partial = await freshFolder(path.join(folder, ".partial"));
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
  names.push("ATTRIBUTION.txt");
  for (const name of names) await rename(path.join(partial, name), path.join(folder, name));
  await rmdir(partial);
  return names;
}
