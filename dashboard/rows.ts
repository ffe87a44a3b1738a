import { UserError } from "../errors";

/** One row of an aggregate as JSON has it: whole numbers may come as text, as BigQuery and DuckDB write them. */
export type Row = Readonly<Record<string, unknown>>;

const HINT = "make all aggregates again from one publication";

/** A refusal of what an aggregate holds. */
export function refusal(what: string, aggregate: string): UserError {
  return new UserError(what, `${aggregate}.json`, HINT);
}

/** Reads typed values from the rows of one aggregate, and refuses what is not of the type. */
export class Reader {
  constructor(private readonly aggregate: string) {}

  integer(row: Row, column: string): number {
    const value = this.value(row, column);
    const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    if (typeof number !== "number" || !Number.isSafeInteger(number)) {
      throw refusal(`${column} is ${JSON.stringify(value)}, not a whole number`, this.aggregate);
    }
    return number;
  }

  optionalInteger(row: Row, column: string): number | null {
    return isAbsent(row, column) ? null : this.integer(row, column);
  }

  text(row: Row, column: string): string {
    const value = this.value(row, column);
    if (typeof value !== "string" || value === "") {
      throw refusal(`${column} is ${JSON.stringify(value)}, not text`, this.aggregate);
    }
    return value;
  }

  optionalText(row: Row, column: string): string | null {
    return isAbsent(row, column) ? null : this.text(row, column);
  }

  flag(row: Row, column: string): boolean {
    const value = this.value(row, column);
    if (value === true || value === "true") return true;
    if (value === false || value === "false") return false;
    throw refusal(`${column} is ${JSON.stringify(value)}, not true or false`, this.aggregate);
  }

  oneOf<T extends string>(row: Row, column: string, known: readonly T[]): T {
    const value = this.text(row, column);
    if (!(known as readonly string[]).includes(value)) {
      throw refusal(`${column} ${JSON.stringify(value)} is not one of ${known.join(", ")}`, this.aggregate);
    }
    return value as T;
  }

  private value(row: Row, column: string): unknown {
    const value = row[column];
    if (value === undefined) throw refusal(`a row has no column ${column}`, this.aggregate);
    return value;
  }
}

/** BigQuery leaves nulls out of the JSON that it writes. */
function isAbsent(row: Row, column: string): boolean {
  return (row[column] ?? null) === null;
}

/** An order that is the same everywhere, whatever the language of the machine. */
export function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
