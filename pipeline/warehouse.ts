import {
  DuckDBInstance,
  JsonDuckDBValueConverter,
  type DuckDBConnection,
  type DuckDBValue,
  type DuckDBValueConverter,
  type Json,
} from "@duckdb/node-api";
import { constants, existsSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { messageOf, UserError } from "../errors";
import { datasets, type Dataset, type DatasetId } from "../datasets";
import type { Snapshot } from "./lake";
import { OPS_TABLES, type OpsRows, type Publication } from "./ops-tables";
import { landingColumns, rawColumns, replaceRawSql } from "./raw-sql";

export type Row = Record<string, Json>;

/** A DuckDB file with the schemas raw, staging, audit, marts and ops. */
export class Warehouse {
  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly connection: DuckDBConnection,
  ) {}

  /** @throws UserError when the file is locked or is no DuckDB database of this version */
  static async open(file: string, mode: "read" | "write"): Promise<Warehouse> {
    try {
      const options = mode === "read" ? { access_mode: "READ_ONLY" } : { memory_limit: "2GB" };
      const instance = await DuckDBInstance.create(file, {
        ...options,
        autoinstall_known_extensions: "false",
      });
      const connection = await instance.connect();
      await connection.run("set TimeZone = 'UTC'");
      return new Warehouse(instance, connection);
    } catch (error) {
      throw new UserError(
        `cannot open the warehouse: ${messageOf(error).split("\n")[0]}`,
        file,
        "close the program that holds it, or move the file away and run again",
      );
    }
  }

  /** A working copy: the published file, or a new one, with every schema and table that dbt reads. */
  static async openCopy(published: string, copy: string): Promise<Warehouse> {
    if (existsSync(published)) await copyFile(published, copy, constants.COPYFILE_FICLONE);
    const warehouse = await Warehouse.open(copy, "write");
    for (const schema of ["raw", "staging", "audit", "marts", "ops"]) {
      await warehouse.run(`create schema if not exists ${schema}`);
    }
    for (const dataset of datasets) {
      const columns = rawColumns(dataset).map((name) => `${name} varchar`);
      await warehouse.run(`create table if not exists raw.${dataset.id} (${columns.join(", ")})`);
    }
    for (const [name, { columns }] of Object.entries(OPS_TABLES)) {
      const typed = Object.entries(columns).map(([column, type]) => `"${column}" ${type}`);
      await warehouse.run(`create table if not exists ops.${name} (${typed.join(", ")})`);
    }
    return warehouse;
  }

  close(): void {
    this.connection.closeSync();
    this.instance.closeSync();
  }

  /**
   * Brings everything into the file itself. Closing tries that too, but keeps silent when the disk is full and
   * leaves the rest in a file beside it.
   */
  async checkpoint(): Promise<void> {
    await this.run("checkpoint");
  }

  async run(sql: string, values: DuckDBValue[] = []): Promise<void> {
    await this.connection.run(sql, values);
  }

  /** Rows as plain JSON: dates as text, integers beyond 2^53 as text. */
  async rows<T = Row>(sql: string): Promise<T[]> {
    const reader = await this.connection.runAndReadAll(sql);
    return reader.convertRowObjects(plainJson) as T[];
  }

  /** Whatever a user asks: column names in order, and rows as plain JSON. The marts need no schema name. */
  async query(sql: string): Promise<{ columns: string[]; records: Row[] }> {
    await this.run("set search_path = 'marts'");
    await this.run("set enable_external_access = false");
    const reader = await this.connection.runAndReadAll(sql);
    return { columns: reader.deduplicatedColumnNames(), records: reader.convertRowObjects(plainJson) };
  }

  async tables(schema: string): Promise<string[]> {
    const rows = await this.rows<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = '${schema}' order by 1`,
    );
    return rows.map((row) => row.name);
  }

  /** SHA-256 of the file that a raw table holds; `null` for an empty one. */
  async loadedHash(dataset: DatasetId): Promise<string | null> {
    if (!(await this.tables("raw")).includes(dataset)) return null;
    const rows = await this.rows<{ file_sha256: string }>(`select file_sha256 from raw.${dataset} limit 1`);
    return rows[0]?.file_sha256 ?? null;
  }

  async lastPublication(): Promise<Publication | undefined> {
    if (!(await this.tables("ops")).includes("publications")) return undefined;
    return (await this.rows<Publication>("from ops.publications order by published_at desc limit 1"))[0];
  }

  /**
   * Replaces a raw table with a landed file, in one statement.
   *
   * @throws Error when the table does not hold as many rows as the manifest counts
   */
  async load(dataset: Dataset, snapshot: Snapshot, file: string): Promise<void> {
    // What nothing reads is called by its place: a header may hold names that are none, such as a blank.
    const names = landingColumns(dataset, snapshot);
    const columns = names.map((name) => `'${quoted(name)}': 'varchar'`).join(", ");
    // Not strict: mixed line ends load too. The landing check has refused all else that strictness refuses.
    const options =
      `skip = 1, header = false, auto_detect = false, strict_mode = false, ` +
      `delim = ',', quote = '"', escape = '"', encoding = 'utf-8', max_line_size = 2000000`;
    const landing = `read_csv('${quoted(file)}', columns = {${columns}}, ${options})`;
    await this.run(replaceRawSql(dataset, snapshot, landing, `raw.${dataset.id}`));
    const [counted] = await this.rows<{ n: number }>(`select count(*) as n from raw.${dataset.id}`);
    if (counted!.n !== snapshot.rows) {
      throw new Error(`raw.${dataset.id} holds ${counted!.n} rows where the file has ${snapshot.rows}`);
    }
  }

  /** Appends rows that are not there yet. */
  async append<Table extends keyof OpsRows>(table: Table, row: OpsRows[Table]): Promise<void> {
    const { columns, key } = OPS_TABLES[table];
    const names = Object.keys(columns);
    const values = names.map(
      (name) => (row as unknown as Record<string, string | number | null>)[name] ?? null,
    );
    const selected = Object.entries<string>(columns).map(
      ([name, type], i) => `cast($${i + 1} as ${type}) as "${name}"`,
    );
    const same = key.map((name) => `old.${name} = new.${name}`).join(" and ");
    await this.run(
      `insert into ops.${table} select * from (select ${selected.join(", ")}) as new ` +
        `where not exists (select 1 from ops.${table} as old where ${same})`,
      values,
    );
  }
}

/** DuckDB's own JSON writes every integer of 64 bits or more as text. */
const plainJson: DuckDBValueConverter<Json> = (value, type, convert) => {
  const number = typeof value === "bigint" ? Number(value) : NaN;
  return Number.isSafeInteger(number) ? number : JsonDuckDBValueConverter(value, type, convert);
};

function quoted(text: string): string {
  return text.replaceAll("'", "''");
}
