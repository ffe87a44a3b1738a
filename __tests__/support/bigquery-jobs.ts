import type { Dataset } from "../../datasets";
import { appendSql, landingTable, type BigQueryPlace, type Layer } from "../../pipeline/bigquery";
import type { Manifest } from "../../pipeline/landing-check";
import { MARTS } from "../../pipeline/marts";
import type { Publication } from "../../pipeline/ops-tables";
import { landingColumns } from "../../pipeline/raw-sql";

// What the tasks of Kestra's plugin ask of BigQuery, for tests that have an emulator and no Kestra.

function tableReference(place: BigQueryPlace, layer: Layer, tableId: string): object {
  return { projectId: place.project, datasetId: place.datasetPrefix + layer, tableId };
}

/** The job of flow 04 that loads a landed file, as it is, into its landing table. */
export function loadJob(place: BigQueryPlace, dataset: Dataset, manifest: Manifest, uri: string): object {
  return {
    load: {
      sourceUris: [uri],
      destinationTable: tableReference(place, "raw", landingTable(dataset)),
      schema: { fields: landingColumns(dataset, manifest).map((name) => ({ name, type: "STRING" })) },
      sourceFormat: "CSV",
      encoding: "UTF-8",
      skipLeadingRows: 1,
      allowQuotedNewlines: true,
      createDisposition: "CREATE_IF_NEEDED",
      writeDisposition: "WRITE_TRUNCATE",
    },
  };
}

/** The jobs of flow 05 that publish the audited marts, in order; the last records the publication. */
export function publicationJobs(place: BigQueryPlace, publication: Publication): object[] {
  return [
    ...MARTS.map((mart) => ({
      copy: {
        sourceTable: tableReference(place, "audit", mart),
        destinationTable: tableReference(place, "marts", mart),
        createDisposition: "CREATE_IF_NEEDED",
        writeDisposition: "WRITE_TRUNCATE",
      },
    })),
    { query: { query: appendSql(place, "publications", publication), useLegacySql: false } },
  ];
}
