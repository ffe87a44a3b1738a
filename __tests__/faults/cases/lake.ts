import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { inArea, type Fault } from "../support/fault";
import { laptop } from "../support/laptop";
import type { World } from "../support/world";

const fault = inArea("lake");

const HINT = "put it back from a backup; or delete it and run again, if its source still serves …";

/** A manifest that was spoilt; it is deleted afterwards, as the message says. */
const spoilt = (id: string, broken: string, content: (good: string) => string): Fault =>
  fault(id, {
    broken,
    says: `error: a manifest of the lake cannot be read (…): ${HINT}`,
    exit: 1,
    prove: laptop((world) => {
      const manifest = world.landed("manifest.json");
      writeFileSync(manifest, content(readFileSync(manifest, "utf8")));
      return { mend: () => rmSync(manifest) };
    }),
  });

/** Changes a landed file without changing its length. */
function change(world: World): void {
  const file = world.landed("csv");
  writeFileSync(file, readFileSync(file, "utf8").replaceAll("York", "Yolk"));
}

/** Without the warehouse, everything has to be loaded from the lake again. */
function forget(world: World): void {
  rmSync(world.warehouse);
}

export const LAKE: readonly Fault[] = [
  fault("manifest-missing", {
    broken: "the manifest of the file is gone",
    says: "unchanged: marts in …",
    exit: 0,
    leaves: "tolerated: the file is landed anew",
    prove: laptop((world) => {
      rmSync(world.landed("manifest.json"));
      return { changes: ["lake"] };
    }),
  }),
  spoilt("manifest-garbled", "the manifest is cut", (good) => good.slice(0, 200)),
  spoilt("manifest-empty", "the manifest is empty", () => ""),
  spoilt("manifest-of-another-kind", "the manifest is JSON of another shape", () => '{"rows": "many"}'),
  fault("bytes-changed", {
    broken: "a landed file was changed under its hash and has to be loaded again",
    says: `error: a file of the lake is not what was landed (…): ${HINT}`,
    exit: 1,
    heals: "published anew, the same marts",
    prove: laptop((world) => {
      change(world);
      forget(world);
      return { mend: () => rmSync(world.landed("csv")) };
    }),
  }),
  fault("bytes-cut", {
    broken: "a landed file was cut, and the source serves it again",
    says: "unchanged: marts in …",
    exit: 0,
    leaves: "tolerated: the bytes are put back",
    prove: laptop((world) => {
      const whole = readFileSync(world.landed("csv"));
      writeFileSync(world.landed("csv"), whole.subarray(0, 1_000));
      return {
        meet: async () => {
          const ended = await world.run();
          expect(readFileSync(world.landed("csv")).equals(whole)).toBe(true);
          writeFileSync(world.landed("csv"), whole.subarray(0, 1_000));
          return ended;
        },
      };
    }),
  }),
  fault("snapshot-deleted", {
    broken: "the landed files of a dataset were deleted, with their manifests",
    says: "unchanged: marts in …",
    exit: 0,
    leaves: "tolerated: the file is landed anew",
    prove: laptop((world) => {
      rmSync(world.at("lake", "major_crimes"), { recursive: true });
      return { changes: ["lake"] };
    }),
  }),
  fault("bytes-deleted", {
    broken:
      "a landed file was deleted without its manifest, its source is down, and it has to be loaded again",
    says: `error: a file of the lake is gone (…): ${HINT}`,
    exit: 1,
    heals: "published anew, the same marts",
    prove: laptop((world) => {
      rmSync(world.landed("csv"));
      forget(world);
      return { meet: () => world.run(["run"]) };
    }),
  }),
  fault("restore-too-early", {
    broken: "a day is to be restored before which nothing was landed",
    says: "error: the lake holds no snapshot of 2020-01-01 or before (…): choose one of …",
    exit: 1,
    prove: laptop((world) => ({ meet: () => world.run(["restore", "2020-01-01"]) })),
  }),
];
