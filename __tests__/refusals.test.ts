import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import {
  ask,
  crime,
  fingerprints,
  reportOf,
  sampleText,
  slice,
  temporaryFolder,
  writeFile,
  type Reported,
} from "./support/crime";

jest.setTimeout(120_000);

const folder = temporaryFolder();
const dataDir = path.join(folder, "data");
const good = writeFile(folder, "good.csv", sampleText("major_crimes"));

/** The sample for hate crimes unless told otherwise. */
const run = (...args: string[]): Promise<Reported> => reportOf(dataDir, ["--hate-crimes", "sample", ...args]);

describe("a refusal", () => {
  const header = sampleText("major_crimes").split("\n")[0]!;
  let before: unknown[];

  beforeAll(async () => {
    await run("--major-crimes", good);
    before = await fingerprints(dataDir);
  });

  it.each([
    ["an error page", "<html>502</html>", "HTML page"],
    ["an empty file", "", "empty"],
    ["a header alone", header, "no rows"],
    [
      "a missing column",
      sampleText("major_crimes").replace("PREMISES_TYPE", "x").replace("OFFENCE", "y"),
      '"PREMISES_TYPE", "OFFENCE" is missing',
    ],
    ["a renamed column", sampleText("major_crimes").replace("OFFENCE", "CRIME"), '"CRIME" is new'],
    ["a ragged row", sampleText("major_crimes") + "1,2\n", "line 10002 has 2 fields"],
    ["a fault of encoding", sampleText("major_crimes").replace("York", "Y\u00f6rk"), "not UTF-8"],
    [
      "a spreadsheet's dates",
      sampleText("major_crimes").replaceAll("2014-01-01", "1.38855E+12"),
      "spreadsheet",
    ],
    ["a cut file", slice("major_crimes", 9_000), "9,000 rows, more than 2 % fewer"],
    [
      "an old file",
      sampleText("major_crimes")
        .replace(/\n[^\n]*,2026-0[^\n]*/g, (row, at: number) =>
          at % 7 ? row.replaceAll("2026-0", "2025-0") : row,
        )
        .replaceAll("2026-0", "2025-0"),
      "is older than 2026-03-31",
    ],
  ])("for %s keeps the last good data", async (_, content, sentence) => {
    const bad = writeFile(folder, "bad.csv", Buffer.from(content, "latin1"));
    const report = await run("--major-crimes", bad);
    expect(report).toMatchObject({
      code: 2,
      status: "refused",
      outcomes: [{ outcome: "refused" }, { outcome: "unchanged" }],
    });
    expect(report.stderr).toContain(sentence);
    expect(await fingerprints(dataDir)).toEqual(before);
    const [recorded] = await ask(
      dataDir,
      "select * from ops.load_outcomes where outcome = 'refused' order by attempted_at desc limit 1",
    );
    expect(recorded).toMatchObject({
      dataset: "major_crimes",
      reason: expect.stringContaining(sentence) as string,
    });
  });

  it("at the portal's row cap too", async () => {
    const [head, ...rows] = sampleText("major_crimes").trimEnd().split("\n");
    const capped = writeFile(
      folder,
      "capped.csv",
      [head, ...rows, ...rows, ...rows, ...rows.slice(0, 2000)].join("\n"),
    );
    expect(await run("--major-crimes", capped)).toMatchObject({ code: 2 });
  });

  it("can be overruled with a reason, which is recorded", async () => {
    const smaller = writeFile(folder, "smaller.csv", slice("major_crimes", 9_000));
    const report = await run("--major-crimes", smaller, "--accept-smaller", "rows taken back");
    expect(report).toMatchObject({ code: 0, status: "published" });
    expect(report.stderr).toMatch(/! major_crimes: 9,000 rows, .* accepted all the same: rows taken back/);
    expect(await ask(dataDir, "select count(*) as n from fct_offences")).toEqual([{ n: 9000 }]);
    const manifests = readdirSync(path.join(dataDir, "lake/major_crimes"), { recursive: true }).map(String);
    const texts = manifests
      .filter((name) => name.endsWith(".json"))
      .map((name) => readFileSync(path.join(dataDir, "lake/major_crimes", name), "utf8"));
    expect(texts.join()).toContain('"acceptedSmaller": "rows taken back"');
    const [recorded] = await ask(
      dataDir,
      "select reason from ops.load_outcomes where reason like '%accepted%'",
    );
    expect(recorded).toEqual({
      reason: expect.stringContaining("accepted all the same: rows taken back") as string,
    });
  });

  it("of one dataset does not hold back the other", async () => {
    const bad = writeFile(folder, "bad.csv", "<html>");
    const hate = writeFile(folder, "hate.csv", slice("hate_crimes", 1_340));
    const report = await run("--major-crimes", bad, "--hate-crimes", hate, "--accept-smaller", "test");
    expect(report).toMatchObject({
      code: 2,
      status: "partial",
      outcomes: [{ outcome: "refused" }, { outcome: "loaded" }],
    });
    expect(await ask(dataDir, "select count(*) as n from fct_hate_crimes")).toEqual([{ n: 1340 }]);
    expect(await ask(dataDir, "select count(*) as n from fct_offences")).toEqual([{ n: 9000 }]);
  });

  it("of both builds nothing", async () => {
    const before = await fingerprints(dataDir);
    const bad = writeFile(folder, "bad.csv", "<html>");
    expect(await run("--major-crimes", bad, "--hate-crimes", bad)).toMatchObject({
      code: 2,
      status: "refused",
    });
    expect(await fingerprints(dataDir)).toEqual(before);
  });

  it("of everything, in an empty folder, publishes nothing", async () => {
    const bad = writeFile(folder, "bad.csv", "<html>");
    const empty = path.join(folder, "empty");
    const { code, stdout } = await crime([
      "run",
      "--major-crimes",
      bad,
      "--hate-crimes",
      bad,
      "--data-dir",
      empty,
    ]);
    expect(code).toBe(2);
    expect(stdout).toContain("nothing is published");
    expect(existsSync(path.join(empty, "warehouse.duckdb"))).toBe(false);
    expect((await crime(["query", "select 1", "--data-dir", empty])).stderr).toContain(
      "nothing was published yet",
    );
  });
});

it("warns of what it lands all the same: an unknown column, by name, and few rows", async () => {
  const [head, ...rows] = slice("major_crimes", 60).trimEnd().split("\n");
  const wider = writeFile(
    folder,
    "wider.csv",
    [`${head},WEAPON`, ...rows.map((row) => `${row},x`)].join("\n"),
  );
  const report = await reportOf(path.join(folder, "wider"), [
    "--major-crimes",
    wider,
    "--hate-crimes",
    "sample",
  ]);
  expect(report).toMatchObject({ code: 0, status: "published" });
  expect(report.stderr.match(/! .*/g)).toEqual([
    '! major_crimes: unknown column "WEAPON" is kept in the lake and left out of the warehouse',
    "! major_crimes: 60 rows; a complete publication has at least 400,000",
  ]);
});
