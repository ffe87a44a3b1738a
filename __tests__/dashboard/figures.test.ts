import { buildModel } from "../../dashboard/build-model";
import type { Figure } from "../../dashboard/figure";
import type { Model } from "../../dashboard/model";
import { head } from "../../dashboard/figures/headline";
import { inOrder, sectionsOf } from "../../dashboard/sections";
import { parseView } from "../../dashboard/view";
import { aggregatesOf, sampleHateCrimes, sampleOffences, type Offence } from "./support/aggregates";

const offences = sampleOffences();
const hateCrimes = sampleHateCrimes();
const model = buildModel(aggregatesOf(offences, hateCrimes, "sample"));

function figure(id: string, search = "", of = model): Figure {
  const sections = inOrder(sectionsOf(of, parseView(of, search)));
  return sections.flatMap(({ figures }) => [...figures]).find((one) => one.id === id)!;
}
const column = (id: string, at: number, search?: string): unknown[] =>
  figure(id, search).table.rows.map((row) => row[at]);
const count = (has: (offence: Offence) => boolean): number => offences.filter(has).length;
const year = ({ occurred }: Offence): number => Number(occurred.slice(0, 4));
const isWhole = (offence: Offence): boolean => year(offence) >= 2014 && year(offence) <= 2025;

describe("the counts of a table are those of the rows", () => {
  const isAuto = (one: Offence): boolean =>
    one.category === "Auto Theft" && year(one) >= 2018 && year(one) <= 2023;
  const search = "?category=Auto+Theft&from=2018&to=2023";

  it.each([
    ["month", (one: Offence) => Number(one.occurred.slice(5, 7)) - 1, 12],
    ["weekday", (one: Offence) => (new Date(one.occurred).getUTCDay() + 6) % 7, 7],
    ["day", (one: Offence) => Number(one.occurred.slice(8)) - 1, 31],
    ["hour", (one: Offence) => one.hour, 24],
  ])("by %s, whole and filtered", (id, of, size) => {
    const periods = Array.from({ length: size }, (_, at) => at);
    expect(column(id, 1)).toEqual(periods.map((at) => count((one) => isWhole(one) && of(one) === at)));
    expect(column(id, 1, search)).toEqual(periods.map((at) => count((one) => isAuto(one) && of(one) === at)));
  });

  it("by year, of occurrence and of report, offences and events", () => {
    const years = Array.from({ length: 13 }, (_, at) => 2014 + at);
    const reported = (one: Offence): number => Number(one.reported.slice(0, 4));
    expect(column("year", 1)).toEqual(years.map((at) => count((one) => year(one) === at)));
    expect(column("year", 1, "?basis=report")).toEqual(
      years.map((at) => count((one) => reported(one) === at)),
    );
    expect(column("year", 1, "?count=events&category=Assault")).toEqual(
      years.map(
        (at) =>
          new Set(
            offences
              .filter((one) => year(one) === at && one.category === "Assault")
              .map(({ event }) => event),
          ).size,
      ),
    );
  });

  it("by neighbourhood, with rates of whole years", () => {
    const rows = figure("map", search).table.rows;
    for (const [, id, , population, found, rate] of rows) {
      const wanted = count((one) => isAuto(one) && one.hood === id);
      expect([id, found]).toEqual([id, wanted]);
      expect(rate).toBeCloseTo((1000 * wanted) / Number(population) / 6, 10);
    }
    expect(rows.map(([rank]) => rank)).toEqual(rows.map((_, at) => at + 1));
    expect(figure("map", search).detail).toContain(
      `${count((one) => isAuto(one) && one.hood === null)} offences`,
    );
  });

  it("by hate crime, bias and arrest", () => {
    expect(column("hate-year", 1)).toEqual(
      [2018, 2019, 2020, 2021, 2022, 2023].map(
        (at) => hateCrimes.filter(({ reported }) => reported.startsWith(String(at))).length,
      ),
    );
    const jewish = figure("hate-bias").table.rows.find((row) => row[1] === "Jewish")!;
    const named = hateCrimes.filter(({ biases }) => biases.some(([, value]) => value === "Jewish"));
    expect(jewish.at(-3)).toBe(named.length);
    expect(jewish.at(-1)).toBe(named.filter(({ arrest }) => arrest).length);
  });
});

describe("what accounts for a change", () => {
  it.each(["by-offence", "by-premises", "by-neighbourhood", "by-hour"])("adds up, %s", (id) => {
    for (const search of [
      "",
      "?driver=All&base=2016&compare=2025",
      "?driver=Robbery&base=2019&compare=2024",
    ]) {
      const { table } = figure(id, search);
      const total = (at: number): number => table.rows.reduce((sum, row) => sum + Number(row[at]), 0);
      expect(total(3)).toBe(total(2) - total(1));
      if (total(3) !== 0) expect(total(4)).toBeCloseTo(1, 10);
    }
  });

  it("does not say that a single member explains anything", () => {
    expect(figure("by-offence", "?driver=Auto+Theft").claim).toMatch(/tells nothing more/);
  });

  it("survives a change of nothing", () => {
    expect(figure("by-hour", "?base=2020&compare=2020").claim).toBe("moved with the whole");
  });

  it("never claims a cause", () => {
    const text = JSON.stringify(sectionsOf(model, parseView(model, "")).drivers);
    expect(text).not.toMatch(/because|caused|due to|driven|explains|led to/);
    expect(text).toContain("it is no proof of a cause");
  });
});

describe("the findings", () => {
  it("name the peak with probable default values and without", () => {
    expect(figure("day")).toMatchObject({
      lead: "The 22nd",
      detail: expect.stringContaining("As recorded, the 1st is higher: 3.72") as string,
    });
    expect(figure("hour")).toMatchObject({
      lead: "21:00–21:59",
      detail: expect.stringContaining("As recorded, 00:00–00:59 is higher") as string,
    });
  });

  it("never rank a year in part", () => {
    expect(figure("year").detail).toContain("2026 ends on 31 March 2026: dashed, not ranked.");
    expect(figure("year").lead).toBe("2023");
  });

  it("never compare a year of hate crimes in part with a whole one", () => {
    const early = [{ ...hateCrimes[0]!, event: "early", reported: "2024-02-03" }];
    const modelOf = (hates: typeof hateCrimes): Model => buildModel(aggregatesOf(offences, hates));
    const bias = figure("hate-bias", "", modelOf([...hateCrimes, ...early]));
    expect(bias.lead + bias.claim).toBe(figure("hate-bias").lead + figure("hate-bias").claim);
    expect(bias.claim).toMatch(/^rose most from 2018 to 2023: \d+ to \d+$/);
    expect(bias.table.columns.map(({ label }) => label)).toContain("2024, in part");
    const year = figure("hate-year", "", modelOf([...hateCrimes, ...early]));
    expect(year.detail).toContain("In part, dashed and not ranked: 2024.");
    expect(figure("hate-bias", "", modelOf(early)).claim).toBe(
      "can be compared over years: 2024 is the only one ranked",
    );
  });

  it("speak of shades in words that hold in light and in dark", () => {
    expect(figure("week").detail).toContain("The more a cell stands out, the more offences");
    expect(JSON.stringify(sectionsOf(model, parseView(model, "")))).not.toMatch(/darker|lighter|paler/i);
  });

  it("claim nothing beyond the years that are chosen", () => {
    const search = "?category=Assault&from=2014&to=2018";
    expect(figure("year", search)).toMatchObject({
      lead: "2018",
      claim: "was the busiest full year of 2014–2018",
    });
    expect(figure("year", "?from=2018&to=2018").claim).toBe("is the only full year shown");
    for (const id of ["year", "month", "weekday", "day", "hour", "week", "map"]) {
      expect(figure(id, search).title).toMatch(/(^|: )Assault, 2014–2018$/);
    }
    expect(figure("hood", search).detail).toContain("offences in 2014–2018");
    const { when, where } = sectionsOf(model, parseView(model, search));
    expect([when!.heading, where!.heading]).toEqual([
      expect.stringMatching(/^Assault in 2014–2018 is most frequent in /),
      expect.stringContaining("the highest rate of assault in 2014–2018"),
    ]);
  });

  it("tell both ends of the auto-theft story", () => {
    expect(sectionsOf(model, parseView(model, "")).rising!.heading).toBe(
      "Auto theft rose 219% from 2014 to 2023 and has fallen 54% since",
    );
  });

  it("count lags that no offence has as reached", () => {
    const sameDay = { ...offences[0]!, occurred: "2024-05-05", reported: "2024-05-05" };
    const lag = figure("lag", "", buildModel(aggregatesOf([sameDay], [])));
    expect(`${lag.lead} ${lag.claim}; ${lag.detail}`).toBe(
      "100% were reported within a week; 100% on the same day; 0.0% took more than 90 days.",
    );
    expect(lag.table.rows).toHaveLength(7);
  });

  it("warn that a sample is a sample", () => {
    expect(head(model)).toMatchObject({
      headline: expect.stringMatching(/^In this sample, /) as string,
      notices: [{ after: null, lead: expect.stringContaining("not Toronto’s totals") as string }],
    });
  });

  it("warn of age from the day on which the dataset's definition says so", () => {
    const { notices } = head(buildModel(aggregatesOf(offences, hateCrimes, "portal")));
    expect(notices.map(({ after }) => after)).toEqual(["2026-10-27", "2025-09-30"]);
  });
});
