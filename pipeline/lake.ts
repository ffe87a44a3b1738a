import { createHash } from "node:crypto";
import { createReadStream, existsSync, statSync } from "node:fs";
import { open, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { Dataset, DatasetId } from "../datasets";
import { UserError } from "../errors";
import { freshFolder, moveIntoPlace, writeAtomically } from "./files";
import {
  checkLanding,
  type LandingContext,
  type Manifest,
  type Refusal,
  type SourceKind,
} from "./landing-check";

/** The acceptance of a file on a day: its manifest and where its bytes are. */
export interface Snapshot extends Manifest {
  /** Path of the bytes inside the lake, the same in a folder and in a bucket; an earlier day's when they were known. */
  readonly object: string;
  /** ISO 8601. */
  readonly acceptedAt: string;
}

export interface Landed {
  readonly snapshot: Snapshot;
  /** `accepted-again`: known bytes that now come from another source, or after another file. */
  readonly change: "new" | "accepted-again" | "none";
}

export type Landing = Landed | Refusal;

/** `<dataset>/snapshot_date=YYYY-MM-DD/<first 12 of sha256>`, with which the names of bytes and manifests begin. */
function stem({ dataset, snapshotDate, sha256 }: Manifest): string {
  return `${dataset}/snapshot_date=${snapshotDate}/${sha256.slice(0, 12)}`;
}

/** Path of a manifest inside the lake. Each day and kind of source that accepts the same bytes has its own. */
export function manifestPath(snapshot: Manifest): string {
  return `${stem(snapshot)}.${snapshot.source.kind}.manifest.json`;
}

/** Every publication ever landed, unchanged, in a folder laid out as the bucket is. */
export class Lake {
  /**
   * @param folder the lake
   * @param scratch a folder on the same file system for files that are not whole yet
   */
  constructor(
    readonly folder: string,
    private readonly scratch: string,
  ) {}

  file(snapshot: Snapshot): string {
    return path.join(this.folder, snapshot.object);
  }

  /**
   * Snapshots of a dataset, the last accepted one last. Bytes without a manifest do not count.
   *
   * @throws UserError for a manifest that cannot be read
   */
  async snapshots(dataset: DatasetId): Promise<Snapshot[]> {
    const folder = path.join(this.folder, dataset);
    const names = await readdir(folder, { recursive: true }).catch(() => [] as string[]);
    const manifests = names.filter((name) => name.endsWith(".manifest.json")).sort();
    const snapshots = await Promise.all(manifests.map((name) => readManifest(path.join(folder, name))));
    return snapshots.sort((a, b) => (a.acceptedAt < b.acceptedAt ? -1 : a.acceptedAt > b.acceptedAt ? 1 : 0));
  }

  /** The last accepted snapshot, of one kind of source or of any. */
  async latest(dataset: DatasetId, kind?: SourceKind): Promise<Snapshot | undefined> {
    const snapshots = await this.snapshots(dataset);
    return snapshots.findLast((snapshot) => kind === undefined || snapshot.source.kind === kind);
  }

  /**
   * Checks the bytes as they pass and keeps them if they are good. Bytes that the lake already holds
   * are not written a second time.
   */
  async land(
    bytes: AsyncIterable<Uint8Array>,
    dataset: Dataset,
    context: Omit<LandingContext, "previous">,
    now: Date,
  ): Promise<Landing> {
    const previous = await this.latest(dataset.id, context.source.kind);
    const incoming = path.join(await freshFolder(path.join(this.scratch, dataset.id)), "incoming.csv");
    const result = await checkLanding(copying(bytes, incoming), dataset, {
      ...context,
      ...(previous === undefined ? {} : { previous }),
    });
    if ("refused" in result) return result;

    const snapshots = await this.snapshots(dataset.id);
    const last = snapshots.at(-1);
    const known = snapshots.find((snapshot) => snapshot.sha256 === result.sha256);
    if (known && sizeOf(this.file(known)) !== result.bytes) await moveIntoPlace(incoming, this.file(known));
    if (last?.sha256 === result.sha256 && isDeepStrictEqual(last.source, result.source)) {
      return { snapshot: last, change: "none" };
    }
    const acceptedAt = now.toISOString();
    const snapshot: Snapshot = { ...result, object: known?.object ?? `${stem(result)}.csv`, acceptedAt };
    if (!known) await moveIntoPlace(incoming, this.file(snapshot));
    const manifest = path.join(this.folder, manifestPath(snapshot));
    await writeAtomically(manifest, JSON.stringify(snapshot, null, 2) + "\n");
    return { snapshot, change: known ? "accepted-again" : "new" };
  }

  /**
   * Where the bytes of a landed file are, when they still are what was landed.
   *
   * @throws UserError when they are gone or were changed
   */
  async whole(snapshot: Snapshot): Promise<string> {
    const file = this.file(snapshot);
    const sha256 = existsSync(file) ? await hashOf(file) : undefined;
    if (sha256 === snapshot.sha256) return file;
    throw new UserError(
      sha256 === undefined ? "a file of the lake is gone" : "a file of the lake is not what was landed",
      file,
      "put it back from a backup; or delete it and run again, if its source still serves it",
    );
  }

  /** The bytes of a landed file. */
  read(snapshot: Snapshot): AsyncIterable<Uint8Array> {
    return createReadStream(this.file(snapshot));
  }
}

const manifest = z.looseObject({
  dataset: z.enum(["major_crimes", "hate_crimes"]),
  source: z.looseObject({ kind: z.enum(["portal", "url", "file", "sample"]), location: z.string() }),
  snapshotDate: z.iso.date(),
  sha256: z.hash("sha256"),
  bytes: z.int(),
  rows: z.int(),
  columns: z.array(z.string()),
  layout: z.string(),
  maxReportDate: z.string(),
  warnings: z.array(z.string()),
  object: z.string(),
  acceptedAt: z.string(),
});

async function readManifest(file: string): Promise<Snapshot> {
  try {
    return manifest.parse(JSON.parse(await readFile(file, "utf8")));
  } catch {
    throw new UserError(
      "a manifest of the lake cannot be read",
      file,
      "put it back from a backup; or delete it and run again, if its source still serves the file",
    );
  }
}

const sizeOf = (file: string): number | undefined => statSync(file, { throwIfNoEntry: false })?.size;

async function hashOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/** Passes bytes through and writes them to a file on the way. */
async function* copying(bytes: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<Uint8Array> {
  const handle = await open(file, "w");
  try {
    for await (const chunk of bytes) {
      await handle.writeFile(chunk);
      yield chunk;
    }
  } finally {
    await handle.close();
  }
}
