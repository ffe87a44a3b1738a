import fc from "./support/fast-check";
import { createHash } from "node:crypto";
import { datasets, type Dataset } from "../../datasets";
import { checkLanding, type LandingContext, type Manifest, type Refusal } from "../../pipeline/landing-check";

const context: LandingContext = {
  source: { kind: "file", location: "made-up.csv" },
  snapshotDate: "2026-11-24",
};

function check(dataset: Dataset, bytes: Buffer, piece: number): Promise<Manifest | Refusal> {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
    await Promise.resolve();
  }
  return checkLanding(pieces(), dataset, context);
}

interface Table {
  readonly dataset: Dataset;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const day = fc
  .date({ min: new Date("2000-01-01"), max: new Date(context.snapshotDate), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const usual = fc.constantFrom(
  "Assault",
  "D43",
  "York, East",
  'a "quoted" one',
  "two\nlines",
  "",
  " padded ",
  "é😀",
);
// A lone carriage return is text within quotes; a NUL is no text at all.
const anything = fc.string({ unit: "grapheme", maxLength: 12 }).map((text) => text.replaceAll("\0", ""));

/** A header of the dataset in any order and letter case, with or without what is optional, and rows under it. */
const table: fc.Arbitrary<Table> = fc.constantFrom(...datasets).chain((dataset) => {
  const dates = new Set(dataset.dateColumns);
  const columns = fc
    .tuple(
      fc.tuple(...dataset.columns.map(({ published }) => fc.constantFrom(...published))),
      fc.tuple(...dataset.columns.map(({ required }) => (required ? fc.constant(true) : fc.boolean()))),
      fc.subarray([...dataset.derived, dataset.rowId[0]!, "SOMETHING NEW", "of, course"]),
    )
    .chain(([names, taken, others]) => {
      const kept = dataset.columns.flatMap(({ name }, at) =>
        taken[at] ? [{ written: names[at]!, isDate: dates.has(name) }] : [],
      );
      const all = [...kept, ...others.map((written) => ({ written, isDate: false }))];
      return fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length });
    });
  return fc.tuple(columns, fc.boolean()).chain(([all, small]) =>
    fc.record({
      dataset: fc.constant(dataset),
      header: fc.constant(all.map(({ written }) => (small ? written.toLowerCase() : written))),
      rows: fc.array(fc.tuple(...all.map(({ isDate }) => (isDate ? day : fc.oneof(usual, anything)))), {
        minLength: 1,
        maxLength: 6,
      }),
    }),
  );
});

/** How a writer of CSV may write: what to quote, how to end lines, what stands at both ends. */
const style = fc.record({
  quoteAll: fc.boolean(),
  ends: fc.constantFrom<readonly string[]>(["\n"], ["\r\n"], ["\n", "\r\n"]),
  lastEnd: fc.boolean(),
  mark: fc.boolean(),
  blankLine: fc.boolean(),
  piece: fc.integer({ min: 1, max: 5_000 }),
});
type Style = typeof style extends fc.Arbitrary<infer T> ? T : never;

function written(
  { header, rows }: Pick<Table, "header" | "rows">,
  { quoteAll, ends, ...more }: Style,
): Buffer {
  const cell = (text: string): string =>
    quoteAll || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  const lines = [header, ...rows].map((cells) => cells.map(cell).join(","));
  if (more.blankLine) lines.splice(1, 0, "");
  const text = lines.map((line, at) => line + ends[at % ends.length]!).join("");
  return Buffer.from((more.mark ? "\uFEFF" : "") + (more.lastEnd ? text : text.replace(/\r?\n$/, "")));
}

it("accepts any valid table, however it is written, and counts it rightly", async () => {
  await fc.assert(
    fc.asyncProperty(table, style, async (made, how) => {
      const { dataset, header, rows } = made;
      const bytes = written(made, how);
      const published = dataset.columns.find(({ name }) => name === dataset.reportDate)!.published;
      const at = header.findIndex((name) => published.includes(name.toUpperCase()));
      expect(await check(dataset, bytes, how.piece)).toMatchObject({
        rows: rows.length,
        columns: header,
        bytes: bytes.length,
        sha256: createHash("sha256").update(bytes).digest("hex"),
        maxReportDate: rows
          .map((row) => row[at]!)
          .sort()
          .at(-1),
      });
    }),
    { numRuns: 1_000 },
  );
});

it("refuses any table without one of the required columns", async () => {
  await fc.assert(
    fc.asyncProperty(table, style, fc.nat(), async (made, how, dropped) => {
      const { dataset, header, rows } = made;
      const required = dataset.columns.filter((column) => column.required);
      const gone = required[dropped % required.length]!;
      const at = header.findIndex((name) => gone.published.includes(name.toUpperCase()));
      const without = (cells: readonly string[]): string[] => cells.toSpliced(at, 1);
      const bytes = written({ header: without(header), rows: rows.map(without) }, how);
      expect(await check(dataset, bytes, how.piece)).toEqual({
        refused: expect.stringContaining(`"${gone.published[0]!}" is missing`) as string,
      });
    }),
    { numRuns: 500 },
  );
});

it("refuses any table with a row that is too short or too long", async () => {
  await fc.assert(
    fc.asyncProperty(table, style, fc.nat(), fc.boolean(), async (made, how, place, longer) => {
      const { dataset, header, rows } = made;
      const line = place % rows.length;
      const ragged = rows.map((row, at) =>
        at !== line ? row : longer ? [...row, "one more"] : row.slice(0, -1),
      );
      const fields = header.length + (longer ? 1 : -1);
      expect(await check(dataset, written({ header, rows: ragged }, how), how.piece)).toEqual({
        refused: expect.stringContaining(
          `has ${fields} fields where the header has ${header.length}`,
        ) as string,
      });
    }),
    { numRuns: 500 },
  );
});
