import { isUtf8 } from "node:buffer";

const LF = 10;
const CR = 13;
const QUOTE = 34;
const COMMA = 44;
const BYTE_ORDER_MARK = Buffer.from("\uFEFF");

/** A record of more bytes is taken for an unclosed quote; it also bounds the memory of a scan. */
const MAXIMUM_RECORD_BYTES = 1 << 20;

const FAULTS = {
  "not-utf8": "is not UTF-8",
  "nul-byte": "holds a NUL byte",
  "stray-return": "has a carriage return without a line feed",
  "malformed-quote": "has a quote where none may stand",
  "unclosed-quote": "opens a quote that is never closed",
} as const;

type CsvFaultKind = keyof typeof FAULTS;

/** Bytes that are no CSV (RFC 4180, UTF-8), at a physical line counted from 1. */
export class CsvFault extends Error {
  constructor(
    readonly kind: CsvFaultKind,
    readonly line: number,
  ) {
    super(`line ${line} ${FAULTS[kind]}`);
  }
}

export interface CsvVisitor {
  /** Called once; answers the positions of the fields whose text `record` wants. */
  header(fields: string[]): readonly number[];
  /** Called for each further record. `wanted` holds the fields asked for and is reused by the next call. */
  record(line: number, fieldCount: number, wanted: readonly string[]): void;
}

/**
 * Walks the records of a CSV that arrives in pieces, in memory bounded by one piece and one record.
 * Quoted commas, quotes and newlines, CRLF, a leading byte order mark and blank lines are understood.
 *
 * @throws CsvFault from `push` and `finish`
 */
export class CsvScanner {
  private rest: Buffer = Buffer.alloc(0);
  private line = 1;
  private slots: Int32Array | undefined;
  private readonly wanted: string[] = [];

  constructor(private readonly visitor: CsvVisitor) {}

  push(chunk: Uint8Array): void {
    const bytes =
      this.rest.length > 0
        ? Buffer.concat([this.rest, chunk])
        : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const consumed = this.scan(bytes);
    this.rest = Buffer.from(bytes.subarray(consumed));
    if (this.rest.length > MAXIMUM_RECORD_BYTES) throw new CsvFault("unclosed-quote", this.line);
  }

  finish(): void {
    if (this.rest.length === 0) return;
    const bytes = Buffer.concat([this.rest, Buffer.from("\n")]);
    if (this.scan(bytes) < bytes.length) throw new CsvFault("unclosed-quote", this.line);
    if (this.rest.at(-1) === CR) throw new CsvFault("stray-return", this.line - 1);
    this.rest = Buffer.alloc(0);
  }

  /** Visits every whole record in `bytes`; answers how many bytes they take. */
  private scan(bytes: Buffer): number {
    const end = bytes.lastIndexOf(LF) + 1;
    let consumed =
      this.slots === undefined && bytes.indexOf(BYTE_ORDER_MARK) === 0 ? BYTE_ORDER_MARK.length : 0;
    let fieldStart = consumed;
    let field = 0;
    let newlines = 0;
    let quoted = false;
    let unchecked = 0;
    for (let i = 0; i < end; i++) {
      const byte = bytes[i];
      if (quoted) {
        if (byte === LF) newlines++;
        if (byte !== QUOTE) continue;
        const next = bytes[i + 1];
        if (next === QUOTE) i++;
        else if (next === COMMA || next === LF || next === CR) quoted = false;
        else if (next !== undefined) throw new CsvFault("malformed-quote", this.line + newlines);
      } else if (byte === COMMA) {
        this.take(bytes, field, fieldStart, i);
        field++;
        fieldStart = i + 1;
      } else if (byte === LF) {
        newlines++;
        const recordEnd = i > fieldStart && bytes[i - 1] === CR ? i - 1 : i;
        if (this.slots === undefined) {
          const fault = faultOf(bytes, consumed, i);
          if (fault) throw new CsvFault(fault, this.line);
          this.readHeader(bytes.subarray(consumed, recordEnd));
          unchecked = i + 1;
        } else if (field > 0 || recordEnd > consumed) {
          this.take(bytes, field, fieldStart, recordEnd);
          this.visitor.record(this.line, field + 1, this.wanted);
        }
        this.line += newlines;
        consumed = i + 1;
        fieldStart = consumed;
        field = 0;
        newlines = 0;
      } else if (byte === QUOTE) {
        if (i !== fieldStart) throw new CsvFault("malformed-quote", this.line + newlines);
        quoted = true;
      } else if (byte === CR && bytes[i + 1] !== LF) {
        // For some readers a record ends here, for others it does not.
        throw new CsvFault("stray-return", this.line + newlines);
      }
    }
    const fault = faultOf(bytes, unchecked, consumed);
    if (fault) throw new CsvFault(fault, this.lineOfBadByte(bytes, unchecked, consumed));
    return consumed;
  }

  private take(bytes: Buffer, field: number, start: number, end: number): void {
    const slot = this.slots?.[field] ?? -1;
    if (slot >= 0) this.wanted[slot] = fieldText(bytes, start, end);
  }

  private readHeader(record: Buffer): void {
    const fields: string[] = [];
    let start = 0;
    let quoted = false;
    for (let i = 0; i <= record.length; i++) {
      if (record[i] === QUOTE) quoted = !quoted;
      if (i < record.length && (quoted || record[i] !== COMMA)) continue;
      fields.push(fieldText(record, start, i));
      start = i + 1;
    }
    const wanted = this.visitor.header(fields);
    this.slots = new Int32Array(fields.length).fill(-1);
    wanted.forEach((at, slot) => (this.slots![at] = slot));
  }

  /** Counts back from `this.line`, which stands behind the last whole record. */
  private lineOfBadByte(bytes: Buffer, start: number, end: number): number {
    let line = this.line;
    for (let i = start; i < end; i++) if (bytes[i] === LF) line--;
    for (let from = start; from < end; line++) {
      const to = bytes.indexOf(LF, from) + 1;
      if (faultOf(bytes, from, to)) return line;
      from = to;
    }
    return line;
  }
}

function fieldText(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString("utf8", start, end);
  return text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"').trim() : text.trim();
}

/** What makes bytes no text. A NUL is valid UTF-8, and no reader of CSV agrees with another on it. */
function faultOf(bytes: Buffer, start: number, end: number): "not-utf8" | "nul-byte" | undefined {
  if (start >= end) return undefined;
  const range = bytes.subarray(start, end);
  return !isUtf8(range) ? "not-utf8" : range.includes(0) ? "nul-byte" : undefined;
}
