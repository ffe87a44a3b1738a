import { readFileSync } from "node:fs";
import path from "node:path";
import { fingerprints, sha256, type Ended } from "../../support/crime";
import type { Fault } from "./fault";
import { ground } from "./ground";
import { judge } from "./prove";
import { World, type Trace } from "./world";

/** A fault that was brought about. */
export interface Injected {
  /** Runs into it. @default a run on the files that are published */
  readonly meet?: () => Promise<Ended>;
  /** Takes the cause away. */
  readonly mend?: () => void | Promise<void>;
  /** The rerun. @default a run on the files that are published */
  readonly again?: () => Promise<Ended>;
  /** What the rerun ends with. @default base */
  readonly gives?: "base" | "next";
  /** What may differ right after the fault. A lake may then only grow. @default nothing */
  readonly changes?: readonly (keyof Trace)[];
  /** Whether parts of files may be left, since the process had no time to tidy up. */
  readonly untidy?: boolean;
}

/** Proves a fault of the laptop run in a data folder of its own. */
export const laptop =
  (inject: (world: World) => Injected | Promise<Injected>) =>
  async (fault: Fault): Promise<void> => {
    const world = new World();
    try {
      await proveIn(world, fault, await inject(world));
    } finally {
      await world.clean();
    }
  };

async function proveIn(world: World, fault: Fault, injected: Injected): Promise<void> {
  const { meet, mend, again, gives = "base", changes = [], untidy = false } = injected;
  const before = await world.trace();
  judge(fault, await (meet ?? (() => world.run()))());
  const after = await world.trace();
  for (const part of ["marts", "page"] as const) {
    if (!changes.includes(part)) expect([part, after[part]]).toEqual([part, before[part]]);
  }
  if (changes.includes("lake")) expect(after.lake).toMatchObject(before.lake);
  else expect(after.lake).toEqual(before.lake);
  if (!untidy) expect(world.leftOvers()).toEqual([]);

  await mend?.();
  const healed = await (again ?? (() => world.run()))();
  expect({ code: healed.code, stderr: healed.stderr }).toEqual({ code: 0, stderr: healed.stderr });
  const wanted = gives === "base" ? ground().base : ground().next;
  expect(await fingerprints(world.dataDir)).toEqual(await fingerprints(wanted));
  expect(sha256(world.site)).toBe(sha256(path.join(wanted, "site", "index.html")));
  expect(JSON.parse(readFileSync(world.at("answers.json"), "utf8"))).toHaveProperty("publication_id");
  expect(world.leftOvers()).toEqual([]);
}
