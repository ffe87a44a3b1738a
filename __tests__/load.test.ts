import path from "node:path";
import { hateCrimes, majorCrimes } from "../datasets";
import { Lake, type Snapshot } from "../pipeline/lake";
import { replaceRawSql, rawColumns } from "../pipeline/raw-sql";
import { Warehouse } from "../pipeline/warehouse";
import { slice, temporaryFolder } from "./support/crime";

const small = slice("major_crimes", 50).trimEnd().split("\n");

async function load(text: string): Promise<{ rows: Record<string, unknown>[]; snapshot: Snapshot }> {
  const folder = temporaryFolder();
  const lake = new Lake(path.join(folder, "lake"), path.join(folder, "scratch"));
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(text);
    await Promise.resolve();
  }
  const landing = await lake.land(
    bytes(),
    majorCrimes,
    {
      source: { kind: "file", location: "x", lastModified: "2026-10-30T00:00:00Z" },
      snapshotDate: "2026-11-24",
    },
    new Date(),
  );
  if ("refused" in landing) throw new Error(landing.refused);
  const warehouse = await Warehouse.openCopy(path.join(folder, "none"), path.join(folder, "w.duckdb"));
  try {
    await warehouse.load(majorCrimes, landing.snapshot, lake.file(landing.snapshot));
    await warehouse.load(majorCrimes, landing.snapshot, lake.file(landing.snapshot));
    const rows = await warehouse.rows("from raw.major_crimes order by cast(source_row_id as integer)");
    expect(await warehouse.loadedHash("major_crimes")).toBe(landing.snapshot.sha256);
    return { rows, snapshot: landing.snapshot };
  } finally {
    warehouse.close();
  }
}

it("holds canonical columns and lineage as the publisher's text", async () => {
  const { rows, snapshot } = await load(small.join("\n"));
  expect(rows).toHaveLength(50);
  expect(Object.keys(rows[0]!)).toEqual(rawColumns(majorCrimes));
  expect(rows[0]).toMatchObject({
    event_unique_id: "GO-20141261627",
    report_date: "2014-01-01",
    category: "Assault",
    hood_158: "170",
    long_wgs84: "-79.3863740443772",
    source_row_id: "1",
    snapshot_date: "2026-11-24",
    file_sha256: snapshot.sha256,
    layout: "L4",
    source_kind: "file",
    publisher_modified_at: "2026-10-30T00:00:00Z",
  });
});

it("takes a byte order mark, CRLF, quoted commas, quotes and newlines, None, blanks and padded text", async () => {
  const changed = small[2]!.replace(/,Wednesday ,(\d+),D/, ",Wednesday ,,D").replace(/,-79.*/, ",None,");
  const quoted = small[1]!.replace('"Hospital', '"Line one\nline ""two"", Hospital');
  const { rows } = await load("\uFEFF" + [small[0], quoted, changed, "", ...small.slice(3)].join("\r\n"));
  expect(rows).toHaveLength(50);
  expect(rows[0]!["location_type"]).toMatch(/^Line one\nline "two", Hospital/);
  expect(rows[1]).toMatchObject({ long_wgs84: "None", lat_wgs84: null, occ_hour: null });
});

it("finds columns by name in any order and letter case, under any name they have had", async () => {
  const shuffled = small.map((line, i) => {
    const cells = line
      .match(/("([^"]|"")*"|[^,]*)(,|$)/g)!
      .map((cell) => cell.replace(/,$/, ""))
      .slice(0, 29);
    const row = i === 0 ? cells.map((name) => name.replace("CSI_CATEGORY", "mci").toLowerCase()) : cells;
    return [...row.reverse(), i === 0 ? "new_column" : "x"].join(",");
  });
  const { rows, snapshot } = await load(shuffled.join("\n"));
  expect(snapshot.layout).toBe("unknown");
  expect(rows[0]).toMatchObject({
    event_unique_id: "GO-20141261627",
    category: "Assault",
    lat_wgs84: "43.6581790972829",
  });
});

it("is one statement in the SQL that both engines share", () => {
  const manifest = {
    dataset: "hate_crimes" as const,
    source: { kind: "portal" as const, location: "p" },
    snapshotDate: "2026-11-24",
    sha256: "abc",
    bytes: 1,
    rows: 1,
    columns: ["OBJECTID", ...hateCrimes.layouts[0]!.header.slice(1)],
    layout: "T4",
    maxReportDate: "2026-01-01",
    warnings: [],
  };
  const sql = replaceRawSql(hateCrimes, manifest, "landing", "raw.hate_crimes");
  expect(sql).toMatch(
    /^create or replace table raw\.hate_crimes as\nselect\n {2}EVENT_UNIQUE_ID as event_unique_id,/,
  );
  expect(sql).toContain("OBJECTID as source_row_id");
  expect(sql).toContain("cast(null as string) as publisher_modified_at\nfrom landing");
  expect(sql).not.toContain(";");
  expect(() => replaceRawSql(hateCrimes, { ...manifest, layout: "it's" }, "l", "r")).toThrow(
    "plain text literal",
  );
});
