import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parse } from "csv-parse/sync";
import { MARTS } from "../pipeline/marts";
import type { Status } from "../pipeline/status";
import {
  ask,
  crime,
  NO_PORTAL,
  reportOf,
  sampleText,
  sha256,
  slice,
  temporaryFolder,
  writeFile,
  type Reported,
} from "./support/crime";
import { packageOf, PortalStandIn } from "./support/portal";

jest.setTimeout(120_000);

const folder = temporaryFolder();
const dataDir = path.join(folder, "data");
const warehouse = path.join(dataDir, "warehouse.duckdb");
const portal = new PortalStandIn();
let portalUrl: string;

const majorRows = parse<Record<string, string>>(sampleText("major_crimes"), { columns: true });
const hateRows = parse<Record<string, string>>(sampleText("hate_crimes"), { columns: true });

const run = (...args: string[]): Promise<Reported> =>
  reportOf(dataDir, args, { CRIME_PORTAL_URL: portalUrl });

beforeAll(async () => {
  portalUrl = await portal.start();
  portal.packages.set(packageOf.major, {
    csv: sampleText("major_crimes"),
    lastModified: "2026-10-30T14:00:00",
  });
  portal.packages.set(packageOf.hate, {
    csv: sampleText("hate_crimes"),
    lastModified: "2026-03-02T10:00:00",
  });
});
afterAll(() => portal.stop());

describe("the first run, without a portal", () => {
  it("publishes the bundled sample and says so everywhere", async () => {
    const { code, stdout, stderr } = await crime(["run", "--data-dir", dataDir], {
      CRIME_PORTAL_URL: NO_PORTAL,
    });
    expect(code).toBe(0);
    expect(stderr).toMatch(/portal cannot be reached .* using the bundled SAMPLE/);
    expect(stdout).toMatch(/^\nSAMPLE DATA, not Toronto's totals/);
    expect(stdout).toContain("published: marts in");
    expect(JSON.parse(readFileSync(path.join(dataDir, "answers.json"), "utf8"))).toMatchObject({
      notice: expect.stringContaining("SAMPLE DATA") as string,
    });
    expect((await crime(["status", "--data-dir", dataDir])).stdout).toMatch(/^SAMPLE DATA/);
  });

  it("is unchanged when it is run again, and leaves the warehouse alone", async () => {
    const before = sha256(warehouse);
    const { code, stdout, stderr } = await crime(["run", "--data-dir", dataDir]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\nunchanged: /);
    expect(stderr).toContain("keeping the snapshot of");
    expect(sha256(warehouse)).toBe(before);
  });

  it("holds every mart, and nothing half-done beside them", async () => {
    const tables = await ask<{ table_name: string }>(
      dataDir,
      "select table_name from information_schema.tables where table_schema in ('marts', 'audit') order by all",
    );
    expect(tables.map(({ table_name }) => table_name)).toEqual([...MARTS].sort());
    expect(readdirSync(dataDir).filter((name) => !name.startsWith("."))).toEqual([
      "answers.json",
      "lake",
      "site",
      "warehouse.duckdb",
    ]);
    expect(existsSync(path.join(dataDir, ".work"))).toBe(false);
  });
});

describe("the published figures", () => {
  it("are those of an independent count", async () => {
    const tally = (
      rows: Record<string, string>[],
      key: (row: Record<string, string>) => string,
    ): Record<string, number> => {
      const counts: Record<string, number> = {};
      for (const row of rows) counts[key(row)] = (counts[key(row)] ?? 0) + 1;
      return counts;
    };
    const asked = async (sql: string): Promise<Record<string, number>> =>
      Object.fromEntries((await ask<{ k: string; n: number }>(dataDir, sql)).map(({ k, n }) => [k, n]));

    expect(
      await asked("select category || report_year as k, count(*) as n from fct_offences group by 1"),
    ).toEqual(tally(majorRows, (row) => row["CSI_CATEGORY"]! + row["REPORT_YEAR"]!));
    expect(
      await asked(
        "select period as k, offences as n from crime_by_period where grain = 'year' and category = 'All'",
      ),
    ).toEqual(tally(majorRows, (row) => row["OCC_DATE"]!.slice(0, 4)));
    expect(
      await asked(
        `select category || period as k, offences as n from crime_by_period where grain = 'hour' and category <> 'All'`,
      ),
    ).toEqual(
      tally(
        majorRows.filter((row) => row["OCC_DATE"]! >= "2014" && row["OCC_DATE"]! < "2026"),
        (row) => row["CSI_CATEGORY"]! + row["OCC_HOUR"]!.padStart(2, "0"),
      ),
    );
    expect(
      await asked(
        "select coalesce(neighbourhood_id, 'NSA') as k, count(*) as n from fct_offences group by 1",
      ),
    ).toEqual(tally(majorRows, (row) => row["HOOD_158"]!));
    expect(await asked("select reported_year as k, occurrences as n from hate_crimes_by_year")).toEqual(
      tally(hateRows, (row) => row["REPORTED_YEAR"]!),
    );
    const religions = hateRows
      .flatMap((row) => row["RELIGION_BIAS"]!.split(",").map((value) => value.trim()))
      .filter((v) => v !== "None");
    expect(
      await asked(
        "select bias_value as k, count(*) as n from hate_crime_biases where bias_category = 'religion' group by 1",
      ),
    ).toEqual(
      tally(
        religions.map((value) => ({ value })),
        ({ value }) => value!,
      ),
    );
  });

  it("are counted once in each mart that divides them", async () => {
    const [sums] = await ask(
      dataDir,
      `select
      (select count(*) from fct_offences) as fact,
      (select sum(offences) from crime_by_period where grain = 'year' and category = 'All') as period,
      (select sum(offences) from crime_by_weekday_hour where category = 'All') as weekday_hour,
      (select sum(offences) from crime_trends where basis = 'report' and category <> 'All') as trends,
      (select sum(offences) from crime_by_member where dimension = 'hour') as member,
      (select sum(offences) from crime_by_neighbourhood where category = 'All') as neighbourhood,
      (select sum(offences) from report_lag where category = 'All') as lag`,
    );
    expect(new Set(Object.values(sums!))).toEqual(new Set([majorRows.length]));
  });

  it("add up to the change that they account for", async () => {
    const odd = await ask(
      dataDir,
      `
      select category, pair, dimension, sum(change) as change, any_value(expected) as expected, sum(contribution) as contribution
      from crime_drivers join (
        select category, t.year, t.offences from crime_trends t where basis = 'occurrence'
      ) as b using (category) join (
        select category, t.year, t.offences from crime_trends t where basis = 'occurrence'
      ) as c using (category), lateral (select c.offences - b.offences as expected)
      where b.year = base_year and c.year = compare_year
      group by all having sum(change) <> any_value(expected) or abs(sum(contribution) - 1) > 1e-9`,
    );
    expect(odd).toEqual([]);
  });
});

describe("a user's own questions", () => {
  it("are answered as a table, JSON or CSV, and cannot change anything", async () => {
    const query = (...args: string[]) => crime(["query", ...args, "--data-dir", dataDir]);
    expect((await query("select 1 as a, 'x,y' as b", "--csv")).stdout).toBe('a,b\n1,"x,y"\n');
    expect((await query("select 1 as a")).stdout).toContain("1 row");
    const large = await query("select count(*) as n, sum(1) as s, 9007199254740993 as beyond", "--json");
    expect(JSON.parse(large.stdout)).toEqual([{ n: 1, s: 1, beyond: "9007199254740993" }]);
    for (const sql of ["drop table fct_offences", `copy fct_offences to '${folder}/out.csv'`]) {
      const { code, stderr } = await query(sql);
      expect(code).toBe(1);
      expect(stderr).toMatch(/^error: [^\n]+\n$/);
    }
    expect(existsSync(path.join(folder, "out.csv"))).toBe(false);
  });

  it("can go on elsewhere: every mart as CSV and Parquet, with the attribution", async () => {
    const target = path.join(folder, "export");
    expect((await crime(["export", target, "--data-dir", dataDir])).code).toBe(0);
    expect(readdirSync(target).sort()).toEqual(
      [...MARTS.flatMap((mart) => [`${mart}.csv`, `${mart}.parquet`]), "ATTRIBUTION.txt"].sort(),
    );
    const facts = parse<unknown>(readFileSync(path.join(target, "fct_offences.csv")), { columns: true });
    expect(facts).toHaveLength(majorRows.length);
    const text = readFileSync(path.join(target, "ATTRIBUTION.txt"), "utf8");
    expect(text).toMatch(/^SAMPLE DATA[^]*Open Government Licence – Toronto/);
  });
});

describe("the portal", () => {
  it("takes the sample's place when it can be reached, without a new load of equal bytes", async () => {
    expect(await run()).toMatchObject({
      code: 0,
      status: "unchanged",
      outcomes: [{ outcome: "unchanged", source_kind: "portal" }, { outcome: "unchanged" }],
      answers: {
        notice: null,
        freshness: [
          { source_kind: "portal", warnings: [expect.stringContaining("the last report is") as string] },
          { publisher_age_days: expect.any(Number) as number },
        ],
      },
    });
  });

  it("is an error when it was asked for by name and cannot be reached", async () => {
    portal.status = 404;
    const report = await run("--source", "portal");
    expect(report).toMatchObject({ code: 1, outcomes: [{ outcome: "failed" }, { outcome: "failed" }] });
    expect(report.stderr).toContain("status 404");
    expect(await run()).toMatchObject({
      code: 0,
      status: "unchanged",
      outcomes: [{ outcome: "kept" }, { outcome: "kept" }],
    });
    portal.status = undefined;
  });
});

describe("restore", () => {
  const earlier: Record<number, string> = { 10_000: "2026-01-15", 1_350: "2026-01-20" };
  it("publishes a past snapshot again and stays there until it is lifted", async () => {
    const lake = path.join(dataDir, "lake");
    const newer = writeFile(folder, "newer.csv", slice("major_crimes", 9_000));
    expect(await run("--major-crimes", newer)).toMatchObject({ code: 0, status: "published" });
    for (const name of readdirSync(lake, { recursive: true }).map(String)) {
      if (!name.endsWith(".manifest.json")) continue;
      const file = path.join(lake, name);
      const manifest = JSON.parse(readFileSync(file, "utf8")) as { rows: number };
      const snapshotDate = earlier[manifest.rows];
      if (snapshotDate) writeFileSync(file, JSON.stringify({ ...manifest, snapshotDate }));
    }
    const rows = () =>
      ask(
        dataDir,
        "select (select count(*) from fct_offences) as m, (select count(*) from fct_hate_crimes) as h",
      );
    expect((await crime(["restore", "2025-12-31", "--data-dir", dataDir])).stderr).toMatch(
      /holds no snapshot of 2025-12-31 .* choose one of 2026-01-15/,
    );
    const mixed = await crime(["restore", "2026-01-16", "--data-dir", dataDir]);
    expect([mixed.code, mixed.stderr]).toEqual([
      0,
      expect.stringMatching(/! hate_crimes: the lake holds nothing of 2026-01-16 or before/),
    ]);
    expect((await crime(["restore", "2026-02-30", "--data-dir", dataDir])).code).toBe(1);
    expect((await crime(["restore", "2026-02-01", "--data-dir", dataDir])).code).toBe(0);
    expect(await rows()).toEqual([{ m: 10000, h: 1350 }]);
    const pinnedRun = await run("--source", "auto");
    expect(pinnedRun).toMatchObject({ code: 0, status: "unchanged" });
    expect(pinnedRun.stderr).toContain("pinned to 2026-02-01");
    portal.status = 404;
    expect(await run("--latest")).toMatchObject({ code: 0 });
    portal.status = undefined;
    expect(JSON.parse((await crime(["status", "--json", "--data-dir", dataDir])).stdout)).toMatchObject({
      pinned_to: null,
    });
  });
});

describe("a failing test", () => {
  it("leaves the published file as it is, byte for byte, and is told in one line", async () => {
    const broken = path.join(folder, "broken.csv");
    writeFileSync(broken, sampleText("major_crimes").replaceAll("Auto Theft", "Bicycle Theft"));
    const page = writeFile(folder, "page.csv", "<html>");
    const before = sha256(warehouse);
    const sources = ["--major-crimes", broken, "--hate-crimes", page];
    const { code, stderr } = await crime(["run", ...sources, "--data-dir", dataDir]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/\nerror: dbt build failed in \d+ of \d+ nodes: .*accepted_values[^\n]*\n$/);
    expect(sha256(warehouse)).toBe(before);
    expect(existsSync(path.join(dataDir, ".work"))).toBe(false);

    // That the other dataset was refused is not hidden by it.
    expect(stderr).toMatch(/! hate_crimes: an HTML page came/);
    const { stdout } = await crime(["status", "--json", "--data-dir", dataDir]);
    const { attempts } = JSON.parse(stdout) as Status;
    const last = Object.fromEntries(attempts.slice(0, 2).map(({ dataset, outcome }) => [dataset, outcome]));
    expect(last).toEqual({ major_crimes: "failed", hate_crimes: "refused" });
  });
});
