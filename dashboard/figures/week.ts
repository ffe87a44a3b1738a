import { tally } from "../cube";
import type { Figure } from "../figure";
import type { Model } from "../model";
import { asLabel } from "../names";
import { clock, integer, percent, rate, span, WEEKDAYS } from "../text";
import { categoriesOf, type View } from "../view";
import { highest } from "./periods";

/** The week by hour; the hours that may be default values are set aside for busiest and quietest. */
export function weekFigure(model: Model, view: View, year: readonly number[]): Figure {
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
    title: `The week by hour: ${asLabel(view.category)}, ${span(view.from, view.to)}`,
    lead: `${name(best)}`,
    claim: "is the busiest hour of the week",
    detail: `${integer(counts[best]!)} offences, ${percent(share)} of all, ${rate(share * 168)} times an even share; the quietest is ${name(least)}. The more a cell stands out, the more offences; the columns 00 and 12, probable default values, are set aside for both.`,
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
