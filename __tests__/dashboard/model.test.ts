import { AGGREGATES, type AggregateName } from "../../dashboard/aggregates";
import { buildModel } from "../../dashboard/build-model";
import type { Aggregates } from "../../dashboard/aggregates";
import type { Row } from "../../dashboard/rows";
import { UserError } from "../../errors";
import { aggregatesOf, sampleHateCrimes, sampleOffences, type Made } from "./support/aggregates";

const made = aggregatesOf(sampleOffences(), sampleHateCrimes(), "sample");

const changed = (name: AggregateName, change: (rows: Row[]) => Row[] | undefined): Partial<Aggregates> => ({
  ...made,
  [name]: change([...made[name]]),
});
const first = (rows: Row[], change: Row): Row[] => [{ ...rows[0], ...change }, ...rows.slice(1)];

it("reads the same model from text as from numbers, in any order, with nulls left out", () => {
  const asText = Object.fromEntries(
    Object.entries(made).map(([name, rows]) => [
      name,
      [...rows].reverse().map((row) =>
        Object.fromEntries(
          Object.entries(row)
            .filter(([, value]) => value !== null)
            .map(([column, value]) => [column, typeof value === "number" ? String(value) : value]),
        ),
      ),
    ]),
  ) as unknown as Made;
  expect(JSON.stringify(buildModel(asText))).toBe(JSON.stringify(buildModel(made)));
});

it("counts what it leaves out", () => {
  const before = sampleOffences().filter(({ occurred }) => occurred < "2014").length;
  expect(before).toBeGreaterThan(0);
  expect(buildModel(made)).toMatchObject({
    elsewhen: before,
    completeYears: expect.not.arrayContaining([2026]) as number[],
    years: expect.arrayContaining([2014, 2026]) as number[],
  });
});

describe.each(AGGREGATES.map(({ name }) => name))("without %s", (name) => {
  it("refuses", () => {
    expect(() => buildModel(changed(name, () => undefined))).toThrow(/missing/);
  });

  it("refuses a row without a column", () => {
    const { columns } = AGGREGATES.find((one) => one.name === name)!;
    const column = columns.find((one) => /row_count|offences|population|occurrences/.test(one));
    expect(() => buildModel(changed(name, (rows) => first(rows, { [column!]: undefined })))).toThrow(
      UserError,
    );
  });

  it("refuses a second publication", () => {
    expect(() => buildModel(changed(name, (rows) => first(rows, { publication_id: "another" })))).toThrow(
      /mixed/,
    );
  });

  it("refuses a row that stands twice", () => {
    expect(() => buildModel(changed(name, (rows) => [...rows, rows[0]!]))).toThrow(UserError);
  });
});

it.each<[string, AggregateName, (rows: Row[]) => Row[], RegExp]>([
  [
    "an unknown category",
    "by_neighbourhood",
    (rows) => first(rows, { category: "Arson" }),
    /category "Arson"/,
  ],
  ["an unknown basis", "by_year", (rows) => first(rows, { basis: "trial" }), /basis "trial"/],
  [
    "an unknown bias",
    "hate_by_bias",
    (rows) => first(rows, { bias_category: "hair" }),
    /bias_category "hair"/,
  ],
  ["an unknown weekday", "by_weekday", (rows) => first(rows, { weekday: 8 }), /unknown weekday 8/],
  ["an unknown hour", "by_weekday_hour", (rows) => first(rows, { hour: 24 }), /unknown hour 24/],
  [
    "an unknown neighbourhood",
    "by_neighbourhood",
    (rows) => first(rows, { neighbourhood_id: "999" }),
    /unknown hood 999/,
  ],
  [
    "an unknown lag",
    "report_lag",
    (rows) => first(rows, { lag_bucket: "2 to 7 days" }),
    /lag_bucket "2 to 7 days" is not one of same day, 1 day/,
  ],
  ["no number", "by_month", (rows) => first(rows, { offences: "many" }), /offences is "many"/],
  ["half an offence", "by_month", (rows) => first(rows, { offences: 1.5 }), /not a whole number/],
  ["157 neighbourhoods", "neighbourhoods", (rows) => rows.slice(1), /157 neighbourhoods, not 158/],
  [
    "a neighbourhood under two names",
    "neighbourhoods",
    (rows) => first(rows, { neighbourhood_id: rows[1]!["neighbourhood_id"] }),
    /157 neighbourhoods, not 158/,
  ],
  ["a lost day", "by_day_of_month", (rows) => rows.slice(1), /where by_year has/],
  ["a lost month", "by_month", (rows) => rows.slice(1), /where by_year has/],
  ["a lost weekday", "by_weekday", (rows) => rows.slice(1), /where by_year has/],
  ["a lost member", "by_member", (rows) => rows.slice(1), /where by_year has/],
  ["a lost neighbourhood", "by_neighbourhood", (rows) => rows.slice(1), /where by_year has/],
  [
    "a lost lag",
    "report_lag",
    (rows) => rows.filter((row) => row["category"] === "All" || row["lag_bucket"] !== "same day"),
    /report_lag/,
  ],
  ["a lost year", "by_year", (rows) => rows.slice(1), /by_year/],
  ["a lost year of hate crimes", "hate_by_year", (rows) => rows.slice(1), /hate_by_/],
  [
    "more of a bias than hate crimes",
    "hate_by_bias",
    (rows) => first(rows, { occurrences: 5000 }),
    /more than all/,
  ],
])("refuses %s", (_, name, change, message) => {
  const build = (): unknown => buildModel(changed(name, change));
  expect(build).toThrow(UserError);
  expect(build).toThrow(message);
  expect(build).toThrow(/make all aggregates again from one publication/);
});

it("takes offences of unknown hour, which are in no cell of the week", () => {
  const model = buildModel(changed("by_weekday_hour", (rows) => rows.slice(1)));
  expect(model.byWeekdayHour.cells.length).toBe(13 * 7 * 24 * 5);
});
