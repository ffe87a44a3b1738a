import { countDays, type Day } from "../calendar";
import { tally } from "../cube";
import type { Model } from "../model";
import { MONTHS, ordinal, WEEKDAYS, wholeHour } from "../text";
import { categoriesOf, type View } from "../view";

/** A period of one grain: its offences, and what is left once probable default values are set aside. */
export interface Period {
  readonly label: string;
  readonly name: string;
  readonly offences: number;
  readonly days: number;
  /** Null for a period that is itself a probable default value. */
  readonly exclDefaults: { readonly offences: number; readonly days: number } | null;
}

export const perDay = ({ offences, days }: { offences: number; days: number }): number =>
  days === 0 ? 0 : offences / days;
export const perDayExcl = ({ exclDefaults }: Period): number =>
  exclDefaults === null ? -1 : perDay(exclDefaults);

export function highest<T>(periods: readonly T[], by: (period: T) => number): T {
  return periods.reduce((best, period) => (by(period) > by(best) ? period : best));
}

export function months(model: Model, view: View, year: readonly number[], days: readonly Day[]): Period[] {
  const where = { year, category: categoriesOf(view.category) };
  const offences = tally(model.byMonth, ["month"], where);
  const exclFirsts = tally(model.byMonthExclFirsts, ["month"], where);
  const numbers = MONTHS.map((_, at) => at + 1);
  const all = countDays(days, ({ month }) => month, numbers);
  const later = countDays(notFirst(days), ({ month }) => month, numbers);
  return MONTHS.map((name, at) => ({
    label: name.slice(0, 3),
    name,
    offences: offences[at]!,
    days: all[at]!,
    exclDefaults: { offences: exclFirsts[at]!, days: later[at]! },
  }));
}

export function notFirst(days: readonly Day[]): Day[] {
  return days.filter(({ day }) => day !== 1);
}

export function weekdays(model: Model, view: View, year: readonly number[], days: readonly Day[]): Period[] {
  const where = { year, category: categoriesOf(view.category) };
  const offences = tally(model.byWeekday, ["weekday"], where);
  const exclFirsts = tally(model.byWeekday, ["weekday"], { ...where, first: [0] });
  const numbers = WEEKDAYS.map((_, at) => at + 1);
  const all = countDays(days, ({ weekday }) => weekday, numbers);
  const later = countDays(notFirst(days), ({ weekday }) => weekday, numbers);
  return WEEKDAYS.map((name, at) => ({
    label: name.slice(0, 3),
    name,
    offences: offences[at]!,
    days: all[at]!,
    exclDefaults: { offences: exclFirsts[at]!, days: later[at]! },
  }));
}

export function daysOfMonth(
  model: Model,
  view: View,
  year: readonly number[],
  days: readonly Day[],
): Period[] {
  const offences = tally(model.byDay, ["day"], { year, category: categoriesOf(view.category) });
  const numbers = offences.map((_, at) => at + 1);
  const all = countDays(days, ({ day }) => day, numbers);
  return numbers.map((number, at) => {
    const counted = { offences: offences[at]!, days: all[at]! };
    return {
      label: String(number),
      name: `the ${ordinal(number)}`,
      ...counted,
      exclDefaults: number === 1 ? null : counted,
    };
  });
}

export function hours(model: Model, view: View, year: readonly number[], days: readonly Day[]): Period[] {
  const offences = tally(model.byWeekdayHour, ["hour"], { year, category: categoriesOf(view.category) });
  return offences.map((n, hour) => {
    const counted = { offences: n, days: days.length };
    return {
      label: String(hour),
      name: wholeHour(hour),
      ...counted,
      exclDefaults: hour === 0 || hour === 12 ? null : counted,
    };
  });
}
