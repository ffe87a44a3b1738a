import { datasetById, datasets, type DatasetId } from "../../datasets";
import { logLines } from "../../compose/log-lines";
import type { Attempt } from "../../pipeline/attempt";
import { appendSql } from "../../pipeline/bigquery";
import { DBT_LEFT_OVERS, folderHash } from "../../pipeline/files";
import { agesOf, type Ages } from "../../pipeline/freshness";
import { torontoDay } from "../../pipeline/iso-date";
import { manifestPath } from "../../pipeline/lake";
import { describeOutcomes } from "../../pipeline/outcomes";
import { planRun, publicationId, type RawHashes } from "../../pipeline/plan";
import { give, needed, optional, place } from "./environment";
import type { AttemptNote } from "./land";

/** What the warehouse holds, as the flows ask it. */
interface HeldRow {
  readonly major_crimes: string | null;
  readonly hate_crimes: string | null;
  readonly publication_id?: string | null;
}

/** The same hash as on the laptop: of what lies in `dbt_crime`, without what dbt leaves there. */
const dbtHash = (): Promise<string> => folderHash("dbt_crime", DBT_LEFT_OVERS);

const held = (): HeldRow => JSON.parse(needed("HELD")) as HeldRow;

const hashes = ({ major_crimes, hate_crimes }: HeldRow): RawHashes => ({
  major_crimes: major_crimes ?? null,
  hate_crimes: hate_crimes ?? null,
});

/** Decides what a run skips, by the laptop's rules, and says what became of each attempt. */
export async function decide(): Promise<void> {
  const attempts = attemptsMade();
  const wanted = Object.fromEntries(attempts.map(({ dataset, snapshot }) => [dataset.id, snapshot?.sha256]));
  const row = held();
  const raw = hashes(row);
  const dbt = await dbtHash();
  const published = row.publication_id ? { publication_id: row.publication_id } : undefined;
  const plan = planRun(wanted, { raw, publication: published }, dbt);
  const bad = attempts.filter(({ result }) => result === "refused" || result === "failed");
  const forced = optional("FORCE") === "true" || optional("PUBLISHING") !== undefined;
  const publish = (bad.length < attempts.length && plan.publish) || forced;
  const load = bad.length < attempts.length ? plan.load : [];
  const now = new Date(optional("NOW") ?? Date.now());
  const outcomes = describeOutcomes(attempts, { load }, now, needed("ATTEMPT_ID"));
  const where = place();
  const freshness = agesServed(attempts, torontoDay(now));
  give({
    load: Object.fromEntries(
      attempts.map(({ dataset: { id }, snapshot }, at) => [
        id,
        load.includes(id) ? { manifest: manifestPath(snapshot!), outcome: outcomes[at] } : null,
      ]),
    ),
    publish,
    records: outcomes
      .filter(({ dataset }) => !load.includes(dataset))
      .map((outcome) => appendSql(where, "load_outcomes", outcome)),
    outcome: bad.length === 0 ? (publish ? "success" : "unchanged") : badOutcome(attempts, bad),
    freshness,
    stale: staleLines(freshness),
    sentence: bad.map(({ reason }) => reason).join("; "),
  });
}

/** In words that alerts and exit codes know. */
function badOutcome(attempts: readonly Attempt[], bad: readonly Attempt[]): "partial" | "refused" | "failed" {
  if (bad.length < attempts.length) return "partial";
  return bad.every(({ result }) => result === "refused") ? "refused" : "failed";
}

/** The ages of the files that are served, by dataset. */
function agesServed(attempts: readonly Attempt[], today: string): Partial<Record<DatasetId, Ages>> {
  const served = attempts.flatMap(({ dataset, snapshot }) => {
    if (!snapshot) return [];
    const dates = { modified: snapshot.source.lastModified ?? null, reported: snapshot.maxReportDate };
    return [[dataset.id, agesOf(dataset, dates, today)] as const];
  });
  return Object.fromEntries(served);
}

/** For each dataset the line that tells that it is older than its limit, or null. */
function staleLines(freshness: Partial<Record<DatasetId, Ages>>): Record<string, string | null> {
  return Object.fromEntries(
    datasets.map(({ id }) => {
      const ages = freshness[id];
      const isStale = ages !== undefined && ages.warnings.length > 0;
      return [id, isStale ? `${logLines.stale} ${JSON.stringify({ dataset: id, ...ages })}` : null];
    }),
  );
}

function attemptsMade(): Attempt[] {
  const notes = JSON.parse(needed("ATTEMPTS")) as Record<DatasetId, AttemptNote | null>;
  const asked = JSON.parse(needed("DATASETS")) as DatasetId[];
  return asked.map((id) => {
    const note = notes[id];
    if (note) return { ...note, dataset: datasetById[id] };
    const reason = `${id}: the landing ended without a result; its execution's log says why`;
    return { dataset: datasetById[id], result: "failed", snapshot: undefined, reason };
  });
}

/** Names the publication that the raw tables give, and the row that records it. */
export async function publication(): Promise<void> {
  const raw = hashes(held());
  const dbt = await dbtHash();
  const id = publicationId(raw, dbt);
  give({
    id,
    record: appendSql(place(), "publications", {
      publication_id: id,
      major_crimes_sha256: raw.major_crimes,
      hate_crimes_sha256: raw.hate_crimes,
      dbt_crime_sha256: dbt,
      published_at: new Date().toISOString(),
    }),
  });
}
