import { buildModel } from "../../dashboard/build-model";
import { defaultView, formatView, parseView } from "../../dashboard/view";
import { aggregatesOf, sampleHateCrimes, sampleOffences } from "./support/aggregates";

const model = buildModel(aggregatesOf(sampleOffences(), sampleHateCrimes()));
const start = defaultView(model);

it("shows everything first, and the rise of what rose most to its peak", () => {
  expect(start).toEqual({
    category: "All",
    from: 2014,
    to: 2025,
    count: "offences",
    basis: "occurrence",
    driver: "Assault",
    base: 2014,
    compare: 2024,
    measure: "rate",
    hood: "",
  });
  expect(formatView(model, start)).toBe("");
});

it.each([
  "?category=Auto+Theft&from=2018&to=2023",
  "?driver=Auto+Theft",
  "?driver=Auto+Theft&base=2023&compare=2025",
  "?count=events&basis=report&measure=count&hood=073",
])("keeps %s", (search) => {
  expect(formatView(model, parseView(model, search))).toBe(search);
});

it("compares a category with its own peak", () => {
  expect(parseView(model, "?driver=Auto+Theft")).toMatchObject({ base: 2014, compare: 2023 });
});

it.each([
  ["?category=Arson", ""],
  ["?from=1999&to=2026", ""],
  ["?from=2020&to=2016", "?from=2016&to=2020"],
  ["?hood=999&base=x&unknown=1", ""],
])("reads %s as %s", (search, kept) => {
  expect(formatView(model, parseView(model, search))).toBe(kept);
});
