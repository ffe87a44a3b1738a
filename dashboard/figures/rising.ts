import { tally } from "../cube";
import type { Bar, Figure, Section } from "../figure";
import { CATEGORIES, type Category, type Model } from "../model";
import { asLabel, inProse } from "../names";
import { capital, integer, percent, signed, signedPercent } from "../text";
import { rankedYears, yearlyOffences } from "../view";

/** An offence is charted when it has at least such a share of the first year: below, chance doubles it. */
const CHARTED = 0.01;
const SHOWN_EACH_WAY = 7;

interface Change {
  readonly name: string;
  readonly base: number;
  readonly compare: number;
  /** Null when there were none in the base year. */
  readonly share: number | null;
}

const changeOf = (name: string, base: number, compare: number): Change => ({
  name,
  base,
  compare,
  share: base === 0 ? null : compare / base - 1,
});

/** A category's first, highest and last ranked year. */
interface Story {
  readonly category: Category;
  readonly first: { readonly year: number; readonly offences: number };
  readonly peak: { readonly year: number; readonly offences: number };
  readonly last: { readonly year: number; readonly offences: number };
  readonly years: readonly { readonly year: number; readonly offences: number }[];
}

export function storyOf(model: Model, category: Category): Story {
  const years = yearlyOffences(model, category);
  const peak = years.reduce((best, one) => (one.offences > best.offences ? one : best));
  return { category, years, first: years[0]!, peak, last: years.at(-1)! };
}

/** What rose since the first year, in categories and offences, up to the peak and since. */
export function rising(model: Model): Section {
  const ranked = rankedYears(model);
  const [first, last] = [ranked[0]!, ranked.at(-1)!];
  const stories = CATEGORIES.map((category) => storyOf(model, category));
  const auto = stories.find(({ category }) => category === "Auto Theft")!;
  return {
    id: "rising",
    question: "What is rising?",
    short: "What is rising",
    heading: bothEnds(auto),
    intro: [
      `Offences of each whole year, ${first} = 100, on one scale. First and last year alone would hide a peak between them, so each category names all three. ` +
        `Offences are counted by the year in which they occurred; the last year still grows as older crimes are reported.`,
    ],
    figures: [indexFigure(stories, first, last), offenceFigure(model, first, last)],
  };
}

function bothEnds({ category, first, peak, last }: Story): string {
  const name = capital(inProse(category));
  const share = (from: number, to: number): string =>
    from === 0 ? "from none" : percent(Math.abs(to / from - 1));
  if (peak.year === first.year) {
    return last.offences < first.offences
      ? `${name} has fallen ${share(first.offences, last.offences)} since ${first.year}`
      : `${name} stands where it was in ${first.year}`;
  }
  const rose = `${name} rose ${share(first.offences, peak.offences)} from ${first.year} to ${peak.year}`;
  return peak.year === last.year
    ? `${rose}, its highest yet`
    : `${rose} and has fallen ${share(peak.offences, last.offences)} since`;
}

function indexFigure(stories: readonly Story[], first: number, last: number): Figure {
  const index = (story: Story, offences: number): number =>
    story.first.offences === 0 ? 0 : (100 * offences) / story.first.offences;
  const ceiling = Math.max(...stories.map((story) => index(story, story.peak.offences)), 100);
  const changes = stories.map((story) => changeOf(story.category, story.first.offences, story.last.offences));
  const most = changes.reduce((best, one) =>
    one.compare - one.base > best.compare - best.base ? one : best,
  );
  const fastest = changes.reduce((best, one) => ((one.share ?? -1) > (best.share ?? -1) ? one : best));
  const story = (change: Change): string =>
    `${integer(change.base)} to ${integer(change.compare)}${change.share === null ? "" : `, ${signedPercent(change.share)}`}`;
  const rose = most.compare > most.base;
  return {
    id: "index",
    title: "The five categories",
    lead: rose ? asLabel(most.name as Category) : "No category",
    claim: rose
      ? `added most offences from ${first} to ${last}: ${story(most)}`
      : `has more offences in ${last} than in ${first}`,
    ...(rose && fastest.name !== most.name
      ? { detail: `In proportion ${inProse(fastest.name as Category)} rose most: ${story(fastest)}.` }
      : {}),
    width: "full",
    panels: stories.map((one) => {
      const change = changeOf(one.category, one.first.offences, one.last.offences);
      const isInside = one.peak.year !== first && one.peak.year !== last;
      return {
        title: asLabel(one.category),
        note: `${integer(change.base)} → ${integer(change.compare)}${change.share === null ? "" : ` (${signedPercent(change.share)})`}${isInside ? `; peak ${integer(one.peak.offences)} in ${one.peak.year}` : ""}`,
        label: `${asLabel(one.category)}: ${one.years.map(({ year, offences }) => `${year} ${integer(offences)}`).join(", ")}.`,
        chart: {
          kind: "line" as const,
          ceiling,
          peak: one.peak.year,
          isStory: one.category === "Auto Theft",
          height: 150,
          points: one.years.map(({ year, offences }) => ({
            year,
            value: index(one, offences),
            title: `${year}: ${integer(offences)} offences, index ${index(one, offences).toFixed(0)}`,
          })),
        },
      };
    }),
    table: {
      caption: `Offences by category and year of occurrence, ${first} to ${last}`,
      columns: [
        { label: "Year" },
        ...stories.map(({ category }) => ({ label: asLabel(category), format: "integer" as const })),
      ],
      rows: stories[0]!.years.map(({ year }, at) => [
        String(year),
        ...stories.map(({ years }) => years[at]!.offences),
      ]),
    },
  };
}

function offenceFigure(model: Model, first: number, last: number): Figure {
  const cube = model.byMember.offence;
  const at = (year: number): number[] => tally(cube, ["member"], { year: [year] });
  const [base, compare] = [at(first), at(last)];
  const all = base.reduce((sum, n) => sum + n, 0);
  const changes = cube.axes.member
    .map((name, member) => changeOf(String(name), base[member]!, compare[member]!))
    .sort((a, b) => (b.share ?? Infinity) - (a.share ?? Infinity) || (a.name < b.name ? -1 : 1));
  const charted = changes.filter((change) => change.base > 0 && change.base >= CHARTED * all);
  const risen = charted.filter(({ share }) => share! > 0).slice(0, SHOWN_EACH_WAY);
  const fallen = charted.filter(({ share }) => share! < 0).slice(-SHOWN_EACH_WAY);
  const shown = [...risen, ...fallen];
  const bar = ({ name, base: from, compare: to, share }: Change): Bar => ({
    label: name,
    value: share!,
    text: signedPercent(share!),
    title: `${name}: ${integer(from)} in ${first}, ${integer(to)} in ${last} (${signed(to - from)})`,
    ...(name === "Theft Of Motor Vehicle" ? { mark: "peak" as const } : {}),
  });
  const [top, bottom] = [risen[0], fallen.at(-1)];
  return {
    id: "offences",
    title: "The offences behind them",
    lead: top ? top.name : "No offence",
    claim: top ? `rose most, ${signedPercent(top.share!)} from ${first} to ${last}` : `of any size rose`,
    detail:
      `${bottom ? `${bottom.name} fell most, ${signedPercent(bottom.share!)}. ` : ""}` +
      `Charted are offences with at least 1% of ${first}, since small numbers swing widely; the table has them all. Motor-vehicle theft is marked.`,
    width: "full",
    panels: [
      {
        label: `Change by offence, ${first} to ${last}: ${shown.map(({ name, share }) => `${name} ${signedPercent(share!)}`).join(", ")}.`,
        chart: { kind: "rows", labelWidth: 190, bars: shown.map(bar) },
      },
    ],
    table: {
      caption: `Offences in ${first} and ${last}`,
      columns: [
        { label: "Offence" },
        { label: String(first), format: "integer" },
        { label: String(last), format: "integer" },
        { label: "Change", format: "signed" },
        { label: "Change in %", format: "signedPercent" },
      ],
      rows: changes.map(({ name, base: from, compare: to, share }) => [name, from, to, to - from, share]),
    },
  };
}
