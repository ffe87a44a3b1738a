import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
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
  try {
    execFileSync("apt-get", ["update"], { stdio: "ignore" });
    execFileSync("apt-get", ["install", "-y", "--no-install-recommends", "chromium"], { stdio: "ignore" });
  } catch {
    return undefined;
  }
  return found();
}

/** Starts it with nothing that asks the network of its own accord. */
export async function startChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      `--crash-dumps-dir=${mkdtempSync(path.join(tmpdir(), "chromium-"))}`,
    ],
  });
}
