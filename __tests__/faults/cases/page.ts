import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { AggregateName } from "../../../dashboard/aggregates";
import type { Row } from "../../../dashboard/rows";
import { askAggregates } from "../../../pipeline/site";
import { Warehouse } from "../../../pipeline/warehouse";
import { projectDir, sha256, temporaryFolder, type Ended } from "../../support/crime";
import { inArea, type Fault } from "../support/fault";
import { ground } from "../support/ground";
import { hooked } from "../support/hook";
import { laptop } from "../support/laptop";
import { judge } from "../support/prove";

const fault = inArea("page");

const RENDERER = path.join(projectDir, "dashboard", "dist", "render.cjs");
const AGAIN = "make all aggregates again from one publication";

interface Press {
  readonly aggregates: string;
  readonly page: string;
}

/** `node render.cjs AGGREGATES PAGE`, as the flow in the cloud runs it. */
function render(
  { aggregates, page }: Press,
  env: NodeJS.ProcessEnv = {},
  fileLimitKb?: number,
): Promise<Ended> {
  const limit = fileLimitKb === undefined ? "" : `ulimit -f ${fileLimitKb * 2}; `;
  const line = [process.execPath, RENDERER, aggregates, page];
  const child = spawn("sh", ["-c", `${limit}exec "$@"`, "render", ...line], {
    env: { ...process.env, ...env },
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/** The published aggregates as the flow hands them over, and a page that was made of them. */
async function press(): Promise<Press> {
  const folder = temporaryFolder();
  const made = { aggregates: path.join(folder, "aggregates"), page: path.join(folder, "site", "index.html") };
  mkdirSync(made.aggregates);
  mkdirSync(path.dirname(made.page));
  const warehouse = await Warehouse.open(path.join(ground().base, "warehouse.duckdb"), "read");
  try {
    for (const [name, rows] of Object.entries(await askAggregates(warehouse))) {
      writeFileSync(path.join(made.aggregates, `${name}.json`), JSON.stringify(rows));
    }
  } finally {
    warehouse.close();
  }
  expect(await render(made)).toMatchObject({ code: 0 });
  return made;
}

/** The old page stays whole, alone in its folder; made again from good aggregates it is the same. */
const rendered = (
  id: string,
  broken: string,
  says: string,
  meet: (made: Press, good: (name: AggregateName) => Row[]) => void | Promise<Ended>,
  exit: Fault["exit"] = 1,
): Fault =>
  fault(id, {
    broken,
    says,
    exit,
    leaves: "the page as before",
    heals: "the same page",
    prove: async (declared) => {
      const made = await press();
      const before = sha256(made.page);
      const kept = new Map(
        readdirSync(made.aggregates).map((name) => [name, readFileSync(path.join(made.aggregates, name))]),
      );
      const good = (name: AggregateName): Row[] => JSON.parse(kept.get(`${name}.json`)!.toString()) as Row[];
      judge(declared, (await meet(made, good)) ?? (await render(made)));
      expect(sha256(made.page)).toBe(before);
      if (exit === 1) expect(readdirSync(path.dirname(made.page))).toEqual(["index.html"]);
      for (const [name, content] of kept) writeFileSync(path.join(made.aggregates, name), content);
      expect(await render(made)).toMatchObject({ code: 0 });
      expect(sha256(made.page)).toBe(before);
      expect(readdirSync(path.dirname(made.page))).toEqual(["index.html"]);
    },
  });

/** Rewrites an aggregate. */
const rewritten =
  (name: AggregateName, change: (rows: Row[]) => unknown) =>
  (made: Press, good: (name: AggregateName) => Row[]): void =>
    writeFileSync(path.join(made.aggregates, `${name}.json`), JSON.stringify(change(good(name))));

export const PAGE: readonly Fault[] = [
  rendered(
    "disagreeing",
    "two aggregates disagree",
    `error: … offences where by_year has … (…) (by_weekday.json): ${AGAIN}`,
    rewritten("by_weekday", ([first, ...rest]) => [
      { ...first, offences: Number(first!["offences"]) + 1 },
      ...rest,
    ]),
  ),
  rendered(
    "rows-missing",
    "an aggregate has lost its rows",
    `error: … (by_neighbourhood.json): ${AGAIN}`,
    rewritten("by_neighbourhood", () => []),
  ),
  rendered(
    "file-missing",
    "the file of an aggregate is missing",
    "error: cannot read an aggregate: ENOENT: … (…): make it again",
    ({ aggregates }) => rmSync(path.join(aggregates, "hate_by_bias.json")),
  ),
  rendered(
    "file-garbled",
    "the file of an aggregate is cut",
    "error: cannot read an aggregate: … (…): make it again",
    ({ aggregates }) => writeFileSync(path.join(aggregates, "by_year.json"), '[\n{"basis": "occ'),
  ),
  rendered(
    "no-array",
    "an aggregate is no list of rows",
    `error: the aggregate is missing, or is no array of rows (by_month.json): ${AGAIN}`,
    rewritten("by_month", (rows) => rows[0]),
  ),
  rendered(
    "unknown-category",
    "a category that nothing knows",
    `error: category "Jaywalking" is not one of … (…): ${AGAIN}`,
    rewritten("by_year", (rows) =>
      rows.map((row) => (row["category"] === "Robbery" ? { ...row, category: "Jaywalking" } : row)),
    ),
  ),
  rendered(
    "mixed-publications",
    "aggregates of two publications",
    `error: publication ffffffffffffffff is mixed with … (hate_by_year.json): ${AGAIN}`,
    rewritten("hate_by_year", (rows) => rows.map((row) => ({ ...row, publication_id: "f".repeat(16) }))),
  ),
  rendered(
    "row-twice",
    "a row of an aggregate stands twice",
    `error: two rows for … (by_day_of_month.json): ${AGAIN}`,
    rewritten("by_day_of_month", (rows) => [...rows, rows[0]]),
  ),
  rendered(
    "no-number",
    "a count is no number",
    `error: offences is "many", not a whole number (report_lag.json): ${AGAIN}`,
    rewritten("report_lag", ([first, ...rest]) => [{ ...first, offences: "many" }, ...rest]),
  ),
  rendered(
    "column-missing",
    "an aggregate lacks a column",
    `error: a row has no column population_2023 (neighbourhoods.json): ${AGAIN}`,
    rewritten("neighbourhoods", (rows) => rows.map((row) => ({ ...row, population_2023: undefined }))),
  ),
  rendered(
    "disk-full",
    "the disk fills up while the page is rendered",
    "error: cannot write the page: EFBIG: … (…): mend that and run again",
    (made) => render(made, {}, 100),
  ),
  rendered(
    "folder-missing",
    "the folder of the page is missing",
    "error: cannot write the page: ENOENT: … (…): mend that and run again",
    (made) => render({ ...made, page: path.join(made.aggregates, "no", "index.html") }),
  ),
  rendered(
    "killed",
    "the renderer is killed before its page takes its place",
    "",
    (made) => render(made, hooked("kill", "renameSync", "index.html")),
    "SIGKILL",
  ),
  fault("of-spoilt-marts", {
    broken: "somebody has changed a published mart, and the page has to be made",
    says: `error: … (…): ${AGAIN}`,
    exit: 1,
    leaves: "no page, as before",
    heals: "published anew from the lake, the same marts",
    prove: laptop(async (world) => {
      rmSync(world.site);
      const warehouse = await Warehouse.open(world.warehouse, "write");
      await warehouse.run("update marts.crime_by_period set offences = offences + 1 where grain = 'month'");
      await warehouse.checkpoint();
      warehouse.close();
      return {
        mend: () => {
          expect(existsSync(world.site)).toBe(false);
          rmSync(world.warehouse);
        },
      };
    }),
  }),
];
