import { tally } from "./cube";
import { CATEGORIES, type Category, type Model } from "./model";

export const CHOICES = ["All", ...CATEGORIES] as const;
/** A category, or all five. */
export type Choice = "All" | Category;

/** What a reader has chosen; every part of it may stand in the address of the page. */
export interface View {
  /** For When and Where. */
  readonly category: Choice;
  readonly from: number;
  readonly to: number;
  /** For the yearly totals. */
  readonly count: "offences" | "events";
  readonly basis: "occurrence" | "report";
  /** For What accounts for it. */
  readonly driver: Choice;
  readonly base: number;
  readonly compare: number;
  /** For the map. */
  readonly measure: "rate" | "count";
  /** Id of a neighbourhood, or empty for the one that ranks first. */
  readonly hood: string;
}

/** Years that may be ranked: the complete ones, or every year when none is complete. */
export function rankedYears({ years, completeYears }: Model): readonly number[] {
  return completeYears.length > 0 ? completeYears : years;
}

export function categoriesOf(choice: Choice): readonly Category[] {
  return choice === "All" ? CATEGORIES : [choice];
}

/** Offences of a choice by ranked year. */
export function yearlyOffences(model: Model, choice: Choice): { year: number; offences: number }[] {
  const years = rankedYears(model);
  const counts = tally(model.byYear, ["year"], { basis: ["occurrence"], category: categoriesOf(choice) });
  return years.map((year) => ({ year, offences: counts[model.years.indexOf(year)]! }));
}

function peakYear(model: Model, choice: Choice): number {
  return yearlyOffences(model, choice).reduce((best, one) => (one.offences > best.offences ? one : best), {
    year: 0,
    offences: -1,
  }).year;
}

/** The category that rose most, in offences, from the first complete year to its peak; All when none rose. */
export function mostRisen(model: Model): Choice {
  let found: { choice: Choice; change: number } = { choice: "All", change: 0 };
  for (const category of CATEGORIES) {
    const counts = yearlyOffences(model, category).map(({ offences }) => offences);
    const change = Math.max(...counts) - (counts[0] ?? 0);
    if (change > found.change) found = { choice: category, change };
  }
  return found.choice;
}

/** What the page shows first. The years compared follow from the category compared. */
export function defaultView(model: Model, driver: Choice = mostRisen(model)): View {
  const years = rankedYears(model);
  const [first, last] = [years[0] ?? 0, years.at(-1) ?? 0];
  const peak = peakYear(model, driver);
  return {
    category: "All",
    from: first,
    to: last,
    count: "offences",
    basis: "occurrence",
    driver,
    base: first,
    compare: peak > first ? peak : last,
    measure: "rate",
    hood: "",
  };
}

/** The view that an address asks for; whatever it asks for that does not exist is as if not asked. */
export function parseView(model: Model, search: string): View {
  const asked = new URLSearchParams(search);
  const among = <T extends string>(name: string, known: readonly T[], otherwise: T): T =>
    known.find((one) => one === asked.get(name)) ?? otherwise;
  const start = defaultView(model);
  const driver = among("driver", CHOICES, start.driver);
  const standard = defaultView(model, driver);
  const year = (name: "from" | "to" | "base" | "compare"): number => {
    const wanted = Number(asked.get(name));
    return rankedYears(model).includes(wanted) ? wanted : standard[name];
  };
  const [from, to] = [year("from"), year("to")];
  return {
    category: among("category", CHOICES, standard.category),
    from: Math.min(from, to),
    to: Math.max(from, to),
    count: among("count", ["offences", "events"], standard.count),
    basis: among("basis", ["occurrence", "report"], standard.basis),
    driver,
    base: year("base"),
    compare: year("compare"),
    measure: among("measure", ["rate", "count"], standard.measure),
    hood: among(
      "hood",
      model.hoods.map(({ id }) => id),
      standard.hood,
    ),
  };
}

/** The shortest search part of an address that asks for the view: empty for what the page shows first. */
export function formatView(model: Model, view: View): string {
  const start = defaultView(model);
  const standard = { ...defaultView(model, view.driver), driver: start.driver };
  const asked = new URLSearchParams();
  for (const name of Object.keys(view) as (keyof View)[]) {
    if (view[name] !== standard[name]) asked.set(name, String(view[name]));
  }
  const text = asked.toString();
  return text === "" ? "" : `?${text}`;
}
