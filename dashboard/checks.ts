import type { AggregateName, Aggregates } from "./aggregates";
import { tally, total, type Cube } from "./cube";
import type { Model } from "./model";
import { Reader, refusal } from "./rows";

type ByYearAndCategory = Cube<"year" | "category">;

/**
 * Holds every aggregate against the yearly totals.
 *
 * @throws UserError naming the first aggregate that disagrees, with both figures
 */
export function checkTotals(model: Model, rows: Aggregates): void {
  const { years, sources } = model;
  const categories = model.byYear.axes.category;
  const expected = tally(model.byYear, ["year", "category"], { basis: ["occurrence"] });
  const where = (at: number): string => {
    return `${String(categories[at % categories.length])} in ${years[Math.floor(at / categories.length)]}`;
  };
  const agree = (aggregate: AggregateName, cube: Cube<never>, isPart = false): void => {
    tally(cube as unknown as ByYearAndCategory, ["year", "category"]).forEach((found, at) => {
      if (isPart ? found > expected[at]! : found !== expected[at]) {
        throw refusal(`${found} offences where by_year has ${expected[at]} (${where(at)})`, aggregate);
      }
    });
  };
  agree("by_month", model.byMonth);
  agree("by_month", model.byMonthExclFirsts, true);
  agree("by_weekday", model.byWeekday);
  agree("by_day_of_month", model.byDay);
  // Offences of unknown hour are in no cell of the week.
  agree("by_weekday_hour", model.byWeekdayHour, true);
  agree("by_neighbourhood", model.byHood);
  for (const members of Object.values(model.byMember)) agree("by_member", members);

  const same = (aggregate: AggregateName, what: string, found: number, wanted: number): void => {
    if (found !== wanted) throw refusal(`${what}: ${found} where ${wanted} are expected`, aggregate);
  };
  const published = sources.major_crimes.rows;
  for (const basis of ["occurrence", "report"]) {
    const reader = new Reader("by_year");
    for (const all of [true, false]) {
      const counted = rows.by_year.filter(
        (row) => row["basis"] === basis && (row["category"] === "All") === all,
      );
      const offences = counted.reduce((sum, row) => sum + reader.integer(row, "offences"), 0);
      same("by_year", `offences by ${basis}${all ? ", All" : ""}`, offences, published);
    }
  }
  same("report_lag", "offences", total(model.lags), published);
  const lags = new Reader("report_lag");
  const all = rows.report_lag.filter((row) => row["category"] === "All");
  const lagged = all.reduce((sum, row) => sum + lags.integer(row, "offences"), 0);
  same("report_lag", "offences, All", lagged, published);

  const { hate } = model;
  const occurrences = hate.occurrences.reduce((sum, n) => sum + n, 0);
  same("hate_by_year", "occurrences", occurrences, sources.hate_crimes.rows);
  for (const { value, occurrences: byYear } of hate.biases) {
    byYear.forEach((n, at) => {
      if (n > hate.occurrences[at]!) {
        throw refusal(
          `${n} occurrences of ${value} in ${hate.years[at]}, more than all of that year`,
          "hate_by_bias",
        );
      }
    });
  }
}
