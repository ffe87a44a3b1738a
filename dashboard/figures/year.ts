import { daysOf } from "../calendar";
import { tally } from "../cube";
import type { Figure } from "../figure";
import type { Model } from "../model";
import { asLabel } from "../names";
import { capital, integer, longDate, rate, span } from "../text";
import { categoriesOf, rankedYears, type View } from "../view";
import { highest, notFirst, perDay } from "./periods";

/** Yearly totals: offences or events, by the year of occurrence or of report. A year in part is shown and not ranked. */
export function yearFigure(model: Model, view: View, ranked: readonly number[]): Figure {
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
    ...(partial ? [`${partial.year} ends on ${longDate(lastReport!)}: dashed, not ranked.`] : []),
  ].join(" ");
  return {
    id: "year",
    title: `Year: ${asLabel(view.category)}, ${span(view.from, view.to)}`,
    lead: String(peak.year),
    claim: claimOf(view, model.completeYears.length > 0),
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

/** What is said of the busiest of the chosen years. */
function claimOf({ from, to }: View, isWhole: boolean): string {
  if (from === to) return isWhole ? "is the only full year shown" : "is the only year, and not covered whole";
  const years = span(from, to);
  return isWhole
    ? `was the busiest full year of ${years}`
    : `is the busiest year of ${years}, though none is covered whole`;
}
