import { datasets, type DatasetId } from "../../datasets";
import { BIAS_CATEGORIES } from "../../datasets/terms";
import { agesOf } from "../freshness";
import { torontoDay } from "../iso-date";
import type { SourceKind } from "../landing-check";
import type { Outcome } from "../ops-tables";
import type { Warehouse } from "../warehouse";
import { askRises, type Drivers, type Rises } from "./rises";

/** The period of a grain that has most offences. */
export interface Peak {
  readonly period: string;
  readonly label: string;
  readonly offences: number;
  /** Null when no day of the period was observed. */
  readonly offences_per_day: number | null;
}

export type { Contributor, Drivers, Rise, Rises } from "./rises";

export interface Busiest {
  /** By count. */
  readonly peak: Peak | null;
  /** By offences per day really observed. */
  readonly peak_by_rate: Peak | null;
  /** By rate, once probable default values are set aside. */
  readonly peak_without_defaults: Peak | null;
  readonly caveat: string;
}

export interface Freshness {
  readonly dataset: DatasetId;
  readonly title: string;
  readonly attribution: string;
  readonly licence: string;
  readonly source_kind: SourceKind | null;
  readonly snapshot_date: string | null;
  readonly rows: number;
  readonly last_report_date: string | null;
  readonly publisher_age_days: number | null;
  readonly data_age_days: number | null;
  readonly warnings: readonly string[];
}

/** What the marts answer, computed from them and nothing else. Figures count published rows unless named otherwise. */
export interface Answers {
  readonly publication_id: string;
  readonly generated_on: string;
  /** Set when the figures are not Toronto's. */
  readonly notice: string | null;
  readonly busiest: Readonly<Record<Grain, Busiest>>;
  readonly rises: Rises;
  readonly drivers: Drivers;
  readonly hate_crimes: {
    readonly first_year: number | null;
    readonly last_year: number | null;
    readonly occurrences: number;
    readonly arrests: number;
    readonly multiple_bias: number;
    readonly by_bias: Readonly<
      Record<string, { readonly occurrences: number; readonly share: number | null }>
    >;
    readonly caveat: string;
  };
  readonly freshness: readonly Freshness[];
  readonly completeness: {
    readonly last_complete_year: number | null;
    readonly offences: number;
    readonly events: number;
    /** Share of offences that were reported by the end of the lag bucket. */
    readonly reported_within: Readonly<Record<string, number>>;
    readonly caveat: string;
  };
}

export const GRAINS = ["year", "month_of_year", "weekday", "day_of_month", "hour"] as const;
export type Grain = (typeof GRAINS)[number];

const CAVEATS: Readonly<Record<Grain, string>> = {
  year: "Complete years only, by the date of occurrence. Recent years still grow as older crimes are reported.",
  month_of_year: "Months have unequal lengths: compare the rates. Complete years since 2014.",
  weekday: "Complete years since 2014.",
  day_of_month: "The 1st is often filled in when the day is not known; only some months have a 29th to 31st.",
  hour: "00:00 and 12:00 are often filled in when the hour is not known.",
};

/** Asks the published marts of a warehouse. `now` tells the ages of the data. */
export async function answer(warehouse: Warehouse, now: Date): Promise<Answers> {
  const publication = await warehouse.lastPublication();
  if (!publication) throw new Error("nothing was published yet");
  const freshness = await askFreshness(warehouse, torontoDay(now));
  const samples = freshness.filter(({ source_kind }) => source_kind === "sample");
  return {
    publication_id: publication.publication_id,
    generated_on: torontoDay(now),
    notice: samples.length > 0 ? sampleNotice(samples) : null,
    busiest: await askBusiest(warehouse),
    ...(await askRises(warehouse)),
    hate_crimes: await askHateCrimes(warehouse),
    freshness,
    completeness: await askCompleteness(warehouse),
  };
}

function sampleNotice(samples: readonly Freshness[]): string {
  const described = samples.map(({ dataset, title }) => {
    return `${title}: ${datasets.find(({ id }) => id === dataset)!.sample.description}`;
  });
  return `SAMPLE DATA, not Toronto's totals. ${described.join(". ")}.`;
}

async function askBusiest(warehouse: Warehouse): Promise<Record<Grain, Busiest>> {
  const rows = await warehouse.rows<{
    grain: Grain;
    ranking: "count" | "rate" | "without_defaults";
    period: string;
    label: string;
    offences: number;
    per_day: number | null;
  }>(`
    with ranked as (
      select grain, 'count' as ranking, period, period_label, offences, offences_per_day as per_day
      from marts.crime_by_period where category = 'All' and rank_by_offences = 1
      union all
      select grain, 'rate', period, period_label, offences, offences_per_day
      from marts.crime_by_period where category = 'All' and rank_by_rate = 1
      union all
      select grain, 'without_defaults', period, period_label, offences_excl_defaults, offences_per_day_excl_defaults
      from marts.crime_by_period where category = 'All' and rank_excl_defaults = 1
    )
    select grain, ranking, period, period_label as label, offences, per_day from ranked`);
  const peak = (grain: Grain, ranking: string): Peak | null => {
    const row = rows.find((candidate) => candidate.grain === grain && candidate.ranking === ranking);
    if (!row) return null;
    return {
      period: row.period,
      label: row.label,
      offences: row.offences,
      offences_per_day: row.per_day,
    };
  };
  const busiest = GRAINS.map((grain): [Grain, Busiest] => [
    grain,
    {
      peak: peak(grain, "count"),
      peak_by_rate: peak(grain, "rate"),
      peak_without_defaults: peak(grain, "without_defaults"),
      caveat: CAVEATS[grain],
    },
  ]);
  return Object.fromEntries(busiest) as Record<Grain, Busiest>;
}

async function askHateCrimes(warehouse: Warehouse): Promise<Answers["hate_crimes"]> {
  type Total = Pick<
    Answers["hate_crimes"],
    "first_year" | "last_year" | "occurrences" | "arrests" | "multiple_bias"
  >;
  const [total] = await warehouse.rows<Total>(`
    select
      min(reported_year) as first_year, max(reported_year) as last_year, count(*) as occurrences,
      count(*) filter (where is_arrest_made) as arrests, count(*) filter (where is_multiple_bias) as multiple_bias
    from marts.fct_hate_crimes`);
  const biases = await warehouse.rows<{ bias_category: string; occurrences: number }>(`
    select bias_category, count(distinct event_id) as occurrences from marts.hate_crime_biases group by 1`);
  const { occurrences } = total!;
  return {
    ...total!,
    by_bias: Object.fromEntries(
      BIAS_CATEGORIES.map((name) => {
        const n = biases.find(({ bias_category }) => bias_category === name)?.occurrences ?? 0;
        return [name, { occurrences: n, share: occurrences === 0 ? null : n / occurrences }];
      }),
    ),
    caveat:
      "One occurrence may have several biases, so the shares add up to more than the whole. Reported occurrences only.",
  };
}

async function askFreshness(warehouse: Warehouse, today: string): Promise<Freshness[]> {
  const all: Freshness[] = [];
  for (const dataset of datasets) {
    const [held] = await warehouse.rows<{ n: number; sha: string | null }>(
      `select count(*) as n, any_value(file_sha256) as sha from raw.${dataset.id}`,
    );
    const [outcome] = await warehouse.rows<Outcome>(
      `from ops.load_outcomes where dataset = '${dataset.id}' and sha256 = '${held!.sha}' order by attempted_at desc limit 1`,
    );
    all.push({
      dataset: dataset.id,
      title: dataset.title,
      attribution: dataset.attribution,
      licence: `${dataset.licence.name} (${dataset.licence.url})`,
      source_kind: outcome?.source_kind ?? null,
      snapshot_date: outcome?.snapshot_date ?? null,
      rows: held!.n,
      last_report_date: outcome?.max_report_date ?? null,
      ...agesOf(
        dataset,
        { modified: outcome?.publisher_modified_at ?? null, reported: outcome?.max_report_date ?? null },
        today,
      ),
    });
  }
  return all;
}

async function askCompleteness(warehouse: Warehouse): Promise<Answers["completeness"]> {
  const [counts] = await warehouse.rows<{ offences: number; events: number }>(`
    select count(*) as offences, count(distinct event_id) as events from marts.fct_offences`);
  const [years] = await warehouse.rows<{ last_complete: number | null }>(`
    select max(year) as last_complete from marts.crime_trends
    where category = 'All' and basis = 'occurrence' and is_complete_year`);
  const lags = await warehouse.rows<{ lag_bucket: string; cumulative_share: number }>(`
    select lag_bucket, cumulative_share from marts.report_lag where category = 'All' order by bucket_order`);
  return {
    last_complete_year: years?.last_complete ?? null,
    ...counts!,
    reported_within: Object.fromEntries(lags.map((row) => [row.lag_bucket, row.cumulative_share])),
    caveat: "What happened in the latest months is still being reported, so their counts will rise.",
  };
}
