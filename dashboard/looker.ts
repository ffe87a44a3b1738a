/** Where the marts are in BigQuery, and who shows them. */
export interface LookerTarget {
  readonly projectId: string;
  readonly dataset: string;
  readonly host: string;
}

export interface LookerLink {
  readonly title: string;
  readonly url: string;
}

/**
 * Linking API addresses: one for a new report that has every mart as a data source, and one for each mart alone.
 * They open with the reader's own Google account and hold names only, no credentials.
 */
export function lookerLinks(target: LookerTarget, marts: readonly string[]): LookerLink[] {
  return [
    { title: "All marts", url: link(target, "Toronto crime", marts) },
    ...marts.map((mart) => ({ title: mart, url: link(target, `Toronto crime: ${mart}`, [mart]) })),
  ];
}

function link({ projectId, dataset, host }: LookerTarget, name: string, marts: readonly string[]): string {
  const asked = new URLSearchParams({ "c.mode": "edit", "r.reportName": name });
  marts.forEach((mart, at) => {
    const source = {
      connector: "bigQuery",
      datasourceName: mart,
      type: "TABLE",
      projectId,
      datasetId: dataset,
      tableId: mart,
    };
    for (const [key, value] of Object.entries(source)) asked.set(`ds.ds${at}.${key}`, value);
  });
  return `https://${host}/reporting/create?${asked.toString().replaceAll("+", "%20")}`;
}
