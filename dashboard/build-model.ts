import { datasetById, type DatasetId } from "../datasets";
import { LAG_BUCKETS } from "../datasets/terms";
import { AGGREGATES, type AggregateName, type Aggregates } from "./aggregates";
import { checkTotals } from "./checks";
import { fill, total, type Cube, type Member } from "./cube";
import {
  CATEGORIES,
  HOODS,
  MEMBER_DIMENSIONS,
  NO_HOOD,
  type Category,
  type Hood,
  type Model,
  type Source,
} from "./model";
import { byCodePoint, Reader, refusal, type Row } from "./rows";
import { readHate } from "./read-hate";

const BASES = ["occurrence", "report"] as const;
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
const WEEKDAY_NUMBERS = [1, 2, 3, 4, 5, 6, 7];

/**
 * Reads and checks the aggregates.
 *
 * @throws UserError when one is missing, mixes publications, holds what is not known, or disagrees with another
 */
export function buildModel(given: Partial<Aggregates>): Model {
  const rows = complete(given);
  const publication = onePublication(rows);
  const sources = readSources(rows.sources);
  const years = observedYears(rows.by_month);
  const category = { category: CATEGORIES };
  const read = (aggregate: AggregateName): Reader => new Reader(aggregate);
  const cube = <A extends string>(
    aggregate: AggregateName,
    axes: Record<A, readonly Member[]>,
    place: (row: Row, reader: Reader) => readonly Member[] | undefined,
    column = "offences",
    filled = rows[aggregate],
  ): Cube<A> => {
    const reader = read(aggregate);
    try {
      return fill(
        axes,
        filled,
        (row) => place(row, reader),
        (row) => reader.integer(row, column),
      );
    } catch (error) {
      if (error instanceof RangeError) throw refusal(error.message, aggregate);
      throw error;
    }
  };
  const yearOf = (row: Row, reader: Reader): number | undefined => {
    const year = reader.optionalInteger(row, "year");
    return year !== null && years.includes(year) ? year : undefined;
  };
  const placed = (
    row: Row,
    reader: Reader,
    rest: (category: Category, year: number) => readonly Member[],
  ): readonly Member[] | undefined => {
    const one = reader.oneOf(row, "category", CATEGORIES);
    const year = yearOf(row, reader);
    return year === undefined ? undefined : rest(one, year);
  };
  const monthly = (column: string): Cube<"year" | "month" | "category"> =>
    cube(
      "by_month",
      { year: years, month: WEEKDAY_NUMBERS.concat(8, 9, 10, 11, 12), ...category },
      (row, reader) => {
        const [year, month] = reader.text(row, "month").split("-").map(Number);
        const one = reader.oneOf(row, "category", CATEGORIES);
        return years.includes(year!) ? [year!, month!, one] : undefined;
      },
      column,
    );
  const yearly = (column: string, categories: readonly string[]): Cube<"basis" | "year" | "category"> =>
    cube(
      "by_year",
      { basis: BASES, year: years, category: categories },
      (row, reader) => {
        const one = reader.oneOf(row, "category", ["All", ...CATEGORIES]);
        const year = yearOf(row, reader);
        const counted = year !== undefined && categories.includes(one);
        return counted ? [reader.oneOf(row, "basis", BASES), year, one] : undefined;
      },
      column,
    );
  const hoods = readHoods(rows.neighbourhoods);
  const members = (dimension: (typeof MEMBER_DIMENSIONS)[number]): Cube<"member" | "year" | "category"> => {
    const reader = read("by_member");
    const ofDimension = rows.by_member.filter(
      (row) => reader.oneOf(row, "dimension", MEMBER_DIMENSIONS) === dimension,
    );
    const names = [...new Set(ofDimension.map((row) => reader.text(row, "member")))].sort(byCodePoint);
    return cube(
      "by_member",
      { member: names, year: years, ...category },
      (row) => placed(row, reader, (one, year) => [reader.text(row, "member"), year, one]),
      "offences",
      ofDimension,
    );
  };

  const byYear = yearly("offences", CATEGORIES);
  const model: Model = {
    publication,
    sources,
    years,
    completeYears: completeYears(rows.by_year, years),
    elsewhen: sources.major_crimes.rows - total(byYear, { basis: ["occurrence"] }),
    byYear,
    events: yearly("events", ["All", ...CATEGORIES]),
    byMonth: monthly("offences"),
    byMonthExclFirsts: monthly("offences_excl_defaults"),
    byWeekday: cube(
      "by_weekday",
      { year: years, weekday: WEEKDAY_NUMBERS, first: [0, 1], ...category },
      (row, reader) =>
        placed(row, reader, (one, year) => [
          year,
          reader.integer(row, "weekday"),
          reader.flag(row, "is_first_of_month") ? 1 : 0,
          one,
        ]),
    ),
    byDay: cube(
      "by_day_of_month",
      { year: years, day: Array.from({ length: 31 }, (_, at) => at + 1), ...category },
      (row, reader) => placed(row, reader, (one, year) => [year, reader.integer(row, "day_of_month"), one]),
    ),
    byWeekdayHour: cube(
      "by_weekday_hour",
      { year: years, weekday: WEEKDAY_NUMBERS, hour: HOURS, ...category },
      (row, reader) =>
        placed(row, reader, (one, year) => [
          year,
          reader.integer(row, "weekday"),
          reader.integer(row, "hour"),
          one,
        ]),
    ),
    byMember: {
      offence: members("offence"),
      premises_type: members("premises_type"),
      hour: members("hour"),
    },
    hoods,
    byHood: cube(
      "by_neighbourhood",
      { hood: [...hoods.map(({ id }) => id), NO_HOOD], year: years, ...category },
      (row, reader) =>
        placed(row, reader, (one, year) => [
          reader.optionalText(row, "neighbourhood_id") ?? NO_HOOD,
          year,
          one,
        ]),
    ),
    lags: cube("report_lag", { bucket: LAG_BUCKETS, ...category }, (row, reader) => {
      const one = reader.oneOf(row, "category", ["All", ...CATEGORIES]);
      const bucket = reader.oneOf(row, "lag_bucket", LAG_BUCKETS);
      return one === "All" ? undefined : [bucket, one];
    }),
    hate: readHate(rows),
  };
  checkTotals(model, rows);
  return model;
}

function complete(given: Partial<Aggregates>): Aggregates {
  for (const { name, columns } of AGGREGATES) {
    const rows = given[name];
    if (!Array.isArray(rows)) throw refusal("the aggregate is missing, or is no array of rows", name);
    const key = columns.filter((column) => !/offences|events|occurrences|arrests/.test(column));
    const seen = new Set<string>();
    for (const row of rows as readonly Row[]) {
      const id = JSON.stringify(key.map((column) => row[column] ?? null));
      if (seen.has(id)) throw refusal(`two rows for ${id}`, name);
      seen.add(id);
    }
  }
  return given as Aggregates;
}

function onePublication(rows: Aggregates): string {
  let found: string | undefined;
  for (const { name } of AGGREGATES) {
    for (const row of rows[name]) {
      const id = new Reader(name).optionalText(row, "publication_id");
      // A dataset without rows has no row of a mart to take the id from.
      if (id === null && name === "sources") continue;
      if (id === null || (found !== undefined && found !== id)) {
        throw refusal(`publication ${id ?? "null"} is mixed with ${found ?? "another"}`, name);
      }
      found = id;
    }
  }
  if (found === undefined) throw refusal("no publication: no aggregate has a row", "sources");
  return found;
}

function readSources(rows: readonly Row[]): Record<DatasetId, Source> {
  const reader = new Reader("sources");
  const read = (id: DatasetId): Source => {
    const row = rows.find((candidate) => reader.text(candidate, "dataset") === id);
    if (!row) throw refusal(`no row for ${id}`, "sources");
    return {
      rows: reader.integer(row, "row_count"),
      events: reader.integer(row, "event_count"),
      isSample: reader.optionalText(row, "source_kind") === "sample",
      snapshotDate: reader.optionalText(row, "snapshot_date"),
      sha256: reader.optionalText(row, "file_sha256"),
      lastReport: reader.optionalText(row, "last_report_date"),
    };
  };
  const ids = Object.keys(datasetById) as DatasetId[];
  return Object.fromEntries(ids.map((id) => [id, read(id)])) as Record<DatasetId, Source>;
}

/** Years of which at least one day was observed, without a gap. */
function observedYears(rows: readonly Row[]): number[] {
  const reader = new Reader("by_month");
  const seen = rows
    .filter((row) => reader.integer(row, "days_observed") > 0)
    .map((row) => Number(reader.text(row, "month").slice(0, 4)));
  if (seen.length === 0) return [];
  const [first, last] = [Math.min(...seen), Math.max(...seen)];
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}

function completeYears(rows: readonly Row[], years: readonly number[]): number[] {
  const reader = new Reader("by_year");
  const found = rows.filter(
    (row) =>
      row["category"] === "All" && row["basis"] === "occurrence" && reader.flag(row, "is_complete_year"),
  );
  const complete = new Set(found.map((row) => reader.integer(row, "year")));
  return years.filter((year) => complete.has(year));
}

function readHoods(rows: readonly Row[]): Hood[] {
  const reader = new Reader("neighbourhoods");
  const ids = new Set(rows.map((row) => reader.text(row, "neighbourhood_id")));
  if (ids.size !== HOODS) throw refusal(`${ids.size} neighbourhoods, not ${HOODS}`, "neighbourhoods");
  return rows
    .map((row) => ({
      id: reader.text(row, "neighbourhood_id"),
      name: reader.text(row, "neighbourhood_name"),
      population: reader.integer(row, "population_2023"),
    }))
    .sort((a, b) => byCodePoint(a.id, b.id));
}
