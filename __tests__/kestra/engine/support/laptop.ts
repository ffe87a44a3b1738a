import path from "node:path";
import type { DatasetId } from "../../../../datasets";
import { reportOf, temporaryFolder, writeFile } from "../../../support/crime";
import { differences } from "../../../warehouse/support/compare";
import { duckdbMarts, type Marts } from "../../../warehouse/support/marts";

/** The laptop run's place and what it last said. */
export class Laptop {
  readonly dataDir = path.join(temporaryFolder(), "data");

  /** What became of each dataset when it was offered these files, as `outcome: reason`. */
  async offer(files: Readonly<Record<DatasetId, string>>): Promise<Record<string, string>> {
    const folder = temporaryFolder();
    const args = Object.entries(files).flatMap(([id, text]) => [
      `--${id.replace("_", "-")}`,
      writeFile(folder, `${id}.csv`, text),
    ]);
    const { outcomes } = await reportOf(this.dataDir, args);
    return Object.fromEntries(
      outcomes.map(({ dataset, outcome, reason }) => [dataset, `${outcome}: ${reason}`]),
    );
  }

  marts(): Promise<Marts> {
    return duckdbMarts(this.dataDir);
  }
}

/** Marts that the laptop run makes of these files. */
export async function laptopMarts(files: Readonly<Record<DatasetId, string>>): Promise<Marts> {
  const laptop = new Laptop();
  await laptop.offer(files);
  return laptop.marts();
}

/** Holds the published marts against the laptop's, cell by cell. */
export function expectEqualMarts(laptop: Marts, cloud: Marts): void {
  for (const [mart, rows] of Object.entries(laptop)) {
    expect([mart, differences(rows, cloud[mart]!, ["laptop", "cloud"])]).toEqual([mart, []]);
  }
}
