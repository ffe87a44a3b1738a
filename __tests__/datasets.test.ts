import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "csv-parse/sync";
import { load } from "js-yaml";
import { datasets, defineDataset, layoutOf, majorCrimes, missingColumns, unknownColumns } from "../datasets";
import { BIAS_CATEGORIES, CATEGORIES } from "../datasets/terms";
import { projectDir, sampleText } from "./support/crime";

describe.each(datasets.map((dataset) => [dataset.id, dataset] as const))("%s", (id, dataset) => {
  const header = parse(sampleText(id), { to_line: 1 })[0]!;

  it("knows the sample's header, as the layout the City serves today", () => {
    expect(missingColumns(dataset, header)).toEqual([]);
    expect(unknownColumns(dataset, header)).toEqual([]);
    expect(layoutOf(dataset, header)?.id).toBe("L4");
    expect(layoutOf(dataset, header)?.header).toEqual(header);
  });

  it("warns at the ages that dbt's sources state", () => {
    const sources = readFileSync(
      path.join(projectDir, "dbt_crime/models/staging/_toronto_police__sources.yml"),
      "utf8",
    );
    const table = sources.slice(sources.indexOf(`- name: ${id}`));
    const [, days] = /warn_after: \{ ?count: (\d+), period: day ?\}/.exec(table)!;
    expect(Number(days)).toBe(dataset.warnAfterDays.publisher);
  });
});

it("finds the category under each name that it has had", () => {
  for (const name of ["MCI", "MCI_CATEGORY", "CSI_CATEGORY", "csi_category"]) {
    const header = majorCrimes.layouts[2]!.header.map((column) =>
      column === "CSI_CATEGORY" ? name : column,
    );
    expect(missingColumns(majorCrimes, header)).toEqual([]);
  }
});

it.each([
  ["L2", "_id", "MCI_CATEGORY", false, false],
  ["L3", "_id", "MCI_CATEGORY", true, false],
  ["L4", "_id", "CSI_CATEGORY", true, false],
  ["T4", "OBJECTID", "CSI_CATEGORY", true, true],
])("tells layout %s by its header", (id, rowId, category, coordinates, projected) => {
  const header = majorCrimes.layouts[2]!.header.filter((name) => coordinates || !name.endsWith("_WGS84"))
    .map((name) => (name === "_id" ? rowId : name === "CSI_CATEGORY" ? category : name))
    .concat(projected ? ["x", "y"] : []);
  expect(layoutOf(majorCrimes, header)?.id).toBe(id);
  expect(layoutOf(majorCrimes, [...header, "SOMETHING_NEW"])?.id).toBe(id);
});

it.each([
  ["stands for two columns", { derived: ["OFFENCE"] }],
  ["layout X lacks event_unique_id", { layouts: [{ id: "X", served: "", header: ["_id"], defects: [] }] }],
  ["is not a kept column", { dateColumns: ["birthday"] }],
])("refuses a definition that contradicts itself: %s", (message, change) => {
  expect(() => defineDataset({ ...majorCrimes, ...change })).toThrow(message);
});

it("has the lists that dbt_crime has", () => {
  const read = (file: string): string => readFileSync(path.join(projectDir, "dbt_crime", file), "utf8");
  const accepted = (file: string): unknown[] => {
    const found: unknown[] = [];
    JSON.stringify(load(read(file)), (key, value: { arguments: { values: string[] } }) => {
      if (key === "accepted_values") found.push(value.arguments.values.toSorted());
      return value;
    });
    return found;
  };
  const macro = (name: string): string[] => {
    const [, list] = new RegExp(`macro ${name}\\(\\)[^[]*\\[([^\\]]*)`).exec(read("macros/terms.sql"))!;
    return [...list!.matchAll(/'([^']*)'/g)].map(([, value]) => value!);
  };
  expect(macro("categories")).toEqual(CATEGORIES);
  expect(accepted("models/marts/major_crimes/fct_offences.yml")).toEqual([[...CATEGORIES].sort()]);
  expect([...macro("bias_columns"), "disability", "age"]).toEqual(BIAS_CATEGORIES);
  expect(accepted("models/marts/hate_crimes/hate_crime_biases.yml")).toEqual([[...BIAS_CATEGORIES].sort()]);
});
