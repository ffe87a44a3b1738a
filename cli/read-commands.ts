import { existsSync } from "node:fs";
import path from "node:path";
import { messageOf, UserError } from "../errors";
import { exportMarts } from "../pipeline/export";
import { readStatus } from "../pipeline/status";
import { Warehouse } from "../pipeline/warehouse";
import { Workspace } from "../pipeline/workspace";
import { renderCsv, renderTable } from "./render-rows";
import { renderStatus } from "./render-status";

interface Flags {
  readonly dataDir: string;
  readonly json?: true;
  readonly csv?: true;
}

/** `crime query SQL` */
export async function queryCommand(sql: string, flags: Flags): Promise<void> {
  const rows = await reading(flags, async (warehouse) => {
    try {
      return await warehouse.query(sql);
    } catch (error) {
      throw new UserError(
        messageOf(error).replace(/\s*\n\s*/g, " "),
        "query",
        "mend the SQL; crime query 'show all tables' lists what there is",
      );
    }
  });
  const { columns, records } = rows;
  process.stdout.write(
    flags.json
      ? JSON.stringify(records, null, 2) + "\n"
      : flags.csv
        ? renderCsv(columns, records)
        : renderTable(columns, records),
  );
}

/** `crime export DIR` */
export async function exportCommand(dir: string, flags: Flags): Promise<void> {
  const written = await reading(flags, (warehouse) => exportMarts(warehouse, path.resolve(dir), new Date()));
  process.stdout.write(`${written.length} files in ${path.resolve(dir)}\n`);
}

/** `crime status` */
export async function statusCommand(flags: Flags): Promise<void> {
  const status = await readStatus(new Workspace(path.resolve(flags.dataDir)), new Date());
  process.stdout.write(flags.json ? JSON.stringify(status, null, 2) + "\n" : renderStatus(status));
}

async function reading<T>(flags: Flags, ask: (warehouse: Warehouse) => Promise<T>): Promise<T> {
  const { warehouse: file } = new Workspace(path.resolve(flags.dataDir));
  if (!existsSync(file)) throw new UserError("nothing was published yet", file, "run crime run first");
  const warehouse = await Warehouse.open(file, "read");
  try {
    return await ask(warehouse);
  } finally {
    warehouse.close();
  }
}
