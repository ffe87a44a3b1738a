import path from "node:path";
import type { DatasetId } from "../../../../datasets";
import { crime, temporaryFolder, writeFile } from "../../../support/crime";
import { differences } from "../../../warehouse/support/compare";
import { duckdbMarts, type Marts } from "../../../warehouse/support/marts";

/** Marts that the laptop run makes of these files. */
export async function laptopMarts(files: Readonly<Record<DatasetId, string>>): Promise<Marts> {
  const folder = temporaryFolder();
  const dataDir = path.join(folder, "data");
  const args = Object.entries(files).flatMap(([id, text]) => [
    `--${id.replace("_", "-")}`,
    writeFile(folder, `${id}.csv`, text),
  ]);
  const { code, stderr } = await crime(["run", ...args, "--data-dir", dataDir, "--json"]);
  if (code !== 0) throw new Error(stderr);
  return duckdbMarts(dataDir);
}

/** Holds the published marts against the laptop's, cell by cell. */
export function expectEqualMarts(laptop: Marts, cloud: Marts): void {
  for (const [mart, rows] of Object.entries(laptop)) {
    expect([mart, differences(rows, cloud[mart]!, ["laptop", "cloud"])]).toEqual([mart, []]);
  }
}
