import { tally } from "../cube";
import { LAG_BUCKETS, type LagBucket } from "../../datasets/terms";
import type { Bar, Figure, Section } from "../figure";
import { CATEGORIES, NO_HOOD, type Model } from "../model";
import { asLabel } from "../names";
import { integer, longDate, percent } from "../text";

/** How much is still to come, and what is left out. */
export function complete(model: Model): Section {
  const lag = lagFigure(model);
  const none = tally(model.byHood, [], { hood: [NO_HOOD] })[0]!;
  const unknownHour =
    tally(model.byYear, [], { basis: ["occurrence"] })[0]! - tally(model.byWeekdayHour, [])[0]!;
  const { lastReport } = model.sources.major_crimes;
  return {
    id: "complete",
    question: "How complete are the numbers?",
    short: "How complete",
    heading: `${lag.lead} of offences ${lag.claim}`,
    intro: [
      `What happened shortly before ${longDate(lastReport!)} is still being reported, so the latest months will rise with the next publication, and old years are restated too.`,
      `Left out: ${integer(model.elsewhen)} offences that occurred before ${model.years[0]!} or on no recorded date; ${unknownHour > 0 ? `in the charts by hour ${integer(unknownHour)} of unknown hour; ` : ""}on the map ${integer(none)} without a neighbourhood. Nothing is estimated or filled in.`,
    ],
    figures: [lag],
  };
}

/** "2-7 days" -> "Within 7 days"; the last bucket has no end. */
function within(bucket: LagBucket): string {
  if (bucket === "same day") return "The same day";
  const end = bucket.split("-").at(-1)!;
  return end === "365 days" ? "Within a year" : `Within ${end}`;
}

function lagFigure(model: Model): Figure {
  const counts = tally(model.lags, ["bucket"]);
  const shares = cumulative(counts);
  const byCategory = CATEGORIES.map((category) =>
    cumulative(tally(model.lags, ["bucket"], { category: [category] })),
  );
  const until = (bucket: LagBucket): number => shares[LAG_BUCKETS.indexOf(bucket)]!;
  const shown = LAG_BUCKETS.slice(0, -1);
  return {
    id: "lag",
    title: "Time from occurrence to report",
    lead: percent(until("2-7 days")),
    claim: "were reported within a week",
    detail: `${percent(until("same day"))} on the same day; ${percent(1 - until("31-90 days"))} took more than 90 days.`,
    width: "full",
    panels: [
      {
        label: `Share of offences reported: ${shown.map((bucket, at) => `${within(bucket)} ${percent(shares[at]!)}`).join(", ")}.`,
        chart: {
          kind: "rows",
          labelWidth: 110,
          limit: 1,
          bars: shown.map((bucket, at): Bar => ({
            label: within(bucket),
            value: shares[at]!,
            text: percent(shares[at]!),
            title: `${within(bucket)}: ${percent(shares[at]!)} of offences; ${bucket}: ${integer(counts[at]!)}`,
            ...(bucket === "2-7 days" ? { mark: "peak" as const } : {}),
          })),
        },
      },
    ],
    table: {
      caption: "Time from occurrence to report; shares reported by then",
      columns: [
        { label: "Reported after" },
        { label: "Offences", format: "integer" },
        { label: "All five, by then", format: "percent" },
        ...CATEGORIES.map((category) => ({ label: asLabel(category), format: "percent" as const })),
      ],
      rows: LAG_BUCKETS.map((bucket, at) => [
        bucket,
        counts[at]!,
        shares[at]!,
        ...byCategory.map((category) => category[at]!),
      ]),
    },
  };
}

function cumulative(counts: readonly number[]): number[] {
  const all = counts.reduce((sum, n) => sum + n, 0);
  let reached = 0;
  return counts.map((n) => {
    reached += n;
    return all === 0 ? 0 : reached / all;
  });
}
