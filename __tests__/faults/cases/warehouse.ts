import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, rmSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import { projectDir } from "../../support/crime";
import { inArea, type Fault } from "../support/fault";
import { laptop } from "../support/laptop";
import type { World } from "../support/world";

const fault = inArea("warehouse");

const HINT = "close the program that holds it, or move the file away and run again";

/** A warehouse file that was spoilt; it is moved away afterwards, as the message says. */
const spoilt = (id: string, broken: string, says: string, spoil: (world: World) => void): Fault =>
  fault(id, {
    broken,
    says: `error: cannot open the warehouse: ${says} (…): ${HINT}`,
    exit: 1,
    leaves: "as before: the spoilt file is not touched",
    heals: "published anew from the lake, the same marts",
    prove: laptop((world) => {
      spoil(world);
      return { mend: () => rmSync(world.warehouse) };
    }),
  });

/** Another program that has the warehouse open, until the test ends it. */
async function holder(world: World, mode: "READ_ONLY" | "READ_WRITE"): Promise<() => Promise<void>> {
  const script = `require("@duckdb/node-api").DuckDBInstance.create(process.argv[1], { access_mode: "${mode}" })
    .then(async (one) => { globalThis.held = [one, await one.connect()]; console.log("open"); setInterval(() => {}, 1000); });`;
  const child = spawn(process.execPath, ["-e", script, world.warehouse], {
    cwd: projectDir,
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  return async () => {
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  };
}

export const WAREHOUSE: readonly Fault[] = [
  spoilt(
    "corrupt",
    "the file has wrong bytes in its middle",
    "IO Error: Corrupt database file: …",
    (world) => {
      const file = openSync(world.warehouse, "r+");
      writeSync(file, Buffer.alloc(4 << 20, "x"), 0, 4 << 20, 4 << 20);
      closeSync(file);
    },
  ),
  spoilt("cut", "the file is cut", "IO Error: Could not read enough bytes …", (world) =>
    truncateSync(world.warehouse, 3_000_000),
  ),
  spoilt("empty", "the file is empty", "IO Error: The file … is not a valid DuckDB database file!", (world) =>
    writeFileSync(world.warehouse, ""),
  ),
  spoilt(
    "no-database",
    "the file is a text",
    "IO Error: The file … is not a valid DuckDB database file!",
    (world) => writeFileSync(world.warehouse, "dear diary\n".repeat(1_000)),
  ),
  fault("missing", {
    broken: "the file is gone",
    says: "published: marts in …",
    exit: 0,
    leaves: "tolerated: published anew from the lake, the same marts",
    prove: laptop((world) => {
      rmSync(world.warehouse);
      return { changes: ["marts"] };
    }),
  }),
  fault("held-for-writing", {
    broken: "another program has the file open for writing",
    says: `error: cannot open the warehouse: IO Error: Could not set lock on file …: ${HINT}`,
    exit: 1,
    prove: laptop(async (world) => ({ mend: await holder(world, "READ_WRITE") })),
  }),
  fault("held-for-reading", {
    broken: "another program reads the file during a run",
    says: "published: marts in …",
    exit: 0,
    leaves: "tolerated: the new file takes its place, the reader keeps the old one",
    heals: "unchanged, the marts of the new file",
    prove: laptop(async (world) => ({
      meet: () => world.run(world.next()),
      mend: await holder(world, "READ_ONLY"),
      again: () => world.run(world.next()),
      gives: "next",
      changes: ["marts", "lake", "page"],
    })),
  }),
  fault("foreign-log", {
    broken: "another program was killed while it wrote into the file, and left its log beside it",
    says: "published: marts in …",
    exit: 0,
    leaves: "tolerated: what the other program wrote is dropped with the next publication",
    heals: "unchanged, the marts of the new file",
    prove: laptop((world) => ({
      meet: async () => {
        const script = `require("@duckdb/node-api").DuckDBInstance.create(process.argv[1]).then(async (one) => {
          const connection = await one.connect();
          await connection.run("create table marts.mine as select 1 as x");
          process.kill(process.pid, "SIGKILL");
        });`;
        const child = spawn(process.execPath, ["-e", script, world.warehouse], {
          cwd: projectDir,
          stdio: "inherit",
        });
        await once(child, "exit");
        return world.run(world.next());
      },
      again: () => world.run(world.next()),
      gives: "next",
      changes: ["marts", "lake", "page"],
    })),
  }),
];
