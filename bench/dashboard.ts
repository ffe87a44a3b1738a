import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { madeUp } from "../__tests__/dashboard/support/aggregates";
import { ensureRenderer } from "../dashboard/bundle";
import { CHOICES } from "../dashboard/view";
import { findChromium, startChromium } from "../scripts/chromium";

const projectDir = path.join(__dirname, "..");
const ROWS = 475_000;
const ROUNDS = 5;

/**
 * Times the page at the size of the City's file: bundling, rendering, its size, loading and drawing anew.
 *
 * @returns a section of Markdown
 */
export async function benchDashboard(): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), "crime-bench-page-"));
  try {
    const lines = ["| what | figure |", "|---|--:|"];
    const add = (what: string, figure: string): number => lines.push(`| ${what} | ${figure} |`);

    rmSync(path.join(projectDir, "dashboard", "dist"), { recursive: true, force: true });
    const bundling = performance.now();
    const renderer = await ensureRenderer(projectDir);
    add("bundle the renderer, once", seconds(performance.now() - bundling));

    for (const [name, rows] of Object.entries(madeUp(ROWS))) {
      writeFileSync(path.join(folder, `${name}.json`), JSON.stringify(rows));
    }
    const page = path.join(folder, "index.html");
    const rendering = times(ROUNDS, () =>
      execFileSync(process.execPath, [renderer.file, folder, page], { env: {} }),
    );
    add(
      `render ${ROWS.toLocaleString("en-CA")} offences on bare Node, whole process`,
      seconds(median(rendering)),
    );
    const bare = median(times(ROUNDS, () => execFileSync(process.execPath, ["-e", "0"], { env: {} })));
    add("*bare Node start*", seconds(bare));
    add("rendering / bare Node start", (median(rendering) / bare).toFixed(1));
    const bytes = readFileSync(page);
    add("the page", `${kilobytes(bytes.length)} (${kilobytes(gzipSync(bytes).length)} gzip)`);

    const chromium = findChromium();
    if (!chromium) lines.push("", "No Chromium: loading and drawing were not measured.");
    else {
      const { load, redraws } = await inBrowser(chromium, page);
      add("load event in Chromium", milliseconds(load));
      add(`draw after a filter, median of ${redraws.length}`, milliseconds(median(redraws)));
      add("draw after a filter, slowest", milliseconds(Math.max(...redraws)));
    }
    return ["## Dashboard", "", ...lines, ""].join("\n");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function inBrowser(chromium: string, file: string): Promise<{ load: number; redraws: number[] }> {
  const browser = await startChromium(chromium);
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(pathToFileURL(file).href);
    for (let round = 0; round < ROUNDS; round++) {
      for (const choice of CHOICES.slice(1)) await page.check(`input[value="${choice}"]`);
    }
    return await page.evaluate(() => ({
      load: (performance.getEntriesByType("navigation")[0] as PerformanceNavigationTiming).loadEventEnd,
      redraws: performance.getEntriesByName("redraw").map(({ duration }) => duration),
    }));
  } finally {
    await browser.close();
  }
}

function times(rounds: number, work: () => unknown): number[] {
  return Array.from({ length: rounds }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
const milliseconds = (ms: number): string => `${ms.toFixed(0)} ms`;
const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(0)} KB`;

if (require.main === module) void benchDashboard().then((text) => process.stdout.write(text));
