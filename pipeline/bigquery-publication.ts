import {
  appendSql,
  LABELS,
  tableName,
  tableReference,
  type BigQueryPlace,
  type TableReference,
} from "./bigquery";
import { MARTS } from "./marts";
import type { Publication } from "./ops-tables";

/** One job of a publication. */
export type PublicationStep =
  | { readonly copy: { readonly from: TableReference; readonly to: TableReference } }
  | { readonly query: string };

/**
 * The jobs that publish the audited marts, in order: dimensions, facts, aggregates, and at last the row
 * of `ops.publications`. Copies are atomic each, not together: until the row is there, the publication
 * is not whole. Every step may be repeated, so running all of them again completes half a publication.
 */
export function publicationSteps(place: BigQueryPlace, publication: Publication): PublicationStep[] {
  return [
    ...MARTS.map((mart) => ({
      copy: { from: tableReference(place, "audit", mart), to: tableReference(place, "marts", mart) },
    })),
    { query: appendSql(place, "publications", publication) },
  ];
}

/** The configuration of the job that does a step. */
export function publicationJob(step: PublicationStep): object {
  if ("query" in step) return { labels: LABELS, query: { query: step.query, useLegacySql: false } };
  return {
    labels: LABELS,
    copy: {
      sourceTable: step.copy.from,
      destinationTable: step.copy.to,
      createDisposition: "CREATE_IF_NEEDED",
      writeDisposition: "WRITE_TRUNCATE",
    },
  };
}

/** Asks which publication each mart is of; a reader refuses marts of more than one. */
export function publishedIdsSql(place: BigQueryPlace): string {
  return MARTS.map(
    (mart) => `select distinct '${mart}' as mart, publication_id from ${tableName(place, "marts", mart)}`,
  ).join("\nunion all\n");
}
