import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { AGGREGATES } from "../../dashboard/aggregates";
import { give, place } from "./environment";
import { Google } from "./google";

/** Asks the published marts for everything that the page shows, and makes the page with the bundled renderer. */
export async function page(): Promise<void> {
  const { project, location, datasetPrefix } = place();
  const google = new Google(project, location);
  const schema = (layer: string): string => `\`${project}\`.${datasetPrefix}${layer}`;
  const aggregates: Record<string, unknown> = {};
  mkdirSync("aggregates", { recursive: true });
  for (const { name, sql } of AGGREGATES) {
    aggregates[name] = await google.query(sql({ marts: schema("marts"), raw: schema("raw") }));
    writeFileSync(path.join("aggregates", `${name}.json`), JSON.stringify(aggregates[name]));
  }
  writeFileSync("aggregates.json", JSON.stringify(aggregates));
  execFileSync(process.execPath, [path.join("bin", "render.cjs"), "aggregates", "index.html"], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  give({ aggregates: Object.keys(aggregates).length });
}
