import { countDays, daysOf, type Day } from "../calendar";
import { tally } from "../cube";
import type { Bar, Figure, Section } from "../figure";
import type { Model } from "../model";
import { asLabel, inProse } from "../names";
import {
  capital,
  clock,
  integer,
  longDate,
  MONTHS,
  ordinal,
  percent,
  rate,
  signedPercent,
  span,
  WEEKDAYS,
  wholeHour,
} from "../text";
import { categoriesOf, rankedYears, type View } from "../view";

/** A period of one grain: its offences, and what is left once probable default values are set aside. */
interface Period {
  readonly label: string;
  readonly name: string;
  readonly offences: number;
  readonly days: number;
  /** Null for a period that is itself a probable default value. */
  readonly exclDefaults: { readonly offences: number; readonly days: number } | null;
}

const perDay = ({ offences, days }: { offences: number; days: number }): number =>
  days === 0 ? 0 : offences / days;
const perDayExcl = ({ exclDefaults }: Period): number => (exclDefaults === null ? -1 : perDay(exclDefaults));

/** When offences happen: five grains and the week by hour. */
export function when(model: Model, view: View): Section {
  const years = rankedYears(model).filter((year) => year >= view.from && year <= view.to);
  const days = daysOf(years, model.sources.major_crimes.lastReport!);
  const grains = {
    month: months(model, view, years, days),
    weekday: weekdays(model, view, years, days),
    day: daysOfMonth(model, view, years, days),
    hour: hours(model, view, years, days),
  };
  const peak = (periods: readonly Period[]): string => highest(periods, perDayExcl).name;
  const subject = view.category === "All" ? "Major crime" : capital(inProse(view.category));
  return {
    id: "when",
    question: "When is there most crime?",
    heading: `${subject} is most frequent in ${peak(grains.month)}, on ${peak(grains.weekday)}s and in the hour from ${clock(hourOf(peak(grains.hour)))}`,
    intro: [
      `Bars are offences per day that the period has, so that a short February or the few 31sts compare fairly; the dashed line is the average. ` +
        `Dates heap on the 1st of a month, hours on 00:00 and 12:00: probably values filled in when the true one is not known. The headline sets them aside; the charts show both.`,
    ],
    figures: [
      yearFigure(model, view, years),
      seasonFigure("month", "Month", grains.month, view, "half"),
      seasonFigure("weekday", "Weekday", grains.weekday, view, "third"),
      seasonFigure("day", "Day of the month", grains.day, view, "third"),
      seasonFigure("hour", "Hour of the day", grains.hour, view, "third"),
      weekFigure(model, view, years),
    ],
  };
}

function hourOf(name: string): number {
  return Number(name.slice(0, 2));
}

function highest<T>(periods: readonly T[], by: (period: T) => number): T {
  return periods.reduce((best, period) => (by(period) > by(best) ? period : best));
}

function months(model: Model, view: View, year: readonly number[], days: readonly Day[]): Period[] {
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

function notFirst(days: readonly Day[]): Day[] {
  return days.filter(({ day }) => day !== 1);
}

function weekdays(model: Model, view: View, year: readonly number[], days: readonly Day[]): Period[] {
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

function daysOfMonth(model: Model, view: View, year: readonly number[], days: readonly Day[]): Period[] {
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

function hours(model: Model, view: View, year: readonly number[], days: readonly Day[]): Period[] {
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

const TICKS: Readonly<Record<string, readonly string[]>> = {
  day: ["1", "5", "10", "15", "20", "25", "31"],
  hour: ["0", "6", "12", "18", "23"],
};

const CLAIMS = {
  month: "is the busiest month",
  weekday: "is the busiest day of the week",
  day: "is the busiest day of the month",
  hour: "is the busiest hour",
} as const;

/** The peak without defaults leads; the peak as recorded is told beside it whenever it is another one. */
function seasonFigure(
  id: "month" | "weekday" | "day" | "hour",
  title: string,
  periods: readonly Period[],
  view: View,
  width: Figure["width"],
): Figure {
  const recorded = highest(periods, perDay);
  const peak = highest(periods, perDayExcl);
  const offences = periods.reduce((sum, period) => sum + period.offences, 0);
  const days = periods.reduce((sum, period) => sum + period.days, 0);
  const average = days === 0 ? 0 : offences / days;
  const above = average === 0 ? 0 : perDay(peak) / average - 1;
  const unit = id === "hour" ? "a day in that hour" : "a day";
  const isAside = id === "month" || id === "weekday";
  const also = [
    ...(isAside ? [`With every 1st of a month set aside: ${rate(perDayExcl(peak))}.`] : []),
    ...(recorded === peak
      ? []
      : [
          `As recorded, ${recorded.name} is higher: ${rate(perDay(recorded))}${recorded.exclDefaults === null ? ", probably because unknown ones are entered so" : ""}.`,
        ]),
  ];
  const bars = periods.map((period): Bar => {
    const value = perDay(period);
    const isPeak = period === peak;
    const isDoubt = period.exclDefaults === null;
    return {
      label: period.label,
      value,
      title: `${capital(period.name)}: ${rate(value)} a day, ${integer(period.offences)} offences`,
      ...(isPeak || period === recorded ? { text: rate(value) } : {}),
      ...(isPeak ? { mark: "peak" as const } : isDoubt ? { mark: "doubt" as const } : {}),
    };
  });
  const lead = capital(peak.name);
  const claim = CLAIMS[id];
  return {
    id,
    title,
    lead,
    claim,
    detail: [
      `${rate(perDay(peak))} offences ${unit}, ${signedPercent(above)} against the average.`,
      ...also,
    ].join(" "),
    width,
    panels: [
      {
        label: `${title}: ${lead} ${claim}, ${rate(perDay(peak))} offences ${unit}.`,
        chart: { kind: "bars", bars, average, height: 190, ...(TICKS[id] ? { ticks: TICKS[id] } : {}) },
      },
    ],
    table: {
      caption: `${asLabel(view.category)} by ${title.toLowerCase()}, ${span(view.from, view.to)}`,
      columns: [
        { label: title },
        { label: "Offences", format: "integer" },
        { label: "Days", format: "integer" },
        { label: "Offences per day", format: "rate" },
        { label: "Per day without probable defaults", format: "rate" },
      ],
      rows: periods.map((period) => [
        id === "day" || id === "hour"
          ? id === "hour"
            ? clock(Number(period.label))
            : period.label
          : period.name,
        period.offences,
        period.days,
        period.days === 0 ? null : perDay(period),
        period.exclDefaults === null || period.exclDefaults.days === 0 ? null : perDayExcl(period),
      ]),
    },
  };
}

/** Yearly totals: offences or events, by the year of occurrence or of report. A year in part is shown and not ranked. */
function yearFigure(model: Model, view: View, ranked: readonly number[]): Figure {
  const { lastReport } = model.sources.major_crimes;
  const isLast = view.to === rankedYears(model).at(-1);
  const shown = [...ranked, ...(isLast ? model.years.filter((year) => year > view.to) : [])];
  const counts =
    view.count === "offences"
      ? tally(model.byYear, ["year"], { basis: [view.basis], category: categoriesOf(view.category) })
      : tally(model.events, ["year"], { basis: [view.basis], category: [view.category] });
  const exclFirsts = tally(model.byMonthExclFirsts, ["year"], { category: categoriesOf(view.category) });
  const years = shown.map((year) => {
    const at = model.years.indexOf(year);
    const days = daysOf([year], lastReport!);
    return {
      year,
      offences: counts[at]!,
      days: days.length,
      exclDefaults: { offences: exclFirsts[at]!, days: notFirst(days).length },
      isRanked: ranked.includes(year),
    };
  });
  const whole = years.filter(({ isRanked }) => isRanked);
  const peak = highest(whole, perDay);
  const peakExcl = highest(whole, ({ exclDefaults }) => perDay(exclDefaults));
  const noun = view.count;
  const partial = years.find(({ isRanked }) => !isRanked);
  const by = view.basis === "report" ? "by year of report" : "by year of occurrence";
  const isStandard = view.count === "offences" && view.basis === "occurrence";
  const average =
    whole.reduce((sum, { offences }) => sum + offences, 0) /
    Math.max(
      1,
      whole.reduce((sum, { days }) => sum + days, 0),
    );
  const detail = [
    `${integer(peak.offences)} ${noun}, ${rate(perDay(peak))} a day.`,
    ...(isStandard
      ? [
          peakExcl.year === peak.year
            ? "The same with every 1st set aside."
            : `With every 1st set aside: ${peakExcl.year}, ${rate(perDay(peakExcl.exclDefaults))} a day.`,
        ]
      : [`Counted ${by}.`]),
    ...(partial ? [`${partial.year} ends on ${longDate(lastReport!)}: paler, not ranked.`] : []),
  ].join(" ");
  return {
    id: "year",
    title: "Year",
    lead: String(peak.year),
    claim:
      model.completeYears.length > 0
        ? "was the busiest full year"
        : "is the busiest year, though none is covered whole",
    detail,
    width: "half",
    panels: [
      {
        label: `${capital(noun)} per day ${by}: ${peak.year} was the busiest, ${rate(perDay(peak))} a day.`,
        chart: {
          kind: "bars",
          height: 190,
          average,
          bars: years.map((one) => ({
            label: String(one.year),
            value: perDay(one),
            title: `${one.year}: ${integer(one.offences)} ${noun}, ${rate(perDay(one))} a day${one.isRanked ? "" : ", in part"}`,
            ...(one === peak ? { mark: "peak" as const, text: rate(perDay(one)) } : {}),
            ...(one.isRanked ? {} : { mark: "partial" as const }),
          })),
        },
      },
    ],
    table: {
      caption: `${asLabel(view.category)}, ${noun} ${by}`,
      columns: [
        { label: "Year" },
        { label: capital(noun), format: "integer" },
        { label: "Days covered", format: "integer" },
        { label: `${capital(noun)} per day`, format: "rate" },
        ...(isStandard ? [{ label: "Per day without firsts of a month", format: "rate" as const }] : []),
      ],
      rows: years.map((one) => [
        String(one.year),
        one.offences,
        one.days,
        perDay(one),
        ...(isStandard ? [perDay(one.exclDefaults)] : []),
      ]),
    },
  };
}

function weekFigure(model: Model, view: View, year: readonly number[]): Figure {
  const counts = tally(model.byWeekdayHour, ["weekday", "hour"], {
    year,
    category: categoriesOf(view.category),
  });
  const all = counts.reduce((sum, n) => sum + n, 0);
  const isDoubt = (at: number): boolean => at % 24 === 0 || at % 24 === 12;
  const positions = counts.map((_, at) => at).filter((at) => !isDoubt(at));
  const best = highest(positions, (at) => counts[at]!);
  const least = highest(positions, (at) => -counts[at]!);
  const name = (at: number): string => `${WEEKDAYS[Math.floor(at / 24)]} ${clock(at % 24)}`;
  const share = all === 0 ? 0 : counts[best]! / all;
  return {
    id: "week",
    title: "The week by hour",
    lead: `${name(best)}`,
    claim: "is the busiest hour of the week",
    detail: `${integer(counts[best]!)} offences, ${percent(share)} of all, ${rate(share * 168)} times an even share; the quietest is ${name(least)}. Darker is more; the columns 00 and 12, probable default values, are set aside for both.`,
    width: "full",
    panels: [
      {
        label: `Offences by weekday and hour: ${name(best)} is the busiest hour, ${name(least)} the quietest.`,
        chart: {
          kind: "heat",
          rows: WEEKDAYS.map((day) => day.slice(0, 3)),
          columns: Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, "0")),
          cells: counts.map((value, at) => ({
            value,
            title: `${name(at)}: ${integer(value)} offences${isDoubt(at) ? ", probably with defaults" : ""}`,
          })),
          best,
        },
      },
    ],
    table: {
      caption: `${asLabel(view.category)} by weekday and hour, ${span(view.from, view.to)}`,
      columns: [{ label: "Hour" }, ...WEEKDAYS.map((label) => ({ label, format: "integer" as const }))],
      rows: Array.from({ length: 24 }, (_, hour) => [
        clock(hour),
        ...WEEKDAYS.map((_, weekday) => counts[weekday * 24 + hour]!),
      ]),
    },
  };
}
