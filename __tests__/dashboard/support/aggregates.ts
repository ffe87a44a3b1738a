import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "csv-parse/sync";
import type { AggregateName } from "../../../dashboard/aggregates";
import type { Row } from "../../../dashboard/rows";

/** One published row, as far as the page is concerned. */
export interface Offence {
  readonly event: string;
  /** YYYY-MM-DD. */
  readonly reported: string;
  readonly occurred: string;
  readonly hour: number;
  readonly category: string;
  readonly offence: string;
  readonly premises: string;
  readonly hood: string | null;
}

export interface HateCrime {
  readonly event: string;
  readonly reported: string;
  readonly arrest: boolean;
  readonly biases: readonly (readonly [category: string, value: string])[];
}

export type Made = Record<AggregateName, Row[]>;

const LAGS: readonly (readonly [number, string])[] = [
  [0, "same day"],
  [1, "1 day"],
  [7, "2-7 days"],
  [30, "8-30 days"],
  [90, "31-90 days"],
  [365, "91-365 days"],
  [Infinity, "over a year"],
];
const MS_PER_DAY = 86_400_000;
const yearOf = (day: string): number => Number(day.slice(0, 4));
const last = (days: readonly string[]): string | null =>
  days.reduce<string | null>((latest, day) => (latest === null || day > latest ? day : latest), null);

/**
 * The aggregates of some rows, counted here in plain loops: an independent statement of what the queries over
 * the marts must give.
 */
export function aggregatesOf(
  offences: readonly Offence[],
  hateCrimes: readonly HateCrime[],
  kind = "portal",
  publication_id = "0123456789abcdef",
): Made {
  const lastReport = last(offences.map(({ reported }) => reported));
  const lastHate = last(hateCrimes.map(({ reported }) => reported));
  const lastComplete = (day: string, from: number): number =>
    Number(day.slice(8)) >= from && day.slice(5, 7) === "12" ? yearOf(day) : yearOf(day) - 1;
  const isComplete = (year: number): boolean =>
    lastReport !== null && year >= 2014 && year <= lastComplete(lastReport, 31);
  const hateYears = hateCrimes.map(({ reported }) => yearOf(reported));
  const withAll = (category: string): string[] => ["All", category];
  const published = (rows: Row[]): Row[] => rows.map((row) => ({ ...row, publication_id }));
  const source = (dataset: string, events: readonly string[], lastDay: string | null): Row => ({
    dataset,
    row_count: events.length,
    event_count: new Set(events).size,
    source_kind: events.length > 0 ? kind : null,
    snapshot_date: events.length > 0 ? "2026-06-30" : null,
    file_sha256: events.length > 0 ? "a".repeat(64) : null,
    last_report_date: lastDay,
    publication_id: events.length > 0 ? publication_id : null,
  });
  const years = new Counter(["basis", "year", "category"]);
  const yearEvents = new Map<string, Set<string>>();
  const months = new Counter(["month", "category"]);
  const monthsExclFirsts = new Map<string, number>();
  const weekdays = new Counter(["year", "weekday", "is_first_of_month", "category"]);
  const days = new Counter(["year", "day_of_month", "category"]);
  const week = new Counter(["year", "weekday", "hour", "category"]);
  const members = new Counter(["year", "category", "dimension", "member"]);
  const hoods = new Counter(["neighbourhood_id", "year", "category"]);
  const lags = new Counter(["lag_bucket", "category"]);
  for (const one of offences) {
    const { category, occurred } = one;
    const year = yearOf(occurred);
    const weekday = ((new Date(occurred).getUTCDay() + 6) % 7) + 1;
    const dayOfMonth = Number(occurred.slice(8));
    const lag = (Date.parse(one.reported) - Date.parse(occurred)) / MS_PER_DAY;
    const [, bucket] = LAGS.find(([days]) => lag <= days)!;
    for (const choice of withAll(category)) {
      for (const [basis, at] of [
        ["occurrence", year],
        ["report", yearOf(one.reported)],
      ] as const) {
        years.add(basis, at, choice);
        const key = JSON.stringify([basis, at, choice]);
        if (!yearEvents.has(key)) yearEvents.set(key, new Set());
        yearEvents.get(key)!.add(one.event);
      }
      lags.add(bucket, choice);
    }
    months.add(occurred.slice(0, 7), category);
    const month = JSON.stringify([occurred.slice(0, 7), category]);
    monthsExclFirsts.set(month, (monthsExclFirsts.get(month) ?? 0) + (dayOfMonth === 1 ? 0 : 1));
    weekdays.add(year, weekday, dayOfMonth === 1, category);
    days.add(year, dayOfMonth, category);
    week.add(year, weekday, one.hour, category);
    members.add(year, category, "offence", one.offence);
    members.add(year, category, "premises_type", one.premises);
    members.add(year, category, "hour", String(one.hour).padStart(2, "0"));
    hoods.add(one.hood, year, category);
  }
  const daysObserved = (month: string): number => {
    if (lastReport === null || month < "2014-01") return 0;
    const [year, number] = month.split("-").map(Number) as [number, number];
    const end = Math.min(Date.UTC(year, number, 1), Date.parse(lastReport) + MS_PER_DAY);
    return Math.max(0, (end - Date.UTC(year, number - 1, 1)) / MS_PER_DAY);
  };
  const hateByYear = new Counter(["reported_year"], "occurrences");
  const hateByBias = new Counter(["bias_category", "bias_value", "reported_year"], "occurrences");
  for (const { reported, biases } of hateCrimes) {
    hateByYear.add(yearOf(reported));
    for (const [category, value] of biases) hateByBias.add(category, value, yearOf(reported));
  }
  const having = (year: unknown, has: (one: HateCrime) => boolean): number =>
    hateCrimes.filter((one) => yearOf(one.reported) === year && has(one)).length;
  const made: Made = {
    sources: [
      source(
        "major_crimes",
        offences.map(({ event }) => event),
        lastReport,
      ),
      source(
        "hate_crimes",
        hateCrimes.map(({ event }) => event),
        lastHate,
      ),
    ],
    by_year: years.rows().map((row) => ({
      ...row,
      events: yearEvents.get(JSON.stringify([row["basis"], row["year"], row["category"]]))!.size,
      is_complete_year: isComplete(row["year"] as number),
    })),
    by_month: months.rows().map((row) => ({
      ...row,
      offences_excl_defaults: monthsExclFirsts.get(JSON.stringify([row["month"], row["category"]]))!,
      days_observed: daysObserved(row["month"] as string),
    })),
    by_weekday: weekdays.rows(),
    by_day_of_month: days.rows(),
    by_weekday_hour: week.rows(),
    by_member: members.rows(),
    by_neighbourhood: hoods.rows(),
    neighbourhoods: HOODS,
    report_lag: lags.rows(),
    hate_by_year: hateByYear.rows().map((row) => ({
      ...row,
      arrests: having(row["reported_year"], ({ arrest }) => arrest),
      multiple_bias_occurrences: having(row["reported_year"], ({ biases }) => biases.length > 1),
      is_complete_year:
        (row["reported_year"] as number) >= Math.min(...hateYears) &&
        (row["reported_year"] as number) <= lastComplete(lastHate!, 24),
    })),
    hate_by_bias: hateByBias.rows().map((row) => ({
      ...row,
      arrests: having(
        row["reported_year"],
        ({ arrest, biases }) =>
          arrest &&
          biases.some(
            ([category, value]) => category === row["bias_category"] && value === row["bias_value"],
          ),
      ),
    })),
  };
  return Object.fromEntries(
    Object.entries(made).map(([name, rows]) => [name, name === "sources" ? rows : published(rows)]),
  ) as Made;
}

class Counter {
  private readonly counts = new Map<string, number>();

  constructor(
    private readonly columns: readonly string[],
    private readonly counted = "offences",
  ) {}

  add(...members: readonly unknown[]): void {
    const key = JSON.stringify(members);
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
  }

  rows(): Row[] {
    return [...this.counts].map(([key, count]) => {
      const members = JSON.parse(key) as unknown[];
      return {
        ...Object.fromEntries(this.columns.map((column, at) => [column, members[at]])),
        [this.counted]: count,
      };
    });
  }
}

const root = path.join(__dirname, "..", "..", "..");
const csv = (file: string): Record<string, string>[] =>
  parse(readFileSync(path.join(root, file)), { columns: true });

const HOODS: Row[] = csv("dbt_crime/seeds/neighbourhoods.csv").map((row) => ({
  ...row,
  population_2023: Number(row["population_2023"]),
}));
export const hoodIds = HOODS.map((row) => row["neighbourhood_id"] as string);

/** Half a million offences from a fixed series of pseudo-random numbers, the size of the City's file, and hate crimes. */
export function madeUp(count: number): Made {
  let state = 20_260_331;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() ** 1.6 * values.length)]!;
  const first = Date.UTC(2014, 0, 1);
  const span = Date.UTC(2026, 2, 31) - first;
  const iso = (at: number): string => new Date(at).toISOString().slice(0, 10);
  const offences = Array.from({ length: count }, (_, at): Offence => {
    const reported = first + Math.floor(random() * span);
    const lag = random() < 0.7 ? 0 : Math.floor(random() ** 6 * 900);
    const category = pick(Object.keys(OFFENCES));
    const day = iso(reported - lag * MS_PER_DAY);
    return {
      event: `GO-${Math.floor(at / 1.15)}`,
      reported: at === 0 ? "2026-03-31" : iso(reported),
      occurred: at === 0 ? "2026-03-31" : random() < 0.02 ? `${day.slice(0, 8)}01` : day,
      hour: random() < 0.07 ? 0 : Math.floor(24 * (1 - random() ** 1.4)),
      category,
      offence: pick(OFFENCES[category]!),
      premises: pick(["Outside", "Apartment", "Commercial", "House", "Other", "Educational", "Transit"]),
      hood: random() < 0.015 ? null : pick(hoodIds),
    };
  });
  const hateCrimes = Array.from({ length: 2041 }, (_, at): HateCrime => ({
    event: `HC-${at}`,
    reported:
      at === 0 ? "2025-12-30" : `${2018 + Math.floor(random() * 8)}-0${1 + Math.floor(random() * 9)}-15`,
    arrest: random() < 0.2,
    biases:
      random() < 0.1
        ? [
            ["race", "Black"],
            ["religion", "Muslim"],
          ]
        : [pick(BIASES)],
  }));
  return aggregatesOf(offences, hateCrimes);
}

const numbered = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, at) => `${name} of the kind ${at + 1}`);

const OFFENCES: Readonly<Record<string, readonly string[]>> = {
  Assault: ["Assault", "Assault With Weapon", "Assault Bodily Harm", ...numbered("Assault", 17)],
  "Break and Enter": ["B&E", "B&E W'Intent", "B&E Out", "Unlawfully In Dwelling-House"],
  "Auto Theft": ["Theft Of Motor Vehicle"],
  Robbery: ["Robbery - Mugging", "Robbery With Weapon", ...numbered("Robbery", 12)],
  "Theft Over": ["Theft Over", "Theft From Motor Vehicle Over", ...numbered("Theft", 7)],
};

const BIASES: readonly (readonly [string, string])[] = [
  ["religion", "Jewish"],
  ["race", "Black"],
  ["religion", "Muslim"],
  ["sexual_orientation", "2SLGBTQ+"],
  ["sexual_orientation", "Gay"],
  ["race", "East/Southeast Asian"],
  ["ethnicity", "Chinese"],
  ["ethnicity", "Indian"],
  ["gender", "Woman"],
  ["disability", "Mental or physical disability"],
];

/** The bundled sample, read straight from the publisher's columns. */
export function sampleOffences(): Offence[] {
  return csv("datasets/samples/major_crimes.csv").map((row) => ({
    event: row["EVENT_UNIQUE_ID"]!,
    reported: row["REPORT_DATE"]!.slice(0, 10),
    occurred: row["OCC_DATE"]!.slice(0, 10),
    hour: Number(row["OCC_HOUR"]),
    category: row["CSI_CATEGORY"]!,
    offence: row["OFFENCE"]!,
    premises: row["PREMISES_TYPE"]!,
    hood: row["HOOD_158"] === "NSA" ? null : row["HOOD_158"]!.padStart(3, "0"),
  }));
}

const BIAS_COLUMNS = {
  race: "RACE_BIAS",
  ethnicity: "ETHNICITY_BIAS",
  language: "LANGUAGE_BIAS",
  religion: "RELIGION_BIAS",
  sexual_orientation: "SEXUAL_ORIENTATION_BIAS",
  gender: "GENDER_BIAS",
};

export function sampleHateCrimes(): HateCrime[] {
  return csv("datasets/samples/hate_crimes.csv").map((row) => ({
    event: row["EVENT_UNIQUE_ID"]!,
    reported: row["REPORTED_DATE"]!,
    arrest: row["ARREST_MADE"] === "YES",
    biases: [
      ...Object.entries(BIAS_COLUMNS).flatMap(([category, column]) =>
        row[column] === "None"
          ? []
          : row[column]!.split(",").map((value) => [category, value.trim()] as const),
      ),
      ...(row["MENTAL_OR_PHYSICAL_DISABILITY"] === "YES"
        ? [["disability", "Mental or physical disability"] as const]
        : []),
    ],
  }));
}
