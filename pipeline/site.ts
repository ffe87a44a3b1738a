import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { AGGREGATES, type Schemas } from "../dashboard/aggregates";
import { buildModel } from "../dashboard/build-model";
import type { Aggregates } from "../dashboard/aggregates";
import { ensureRenderer, type Renderer } from "../dashboard/bundle";
import type { Model } from "../dashboard/model";
import { writeAtomically } from "./files";
import { inStep, type Progress } from "./progress";
import type { Warehouse } from "./warehouse";

const SCHEMAS: Schemas = { marts: "marts", raw: "raw" };

export interface SiteOptions {
  /** The page. */
  readonly file: string;
  readonly projectDir: string;
  readonly progress: Progress;
}

/** Asks the published marts for everything that the page reads. */
export async function askAggregates(warehouse: Warehouse): Promise<Aggregates> {
  const answers: [string, unknown[]][] = [];
  for (const { name, sql } of AGGREGATES) answers.push([name, await warehouse.rows(sql(SCHEMAS))]);
  return Object.fromEntries(answers) as unknown as Aggregates;
}

/**
 * Writes the page of what is published, unless it stands there already.
 *
 * @returns whether it was written
 * @throws UserError when the aggregates disagree
 */
export async function writeSite(
  warehouse: Warehouse,
  publicationId: string,
  { file, projectDir, progress }: SiteOptions,
): Promise<boolean> {
  const renderer = await ensureRenderer(projectDir);
  if (isMadeOf(file, publicationId, renderer)) return false;
  await inStep(progress, "page", async () => {
    const model = buildModel(await askAggregates(warehouse));
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- the path is known only now
    const { renderPage } = require(renderer.file) as { renderPage: (model: Model) => string };
    await writeAtomically(file, renderPage(model));
  });
  return true;
}

/** A page names in its head what it was made of. */
function isMadeOf(file: string, publicationId: string, renderer: Renderer): boolean {
  if (!existsSync(file)) return false;
  const head = Buffer.alloc(4096);
  const descriptor = openSync(file, "r");
  try {
    readSync(descriptor, head);
  } finally {
    closeSync(descriptor);
  }
  const text = head.toString("utf8");
  return text.includes(`content="${publicationId}"`) && text.includes(`pipeline ${renderer.id}"`);
}
