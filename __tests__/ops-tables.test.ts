import { opsTables } from "../constructs/ops-tables";
import { OPS_TABLES } from "../pipeline/ops-tables";

it("are the same to the infrastructure that makes them and to the pipeline that fills them", () => {
  const made = Object.entries(opsTables).map(([table, { columns }]) => [
    table,
    Object.fromEntries(columns.map(({ name, type }) => [name, type === "INTEGER" ? "int64" : "string"])),
  ]);
  const filled = Object.entries(OPS_TABLES).map(([table, { columns }]) => [table, columns]);
  expect(Object.fromEntries(made)).toEqual(Object.fromEntries(filled));
});
