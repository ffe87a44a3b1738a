/** The parts of a node in dbt's manifest that the guard reads. */
export interface Node {
  readonly name: string;
  readonly resource_type: string;
  readonly path: string;
  readonly compiled_code?: string;
  readonly depends_on?: { readonly nodes?: readonly string[] };
  readonly columns: Readonly<Record<string, { readonly data_type: string | null }>>;
  readonly config: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly partition_by?: {
      readonly field: string;
      readonly data_type: string;
      readonly granularity: string;
    } | null;
    readonly cluster_by?: readonly string[] | null;
  };
}

const LIMIT = 4_000;
const FIRST_YEAR = 1964;
const LAST_YEAR = 2040;
const PARTITIONS_A_YEAR: Readonly<Record<string, number>> = { year: 1, month: 12, day: 366, hour: 366 * 24 };

const FORBIDDEN: readonly (readonly [RegExp, string])[] = [
  [/;/, "more than one statement"],
  [/\b(declare|begin|execute\s+immediate|call)\b/, "scripting"],
  [/\b(merge|insert|update|delete|truncate)\b/, "a statement that changes a table"],
  [/\bgroup\s+by\s+all\b/, "group by all"],
  [/\bapprox_quantiles\b/, "approx_quantiles"],
  [/\bcurrent_(date|time|datetime|timestamp)\b/, "the time of the run"],
  [
    /\b(timestamp_trunc|datetime_trunc|format_timestamp|extract\s*\([^)]*\bat\s+time\s+zone)\b/,
    "a part of an instant",
  ],
];

/** What real BigQuery would refuse, charge for or read differently, and the emulator would not show. */
export function faults(node: Node): string[] {
  return [...sqlFaults(node), ...(node.resource_type === "test" ? [] : tableFaults(node))];
}

function sqlFaults({ compiled_code = "" }: Node): string[] {
  const sql = compiled_code.replace(/--[^\n]*/g, " ").toLowerCase();
  const withoutTexts = sql.replace(/'[^']*'/g, "''");
  const found = FORBIDDEN.filter(([pattern]) => pattern.test(withoutTexts)).map(([, what]) => `uses ${what}`);
  return [...found, ...zonelessDays(sql)];
}

/** A day that is taken from an instant must say whose day: Toronto's. */
function zonelessDays(sql: string): string[] {
  const instants = sql.match(/\bparse_timestamp\b|\btimestamp_\w+|\bas timestamp\b/g) ?? [];
  const days = sql.match(/\bdate\(safe\.parse_timestamp\([^\n]*\), 'america\/toronto'\)/g) ?? [];
  return instants.length === days.length ? [] : ["takes a day from an instant without Toronto's time zone"];
}

function tableFaults({ name, path, config, columns, depends_on }: Node): string[] {
  const { labels, partition_by, cluster_by } = config;
  const found: string[] = [];
  if (labels?.["pipeline"] !== "toronto-crime") found.push("has no label");
  if (!path.startsWith("staging/") && depends_on?.nodes?.some((id) => id.startsWith("source."))) {
    found.push("reads raw, which only staging may");
  }
  if (name.startsWith("fct_") && !(partition_by && cluster_by?.length)) {
    found.push("is a fact without partitions and clusters");
  }
  if (partition_by) {
    const count = (LAST_YEAR - FIRST_YEAR + 1) * PARTITIONS_A_YEAR[partition_by.granularity]!;
    if (!(count < LIMIT)) found.push(`has ${count} partitions from ${FIRST_YEAR} to ${LAST_YEAR}`);
    if (columns[partition_by.field]?.data_type !== "date") found.push("is not partitioned by a date");
  }
  if (cluster_by && (cluster_by.length > 4 || cluster_by.some((column) => !columns[column]))) {
    found.push("has no such clusters");
  }
  return found;
}
