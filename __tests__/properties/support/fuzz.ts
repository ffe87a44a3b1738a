import { parse } from "csv-parse/sync";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";
import type { Dataset } from "../../../datasets";
import { checkLanding, type Manifest, type Refusal } from "../../../pipeline/landing-check";
import type { Snapshot } from "../../../pipeline/lake";
import { Warehouse } from "../../../pipeline/warehouse";
import { temporaryFolder } from "../../support/crime";
import { dice } from "./dice";
import { mutated, type Mutated } from "./mutations";

const LONGEST_SENTENCE = 1_500;

export interface Tally {
  accepted: number;
  refused: number;
}

/**
 * Puts mutated files through the landing check. A refusal must be one short line. An accepted file must be
 * one that csv-parse, strict, reads as the same number of records, all as wide as the header; that names
 * every required column once; whose bytes and last report date are those of the manifest; that DuckDB loads into
 * the raw table with the cells that csv-parse reads; and whose dates all are what dbt's staging can read.
 */
export async function fuzz(firstSeed: number, files: number): Promise<Tally> {
  const folder = temporaryFolder();
  const warehouse = await Warehouse.openCopy(path.join(folder, "none"), path.join(folder, "w.duckdb"));
  const tally: Tally = { accepted: 0, refused: 0 };
  try {
    for (let seed = firstSeed; seed < firstSeed + files; seed++) {
      const mutation = mutated(seed);
      try {
        const result = await landed(mutation, seed);
        if ("refused" in result) {
          tally.refused++;
          judgeRefusal(result.refused, mutation.dataset);
        } else {
          tally.accepted++;
          const file = path.join(folder, "file.csv");
          writeFileSync(file, mutation.bytes);
          await judgeAccepted(mutation, result, warehouse, file);
        }
      } catch (error) {
        const { dataset, done } = mutation;
        throw new Error(`seed ${seed}: ${dataset.id} ${done.join(", ")}`, { cause: error });
      }
    }
  } finally {
    warehouse.close();
  }
  return tally;
}

function landed({ dataset, bytes }: Mutated, seed: number): Promise<Manifest | Refusal> {
  const roll = dice(seed + 1);
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length;) {
      const size = roll(2) ? bytes.length : 1 + roll(4_000);
      yield bytes.subarray(at, at + size);
      at += size;
    }
    await Promise.resolve();
  }
  const source = { kind: "file", location: "fuzz.csv" } as const;
  return checkLanding(pieces(), dataset, { source, snapshotDate: "2026-11-24" });
}

function judgeRefusal(sentence: string, { id }: Dataset): void {
  expect(sentence).toMatch(new RegExp(`^${id}: [^\\x00-\\x1f\\x7f]{10,${LONGEST_SENTENCE}}$`));
  expect(sentence).toContain("; ");
}

async function judgeAccepted(
  { dataset, bytes }: Mutated,
  manifest: Manifest,
  warehouse: Warehouse,
  file: string,
): Promise<void> {
  const records = parse(bytes, { bom: true, skip_empty_lines: true, record_delimiter: ["\r\n", "\n"] });
  const [header, ...rows] = records as [string[], ...string[][]];
  expect(manifest.rows).toBe(rows.length);
  expect(manifest.bytes).toBe(bytes.length);
  expect(manifest.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));

  const names = header.map((name) => name.trim().toUpperCase());
  expect(new Set(names).size).toBe(names.length);
  const at = (published: readonly string[]): number =>
    published.map((name) => names.indexOf(name)).find((found) => found >= 0) ?? -1;
  const missing = dataset.columns.filter(({ required, published }) => required && at(published) < 0);
  expect(missing).toEqual([]);

  const snapshot: Snapshot = { ...manifest, object: "fuzz.csv", acceptedAt: "2026-11-24T00:00:00Z" };
  await warehouse.load(dataset, snapshot, file);
  const kept = dataset.columns.map(({ name }) => name).join(", ");
  const raw = await warehouse.rows(`select ${kept} from raw.${dataset.id} order by rowid`);
  // DuckDB takes a byte order mark off any cell, not only off the first.
  const cell = (text = ""): string => text.replace(/^\uFEFF/, "");
  const wanted = rows.map((row) => dataset.columns.map(({ published }) => cell(row[at(published)])));
  expect(raw.map((row) => Object.values(row).map((value) => value ?? ""))).toEqual(wanted);

  const last = dataset.dateColumns.map(
    (column) => `strftime(max(${dayOf(column)}), '%Y-%m-%d') as ${column}`,
  );
  const read = dataset.dateColumns.map((column) => `count(${dayOf(column)}) as read_${column}`);
  const [days] = await warehouse.rows(`select ${[...last, ...read].join(", ")} from raw.${dataset.id}`);
  expect(days).toMatchObject(
    Object.fromEntries(dataset.dateColumns.map((column) => [`read_${column}`, rows.length])),
  );
  expect(manifest.maxReportDate).toBe(days![dataset.reportDate]);
}

/** The day that a cell names, as `clean_date` of `dbt_crime` reads it; null for none. */
const dayOf = (column: string): string => {
  const text = String.raw`regexp_replace(${column}, '^[\s\v\x{85}\p{Z}\x{FEFF}]+|[\s\v\x{85}\p{Z}\x{FEFF}]+$', '', 'g')`;
  return `case when strpos(${text}, '-') = 5 then try_cast(substr(${text}, 1, 10) as date)
    else cast(try_strptime(${text}, '%m/%d/%Y %I:%M:%S %p') as date) end`;
};
