import { randomUUID } from "node:crypto";
import { appendSql, landingTable, tableName } from "../../pipeline/bigquery";
import type { Snapshot } from "../../pipeline/lake";
import type { Outcome } from "../../pipeline/ops-tables";
import { describeOutcomes } from "../../pipeline/outcomes";
import { landingColumns, replaceRawSql } from "../../pipeline/raw-sql";
import { dataset, give, needed, optional, place } from "./environment";
import { Google } from "./google";

/** Says, from its manifest, how a landed file gets into its raw table. */
export async function load(): Promise<void> {
  const wanted = dataset();
  const where = place();
  const google = new Google(where.project, where.location);
  const snapshot = JSON.parse(await google.read(needed("RAW_BUCKET"), needed("MANIFEST"))) as Snapshot;
  if (snapshot.dataset !== wanted.id) {
    throw new Error(`${snapshot.object} is a file of ${snapshot.dataset}, not of ${wanted.id}`);
  }
  const landing = tableName(where, "raw", landingTable(wanted));
  const raw = tableName(where, "raw", wanted.id);
  const given = optional("OUTCOME");
  const outcome: Outcome = given
    ? (JSON.parse(given) as Outcome)
    : describeOutcomes(
        [{ dataset: wanted, result: "landed", snapshot, reason: "loaded by hand" }],
        { load: [wanted.id] },
        new Date(),
        optional("ATTEMPT_ID") ?? randomUUID(),
      )[0]!;
  give({
    object: snapshot.object,
    schema: { fields: landingColumns(wanted, snapshot).map((name) => ({ name, type: "STRING" })) },
    raw: replaceRawSql(wanted, snapshot, landing, raw),
    count:
      `select (select count(*) from ${landing}) as landing, (select count(*) from ${raw}) as raw, ` +
      `(select count(*) from ${raw} where file_sha256 = '${snapshot.sha256}') as of_this_file`,
    rows: snapshot.rows,
    record: appendSql(where, "load_outcomes", outcome),
  });
}
