import type { Warehouse } from "../warehouse";

export interface Rise {
  readonly name: string;
  readonly base_year: number;
  readonly compare_year: number;
  readonly base_offences: number;
  readonly compare_offences: number;
  readonly change: number;
  /** 0.5 is half as many again; null when there were none in the base year. */
  readonly pct_change: number | null;
}

/** What rose most, in offences and in proportion to where it began. */
export interface MostRisen {
  readonly by_count: Rise | null;
  readonly by_percent: Rise | null;
}

export interface Rises {
  /** From the first complete year to the last, and to the peak of each. */
  readonly category: { readonly to_last: MostRisen; readonly to_peak: MostRisen };
  readonly offence: { readonly to_last: MostRisen; readonly to_peak: MostRisen };
  /** Both ends of the story: up to the peak, and since. */
  readonly auto_theft: {
    readonly up: Rise | null;
    readonly down: Rise | null;
    readonly since_first: Rise | null;
  };
  readonly caveat: string;
}

export interface Contributor {
  readonly dimension: string;
  readonly member: string;
  readonly change: number;
  /** Share of the whole change, of either sign. */
  readonly contribution: number | null;
}

export interface Drivers {
  /** For each category that rose most to its peak, by percent and by count. */
  readonly rises: readonly {
    readonly of: Rise;
    readonly largest: readonly Contributor[];
    readonly by_dimension: Readonly<Record<string, readonly Contributor[]>>;
  }[];
  readonly caveat: string;
}

const CONTRIBUTORS = 3;
/** An offence rarer than this in the base year doubles by chance: it is left out of the ranking by percent. */
const RARE = 0.01;

const COMPLETE_YEARS = `select year from marts.crime_trends
  where category = 'All' and basis = 'occurrence' and is_complete_year`;

/** What rose between complete years, and what the rise is made of. */
export async function askRises(warehouse: Warehouse): Promise<{ rises: Rises; drivers: Drivers }> {
  const categories = series(
    await warehouse.rows(`select category as name, year, offences from marts.crime_trends
      where basis = 'occurrence' and category <> 'All' and year in (${COMPLETE_YEARS})`),
  );
  const offences = series(
    await warehouse.rows(`select member as name, year, sum(offences) as offences from marts.crime_by_member
      where dimension = 'offence' and year in (${COMPLETE_YEARS}) group by 1, 2`),
  );
  const rises: Rises = {
    category: { to_last: mostRisen(categories, lastOf), to_peak: mostRisen(categories, peakOf) },
    offence: { to_last: mostRisen(offences, lastOf), to_peak: mostRisen(offences, peakOf) },
    auto_theft: bothEnds("Auto Theft", categories.get("Auto Theft") ?? []),
    caveat:
      "Complete years by the date of occurrence, from the first. Rows are offences and victims, not events. " +
      "Offences below 1 % of the first year are left out of the ranking by percent.",
  };
  const { by_count, by_percent } = rises.category.to_peak;
  const explained = [by_percent, by_count].filter(
    (rise, i, all) => rise && all.findIndex((r) => r?.name === rise.name) === i,
  );
  return {
    rises,
    drivers: {
      rises: await Promise.all(explained.map((rise) => askContributors(warehouse, rise!))),
      caveat:
        "Each dimension divides the same change anew: add up members of one, never of two. " +
        "A contribution is no proof of cause.",
    },
  };
}

interface Point {
  readonly year: number;
  readonly offences: number;
}

/** Points per name in the order of years; a year without a row counts 0. */
function series(rows: { name: string; year: number; offences: number }[]): Map<string, Point[]> {
  const years = [...new Set(rows.map(({ year }) => year))].sort((a, b) => a - b);
  const counts = new Map<string, Map<number, number>>();
  for (const { name, year, offences } of rows) {
    const byYear = counts.get(name) ?? new Map<number, number>();
    counts.set(name, byYear.set(year, offences));
  }
  return new Map(
    [...counts].map(([name, byYear]) => [
      name,
      years.map((year) => ({ year, offences: byYear.get(year) ?? 0 })),
    ]),
  );
}

function lastOf(points: readonly Point[]): Point | undefined {
  return points.at(-1);
}

/** The year with most; the earliest of equals. */
function peakOf(points: readonly Point[]): Point | undefined {
  return points.reduce<Point | undefined>(
    (best, one) => (best && best.offences >= one.offences ? best : one),
    undefined,
  );
}

function riseBetween(name: string, base: Point | undefined, compare: Point | undefined): Rise | null {
  if (!base || !compare || base.year >= compare.year) return null;
  const change = compare.offences - base.offences;
  return {
    name,
    base_year: base.year,
    compare_year: compare.year,
    base_offences: base.offences,
    compare_offences: compare.offences,
    change,
    pct_change: base.offences === 0 ? null : change / base.offences,
  };
}

function mostRisen(
  all: ReadonlyMap<string, readonly Point[]>,
  end: (points: readonly Point[]) => Point | undefined,
): MostRisen {
  const rises = [...all]
    .map(([name, points]) => riseBetween(name, points[0], end(points)))
    .filter((rise) => rise !== null && rise.change > 0) as Rise[];
  const whole = [...all.values()].reduce((sum, points) => sum + (points[0]?.offences ?? 0), 0);
  const most = (candidates: Rise[], figure: (rise: Rise) => number): Rise | null =>
    candidates.sort((a, b) => figure(b) - figure(a) || a.name.localeCompare(b.name))[0] ?? null;
  return {
    by_count: most([...rises], (rise) => rise.change),
    by_percent: most(
      rises.filter(({ base_offences }) => base_offences > 0 && base_offences >= RARE * whole),
      (rise) => rise.pct_change!,
    ),
  };
}

function bothEnds(name: string, points: readonly Point[]): Rises["auto_theft"] {
  const [first, peak, last] = [points[0], peakOf(points), lastOf(points)];
  return {
    up: riseBetween(name, first, peak),
    down: riseBetween(name, peak, last),
    since_first: riseBetween(name, first, last),
  };
}

async function askContributors(warehouse: Warehouse, of: Rise): Promise<Drivers["rises"][number]> {
  const rows = await warehouse.rows<Contributor & { members: number }>(`
    select dimension, member, cast(change as integer) as change, contribution,
      count(*) over (partition by dimension) as members
    from marts.crime_drivers
    where category = '${of.name}' and pair = 'first_to_peak'
    order by contribution desc, dimension, member`);
  const contributor = ({ dimension, member, change, contribution }: Contributor): Contributor => {
    return { dimension, member, change, contribution };
  };
  const dimensions = [...new Set(rows.map(({ dimension }) => dimension))].sort();
  return {
    of,
    // A dimension with one member, such as the offence of auto theft, accounts for all and explains nothing.
    largest: rows
      .filter(({ members }) => members > 1)
      .slice(0, CONTRIBUTORS)
      .map(contributor),
    by_dimension: Object.fromEntries(
      dimensions.map((name) => [
        name,
        rows
          .filter(({ dimension }) => dimension === name)
          .slice(0, CONTRIBUTORS)
          .map(contributor),
      ]),
    ),
  };
}
