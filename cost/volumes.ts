import { datasets, type Dataset } from "../datasets";

/** How much of something a month needs, and how that is known. */
export interface Volume {
  readonly what: string;
  readonly amount: number;
  readonly unit: "GiB" | "TiB";
  readonly because: string;
}

const gib = (megabytes: number): number => (megabytes * 1e6) / 2 ** 30;

/** The publisher's whole file, in MB. */
const megabytes: Readonly<Record<Dataset["id"], number>> = { major_crimes: 141, hate_crimes: 0.4 };
const fileGib = gib(Object.values(megabytes).reduce((sum, size) => sum + size));

const publicationsAYear: Readonly<Record<Dataset["cadence"], number>> = { quarterly: 4, yearly: 1 };
const years = 5;
const lakeGib = datasets
  .map(({ id, cadence }) => gib(megabytes[id]) * publicationsAYear[cadence] * years)
  .reduce((sum, size) => sum + size);

/** Weeks in a month. */
export const weeks = 365.25 / 12 / 7;

const statements = 150;

/** Everything that no stack says, in one place. Rounded up where it is assumed. */
export const volumes = {
  lake: {
    what: "raw bucket",
    amount: lakeGib,
    unit: "GiB",
    because: `${years} years of publications: 141 MB (490,000 rows, docs/performance.md) each quarter, 0.4 MB each year`,
  },
  processed: {
    what: "processed bucket",
    amount: 0.5,
    unit: "GiB",
    because: `assumed: 20 MB of aggregates a publication, ${years} years`,
  },
  page: {
    what: "dashboard bucket",
    amount: 0.1,
    unit: "GiB",
    because: "assumed: 2 MB a page, with old versions",
  },
  dataset: {
    what: "each of the five BigQuery datasets",
    amount: 2 * fileGib,
    unit: "GiB",
    because:
      "upper bound: the text of both files with as much again for lineage; raw also holds the landing tables",
  },
  scanned: {
    what: "scanned by BigQuery",
    amount: (weeks * statements * fileGib) / 1024,
    unit: "TiB",
    because: `upper bound: a build every week, in which each of ${statements} statements (models, tests, copies, the page's queries) reads everything`,
  },
  nat: {
    what: "through the NAT gateway",
    amount: weeks * fileGib + 4,
    unit: "GiB",
    because:
      "both files each week, and 4 GiB assumed for packages and images; Google's own services are not reached through it",
  },
  internetOut: {
    what: "out to the internet",
    amount: 1,
    unit: "GiB",
    because: "assumed: requests, and readers of the page",
  },
  logs: {
    what: "logs",
    amount: 2,
    unit: "GiB",
    because: "assumed: Kestra, PostgreSQL and tasks; always on, ten times less weekly",
  },
  networkLogs: {
    what: "logs of network, firewall and NAT",
    amount: 0.2,
    unit: "GiB",
    because: "assumed: one VM, half of its flows sampled",
  },
  snapshotBase: {
    what: "used on the data disk",
    amount: 10,
    unit: "GiB",
    because: "assumed: Kestra's history of 90 days and its database",
  },
  snapshotDaily: {
    what: "changed on the data disk on a day that the VM runs",
    amount: 0.3,
    unit: "GiB",
    because: "assumed",
  },
} as const satisfies Record<string, Volume>;
