import { spawn } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { inArea, type Fault } from "../support/fault";
import { hooked } from "../support/hook";
import { laptop, type Injected } from "../support/laptop";
import type { World } from "../support/world";

const fault = inArea("disk");

const FULL = "error: the disk is full (…): free some space and run again; what is published stands";
const BLOCKED =
  "error: it may not be written (…): get the right to write there, or choose another folder with --data-dir";
const MISPLACED =
  "error: a file stands where a folder is needed, or a folder where a file is (…): move it away, or choose another folder with --data-dir";

const full = (
  id: string,
  broken: string,
  limitKb: (world: World) => number,
  more: Partial<Injected> = {},
): Fault =>
  fault(id, {
    broken,
    says: FULL,
    exit: 1,
    ...(more.changes?.includes("lake") && { leaves: "the new file is in the lake; the rest as before" }),
    prove: laptop((world) => ({
      meet: () => world.run(world.next(), { fileLimitKb: limitKb(world) }),
      ...more,
    })),
  });
const kilobytes = (file: string): number => Math.ceil(statSync(file).size / 1024);

/** A folder that may not be written by who runs, until it is mended. */
const readOnly = (place: (world: World) => string) =>
  laptop((world) => {
    world.giveAway();
    chmodSync(place(world), 0o555);
    return {
      meet: () => world.run(world.next(), { unprivileged: true }),
      mend: () => chmodSync(place(world), 0o755),
    };
  });

/** A file or folder that stands where another one belongs. */
const misplaced = (place: (world: World) => string, put: (name: string) => void) =>
  laptop((world) => {
    const [name, aside] = [place(world), path.join(world.folder, "aside")];
    cpSync(name, aside, { recursive: true });
    rmSync(name, { recursive: true });
    put(name);
    return {
      mend: () => {
        rmSync(name, { recursive: true });
        renameSync(aside, name);
      },
    };
  });

/** A process that is alive for as long as the test wants. */
function somebody(): { pid: number; end: () => Promise<void> } {
  const child = spawn("sleep", ["300"], { stdio: "ignore" });
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  return {
    pid: child.pid!,
    end: async () => {
      child.kill();
      await gone;
    },
  };
}

const stale = (id: string, broken: string, holder: () => string | Promise<string>): Fault =>
  fault(id, {
    broken,
    says: "unchanged: marts in …",
    exit: 0,
    leaves: "tolerated: the lock of the dead does not count",
    prove: laptop(async (world) => {
      writeFileSync(world.at(".lock"), await holder());
      return {};
    }),
  });

export const DISK: readonly Fault[] = [
  full("full-landing", "the disk fills up while a file is landed", () => 200),
  full(
    "full-copying",
    "the disk fills up while the warehouse is copied",
    (world) => kilobytes(world.warehouse) / 2,
    {
      changes: ["lake"],
    },
  ),
  full(
    "full-publishing",
    "the disk fills up while the marts are published",
    (world) => kilobytes(world.warehouse) + 1024,
    { changes: ["lake"] },
  ),
  fault("full-answers", {
    broken: "the disk fills up while the answers are written, after the publication",
    says: FULL,
    exit: 1,
    leaves: "the new marts are published; the page is still the old one",
    heals: "unchanged, the marts and page of the new file",
    prove: laptop((world) => ({
      meet: () => world.run(world.next(), { env: hooked("fullHalf", "open", "answers.json") }),
      again: () => world.run(world.next()),
      gives: "next",
      changes: ["lake", "marts"],
    })),
  }),
  fault("full-page", {
    broken: "the disk fills up while the page is written",
    says: FULL,
    exit: 1,
    leaves: "the marts stand; no page, as before",
    prove: laptop((world) => {
      rmSync(world.site);
      return { meet: () => world.run(world.args(), { env: hooked("fullHalf", "open", "index.html") }) };
    }),
  }),
  full("full-refusal", "the disk is full when a refusal is recorded", () => 200, {}),
  fault("full-export", {
    broken: "the disk fills up while marts are exported",
    says: FULL,
    exit: 1,
    leaves: "no file of the export stands; the rest as before",
    prove: laptop((world) => {
      const out = path.join(world.folder, "out");
      return {
        meet: async () => {
          const ended = await world.run(["export", out], { fileLimitKb: 100 });
          expect(statSync(out).isDirectory() && (await import("node:fs")).readdirSync(out)).toEqual([]);
          return ended;
        },
      };
    }),
  }),
  fault("read-only", {
    broken: "the data folder may not be written",
    says: BLOCKED,
    exit: 1,
    prove: readOnly((world) => world.dataDir),
  }),
  fault("read-only-lake", {
    broken: "the lake may not be written",
    says: BLOCKED,
    exit: 1,
    prove: readOnly((world) => path.dirname(world.landed("csv"))),
  }),
  fault("file-for-folder", {
    broken: "a file stands where the data folder should be",
    says: MISPLACED,
    exit: 1,
    prove: misplaced(
      (world) => world.dataDir,
      (name) => writeFileSync(name, ""),
    ),
  }),
  fault("file-for-lake", {
    broken: "a file stands where the lake should be",
    says: MISPLACED,
    exit: 1,
    prove: misplaced(
      (world) => world.at("lake"),
      (name) => writeFileSync(name, ""),
    ),
  }),
  fault("folder-for-answers", {
    broken: "a folder stands where the answers should be",
    says: MISPLACED,
    exit: 1,
    prove: misplaced(
      (world) => world.at("answers.json"),
      (name) => mkdirSync(name),
    ),
  }),
  fault("locked", {
    broken: "another run is going on",
    says: "error: another run is going on (process …) (…): wait until it is done; delete the file if you know there is none",
    exit: 1,
    prove: laptop((world) => {
      const other = somebody();
      writeFileSync(world.at(".lock"), String(other.pid));
      return {
        meet: async () => {
          const ended = await world.run();
          rmSync(world.at(".lock"));
          return ended;
        },
        mend: other.end,
      };
    }),
  }),
  stale("lock-of-the-dead", "a run that was killed has left its lock", async () => {
    const { pid, end } = somebody();
    await end();
    return String(pid);
  }),
  stale("lock-without-name", "a run was killed before it wrote its name into the lock", () => ""),
  fault("scratch-of-the-dead", {
    broken: "a run that was killed has left its scratch folder and parts of files",
    says: "unchanged: marts in …",
    exit: 0,
    leaves: "tolerated: they are removed or replaced",
    prove: laptop((world) => {
      mkdirSync(world.at(".work", "12345"), { recursive: true });
      writeFileSync(world.at(".work", "12345", "warehouse.duckdb"), "half");
      writeFileSync(world.at("answers.json.partial"), "half");
      writeFileSync(world.at(".outcomes.jsonl"), '\n{"attempt_id": "half');
      return {};
    }),
  }),
];
