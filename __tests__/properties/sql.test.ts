import fc from "./support/fast-check";
import path from "node:path";
import { datasets, findColumn, type Dataset } from "../../datasets";
import { appendSql, type BigQueryPlace } from "../../pipeline/bigquery";
import { Lake, type Snapshot } from "../../pipeline/lake";
import { OPS_TABLES, type Outcome } from "../../pipeline/ops-tables";
import { landingColumns, replaceRawSql } from "../../pipeline/raw-sql";
import { Warehouse } from "../../pipeline/warehouse";
import { temporaryFolder } from "../support/crime";

const folder = temporaryFolder();
let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await Warehouse.openCopy(path.join(folder, "none"), path.join(folder, "w.duckdb"));
});
afterAll(() => warehouse.close());

const hostile = fc.oneof(
  fc.constantFrom(
    "'",
    '"',
    "`",
    "\\",
    "a'b",
    'a"b',
    "a`b",
    "--",
    "/*",
    "'; drop table x; --",
    "{{ x }}",
    "$1",
  ),
  fc.constantFrom("line\nbreak", "cr\rhere", "crlf\r\nhere", "\t", "\u2028", "select", "rows", "é😀", ""),
  fc.string({ unit: "grapheme", maxLength: 12 }).map((text) => text.replaceAll("\0", "")),
);
/** Names that no dataset knows; trimmed, as the landing check reads them, and different in any letter case. */
const unknownNames = fc.uniqueArray(
  hostile.map((name) => name.trim()).filter((name) => !/^(unread|_id)/i.test(name)),
  { maxLength: 4, selector: (name) => name.toUpperCase() },
);

interface Made {
  readonly dataset: Dataset;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const made: fc.Arbitrary<Made> = fc
  .constantFrom(...datasets)
  .chain((dataset) =>
    fc.tuple(
      fc.constant(dataset),
      unknownNames.chain((names) => {
        const all = [...dataset.columns.map(({ published }) => published[0]!), ...names];
        return fc.shuffledSubarray(all, { minLength: all.length });
      }),
    ),
  )
  .chain(([dataset, header]) => {
    const dates = dataset.columns.filter(({ name }) => dataset.dateColumns.includes(name));
    const isDate = (name: string): boolean => dates.some(({ published }) => published.includes(name));
    const row = fc.tuple(...header.map((name) => (isDate(name) ? fc.constant("2024-02-29") : hostile)));
    return fc.record({
      dataset: fc.constant(dataset),
      header: fc.constant(header),
      rows: fc.array(row, { minLength: 1, maxLength: 4 }),
    });
  });

const quoted = (cells: readonly string[]): string =>
  cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(",");

it("lands any header and any cells, and loads the same rows into DuckDB", async () => {
  let nth = 0;
  await fc.assert(
    fc.asyncProperty(made, async ({ dataset, header, rows }) => {
      const lake = new Lake(path.join(folder, `it's ${++nth}`), path.join(folder, "scratch"));
      async function* bytes(): AsyncGenerator<Uint8Array> {
        yield Buffer.from([header, ...rows].map(quoted).join("\n"));
        await Promise.resolve();
      }
      const source = { kind: "file", location: 'it\'s a \\ "file"\n' } as const;
      const landing = await lake.land(bytes(), dataset, { source, snapshotDate: "2026-11-24" }, new Date());
      if ("refused" in landing) throw new Error(landing.refused);
      await warehouse.load(dataset, landing.snapshot, lake.file(landing.snapshot));
      const kept = dataset.columns.map(({ name }) => name);
      const raw = await warehouse.rows(`select ${kept.join(", ")} from raw.${dataset.id} order by rowid`);
      // DuckDB takes a byte order mark off any cell.
      const wanted = rows.map((row) =>
        dataset.columns.map(({ published }) => row[findColumn(header, published)]!.replace(/^\uFEFF/, "")),
      );
      expect(raw.map((row) => Object.values(row).map((cell) => cell ?? ""))).toEqual(wanted);
    }),
    { numRuns: 100 },
  );
});

it("names every column of a landing table once, as BigQuery allows, and those that are read as they are", () => {
  fc.assert(
    fc.property(made, ({ dataset, header }) => {
      const names = landingColumns(dataset, { columns: header });
      expect(new Set(names.map((name) => name.toUpperCase())).size).toBe(header.length);
      for (const name of names) expect(name).toMatch(/^[A-Za-z_][A-Za-z0-9_]{0,299}$/);
      for (const { published } of dataset.columns) {
        expect(names[findColumn(header, published)]).toBe(header[findColumn(header, published)]);
      }
    }),
    { numRuns: 500 },
  );
});

it("refuses in a manifest what the engines quote differently, and writes all else as it is", async () => {
  const dataset = datasets[0]!;
  const columns = dataset.columns.map(({ published }) => published[0]!);
  await fc.assert(
    fc.asyncProperty(hostile, async (lastModified) => {
      const snapshot = {
        columns,
        snapshotDate: "2026-11-24",
        sha256: "a",
        layout: "L4",
        source: { kind: "portal", location: "", lastModified },
      } as unknown as Snapshot;
      const row = `(select ${columns.map((name) => `'x' as ${name}`).join(", ")})`;
      const statement = (): string => replaceRawSql(dataset, snapshot, row, "raw.literals");
      if (/['"\\\p{Cc}]/u.test(lastModified)) expect(statement).toThrow(/not a plain text literal/);
      else {
        await warehouse.run(statement());
        expect(await warehouse.rows("select publisher_modified_at as text from raw.literals")).toEqual([
          { text: lastModified },
        ]);
      }
    }),
    { numRuns: 200 },
  );
});

const place: BigQueryPlace = { project: "p", location: "l", datasetPrefix: "crime_" };

/** The text of a BigQuery string literal in double quotes; throws for what BigQuery would refuse. */
function readLiteral(literal: string): string {
  const inside = /^"((?:[^"\\\n\r]|\\.)*)"$/u.exec(literal)?.[1];
  if (inside === undefined) throw new Error(`no literal: ${literal}`);
  const named: Record<string, string> = {
    ...{ a: "\x07", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" },
    ...{ "\\": "\\", '"': '"', "'": "'", "`": "`", "?": "?" },
  };
  return inside.replace(/\\(u[0-9a-fA-F]{4}|.)/gsu, (_, escape: string) => {
    if (escape.length === 5) {
      const code = parseInt(escape.slice(1), 16);
      if (code >= 0xd800 && code <= 0xdfff) throw new Error(`a surrogate: ${escape}`);
      return String.fromCharCode(code);
    }
    if (!(escape in named)) throw new Error(`no escape of BigQuery: \\${escape}`);
    return named[escape]!;
  });
}

/** Half a character is replaced, as UTF-8 has none. */
const wellFormed = (text: string): string => text.replace(/\p{Cs}/gu, "\uFFFD");

it("writes every text into an outcome so that BigQuery reads it back", () => {
  // Code units, so that halves of characters come too: a message that was cut may end in one.
  const text = fc.oneof(hostile, fc.string({ unit: "binary" }), fc.constant("cut \ud83d"));
  fc.assert(
    fc.property(text, fc.option(text), fc.option(fc.nat()), (reason, layout, rows) => {
      const outcome = {
        attempt_id: "a",
        dataset: "major_crimes",
        reason,
        layout,
        rows,
      } as unknown as Outcome;
      const sql = appendSql(place, "load_outcomes", outcome);
      const casts = [
        ...sql.matchAll(/cast\((null|-?\d+|"(?:[^"\\]|\\.)*") as (?:string|int64)\) as `(\w+)`/gsu),
      ];
      expect(casts.map(([, , name]) => name)).toEqual(Object.keys(OPS_TABLES.load_outcomes.columns));
      const read: Record<string, string> = Object.fromEntries(
        casts.map(([, value, name]) => [name!, value!.startsWith('"') ? readLiteral(value!) : value!]),
      );
      expect(read).toMatchObject({
        reason: wellFormed(reason),
        layout: layout === null ? "null" : wellFormed(layout),
        rows: String(rows),
      });
    }),
    { numRuns: 500 },
  );
});
