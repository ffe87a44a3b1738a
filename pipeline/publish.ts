import { MARTS } from "./marts";
import type { Publication } from "./ops-tables";
import type { Warehouse } from "./warehouse";

/**
 * Puts the audited marts in the place of the published ones, in one transaction, and drops what is not
 * needed to serve them.
 */
export async function publish(warehouse: Warehouse, publication: Publication): Promise<void> {
  const old = await warehouse.tables("marts");
  await warehouse.run("begin");
  for (const mart of MARTS) {
    await warehouse.run(`create or replace table marts.${mart} as select * from audit.${mart}`);
  }
  for (const table of old.filter((name) => !(MARTS as readonly string[]).includes(name))) {
    await warehouse.run(`drop table marts.${table}`);
  }
  await warehouse.append("publications", publication);
  await warehouse.run("drop schema audit cascade");
  await warehouse.run("commit");
}
