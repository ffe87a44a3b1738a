import { DuckDBInstance } from "@duckdb/node-api";
import path from "node:path";
import { CsvFault, CsvScanner } from "../pipeline/csv-scan";
import { temporaryFolder, writeFile } from "./support/crime";

const FILES = 1_000;
const CELLS = ["a", "bb", "", '"c,d"', '"e""f"', '"g\nh"', '"\r\n"', "é", " x "];
const ODD = ['"', '""', 'a"b', '"a"b', "\n", ","];

/** The same sequence on every run, so that a fault can be found again. */
function dice(seed: number): (sides: number) => number {
  return (sides) => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    return (seed >> 8) % sides;
  };
}

function madeUpCsv(roll: (sides: number) => number): string {
  const end = (): string => (roll(3) ? "\n" : "\r\n");
  const cell = (): string => (roll(25) ? CELLS[roll(CELLS.length)]! : ODD[roll(ODD.length)]!);
  let text = `h1,h2,h3${end()}`;
  for (let rows = 1 + roll(4); rows > 0; rows--) {
    const fields = roll(20) ? 3 : roll(5);
    text += Array.from({ length: fields }, cell).join(",") + (rows === 1 && roll(2) ? "" : end());
  }
  return text;
}

/** Rows of three fields, or undefined when the scan refuses the file. */
function scannedRows(text: string): number | undefined {
  let rows = 0;
  let ragged = false;
  const scanner = new CsvScanner({
    header: () => [],
    record: (_, fields) => {
      rows++;
      ragged ||= fields !== 3;
    },
  });
  try {
    scanner.push(Buffer.from(text));
    scanner.finish();
  } catch (error) {
    if (error instanceof CsvFault) return undefined;
    throw error;
  }
  return ragged ? undefined : rows;
}

it("what the landing check accepts, DuckDB reads as the same number of rows", async () => {
  const file = path.join(temporaryFolder(), "made-up.csv");
  const instance = await DuckDBInstance.create(":memory:");
  const duckdb = await instance.connect();
  const roll = dice(20_261_124);
  let accepted = 0;
  for (let i = 0; i < FILES; i++) {
    const text = madeUpCsv(roll);
    const rows = scannedRows(text);
    if (rows === undefined) continue;
    accepted++;
    writeFile(path.dirname(file), "made-up.csv", text);
    const reader = await duckdb.runAndReadAll(
      `select count(*)::int from read_csv('${file}', columns = {'a': 'varchar', 'b': 'varchar', 'c': 'varchar'},
        skip = 1, header = false, auto_detect = false, strict_mode = false, delim = ',', quote = '"', escape = '"')`,
    );
    expect({ text, rows: reader.getRowsJson()[0]![0] }).toEqual({ text, rows });
  }
  duckdb.closeSync();
  instance.closeSync();
  expect(accepted).toBeGreaterThan(FILES / 2);
});
