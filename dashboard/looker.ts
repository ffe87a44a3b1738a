/** Where the marts are in BigQuery, and who shows them. */
export interface LookerTarget {
  readonly projectId: string;
  readonly dataset: string;
  readonly host: string;
}

/**
 * Linking API addresses: each opens a new report on one mart, with the reader's own Google account. They hold
 * names only, no credentials.
 */
export function lookerLinks(
  { projectId, dataset, host }: LookerTarget,
  marts: readonly string[],
): { mart: string; url: string }[] {
  return marts.map((mart) => {
    const asked = new URLSearchParams({
      "c.mode": "edit",
      "c.explain": "true",
      "r.reportName": `Toronto crime: ${mart}`,
      "ds.ds0.connector": "bigQuery",
      "ds.ds0.datasourceName": mart,
      "ds.ds0.type": "TABLE",
      "ds.ds0.projectId": projectId,
      "ds.ds0.datasetId": dataset,
      "ds.ds0.tableId": mart,
    });
    return { mart, url: `https://${host}/reporting/create?${asked.toString().replaceAll("+", "%20")}` };
  });
}
