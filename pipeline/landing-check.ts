import { createHash } from "node:crypto";
import {
  findColumn,
  layoutOf,
  missingColumns,
  unknownColumns,
  type Dataset,
  type DatasetId,
} from "../datasets";
import { CsvFault, CsvScanner } from "./csv-scan";
import { isoDate } from "./iso-date";

/** Where a file came from. Each kind is a series of its own: counts are compared only within it. */
export type SourceKind = "portal" | "url" | "file" | "sample";

export interface Source {
  readonly kind: SourceKind;
  /** Address or path, as a person would look it up. */
  readonly location: string;
  readonly resourceId?: string;
  /** When the publisher last changed it, ISO 8601, where known. */
  readonly lastModified?: string;
}

/** What is known of a landed file; stands beside it in the lake. */
export interface Manifest {
  readonly dataset: DatasetId;
  readonly source: Source;
  /** Day of landing in Toronto, `YYYY-MM-DD`. */
  readonly snapshotDate: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly rows: number;
  readonly columns: readonly string[];
  /** Id of the layout in `datasets/`, or `unknown`. */
  readonly layout: string;
  /** Greatest report date, `YYYY-MM-DD`. */
  readonly maxReportDate: string;
  /** Things worth knowing that are no reason to refuse. */
  readonly warnings: readonly string[];
  /** Why a smaller or older file was accepted all the same. */
  readonly acceptedSmaller?: string;
}

/** A file that was not landed, as one sentence: what was seen, where, and what to do. */
export interface Refusal {
  readonly refused: string;
}

export interface LandingContext {
  readonly source: Source;
  readonly snapshotDate: string;
  /** The last accepted file of the same kind of source. */
  readonly previous?: Pick<Manifest, "rows" | "maxReportDate" | "snapshotDate">;
  /** Rows that the publisher itself counts. */
  readonly expectedRows?: number;
  /** Bytes that the server announced. */
  readonly expectedBytes?: number;
  /** What to do about a column that nothing knows: land it and warn, or refuse. */
  readonly schemaContract?: "evolve" | "freeze";
  /** Reason to accept a file with fewer rows or an older end than the last one. */
  readonly acceptSmaller?: string;
}

const ACCEPTED_SHRINKAGE = 0.02;
/** How gzip and ZIP files begin. */
const COMPRESSED = ["\x1f\x8b", "PK\x03\x04"];

class Refused extends Error {}

/**
 * Reads a file once, in bounded memory, and judges whether it may replace the last good one.
 *
 * @param bytes the file, unchanged, in pieces of any size
 * @returns a manifest, or a refusal; errors of the stream itself are thrown through
 */
export async function checkLanding(
  bytes: AsyncIterable<Uint8Array>,
  dataset: Dataset,
  context: LandingContext,
): Promise<Manifest | Refusal> {
  const check = new LandingCheck(dataset, context);
  try {
    for await (const chunk of bytes) check.push(chunk);
    return check.finish();
  } catch (error) {
    if (error instanceof Refused) return { refused: error.message };
    if (error instanceof CsvFault) {
      const hint = error.kind === "not-utf8" ? "use the publisher's own file, which is UTF-8" : DAMAGED;
      return { refused: sentence(dataset, error.message, hint) };
    }
    throw error;
  }
}

class LandingCheck {
  private readonly hash = createHash("sha256");
  private readonly scanner = new CsvScanner({
    header: (fields) => this.header(fields),
    record: (line, fieldCount, dates) => this.record(line, fieldCount, dates),
  });
  private readonly dates = new Map<string, string>();
  private columns: readonly string[] = [];
  private dateNames: readonly string[] = [];
  private bytes = 0;
  private rows = 0;
  private maxReportDate = "";
  private readonly warnings: string[] = [];

  constructor(
    private readonly dataset: Dataset,
    private readonly context: LandingContext,
  ) {}

  push(chunk: Uint8Array): void {
    if (this.bytes === 0) this.refuseOtherKinds(chunk);
    this.bytes += chunk.length;
    this.hash.update(chunk);
    this.scanner.push(chunk);
  }

  finish(): Manifest {
    this.scanner.finish();
    this.refuseImplausible();
    const acceptedSmaller = this.refuseRegression();
    const { source, snapshotDate } = this.context;
    const { minimumRows } = this.dataset.plausible;
    if (source.kind !== "sample" && this.rows < minimumRows) {
      this.warnings.push(
        `${count(this.rows)} rows; a complete publication has at least ${count(minimumRows)}`,
      );
    }
    const layout = layoutOf(this.dataset, this.columns);
    this.warnings.push(...(layout?.defects ?? []).map((defect) => `layout ${layout?.id}: ${defect}`));
    return {
      dataset: this.dataset.id,
      source,
      snapshotDate,
      sha256: this.hash.digest("hex"),
      bytes: this.bytes,
      rows: this.rows,
      columns: this.columns,
      layout: layout?.id ?? "unknown",
      maxReportDate: this.maxReportDate,
      warnings: this.warnings,
      ...(acceptedSmaller === undefined ? {} : { acceptedSmaller }),
    };
  }

  private refuse(seen: string, hint: string): never {
    throw new Refused(sentence(this.dataset, seen, hint));
  }

  private refuseOtherKinds(chunk: Uint8Array): void {
    const start = Buffer.from(chunk.subarray(0, 512)).toString("latin1").replace(/^ï»¿/, "").trimStart();
    if (COMPRESSED.some((magic) => start.startsWith(magic))) {
      this.refuse("a compressed file came", "unpack it first");
    }
    const kind = start.startsWith("<") ? "an HTML page" : /^[{[]/.test(start) ? "a JSON document" : undefined;
    if (kind === undefined) return;
    const text = start.replace(/(<[^>]*>|\s)+/g, " ").trim();
    this.refuse(
      `${kind}${text === "" ? "" : ` (${shown(text)})`} came instead of a CSV file`,
      "look at the address; the publisher may be down",
    );
  }

  private header(fields: string[]): readonly number[] {
    this.columns = fields;
    const missing = missingColumns(this.dataset, fields);
    const unknown = unknownColumns(this.dataset, fields);
    const names = (list: readonly string[]) => list.slice(0, 8).map(shown).join(", ");
    if (missing.length > 0) {
      const wanted = names(missing.map((column) => column.published[0]!));
      if (missing.length === 1 && unknown.length === 1) {
        this.refuse(
          `column ${wanted} is missing and ${names(unknown)} is new: it was probably renamed`,
          `if so, add ${names(unknown)} to the published names of ${missing[0]!.name} in datasets/`,
        );
      }
      const found = unknown.length > 0 ? `; unknown: ${names(unknown)}` : "";
      this.refuse(
        `required column ${wanted} is missing (line 1)${found}`,
        "check that this is the right file",
      );
    }
    const repeated = fields.find(
      (name, i) => fields.findIndex((f) => f.toUpperCase() === name.toUpperCase()) !== i,
    );
    if (repeated !== undefined)
      this.refuse(`column ${shown(repeated)} stands twice (line 1)`, "check the file's header");
    if (unknown.length > 0) {
      if (this.context.schemaContract === "freeze") {
        this.refuse(
          `unknown column ${names(unknown)} and the schema contract is "freeze"`,
          "add it to datasets/ or run with --schema-contract evolve",
        );
      }
      this.warnings.push(
        `unknown column ${names(unknown)} is kept in the lake and left out of the warehouse`,
      );
    }
    this.dateNames = this.dataset.dateColumns;
    return this.dateNames.map((name) =>
      findColumn(fields, this.dataset.columns.find((column) => column.name === name)!.published),
    );
  }

  private record(line: number, fieldCount: number, dates: readonly string[]): void {
    if (fieldCount !== this.columns.length) {
      this.refuse(
        `line ${line} has ${fieldCount} fields where the header has ${this.columns.length}`,
        DAMAGED,
      );
    }
    this.rows++;
    for (let i = 0; i < dates.length; i++) {
      const day = this.date(dates[i]!, line, i);
      if (day > this.maxReportDate && this.dateNames[i] === this.dataset.reportDate) this.maxReportDate = day;
    }
  }

  private date(text: string, line: number, column: number): string {
    const known = this.dates.get(text);
    if (known !== undefined) return known;
    const day = isoDate(text);
    if (day === undefined) {
      const name = this.dateNames[column]!.toUpperCase();
      const seen = text === "" ? "blank" : shown(text);
      const spreadsheet = /^\d+(\.\d+)?E\+\d+$/i.test(text) ? ": a spreadsheet has mangled the dates" : "";
      this.refuse(`${name} is ${seen} at line ${line}${spreadsheet}`, WRONG_DATES);
    }
    this.dates.set(text, day);
    return day;
  }

  private refuseImplausible(): void {
    const { expectedBytes, expectedRows, snapshotDate } = this.context;
    const again = "fetch it again";
    if (this.bytes === 0) this.refuse("the file is empty (0 bytes)", again);
    if (expectedBytes !== undefined && expectedBytes !== this.bytes) {
      this.refuse(
        `${count(this.bytes)} bytes arrived where the server announced ${count(expectedBytes)}`,
        again,
      );
    }
    if (this.rows === 0) this.refuse("the file holds a header and no rows", again);
    // Every later file would be refused as older.
    if (this.maxReportDate > snapshotDate)
      this.refuse(`the last report date ${this.maxReportDate} is after today, ${snapshotDate}`, WRONG_DATES);
    if (this.dataset.plausible.rowCaps.includes(this.rows)) {
      this.refuse(
        `${count(this.rows)} rows is exactly where the portal's API cuts its answers`,
        "fetch the whole file (/datastore/dump/<resource id>), not a page of it",
      );
    }
    if (expectedRows !== undefined && expectedRows !== this.rows) {
      this.refuse(`${count(this.rows)} rows arrived where the portal counts ${count(expectedRows)}`, again);
    }
  }

  /** Refuses a file that falls behind the last one, or answers the reason for which it is accepted. */
  private refuseRegression(): string | undefined {
    const { previous, acceptSmaller } = this.context;
    if (previous === undefined) return undefined;
    const { rows, maxReportDate, snapshotDate } = previous;
    const behind = [
      ...(this.rows < rows * (1 - ACCEPTED_SHRINKAGE)
        ? [`${count(this.rows)} rows, more than 2 % fewer than the ${count(rows)} of ${snapshotDate}`]
        : []),
      ...(this.maxReportDate < maxReportDate
        ? [
            `the last report date ${this.maxReportDate} is older than ${maxReportDate}, that of ${snapshotDate}`,
          ]
        : []),
    ].join("; ");
    if (behind === "") return undefined;
    if (acceptSmaller === undefined) {
      this.refuse(behind, "if that is right, run again with --accept-smaller REASON");
    }
    this.warnings.push(`${behind}; accepted all the same: ${acceptSmaller}`);
    return acceptSmaller;
  }
}

function count(n: number): string {
  return n.toLocaleString("en-CA");
}

/** A text of the file as a sentence can hold it: short, and without what a terminal would obey. */
function shown(text: string): string {
  return `"${text.slice(0, 80).replace(/[\p{C}\p{Z}]+/gu, " ")}"`;
}

function sentence(dataset: Dataset, seen: string, hint: string): string {
  return `${dataset.id}: ${seen}; ${hint}`;
}

const WRONG_DATES = "use the publisher's own file, never opened and saved by a spreadsheet";
const DAMAGED = "the file is damaged or was cut; fetch it again";
