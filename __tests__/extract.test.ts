import path from "node:path";
import { majorCrimes } from "../datasets";
import { extract, parseSource, type ExtractOptions, type SourceChoice } from "../pipeline/extract";
import { Unreachable } from "../pipeline/http";
import { Lake, type Landing } from "../pipeline/lake";
import { Portal } from "../pipeline/portal";
import { NO_PORTAL, projectDir, slice, temporaryFolder, writeFile } from "./support/crime";
import { packageOf, PortalStandIn, type Served } from "./support/portal";

const csv = slice("major_crimes", 50);
const portal = new PortalStandIn();
let base: string;

beforeAll(async () => {
  base = await portal.start();
});
afterAll(() => portal.stop());

function serve(served: Partial<Served>): void {
  portal.status = undefined;
  portal.requests.length = 0;
  portal.packages.set(packageOf.major, { csv, lastModified: "2026-10-30T14:00:00.123456", ...served });
}

function fetchFrom(
  choice: Exclude<SourceChoice, "auto">,
  extra: Partial<ExtractOptions> = {},
): Promise<Landing> {
  const folder = temporaryFolder();
  return extract(majorCrimes, choice, {
    projectDir,
    lake: new Lake(path.join(folder, "lake"), path.join(folder, "scratch")),
    portal: new Portal(base),
    now: new Date("2026-11-24T03:00:00Z"),
    reloadDelayMs: 1,
    ...extra,
  });
}

const refusedWith = (sentence: string) => ({ refused: expect.stringContaining(sentence) as string });

describe("the portal", () => {
  it("gives the dump of the datastore resource that changed last, never a renamed or a cached one", async () => {
    serve({});
    expect(await fetchFrom("portal")).toMatchObject({
      snapshot: {
        rows: 50,
        snapshotDate: "2026-11-23",
        source: {
          kind: "portal",
          resourceId: `current-${packageOf.major}`,
          location: `${base}/datastore/dump/current-${packageOf.major}`,
          lastModified: "2026-10-30T14:00:00.123456Z",
        },
      },
    });
    expect(portal.requests).toEqual([
      "/api/3/action/package_show",
      "/api/3/action/datastore_search",
      `/datastore/dump/current-${packageOf.major}`,
      "/api/3/action/datastore_search",
    ]);
  });

  it("is waited for while it reloads", async () => {
    serve({ totals: [20, 50, 50, 50] });
    expect(await fetchFrom("portal")).toMatchObject({ snapshot: { rows: 50 } });
  });

  it("is refused when it never stops reloading", async () => {
    serve({ totals: [1, 2, 3, 4, 5, 6] });
    expect(await fetchFrom("portal")).toEqual(
      refusedWith("the portal is reloading its table (5 rows, then 6) (3 tries)"),
    );
  });

  it("is refused when the dump has not the rows that it counts", async () => {
    serve({ totals: [51] });
    expect(await fetchFrom("portal")).toEqual(refusedWith("50 rows arrived where the portal counts 51"));
  });

  it("is refused when the connection breaks twice before the announced end", async () => {
    let dumps = 0;
    serve({
      dump: (response) => {
        dumps++;
        response.writeHead(200, { "content-length": 99_999 });
        response.write(csv.slice(0, 900), () => response.destroy());
      },
    });
    expect(await fetchFrom("portal")).toMatchObject({
      refused: expect.stringMatching(/broke off after \d+ of 99999 bytes \(.+\); run again/) as string,
    });
    expect(dumps).toBe(2);
  });

  it("is tried again when it hiccups, and is unreachable when it goes on", async () => {
    serve({});
    portal.status = 503;
    const later = setTimeout(() => (portal.status = undefined), 300);
    expect(await fetchFrom("portal")).toMatchObject({ snapshot: { rows: 50 } });
    clearTimeout(later);
    portal.status = 404;
    await expect(fetchFrom("portal")).rejects.toThrow(Unreachable);
    await expect(fetchFrom("portal", { portal: new Portal(NO_PORTAL) })).rejects.toThrow(/package_show: .+/);
  });

  it("is unreachable when something else answers in its name", async () => {
    const page = parseSource(`${base}/`);
    expect(page).toEqual({ url: `${base}/` });
    portal.packages.clear();
    await expect(fetchFrom("portal")).rejects.toThrow("status 404");
  });
});

describe("other sources", () => {
  it("is a file, a web address or the bundled sample", async () => {
    serve({});
    const file = writeFile(temporaryFolder(), "mine.csv", csv);
    expect(await fetchFrom(parseSource(file) as { file: string })).toMatchObject({
      snapshot: { source: { kind: "file", location: file } },
    });
    const url = `${base}/datastore/dump/current-${packageOf.major}`;
    expect(await fetchFrom({ url })).toMatchObject({ snapshot: { source: { kind: "url", location: url } } });
    expect(await fetchFrom("sample")).toMatchObject({
      snapshot: { rows: 10_000, source: { kind: "sample" } },
    });
  });

  it("is an error at once when the file is not there", () => {
    expect(() => parseSource("no/such.csv")).toThrow("no such file");
  });
});
