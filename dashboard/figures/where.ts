import { tally } from "../cube";
import { daysOf } from "../calendar";
import type { Bar, Figure, Section } from "../figure";
import { NO_HOOD, type Hood, type Model } from "../model";
import { asLabel, inProse } from "../names";
import { capital, integer, percent, rate, span } from "../text";
import { categoriesOf, rankedYears, type View } from "../view";

/** Classes of the map. */
const STEPS = 5;
const LISTED = 10;

interface Place extends Hood {
  readonly offences: number;
  /** Per 1,000 residents of 2023 and year. */
  readonly rate: number;
  readonly rank: number;
}

export interface WhereSection extends Section {
  readonly ranking: readonly { readonly id: string; readonly name: string; readonly text: string }[];
  /** The limits between the classes of the map, as text. */
  readonly legend: readonly string[];
  readonly legendTitle: string;
  readonly chosen: string;
}

/** Where offences happen: the map, the ranking and the chosen neighbourhood. */
export function where(model: Model, view: View): WhereSection {
  const years = rankedYears(model).filter((year) => year >= view.from && year <= view.to);
  const places = rankPlaces(model, view, years);
  const inOrder = [...places].sort((a, b) => a.rank - b.rank);
  const top = inOrder[0]!;
  const chosen = places.find(({ id }) => id === view.hood) ?? top;
  const limits = quantiles(places.map((place) => measureOf(place, view)));
  const subject = view.category === "All" ? "major crime" : inProse(view.category);
  const said = (place: Place): string =>
    view.measure === "rate" ? rate(place.rate) : integer(place.offences);
  return {
    id: "where",
    question: "Where is it reported?",
    short: "Where",
    heading:
      view.measure === "rate"
        ? `${top.name} has the highest rate of ${subject} in ${span(view.from, view.to)}, ${rate(top.rate)} a year per 1,000 residents`
        : `${top.name} has most ${subject}, ${integer(top.offences)} offences in ${span(view.from, view.to)}`,
    intro: [
      "A rate per resident is no risk for residents: in downtown, at the airport and around malls most people are passing through. Population is that of 2023 for all years. The neighbourhood is the one that police assigned; places are moved to the nearest intersection.",
    ],
    figures: [
      mapFigure(model, view, years, places, limits, chosen, said, top),
      hoodFigure(model, view, years, chosen),
    ],
    ranking: inOrder.slice(0, LISTED).map((place) => ({ id: place.id, name: place.name, text: said(place) })),
    legend: limits.map((limit) => (view.measure === "rate" ? rate(limit) : integer(limit))),
    legendTitle:
      view.measure === "rate"
        ? "Offences a year per 1,000 residents"
        : `Offences, ${span(view.from, view.to)}`,
    chosen: chosen.id,
  };
}

function measureOf(place: Place, { measure }: View): number {
  return measure === "rate" ? place.rate : place.offences;
}

function rankPlaces(model: Model, view: View, year: readonly number[]): Place[] {
  const counts = tally(model.byHood, ["hood"], { year, category: categoriesOf(view.category) });
  const places = model.hoods.map((hood, at) => ({
    ...hood,
    offences: counts[at]!,
    rate: hood.population === 0 ? 0 : (1000 * counts[at]!) / hood.population / Math.max(1, year.length),
    rank: 0,
  }));
  const order = [...places].sort((a, b) => measureOf(b, view) - measureOf(a, view) || (a.id < b.id ? -1 : 1));
  const ranks = new Map(order.map(({ id }, at) => [id, at + 1]));
  return places.map((place) => ({ ...place, rank: ranks.get(place.id)! }));
}

/** The values at which the upper classes begin. */
function quantiles(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  return Array.from(
    { length: STEPS - 1 },
    (_, at) => sorted[Math.floor(((at + 1) * sorted.length) / STEPS)]!,
  );
}

function mapFigure(
  model: Model,
  view: View,
  year: readonly number[],
  places: readonly Place[],
  limits: readonly number[],
  chosen: Place,
  said: (place: Place) => string,
  top: Place,
): Figure {
  const category = categoriesOf(view.category);
  const none = tally(model.byHood, [], { year, category, hood: [NO_HOOD] })[0]!;
  const all = tally(model.byHood, [], { year, category })[0]!;
  const upper = [...places].sort((a, b) => b.offences - a.offences).slice(0, 16);
  const inUpper = upper.reduce((sum, { offences }) => sum + offences, 0);
  return {
    id: "map",
    title: `${asLabel(view.category)}, ${span(view.from, view.to)}`,
    lead: percent(all - none === 0 ? 0 : inUpper / (all - none)),
    claim: "of offences fall into 16 of the 158 neighbourhoods",
    detail: `${integer(none)} offences (${percent(all === 0 ? 0 : none / all)}) outside Toronto or without a recorded neighbourhood are not on the map.`,
    width: "wide",
    panels: [
      {
        label: `Map of the 158 neighbourhoods by ${view.measure === "rate" ? "yearly offences per 1,000 residents" : "offences"}; the highest is ${top.name} with ${said(top)}. The table below has all of them.`,
        chart: {
          kind: "map",
          chosen: chosen.id,
          areas: Object.fromEntries(
            places.map((place) => [
              place.id,
              {
                step: limits.filter((limit) => measureOf(place, view) >= limit).length,
                title: `${place.name}: ${rate(place.rate)} a year per 1,000 residents, ${integer(place.offences)} offences`,
              },
            ]),
          ),
        },
      },
    ],
    table: {
      caption: `${asLabel(view.category)} by neighbourhood, ${span(view.from, view.to)}`,
      columns: [
        { label: "Rank", format: "integer" },
        { label: "Id" },
        { label: "Neighbourhood" },
        { label: "Population 2023", format: "integer" },
        { label: "Offences", format: "integer" },
        { label: "A year per 1,000 residents", format: "rate" },
      ],
      rows: [...places]
        .sort((a, b) => a.rank - b.rank)
        .map((place) => [place.rank, place.id, place.name, place.population, place.offences, place.rate]),
    },
  };
}

function hoodFigure(model: Model, view: View, ranked: readonly number[], chosen: Place): Figure {
  const counts = tally(model.byHood, ["year"], { hood: [chosen.id], category: categoriesOf(view.category) });
  const isLast = view.to === rankedYears(model).at(-1);
  const shown = model.years.filter((year) => ranked.includes(year) || (isLast && year > view.to));
  const years = shown.map((year) => ({
    year,
    offences: counts[model.years.indexOf(year)]!,
    isRanked: ranked.includes(year),
  }));
  const whole = years.filter(({ isRanked }) => isRanked);
  const peak = whole.reduce((best, one) => (one.offences > best.offences ? one : best));
  const lastReport = model.sources.major_crimes.lastReport!;
  const average = whole.reduce((sum, { offences }) => sum + offences, 0) / Math.max(1, whole.length);
  return {
    id: "hood",
    title: chosen.name,
    lead: `Rank ${chosen.rank} of ${model.hoods.length}`,
    claim: view.measure === "rate" ? "by rate" : "by count",
    detail: `${integer(chosen.offences)} offences in ${span(view.from, view.to)}, ${rate(chosen.rate)} a year per 1,000 of its ${integer(chosen.population)} residents; most in ${peak.year}.`,
    width: "narrow",
    panels: [
      {
        label: `${capital(inProse(view.category))} in ${chosen.name} by year: ${years.map(({ year, offences }) => `${year} ${integer(offences)}`).join(", ")}.`,
        chart: {
          kind: "bars",
          height: 150,
          average,
          bars: years.map((one): Bar => ({
            label: String(one.year),
            value: one.offences,
            title: `${one.year}: ${integer(one.offences)} offences${one.isRanked ? "" : `, ${daysOf([one.year], lastReport).length} days`}`,
            ...(one === peak ? { mark: "peak" as const, text: integer(one.offences) } : {}),
            ...(one.isRanked ? {} : { mark: "partial" as const }),
          })),
        },
      },
    ],
    table: {
      caption: `${asLabel(view.category)} in ${chosen.name} by year of occurrence`,
      columns: [{ label: "Year" }, { label: "Offences", format: "integer" }, { label: "Whole year" }],
      rows: years.map(({ year, offences, isRanked }) => [String(year), offences, isRanked ? "yes" : "no"]),
    },
  };
}
