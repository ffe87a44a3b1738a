import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { parse } from "csv-parse/sync";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { findChromium, startChromium } from "../../scripts/chromium";
import { ask, crime, projectDir } from "../support/crime";
import { listen, type Listening } from "../support/server";
import { ensureRenderer } from "../../dashboard/bundle";
import { aggregatesOf, madeUp, sampleHateCrimes, sampleOffences, type Made } from "./support/aggregates";
import { execFileSync } from "node:child_process";

jest.setTimeout(60_000);

const executable = findChromium();
if (!executable)
  console.warn("no Chromium here and none could be installed: the page was NOT tested in a browser");
const inBrowser = executable ? describe : describe.skip;

const folder = mkdtempSync(path.join(tmpdir(), "crime-browser-"));
const dataDir = path.join(folder, "data");
const file = path.join(dataDir, "site", "index.html");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

inBrowser("the page of the bundled sample in Chromium", () => {
  let browser: Browser;
  let server: Listening;
  let http: string;
  /** What went wrong in a test, and what was asked for in all. */
  const troubles: string[] = [];
  const requests = new Set<string>();

  beforeAll(async () => {
    const { code, stderr } = await crime(["run", "--source", "sample", "--data-dir", dataDir]);
    if (code !== 0) throw new Error(stderr);
    server = await listen((request, response) => {
      response.setHeader("content-type", "text/html; charset=utf-8");
      response.end(request.url!.startsWith("/?") || request.url === "/" ? readFileSync(file) : "");
    });
    http = `${server.url}/`;
    browser = await startChromium(executable!);
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  afterEach(() => expect(troubles.splice(0)).toEqual([]));

  interface Reading extends BrowserContextOptions {
    /** The page, when it is not that of the sample by http. */
    readonly url?: string;
    readonly search?: string;
    /** The day of reading, when it is not today. */
    readonly day?: string;
  }

  /** Opens the page as a reader with these settings does, and hands it over until the work is done. */
  async function reading<T>(options: Reading, work: (page: Page) => Promise<T>): Promise<T> {
    const { search = "", url = http, day, ...settings } = options;
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...settings });
    try {
      const page = await context.newPage();
      page.on("console", (message) => troubles.push(`console: ${message.text()}`));
      page.on("pageerror", (error) => troubles.push(`error: ${error.message}`));
      page.on("request", (request) => requests.add(request.url().split("?")[0]!.slice(0, 60)));
      if (day !== undefined) await context.clock.setFixedTime(day);
      await page.goto(url + search);
      return await work(page);
    } finally {
      await context.close();
    }
  }

  /** Renders aggregates as a flow does. */
  async function render(made: Made, name: string): Promise<string> {
    const aggregates = mkdtempSync(path.join(folder, `${name}-`));
    for (const [aggregate, rows] of Object.entries(made)) {
      writeFileSync(path.join(aggregates, `${aggregate}.json`), JSON.stringify(rows));
    }
    const rendered = path.join(folder, `${name}.html`);
    const renderer = await ensureRenderer(projectDir);
    execFileSync(process.execPath, [renderer.file, aggregates, rendered]);
    return rendered;
  }

  const openTables = (page: Page): Promise<void> =>
    page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
  const rowsOf = (page: Page, figure: string): Promise<string[][]> =>
    page.$$eval(`#figure-${figure} details tbody tr`, (rows) =>
      rows.map((row) => [...row.children].map((cell) => cell.textContent ?? "")),
    );
  const number = (text: string): number => Number(text.replaceAll(",", "").replace("−", "-"));

  describe("asks for nothing but itself and says nothing on the console", () => {
    it.each(["file", "http"] as const)("over %s", async (over) => {
      await reading({ url: over === "http" ? http : pathToFileURL(file).href }, async (page) => {
        await openTables(page);
        for (const choice of ["Robbery", "All"]) await page.check(`input[value="${choice}"]`);
        expect(page.url().startsWith(`${over}:`)).toBe(true);
        await page.selectOption('[data-sets="hood"]', "073");
        expect(page.url()).toContain("hood=073");
        await page.emulateMedia({ media: "print" });
      });
      expect(
        [...requests].filter(
          (url) => !url.startsWith(http) && !url.startsWith("file:") && !url.startsWith("data:"),
        ),
      ).toEqual([]);
    });
  });

  describe("shows the numbers of the marts", () => {
    it.each([
      ["All", ""],
      ["Auto Theft", "?category=Auto+Theft"],
    ])("for %s", async (category, search) => {
      const byPeriod = await ask<{ grain: string; period: string; offences: string; per_day: number }>(
        dataDir,
        `select grain, period, offences, offences_per_day as per_day from crime_by_period
         where category = '${category}' and grain <> 'month' and (grain <> 'year' or period >= '2014') order by grain, period`,
      );
      await reading({ search }, async (page) => {
        await openTables(page);
        for (const [figure, grain] of [
          ["year", "year"],
          ["month", "month_of_year"],
          ["weekday", "weekday"],
          ["day", "day_of_month"],
          ["hour", "hour"],
        ] as const) {
          const wanted = byPeriod.filter((row) => row.grain === grain);
          const found = await rowsOf(page, figure);
          expect(found.map((row) => [number(row[1]!), row[3]])).toEqual(
            wanted.map((row) => [Number(row.offences), row.per_day.toFixed(row.per_day < 0.1 ? 3 : 2)]),
          );
        }
      });
    });

    it("for the change that crime_drivers divides", async () => {
      const marts = await ask<{ member: string; change: string; contribution: number }>(
        dataDir,
        `select member, change, contribution from crime_drivers
         where category = 'Auto Theft' and pair = 'first_to_peak' and dimension = 'premises_type' order by change desc, member`,
      );
      await reading({ search: "?driver=Auto+Theft" }, async (page) => {
        await openTables(page);
        const found = await rowsOf(page, "by-premises");
        expect(found.map((row) => [row[0], number(row[3]!)])).toEqual(
          marts.map(({ member, change }) => [member, Number(change)]),
        );
      });
    });

    it("for neighbourhoods, report lag and hate crimes", async () => {
      const hoods = await ask<{ id: string; n: string }>(
        dataDir,
        `select neighbourhood_id as id, sum(offences) as n from crime_by_neighbourhood
         where category = 'All' and year between 2014 and 2025 and neighbourhood_id is not null group by 1`,
      );
      const lags = await ask<{ share: number }>(
        dataDir,
        "select cumulative_share as share from report_lag where category = 'All' order by bucket_order",
      );
      const hate = await ask<{ occurrences: string; arrests: string }>(
        dataDir,
        "select occurrences, arrests from hate_crimes_by_year order by reported_year",
      );
      await reading({}, async (page) => {
        await openTables(page);
        const found = await rowsOf(page, "map");
        expect(Object.fromEntries(found.map((row) => [row[1], number(row[4]!)]))).toEqual({
          ...Object.fromEntries(found.map((row) => [row[1], 0])),
          ...Object.fromEntries(hoods.map(({ id, n }) => [id, Number(n)])),
        });
        expect((await rowsOf(page, "lag")).map((row) => row[2])).toEqual(
          lags.map(({ share }) => `${(100 * share).toFixed(0)}%`),
        );
        expect((await rowsOf(page, "hate-year")).map((row) => [number(row[1]!), number(row[2]!)])).toEqual(
          hate.map(({ occurrences, arrests }) => [Number(occurrences), Number(arrests)]),
        );
      });
    });
  });

  it("downloads as CSV what the marts hold, unrounded", async () => {
    const marts = await ask<{ name: string; n: string; rate: number }>(
      dataDir,
      `select neighbourhood_name as name, sum(offences) as n, sum(offences_per_1000) / 12 as rate from crime_by_neighbourhood
       where category = 'Assault' and year between 2014 and 2025 and neighbourhood_id is not null group by 1`,
    );
    await reading({ search: "?category=Assault" }, async (page) => {
      await page.click("#figure-map summary");
      const [download] = await Promise.all([page.waitForEvent("download"), page.click('[data-csv="map"]')]);
      expect(download.suggestedFilename()).toBe("toronto-crime-map.csv");
      const rows: string[][] = parse(readFileSync(await download.path()));
      expect(rows).toHaveLength(159);
      for (const { name, n, rate } of marts) {
        const row = rows.find((one) => one[2] === name)!;
        expect(Number(row[4])).toBe(Number(n));
        expect(Number(row[5])).toBeCloseTo(rate, 10);
      }
    });
  });

  describe("filters", () => {
    it("by keyboard alone, tells it, and keeps it in the address", async () => {
      await reading({}, async (page) => {
        await page.focus('input[value="All"]');
        await page.keyboard.press("ArrowRight");
        await page.keyboard.press("ArrowRight");
        expect(await page.isChecked('input[value="Auto Theft"]')).toBe(true);
        expect(new URL(page.url()).search).toBe("?category=Auto+Theft");
        expect(await page.textContent("#live")).toMatch(/^Auto theft in 2014–2025 is most frequent/);
        expect(await page.inputValue('#where [data-sets="category"]')).toBe("Auto Theft");
        await page.focus('#when [data-sets="from"]');
        await page.keyboard.type("2018");
        await page.waitForFunction(() => location.search.includes("from=2018"));
        expect(await page.textContent("#figure-year h3")).toMatch(/was the busiest full year of 2018–2025/);
      });
    });

    it.each([
      ["hood", "073", /^Moss Park\. Rank \d+ of 158 by rate\. \d+ offences in 2014–2025, /],
      ["count", "events", /^Year: All five, 2014–2025\. 20\d\d was the busiest full year .* events, /],
      ["basis", "report", /^Year: .* Counted by year of report\./],
      ["driver", "Robbery", /^Robbery: \d+ (more|fewer) offences in 20\d\d than in 2014 \(.+\)\.$/],
      ["measure", "count", /^.+ has most major crime, \d+ offences in 2014–2025\.$/],
    ])("by %s, and tells what comes of it", async (sets, value, told) => {
      await reading({}, async (page) => {
        await page.selectOption(`[data-sets="${sets}"]`, value);
        expect(await page.textContent("#live")).toMatch(told);
      });
    });

    it("from a linked view, and gives the same address back", async () => {
      const search = "?category=Robbery&from=2016&to=2020&driver=Auto+Theft&measure=count&hood=073";
      await reading({ search }, async (page) => {
        expect(await page.textContent("#where h2")).toContain("2016–2020");
        expect(await page.textContent("#drivers h2")).toMatch(
          /^Auto theft: \d+ more offences in 2023 than in 2014/,
        );
        expect(await page.textContent("#figure-hood .title")).toBe("Moss Park");
        await page.selectOption('[data-sets="measure"]', "rate");
        await page.selectOption('[data-sets="measure"]', "count");
        expect(new URL(page.url()).search).toBe(search);
      });
    });

    it("lets the years compared follow the category", async () => {
      await reading({}, async (page) => {
        await page.selectOption('[data-sets="driver"]', "Auto Theft");
        expect(await page.inputValue('[data-sets="compare"]')).toBe("2023");
        await page.selectOption('[data-sets="base"]', "2023");
        await page.selectOption('[data-sets="compare"]', "2025");
        expect(await page.textContent("#drivers h2")).toMatch(/fewer offences in 2025 than in 2023/);
      });
    });

    it("by the map and by the list", async () => {
      await reading({}, async (page) => {
        await page.click('path[data-hood="001"]');
        expect(await page.textContent("#figure-hood .title")).toBe("West Humber-Clairville");
        await page.click('.ranking [data-hood="168"]');
        expect(await page.textContent("#figure-hood .title")).toBe("Downtown Yonge East");
        expect(await page.getAttribute('.ranking [data-hood="168"]', "aria-pressed")).toBe("true");
      });
    });
  });

  it("shows the value of a mark at the pointer", async () => {
    await reading({}, async (page) => {
      await page.hover("#figure-month rect >> nth=0");
      expect(await page.textContent("#tip")).toMatch(/^January: \d\.\d\d a day, \d+ offences$/);
      await page.keyboard.press("Escape");
      expect(await page.isHidden("#tip")).toBe(true);
    });
  });

  it("says its findings and numbers with scripts off, and hides what needs them", async () => {
    await reading({ javaScriptEnabled: false }, async (page) => {
      expect(await page.locator(".controls").first().isVisible()).toBe(false);
      expect(await page.locator("noscript p").count()).toBe(1);
      expect(await page.locator(".chart svg").count()).toBe(20);
      await page.click("#figure-month summary");
      expect(await page.locator("#figure-month table").isVisible()).toBe(true);
    });
  });

  it("remembers the theme", async () => {
    await reading({}, async (page) => {
      await page.click("text=Dark mode");
      await page.reload();
      expect(await page.getAttribute("html", "data-theme")).toBe("dark");
      expect(await page.textContent("#theme")).toBe("Light mode");
    });
  });

  it("tells that data are out of date once they are, and not before", async () => {
    const kept = await render(aggregatesOf(sampleOffences(), sampleHateCrimes(), "portal"), "kept");
    const [hate, major] = [/Hate Crimes Open Data is of/, /Major Crime Indicators\) is of/];
    for (const [day, wanted] of [
      ["2025-09-30", []],
      ["2025-10-01", [hate]],
      ["2026-10-27", [hate]],
      ["2026-10-28", [major, hate]],
    ] as const) {
      await reading({ url: pathToFileURL(kept).href, day: `${day}T12:00:00Z` }, async (page) => {
        const told = await page.locator(".notice:visible").allTextContents();
        expect([day, told]).toEqual([day, wanted.map((notice) => expect.stringMatching(notice) as string)]);
      });
    }
  });

  describe("is accessible", () => {
    it.each([
      ["light", 1280],
      ["light", 390],
      ["dark", 1280],
      ["dark", 390],
    ] as const)("%s at %d px, with all tables open", async (colorScheme, width) => {
      const options = {
        colorScheme,
        viewport: { width, height: 900 },
        bypassCSP: true,
        reducedMotion: "reduce" as const,
      };
      await reading(options, async (page) => {
        await openTables(page);
        await page.evaluate(axe);
        const violations = await page.evaluate(async () => {
          const { axe: run } = window as unknown as {
            axe: {
              run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
            };
          };
          const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
          const { violations } = await run.run({ runOnly: { type: "tag", values: tags } });
          return violations.map(({ id, nodes }) => [id, nodes.length, nodes[0]!.html.slice(0, 200)]);
        });
        expect(violations).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      });
    });

    it("by keyboard: the first stop skips to the charts, and every stop is seen", async () => {
      await reading({}, async (page) => {
        await page.keyboard.press("Tab");
        expect(await page.textContent(":focus")).toBe("Skip to the charts");
        for (let stop = 0; stop < 40; stop++) {
          await page.keyboard.press("Tab");
          const seen = await page.evaluate(() => {
            const focused = document.activeElement!;
            const shown = focused.matches("input") ? focused.nextElementSibling! : focused;
            const { outlineStyle, outlineWidth } = getComputedStyle(shown);
            return outlineStyle === "solid" && outlineWidth === "3px";
          });
          expect(seen).toBe(true);
        }
      });
    });

    it("without moving anything for those who ask for it", async () => {
      await reading({ reducedMotion: "reduce" }, async (page) => {
        expect(await page.evaluate(() => getComputedStyle(document.documentElement).scrollBehavior)).toBe(
          "auto",
        );
      });
    });

    it("on paper: charts and findings, no controls, light", async () => {
      await reading({ colorScheme: "dark" }, async (page) => {
        await page.emulateMedia({ media: "print" });
        expect(await page.locator("nav").isVisible()).toBe(false);
        expect(await page.locator(".controls").first().isVisible()).toBe(false);
        expect(await page.evaluate(() => getComputedStyle(document.body).color)).toBe("rgb(22, 25, 29)");
      });
    });
  });

  it.each([1280, 390])("does not shift its layout at %d px", async (width) => {
    await reading({ viewport: { width, height: 900 } }, async (page) => {
      const shift = await page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            let sum = 0;
            new PerformanceObserver((list) => {
              for (const entry of list.getEntries()) sum += (entry as unknown as { value: number }).value;
            }).observe({ type: "layout-shift", buffered: true });
            setTimeout(() => resolve(sum), 300);
          }),
      );
      expect(shift).toBe(0);
    });
  });

  it("keeps within its budget at the size of the City's file, and redraws in a tenth of a second", async () => {
    const full = await render(madeUp(475_000), "full");
    const bytes = readFileSync(full);
    expect(bytes.length).toBeLessThan(700_000);
    expect(gzipSync(bytes).length).toBeLessThan(230_000);
    const redraws = await reading({ url: pathToFileURL(full).href }, async (page) => {
      for (const choice of ["Assault", "Auto Theft", "Robbery", "All", "Assault", "Theft Over"]) {
        await page.check(`input[value="${choice}"]`);
      }
      return page.evaluate(() => performance.getEntriesByName("redraw").map(({ duration }) => duration));
    });
    const median = redraws.sort((a, b) => a - b)[Math.floor(redraws.length / 2)]!;
    expect(redraws).toHaveLength(6);
    expect(median).toBeLessThan(100);
  });
});
