import { daysOf } from "../calendar";
import type { Bar, Figure, Section } from "../figure";
import type { Model } from "../model";
import { asLabel, inProse } from "../names";
import { capital, clock, integer, rate, signedPercent, span } from "../text";
import { rankedYears, type View } from "../view";
import { daysOfMonth, highest, hours, months, perDay, perDayExcl, weekdays, type Period } from "./periods";
import { weekFigure } from "./week";
import { yearFigure } from "./year";

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
    short: "When",
    heading: `${subject} in ${span(view.from, view.to)} is most frequent in ${peak(grains.month)}, on ${peak(grains.weekday)}s and in the hour from ${clock(hourOf(peak(grains.hour)))}`,
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
    title: `${title}: ${asLabel(view.category)}, ${span(view.from, view.to)}`,
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
