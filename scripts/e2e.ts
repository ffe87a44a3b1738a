import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import path from "node:path";

const root = path.join(__dirname, "..");

/**
 * `npm run e2e`: what is committed, from a clean clone in an empty home to the page in a browser. Only tools that were
 * downloaded or built before are shared with the clone (the cache folder); `E2E_KEEP=1` leaves the clone to look at.
 */
function main(): void {
  const folder = mkdtempSync(path.join(tmpdir(), "crime-e2e-"));
  const [clone, home] = [path.join(folder, "clone"), path.join(folder, "home")];
  mkdirSync(home);
  // Of whoever starts this neither settings nor a server may be met.
  const others = Object.entries(process.env).filter(([name]) => !/^(CRIME|KESTRA)_/.test(name));
  const env = {
    ...Object.fromEntries(others),
    HOME: home,
    XDG_CACHE_HOME: process.env["XDG_CACHE_HOME"] ?? path.join(homedir(), ".cache"),
    CRIME_PROJECT_ID: "crime-emulated",
    CRIME_PROJECT_NUMBER: "123456789012",
    CRIME_OPERATORS: "user:ada@example.com",
  };
  const run = (title: string, command: string, ...args: string[]): void => {
    process.stderr.write(`${title}\n`);
    const from = performance.now();
    execFileSync(command, args, { cwd: clone, env, stdio: ["ignore", "inherit", "inherit"] });
    process.stderr.write(`${title}: ${((performance.now() - from) / 1000).toFixed(1)} s\n`);
  };
  try {
    execFileSync("git", ["clone", "--quiet", "--no-hardlinks", root, clone]);
    const dirty = execFileSync("git", ["status", "--porcelain"], { cwd: root, encoding: "utf8" });
    if (dirty) process.stderr.write("what is not committed is not part of this run\n");
    const shared = path.join(root, "..", "shared");
    if (existsSync(shared)) symlinkSync(shared, path.join(folder, "shared"));
    run("install", "npm", "ci", "--no-audit", "--no-fund", "--silent");
    run("synth and policy", "npm", "run", "--silent", "synth");
    run("laptop, deployment, pipeline, page", "npx", "jest", "--config", "__tests__/e2e/jest.config.js");
  } finally {
    if (!process.env["E2E_KEEP"]) rmSync(folder, { recursive: true, force: true });
  }
}

try {
  main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
