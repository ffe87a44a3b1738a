import { tally, type Cube } from "../cube";
import type { Bar, Figure, Section } from "../figure";
import { NO_HOOD, type Model } from "../model";
import { inProse } from "../names";
import { capital, clock, integer, percent, signed, signedPercent } from "../text";
import { categoriesOf, type View } from "../view";

const SHOWN = 8;
const NO_HOOD_NAME = "Outside Toronto or not recorded";

/** What a member of a dimension contributes to the change of the whole. */
interface Contribution {
  readonly member: string;
  readonly base: number;
  readonly compare: number;
  readonly change: number;
}

interface Dimension {
  readonly id: string;
  readonly title: string;
  readonly contributions: readonly Contribution[];
}

/** What the change of a category between two years divides into: a sum, and no proof of a cause. */
export function drivers(model: Model, view: View): Section {
  const { base, compare } = view;
  const dimensions = dimensionsOf(model, view);
  const [from, to] = [base, compare].map((year) =>
    tally(model.byYear, [], { basis: ["occurrence"], year: [year], category: categoriesOf(view.driver) }).at(
      0,
    )!,
  ) as [number, number];
  const change = to - from;
  const direction = change > 0 ? "more" : "fewer";
  const name = capital(inProse(view.driver));
  return {
    id: "drivers",
    question: "What accounts for it?",
    short: "What accounts for it",
    heading:
      change === 0
        ? `${name} did not change from ${base} to ${compare}`
        : `${name}: ${integer(Math.abs(change))} ${direction} offences in ${compare} than in ${base}${from === 0 ? "" : ` (${signedPercent(change / from)})`}`,
    intro: [
      `Each chart divides the same change anew, by what the offence was, the kind of premises, the neighbourhood and the hour; its parts add up to the whole. ` +
        `Do not add up parts of two charts. A contribution says where the numbers moved, not why: it is no proof of a cause.`,
    ],
    figures: dimensions.map((dimension) => dimensionFigure(dimension, change, view)),
  };
}

function dimensionsOf(model: Model, view: View): Dimension[] {
  const contributions = (
    cube: Cube<"year" | "category">,
    along: string,
    names: readonly string[],
  ): Contribution[] => {
    const at = (year: number): number[] =>
      tally(cube as Cube, [along], { year: [year], category: categoriesOf(view.driver) });
    const [base, compare] = [at(view.base), at(view.compare)];
    return names
      .map((member, index) => ({
        member,
        base: base[index]!,
        compare: compare[index]!,
        change: compare[index]! - base[index]!,
      }))
      .filter((one) => one.base > 0 || one.compare > 0);
  };
  const { offence, premises_type, hour } = model.byMember;
  const members = (cube: Cube<"member" | "year" | "category">): string[] => cube.axes.member.map(String);
  const hoodNames = new Map(model.hoods.map(({ id, name }) => [id, name]));
  const hoods = model.byHood.axes.hood.map((id) =>
    id === NO_HOOD ? NO_HOOD_NAME : hoodNames.get(String(id))!,
  );
  return [
    {
      id: "by-offence",
      title: "By offence",
      contributions: contributions(offence, "member", members(offence)),
    },
    {
      id: "by-premises",
      title: "By kind of premises",
      contributions: contributions(premises_type, "member", members(premises_type)),
    },
    {
      id: "by-neighbourhood",
      title: "By neighbourhood",
      contributions: contributions(model.byHood, "hood", hoods),
    },
    {
      id: "by-hour",
      title: "By hour of the day",
      contributions: contributions(hour, "member", members(hour)).map((one) => ({
        ...one,
        member: /^\d+$/.test(one.member) ? clock(Number(one.member)) : one.member,
      })),
    },
  ];
}

function dimensionFigure(dimension: Dimension, change: number, view: View): Figure {
  const { id, title, contributions } = dimension;
  // In the direction of the whole change first; equal ones by name, so that the order is always the same.
  const sign = change < 0 ? -1 : 1;
  const ordered = [...contributions].sort(
    (a, b) => sign * (b.change - a.change) || (a.member < b.member ? -1 : 1),
  );
  const top = ordered[0];
  const share = (n: number): string => (change === 0 || n === 0 ? "" : ` (${percent(n / change)})`);
  const says = (): Pick<Figure, "lead" | "claim"> => {
    if (!top || change === 0 || top.change * sign <= 0) {
      return { lead: "Nothing", claim: "moved with the whole" };
    }
    if (contributions.length === 1) {
      return {
        lead: top.member,
        claim: "is the only one, so this division tells nothing more",
      };
    }
    return {
      lead: top.member,
      claim: `accounts for ${signed(top.change)} of the ${signed(change)}${share(top.change)}`,
    };
  };
  const { bars, rest } =
    id === "by-hour" ? { bars: hourBars(ordered, top), rest: [] } : shownBars(ordered, share, top);
  const others = rest.reduce((sum, one) => sum + one.change, 0);
  const remainder =
    rest.length === 0
      ? "The chart has them all."
      : `The ${rest.length} not charted add up to ${signed(others)}${share(others)}.`;
  return {
    id,
    title,
    ...says(),
    detail: id === "by-hour" ? "Hours 00:00 and 12:00 probably hold default values." : remainder,
    width: "half",
    panels: [
      {
        label: `Change ${title.toLowerCase()}, ${view.base} to ${view.compare}: ${ordered
          .slice(0, 3)
          .map(({ member, change: part }) => `${member} ${signed(part)}`)
          .join(", ")}.`,
        chart:
          id === "by-hour"
            ? {
                kind: "bars",
                bars,
                height: 26 * SHOWN + 4,
                ticks: ["00:00", "06:00", "12:00", "18:00", "23:00"],
              }
            : { kind: "rows", bars, labelWidth: 180 },
      },
    ],
    table: {
      caption: `${capital(inProse(view.driver))} ${title.toLowerCase()}, ${view.base} and ${view.compare}`,
      columns: [
        { label: title.slice(3, 4).toUpperCase() + title.slice(4) },
        { label: String(view.base), format: "integer" },
        { label: String(view.compare), format: "integer" },
        { label: "Change", format: "signed" },
        { label: "Share of the whole change", format: "signedPercent" },
      ],
      rows: ordered.map(({ member, base, compare, change: part }) => [
        member,
        base,
        compare,
        part,
        change === 0 ? null : part / change,
      ]),
    },
  };
}

function titleOf({ member, base, compare, change }: Contribution): string {
  return `${member}: ${integer(base)} to ${integer(compare)} (${signed(change)})`;
}

function hourBars(contributions: readonly Contribution[], top: Contribution | undefined): Bar[] {
  return [...contributions]
    .sort((a, b) => (a.member < b.member ? -1 : 1))
    .map((one) => ({
      label: one.member,
      value: one.change,
      title: titleOf(one),
      ...(one === top ? { mark: "peak" as const, text: signed(one.change) } : {}),
    }));
}

/** The largest on either side as bars, and those that are left. */
function shownBars(
  ordered: readonly Contribution[],
  share: (n: number) => string,
  top: Contribution | undefined,
): { bars: Bar[]; rest: Contribution[] } {
  const largest = new Set(
    [...ordered].sort((a, b) => Math.abs(b.change) - Math.abs(a.change)).slice(0, SHOWN),
  );
  const rest = ordered.filter((one) => !largest.has(one));
  const bars = ordered
    .filter((one) => largest.has(one))
    .map((one): Bar => ({
      label: one.member,
      value: one.change,
      text: `${signed(one.change)}${share(one.change)}`,
      title: titleOf(one),
      ...(one === top ? { mark: "peak" as const } : {}),
    }));
  return { bars, rest };
}
