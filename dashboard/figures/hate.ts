import type { Bar, Figure, Section } from "../figure";
import type { Model } from "../model";
import { BIAS_NAMES } from "../names";
import { integer, percent, span } from "../text";

/** A bias is listed in the grid when at least such a share of the occurrences names it; the table has them all. */
const LISTED = 0.01;

export interface HateSection extends Section {
  /** Occurrences by bias and year, as a table whose cells are shaded. */
  readonly grid: {
    readonly years: readonly string[];
    readonly rows: readonly {
      readonly value: string;
      readonly category: string;
      readonly cells: readonly { readonly n: number; readonly step: number }[];
      readonly all: number;
      readonly arrests: string;
    }[];
  };
}

/** The years that may be compared: the complete ones, or every year when none is complete. */
const rankedOf = ({ years, completeYears }: Model["hate"]): readonly number[] =>
  completeYears.length > 0 ? completeYears : years;

/** The years as heads of columns, which tell of each whether it is whole. */
const headsOf = ({ years, completeYears }: Model["hate"]): string[] =>
  years.map((year) => (completeYears.includes(year) ? String(year) : `${year}, in part`));

const sum = (counts: readonly number[]): number => counts.reduce((all, n) => all + n, 0);

/** Hate crimes by the year of their report, with arrests, and by bias. */
export function hate(model: Model): HateSection {
  const { years, biases, occurrences, multipleBias } = model.hate;
  const all = sum(occurrences);
  const top = biases[0];
  return {
    id: "hate",
    question: "Hate crimes",
    short: "Hate crimes",
    heading: top
      ? `The bias recorded most often is “${top.value}”: ${percent(sum(top.occurrences) / all)} of ${integer(all)} hate crimes`
      : `${integer(all)} hate crimes, none with a recorded bias`,
    intro: [
      `One row is one occurrence, counted in the year of its report, ${span(years[0]!, years.at(-1)!)}. ${integer(sum(multipleBias))} occurrences name several biases, so the biases overlap and must not be added up. Many are never reported to police.`,
    ],
    figures: [yearFigure(model), biasFigure(model)],
    grid: grid(model),
  };
}

function yearFigure({ hate, sources }: Model): Figure {
  const years = hate.years.map((year, at) => ({
    year,
    occurrences: hate.occurrences[at]!,
    arrests: hate.arrests[at]!,
    multipleBias: hate.multipleBias[at]!,
    isComplete: hate.completeYears.includes(year),
  }));
  const ranked = rankedOf(hate);
  const peak = years
    .filter(({ year }) => ranked.includes(year))
    .reduce((best, one) => (one.occurrences > best.occurrences ? one : best));
  const partial = years.filter(({ isComplete }) => !isComplete).map(({ year }) => year);
  const arrests = sum(hate.arrests);
  return {
    id: "hate-year",
    title: "Reported each year, and arrests",
    lead: String(peak.year),
    claim: `has most, ${integer(peak.occurrences)}`,
    detail: `The lower part ended in an arrest: ${integer(arrests)} of ${integer(sources.hate_crimes.rows)}, ${percent(arrests / Math.max(1, sources.hate_crimes.rows))}. Arrests in recent years may follow later.${partial.length > 0 ? ` In part, dashed and not ranked: ${partial.join(", ")}.` : ""}`,
    width: "narrow",
    panels: [
      {
        label: `Hate crimes by year of report: ${years.map((one) => `${one.year} ${integer(one.occurrences)}, arrests in ${integer(one.arrests)}`).join("; ")}.`,
        chart: {
          kind: "bars",
          height: 220,
          bars: years.map((one): Bar => ({
            label: String(one.year),
            value: one.occurrences,
            part: one.arrests,
            text: integer(one.occurrences),
            title: `${one.year}: ${integer(one.occurrences)} hate crimes, arrests in ${integer(one.arrests)}`,
            ...(one.isComplete ? {} : { mark: "partial" as const }),
          })),
        },
      },
    ],
    table: {
      caption: "Hate crimes by year of report",
      columns: [
        { label: "Year" },
        { label: "Hate crimes", format: "integer" },
        { label: "Arrests", format: "integer" },
        { label: "Share with an arrest", format: "percent" },
        { label: "Several biases", format: "integer" },
      ],
      rows: years.map((one) => [
        String(one.year),
        one.occurrences,
        one.arrests,
        one.occurrences === 0 ? null : one.arrests / one.occurrences,
        one.multipleBias,
      ]),
    },
  };
}

function biasFigure({ hate, sources }: Model): Figure {
  const all = sources.hate_crimes.rows;
  const ranked = rankedOf(hate);
  const [first, last] = [ranked[0]!, ranked.at(-1)!];
  const fastest = hate.biases
    .filter(({ occurrences }) => sum(occurrences) >= LISTED * all)
    .map(({ value, occurrences }) => {
      const [base, compare] = [first, last].map((year) => occurrences[hate.years.indexOf(year)]!);
      return { value, base: base!, compare: compare! };
    })
    .sort((a, b) => b.compare - b.base - (a.compare - a.base))[0];
  const rose = fastest && fastest.compare > fastest.base;
  return {
    id: "hate-bias",
    title: "Bias by year",
    lead: rose ? `“${fastest.value}”` : "No bias",
    claim: rose
      ? `rose most from ${first} to ${last}: ${integer(fastest.base)} to ${integer(fastest.compare)}`
      : first === last
        ? `can be compared over years: ${first} is the only one ranked`
        : `is named more often in ${last} than in ${first}`,
    detail: `Biases in the words of the publisher, named in at least one of a hundred hate crimes; the table has all ${hate.biases.length}. Small cells move by chance.`,
    width: "wide",
    panels: [],
    table: {
      caption: "Hate crimes by bias and year of report",
      columns: [
        { label: "Kind of bias" },
        { label: "Bias" },
        ...headsOf(hate).map((label) => ({ label, format: "integer" as const })),
        { label: "All years", format: "integer" },
        { label: "Of all hate crimes", format: "percent" },
        { label: "Arrests", format: "integer" },
      ],
      rows: hate.biases.map((bias) => [
        BIAS_NAMES[bias.category],
        bias.value,
        ...bias.occurrences,
        sum(bias.occurrences),
        all === 0 ? null : sum(bias.occurrences) / all,
        bias.arrests,
      ]),
    },
  };
}

/** Shades by rank among all cells that are not zero; the number stands in each. */
function grid({ hate, sources }: Model): HateSection["grid"] {
  const all = sources.hate_crimes.rows;
  const listed = hate.biases.filter(({ occurrences }) => sum(occurrences) >= LISTED * all);
  const sorted = listed
    .flatMap(({ occurrences }) => occurrences)
    .filter((n) => n > 0)
    .sort((a, b) => a - b);
  const limits = [0.3, 0.55, 0.75, 0.9].map((share) => sorted[Math.floor(share * sorted.length)] ?? 0);
  return {
    years: headsOf(hate),
    rows: listed.map((bias) => ({
      value: bias.value,
      category: BIAS_NAMES[bias.category],
      cells: bias.occurrences.map((n) => ({
        n,
        step: n === 0 ? 0 : 1 + limits.filter((limit) => n > limit).length,
      })),
      all: sum(bias.occurrences),
      arrests: percent(bias.arrests / sum(bias.occurrences)),
    })),
  };
}
