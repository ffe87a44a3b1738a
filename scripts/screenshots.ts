import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { UserError } from "../errors";
import { findChromium, startChromium } from "./chromium";

interface Picture {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly scheme: "light" | "dark";
  /** What is to stand at the top. */
  readonly at?: string;
}

const PICTURES: readonly Picture[] = [
  { name: "dashboard-light", width: 1280, height: 1480, scheme: "light" },
  { name: "dashboard-rising", width: 1280, height: 1560, scheme: "light", at: "#rising" },
  { name: "dashboard-dark", width: 1280, height: 1180, scheme: "dark", at: "#where" },
  { name: "dashboard-phone", width: 390, height: 1560, scheme: "light" },
  { name: "dashboard-phone-dark", width: 390, height: 1560, scheme: "dark", at: "#rising" },
];

/** Takes the pictures of the documentation from the page of the bundled sample. */
async function main(): Promise<void> {
  const root = path.join(__dirname, "..");
  const images = path.join(root, "docs", "images");
  const chromium = findChromium();
  if (!chromium) {
    throw new UserError("no Chromium", "PATH", "install Chromium, or name one in CHROMIUM_PATH");
  }
  const dataDir = mkdtempSync(path.join(tmpdir(), "crime-pictures-"));
  const crime = [path.join(root, "cli", "crime.js"), "run", "--source", "sample", "--data-dir", dataDir];
  execFileSync(process.execPath, crime, { stdio: ["ignore", "ignore", "inherit"] });
  const browser = await startChromium(chromium);
  try {
    mkdirSync(images, { recursive: true });
    for (const { name, width, height, scheme, at } of PICTURES) {
      const page = await browser.newPage({
        viewport: { width, height },
        colorScheme: scheme,
        reducedMotion: "reduce",
      });
      await page.goto(pathToFileURL(path.join(dataDir, "site", "index.html")).href);
      if (at) await page.evaluate((selector) => document.querySelector(selector)!.scrollIntoView(), at);
      await page.waitForTimeout(200);
      await page.screenshot({ path: path.join(images, `${name}.png`) });
      await page.close();
    }
  } finally {
    await browser.close();
    rmSync(dataDir, { recursive: true });
  }
}

void main();
