import { isUtf8 as isUtf8Bytes } from "node:buffer";

const LF = 10;
const CR = 13;
const QUOTE = 34;
const COMMA = 44;
const BYTE_ORDER_MARK = Buffer.from("\uFEFF");

/** A record of more bytes is taken for an unclosed quote; it also bounds the memory of a scan. */
const MAXIMUM_RECORD_BYTES = 1 << 20;

export type CsvFaultKind = "not-utf8" | "malformed-quote" | "unclosed-quote";

/** Bytes that are no CSV (RFC 4180, UTF-8), at a physical line counted from 1. */
export class CsvFault extends Error {
  constructor(
    readonly kind: CsvFaultKind,
    readonly line: number,
  ) {
    super(`${kind} at line ${line}`);
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
          if (!isUtf8(bytes, consumed, i)) throw new CsvFault("not-utf8", this.line);
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
      }
    }
    if (!isUtf8(bytes, unchecked, consumed))
      throw new CsvFault("not-utf8", this.lineOfBadByte(bytes, unchecked, consumed));
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
      if (!isUtf8(bytes, from, to)) return line;
      from = to;
    }
    return line;
  }
}

function fieldText(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString("utf8", start, end);
  return text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"').trim() : text.trim();
}

function isUtf8(bytes: Buffer, start: number, end: number): boolean {
  return start >= end || isUtf8Bytes(bytes.subarray(start, end));
}
