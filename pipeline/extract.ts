import { createReadStream, statSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Dataset } from "../datasets";
import { UserError } from "../errors";
import { announcedBytes, bodyOf, BrokenTransfer, get } from "./http";
import { torontoDay } from "./iso-date";
import type { Lake, Landing } from "./lake";
import type { LandingContext, Source } from "./landing-check";
import type { Portal } from "./portal";

/** `auto` is the portal, or what the lake holds, or the bundled sample; anything else is taken at its word. */
export type SourceChoice =
  "auto" | "portal" | "sample" | { readonly url: string } | { readonly file: string };

export interface ExtractOptions {
  readonly projectDir: string;
  readonly lake: Lake;
  readonly portal: Portal;
  readonly now: Date;
  /** Milliseconds to wait for a portal that is reloading. */
  readonly reloadDelayMs: number;
  readonly schemaContract?: "evolve" | "freeze";
  readonly acceptSmaller?: string;
}

const PORTAL_TRIES = 3;
const DOWNLOAD_TRIES = 2;

/**
 * Reads what a user wrote for a source.
 *
 * @throws UserError for a file that is not there
 */
export function parseSource(text: string): SourceChoice {
  if (text === "auto" || text === "portal" || text === "sample") return text;
  if (/^https?:\/\//.test(text)) return { url: text };
  const file = path.resolve(text);
  if (!isThere(file)) {
    throw new UserError(
      "no such file",
      file,
      "give a path, an http(s) address, or one of auto, portal, sample",
    );
  }
  return { file };
}

/** A folder is no file; what may not be looked at is not there. */
function isThere(file: string): boolean {
  try {
    return !statSync(file).isDirectory();
  } catch {
    return false;
  }
}

/**
 * Brings one dataset into the lake, or says why not.
 *
 * @throws Unreachable when the source cannot be reached
 */
export async function extract(
  dataset: Dataset,
  choice: Exclude<SourceChoice, "auto">,
  options: ExtractOptions,
): Promise<Landing> {
  if (choice === "portal") return fromPortal(dataset, options);
  if (choice === "sample") {
    const file = path.join(options.projectDir, dataset.sample.file);
    return land(createReadStream(file, { highWaterMark: 1 << 20 }), dataset, options, {
      source: { kind: "sample", location: dataset.sample.file },
    });
  }
  if ("file" in choice) {
    const bytes = createReadStream(choice.file, { highWaterMark: 1 << 20 });
    return land(bytes, dataset, options, { source: { kind: "file", location: choice.file } });
  }
  return download(choice.url, dataset, options, { source: { kind: "url", location: choice.url } });
}

/** The portal deletes and refills a table in batches: a dump taken meanwhile is short without saying so. */
async function fromPortal(dataset: Dataset, options: ExtractOptions): Promise<Landing> {
  const { portal } = options;
  for (let attempt = 1; ; attempt++) {
    const resource = await portal.currentResource(dataset);
    const before = await portal.totalRows(resource);
    const source: Source = {
      kind: "portal",
      location: resource.dumpUrl,
      resourceId: resource.id,
      ...(resource.lastModified === "" ? {} : { lastModified: resource.lastModified }),
    };
    const stillCounted = async (): Promise<void> => {
      const after = await portal.totalRows(resource);
      if (after !== before) throw new Reloading(before, after);
    };
    try {
      return await download(
        resource.dumpUrl,
        dataset,
        options,
        { source, expectedRows: before },
        stillCounted,
      );
    } catch (error) {
      if (!(error instanceof Reloading)) throw error;
      if (attempt >= PORTAL_TRIES) {
        return { refused: `${dataset.id}: ${error.message} (${attempt} tries); run again in an hour` };
      }
      await sleep(options.reloadDelayMs);
    }
  }
}

class Reloading extends Error {
  constructor(before: number, after: number) {
    super(`the portal is reloading its table (${before} rows, then ${after})`);
  }
}

type LandingFacts = Pick<LandingContext, "source" | "expectedRows">;

async function download(
  url: string,
  dataset: Dataset,
  options: ExtractOptions,
  facts: LandingFacts,
  afterwards: () => Promise<void> = () => Promise.resolve(),
): Promise<Landing> {
  for (let attempt = 1; ; attempt++) {
    const response = await get(url);
    const expectedBytes = announcedBytes(response);
    const modified = Date.parse(response.headers.get("last-modified") ?? "");
    const source: Source =
      facts.source.kind === "url" && !Number.isNaN(modified)
        ? { ...facts.source, lastModified: new Date(modified).toISOString() }
        : facts.source;
    try {
      return await land(then(bodyOf(response), afterwards), dataset, options, {
        ...facts,
        source,
        ...(expectedBytes === undefined ? {} : { expectedBytes }),
      });
    } catch (error) {
      if (!(error instanceof BrokenTransfer)) throw error;
      if (attempt >= DOWNLOAD_TRIES) return { refused: `${dataset.id}: ${error.message}; run again` };
    }
  }
}

/** Passes bytes through; what has to be asked once they are all there is asked before they count as whole. */
async function* then(bytes: AsyncIterable<Uint8Array>, ask: () => Promise<void>): AsyncGenerator<Uint8Array> {
  yield* bytes;
  await ask();
}

function land(
  bytes: AsyncIterable<Uint8Array>,
  dataset: Dataset,
  { lake, now, schemaContract, acceptSmaller }: ExtractOptions,
  facts: LandingFacts & Pick<LandingContext, "expectedBytes">,
): Promise<Landing> {
  const context = {
    ...facts,
    snapshotDate: torontoDay(now),
    ...(schemaContract === undefined ? {} : { schemaContract }),
    ...(acceptSmaller === undefined ? {} : { acceptSmaller }),
  };
  return lake.land(bytes, dataset, context, now);
}
