import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromium, type Browser } from "playwright-core";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** A browser for tests and pictures; Debian's is installed when there is none and the machine allows it. */
export function findChromium(): string | undefined {
  const found = (): string | undefined =>
    [process.env["CHROMIUM_PATH"], ...PLACES].find((place) => place !== undefined && existsSync(place));
  const present = found();
  if (present || process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return present;
  // Without a network apt-get may wait for a very long time.
  const options = { stdio: "ignore", timeout: 300_000 } as const;
  try {
    execFileSync("apt-get", ["update"], options);
    execFileSync("apt-get", ["install", "-y", "--no-install-recommends", "chromium"], options);
  } catch {
    return undefined;
  }
  return found();
}

/** Starts it with nothing that asks the network of its own accord. */
export async function startChromium(executablePath: string): Promise<Browser> {
  const crashes = mkdtempSync(path.join(tmpdir(), "chromium-"));
  const browser = await chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      `--crash-dumps-dir=${crashes}`,
    ],
  });
  browser.on("disconnected", () => rmSync(crashes, { recursive: true, force: true }));
  return browser;
}
