import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { majorCrimes } from "../datasets";
import { Lake, manifestPath, type Landing, type Snapshot } from "../pipeline/lake";
import type { LandingContext } from "../pipeline/landing-check";
import { pinned } from "../pipeline/pinned";
import { slice, temporaryFolder } from "./support/crime";

const small = slice("major_crimes", 50);
const larger = slice("major_crimes", 60);
const source: LandingContext["source"] = { kind: "file", location: "a.csv" };
let clock = Date.parse("2026-11-24T12:00:00Z");

function newLake(): Lake {
  const folder = temporaryFolder();
  return new Lake(path.join(folder, "lake"), path.join(folder, "scratch"));
}

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
  await Promise.resolve();
}

function land(lake: Lake, text: string, context: Partial<LandingContext> = {}): Promise<Landing> {
  const now = new Date((clock += 1000));
  return lake.land(bytes(text), majorCrimes, { source, snapshotDate: "2026-11-24", ...context }, now);
}

async function landed(lake: Lake, text: string, context: Partial<LandingContext> = {}): Promise<Snapshot> {
  const landing = await land(lake, text, context);
  if ("refused" in landing) throw new Error(landing.refused);
  return landing.snapshot;
}

const filesIn = (lake: Lake): string[] =>
  (readdirSync(lake.folder, { recursive: true }) as string[]).filter((name) => /\.\w+$/.test(name)).sort();

it("lands the bytes unchanged under the date and the hash, with a manifest beside them", async () => {
  const lake = newLake();
  const snapshot = await landed(lake, small);
  const stem = `major_crimes/snapshot_date=2026-11-24/${snapshot.sha256.slice(0, 12)}`;
  expect(filesIn(lake)).toEqual([`${stem}.csv`, `${stem}.file.manifest.json`]);
  expect(readFileSync(lake.file(snapshot), "utf8")).toBe(small);
  const manifest = path.join(lake.folder, `${stem}.file.manifest.json`);
  expect(JSON.parse(readFileSync(manifest, "utf8"))).toEqual(snapshot);
});

it("does not write the same bytes again, on whatever day", async () => {
  const lake = newLake();
  const first = await landed(lake, small);
  const written = statSync(lake.file(first)).mtimeMs;
  const again = await land(lake, small, { snapshotDate: "2026-12-01" });
  expect(again).toEqual({ snapshot: first, change: "none" });
  expect(statSync(lake.file(first)).mtimeMs).toBe(written);
  expect(filesIn(lake)).toHaveLength(2);
});

it("leaves no trace of a refused file", async () => {
  const lake = newLake();
  expect(await land(lake, "<html>")).toHaveProperty("refused");
  expect(existsSync(lake.folder)).toBe(false);
});

it("takes bytes without a manifest for none", async () => {
  const lake = newLake();
  const snapshot = await landed(lake, small);
  rmSync(path.join(lake.folder, manifestPath(snapshot)));
  expect(await lake.snapshots("major_crimes")).toEqual([]);
  expect(await land(lake, small)).toMatchObject({ change: "new" });
});

it("compares counts within one kind of source only", async () => {
  const lake = newLake();
  await landed(lake, larger, { source: { kind: "portal", location: "p" } });
  await landed(lake, small);
  const refused = await land(lake, small, { source: { kind: "portal", location: "p" } });
  expect(refused).toEqual({
    refused: expect.stringContaining("50 rows, more than 2 % fewer than the 60") as string,
  });
});

it("calls the file that was accepted last the latest, also when it is an old one accepted anew", async () => {
  const lake = newLake();
  const first = await landed(lake, small);
  const second = await landed(lake, larger, { snapshotDate: "2026-11-25" });
  expect((await lake.latest("major_crimes"))?.sha256).toBe(second.sha256);
  await landed(lake, small, { snapshotDate: "2026-11-26", acceptSmaller: "the City took rows back" });
  expect(await lake.latest("major_crimes")).toMatchObject({
    sha256: first.sha256,
    object: first.object,
    snapshotDate: "2026-11-26",
    acceptedSmaller: "the City took rows back",
  });
  expect(await land(lake, small)).toMatchObject({ change: "none" });
  expect(filesIn(lake).filter((name) => name.endsWith(".csv"))).toHaveLength(2);
  const held = async (day: string): Promise<string | undefined> => {
    const asked = { dataset: majorCrimes, result: "restored", snapshot: undefined, reason: "" } as const;
    return (await pinned([asked], day, lake))[0]!.snapshot?.sha256;
  };
  expect(await Promise.all(["2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26"].map(held))).toEqual([
    undefined,
    first.sha256,
    second.sha256,
    first.sha256,
  ]);
});

it("keeps what the portal said of bytes that come again as a file, and its series", async () => {
  const lake = newLake();
  const portal = {
    kind: "portal",
    location: "p",
    resourceId: "r",
    lastModified: "2026-10-30T14:00:00Z",
  } as const;
  const first = await landed(lake, larger, { source: portal });
  expect(await land(lake, larger)).toMatchObject({ change: "accepted-again", snapshot: { source } });
  expect(await lake.latest("major_crimes", "portal")).toEqual(first);
  expect(await land(lake, small, { source: portal })).toHaveProperty("refused");
});
