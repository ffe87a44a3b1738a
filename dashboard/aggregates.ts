import { MEMBER_DIMENSIONS } from "./model";
import type { Row } from "./rows";

/** A question to the marts whose answer the page reads as `<name>.json`, an array of row objects. */
export interface Aggregate {
  readonly name: AggregateName;
  /** Columns of one row, in order; each is text, a whole number, a yes-or-no or, where it may be absent, null. */
  readonly columns: readonly string[];
  /** SELECT in the SQL that DuckDB and BigQuery share. */
  readonly sql: (schemas: Schemas) => string;
}

/** What the schemas of the warehouse are called: `marts` and `raw` in DuckDB, dataset names in BigQuery. */
export interface Schemas {
  readonly marts: string;
  readonly raw: string;
}

export type AggregateName =
  | "sources"
  | "by_year"
  | "by_month"
  | "by_weekday"
  | "by_day_of_month"
  | "by_weekday_hour"
  | "by_member"
  | "by_neighbourhood"
  | "neighbourhoods"
  | "report_lag"
  | "hate_by_year"
  | "hate_by_bias";

/** The rows of each aggregate, by its name. */
export type Aggregates = Readonly<Record<AggregateName, readonly Row[]>>;

const aggregate = (
  name: AggregateName,
  columns: readonly string[],
  rest: (schemas: Schemas) => string,
  expressions: Readonly<Record<string, string>> = {},
): Aggregate => ({
  name,
  columns: [...columns, "publication_id"],
  sql: (schemas) => {
    const selected = [...columns, "publication_id"].map((column) =>
      expressions[column] === undefined ? column : `${expressions[column]} as ${column}`,
    );
    return `select ${selected.join(", ")} ${rest(schemas)}`;
  },
});

const source = (dataset: string, fact: string, reportDate: string, { marts, raw }: Schemas): string => {
  const of = (expression: string): string => `(select ${expression} from ${marts}.${fact})`;
  return (
    `select '${dataset}' as dataset, count(*) as row_count, ${of("count(distinct event_id)")} as event_count, ` +
    `min(source_kind) as source_kind, min(snapshot_date) as snapshot_date, min(file_sha256) as file_sha256, ` +
    `${of(`cast(max(${reportDate}) as string)`)} as last_report_date, ` +
    `${of("min(publication_id)")} as publication_id from ${raw}.${dataset}`
  );
};

/** Everything the page reads, each asked once; the laptop run and the flow in the cloud use this list. */
export const AGGREGATES: readonly Aggregate[] = [
  aggregate(
    "sources",
    [
      "dataset",
      "row_count",
      "event_count",
      "source_kind",
      "snapshot_date",
      "file_sha256",
      "last_report_date",
    ],
    (schemas) =>
      `from (${source("major_crimes", "fct_offences", "report_date", schemas)} ` +
      `union all ${source("hate_crimes", "fct_hate_crimes", "reported_date", schemas)}) as sources`,
  ),
  aggregate(
    "by_year",
    ["basis", "year", "category", "offences", "events", "is_complete_year"],
    ({ marts }) => `from ${marts}.crime_trends`,
  ),
  aggregate(
    "by_month",
    ["month", "category", "offences", "offences_excl_defaults", "days_observed"],
    ({ marts }) => `from ${marts}.crime_by_period where grain = 'month' and category <> 'All'`,
    { month: "period" },
  ),
  aggregate(
    "by_weekday",
    ["year", "weekday", "is_first_of_month", "category", "offences"],
    ({ marts }) =>
      `from ${marts}.fct_offences as facts ` +
      `inner join ${marts}.dim_dates as days on facts.occurrence_date = days.date_day ` +
      `group by days.year, days.weekday, days.is_first_of_month, facts.category, days.publication_id`,
    {
      year: "days.year",
      weekday: "days.weekday",
      is_first_of_month: "days.is_first_of_month",
      category: "facts.category",
      offences: "count(*)",
      publication_id: "days.publication_id",
    },
  ),
  aggregate(
    "by_day_of_month",
    ["year", "day_of_month", "category", "offences"],
    ({ marts }) =>
      `from ${marts}.fct_offences as facts ` +
      `inner join ${marts}.dim_dates as days on facts.occurrence_date = days.date_day ` +
      `group by days.year, days.day_of_month, facts.category, days.publication_id`,
    {
      year: "days.year",
      day_of_month: "days.day_of_month",
      category: "facts.category",
      offences: "count(*)",
      publication_id: "days.publication_id",
    },
  ),
  aggregate(
    "by_weekday_hour",
    ["year", "weekday", "hour", "category", "offences"],
    ({ marts }) => `from ${marts}.crime_by_weekday_hour where category <> 'All'`,
  ),
  aggregate(
    "by_member",
    ["year", "category", "dimension", "member", "offences"],
    ({ marts }) =>
      `from ${marts}.crime_by_member where dimension in (${MEMBER_DIMENSIONS.map((name) => `'${name}'`).join(", ")})`,
  ),
  aggregate(
    "by_neighbourhood",
    ["neighbourhood_id", "year", "category", "offences"],
    ({ marts }) => `from ${marts}.crime_by_neighbourhood where category <> 'All'`,
  ),
  aggregate(
    "neighbourhoods",
    ["neighbourhood_id", "neighbourhood_name", "population_2023"],
    ({ marts }) => `from ${marts}.dim_neighbourhoods where neighbourhood_id is not null`,
  ),
  aggregate("report_lag", ["lag_bucket", "category", "offences"], ({ marts }) => `from ${marts}.report_lag`),
  aggregate(
    "hate_by_year",
    ["reported_year", "occurrences", "arrests", "multiple_bias_occurrences", "is_complete_year"],
    ({ marts }) => `from ${marts}.hate_crimes_by_year`,
  ),
  aggregate(
    "hate_by_bias",
    ["bias_category", "bias_value", "reported_year", "occurrences", "arrests"],
    ({ marts }) => `from ${marts}.hate_crimes_by_bias`,
  ),
];
