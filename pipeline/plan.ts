import { createHash } from "node:crypto";
import type { DatasetId } from "../datasets";
import type { Publication } from "./ops-tables";

/** Hash of the file in each raw table; `null` for an empty one. */
export type RawHashes = Readonly<Record<DatasetId, string | null>>;

/** What the warehouse in place holds. */
export interface Held {
  readonly raw: RawHashes;
  /** The publication that the marts hold, when they hold a whole one. */
  readonly publication: Publication | undefined;
}

export interface Plan {
  /** Datasets whose raw table must be replaced. */
  readonly load: readonly DatasetId[];
  /** Whether the marts must be built, tested and published. */
  readonly publish: boolean;
  /** Raw hashes once the loads are done. */
  readonly raw: RawHashes;
}

/**
 * Decides what a run can skip: a load if raw holds the same bytes, a publication if the last one came
 * from the same raw bytes and the same `dbt_crime`.
 *
 * @param wanted hash of the snapshot to serve, for each dataset that has one
 */
export function planRun(
  wanted: Partial<RawHashes>,
  held: Pick<Held, "raw"> & { readonly publication: Pick<Publication, "publication_id"> | undefined },
  dbtCrime: string,
): Plan {
  const load = (Object.keys(held.raw) as DatasetId[]).filter(
    (id) => wanted[id] && wanted[id] !== held.raw[id],
  );
  const raw = { ...held.raw };
  for (const id of load) raw[id] = wanted[id]!;
  return {
    load,
    publish: load.length > 0 || held.publication?.publication_id !== publicationId(raw, dbtCrime),
    raw,
  };
}

/** Names a publication by what it was made from: equal inputs, equal id. */
export function publicationId(raw: RawHashes, dbtCrime: string): string {
  const inputs = [raw.major_crimes, raw.hate_crimes, dbtCrime].join("|");
  return createHash("sha256").update(inputs).digest("hex").slice(0, 16);
}
