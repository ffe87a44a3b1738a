import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { AGGREGATES } from "../../dashboard/aggregates";
import { askAggregates } from "../../pipeline/site";
import { Warehouse } from "../../pipeline/warehouse";
import { crime, temporaryFolder, writeFile } from "../support/crime";
import { aggregatesOf, sampleHateCrimes, sampleOffences } from "./support/aggregates";

jest.setTimeout(120_000);

const dataDir = path.join(temporaryFolder(), "data");
const site = path.join(dataDir, "site", "index.html");

it("tells whoever asks too early", async () => {
  const { code, stderr } = await crime(["open", "--data-dir", dataDir]);
  expect([code, stderr]).toEqual([1, expect.stringMatching(/no page yet .*run crime run first/) as string]);
});

it("is written by a run, alone in its folder", async () => {
  const { code, stdout } = await crime(["run", "--data-dir", dataDir]);
  expect(code).toBe(0);
  expect(stdout).toContain("index.html");
  expect(readdirSync(path.dirname(site))).toEqual(["index.html"]);
  expect(readFileSync(site, "utf8")).toContain("Sample data: these are not Toronto’s totals");
});

it("stays as it is while nothing changes, and comes back when it is gone", async () => {
  const before = [statSync(site).mtimeMs, readFileSync(site, "utf8")] as const;
  await crime(["run", "--data-dir", dataDir]);
  expect(statSync(site).mtimeMs).toBe(before[0]);
  rmSync(path.dirname(site), { recursive: true });
  await crime(["run", "--data-dir", dataDir]);
  expect(existsSync(site)).toBe(true);
  expect(readFileSync(site, "utf8") === before[1]).toBe(true);
});

it("is opened", async () => {
  const { code, stdout } = await crime(["open", "--print", "--data-dir", dataDir]);
  expect([code, stdout]).toEqual([0, `file://${site}\n`]);
});

/** As text, without what depends on the day of the run, in an order of its own. */
function comparable(
  rows: readonly Readonly<Record<string, unknown>>[],
  columns: readonly string[],
): string[] {
  const kept = columns.filter(
    (column) => !["publication_id", "snapshot_date", "file_sha256"].includes(column),
  );
  return rows
    .map((row) => JSON.stringify(kept.map((column) => String((row[column] ?? "") as string))))
    .sort();
}

it("reads from the marts what the publisher's rows hold", async () => {
  const warehouse = await Warehouse.open(path.join(dataDir, "warehouse.duckdb"), "read");
  try {
    const asked = await askAggregates(warehouse);
    const counted = aggregatesOf(sampleOffences(), sampleHateCrimes(), "sample");
    for (const { name, columns } of AGGREGATES) {
      const [found, wanted] = [asked, counted].map((all) => comparable(all[name], columns));
      expect([name, found]).toEqual([name, wanted]);
    }
  } finally {
    warehouse.close();
  }
});

describe("crime looker", () => {
  it("prints links for the marts of a deployment", async () => {
    const { code, stdout } = await crime(["looker", "--project", "p", "--dataset", "crime_marts", "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toHaveLength(15);
  });

  it.each([
    ["npm run outputs", { project_id: "p", marts_dataset: "crime_marts" }],
    ["terraform output -json", { project_id: { value: "p" }, marts_dataset: { value: "crime_marts" } }],
  ])("takes what %s has printed", async (_, printed) => {
    const file = writeFile(temporaryFolder(), "outputs.json", JSON.stringify(printed));
    const { code, stdout } = await crime(["looker", "--outputs", file]);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/projectId=p&.*datasetId=crime_marts/)]);
  });

  it("asks Terraform for what it does not know, and says what is missing", async () => {
    const asked = await crime(["looker", "--project", "p"], { CRIME_PROJECT_ID: "" });
    expect([asked.code, asked.stderr]).toEqual([1, expect.stringContaining("projectId is missing")]);
    const file = writeFile(temporaryFolder(), "outputs.json", "{}");
    const lacks = await crime(["looker", "--project", "p", "--outputs", file]);
    expect([lacks.code, lacks.stderr]).toEqual([1, expect.stringContaining("marts_dataset is missing")]);
  });
});
