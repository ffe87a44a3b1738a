import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { userCache } from "../pipeline/files";

/**
 * A program that is built once, at its exact version, into the user's cache.
 *
 * @param build builds it inside an empty folder that is removed afterwards
 * @returns the program
 */
export function builtOnce(name: string, version: string, build: (folder: string) => string): string {
  const program = userCache(name, version);
  if (existsSync(program)) return program;
  process.stderr.write(`building ${name} ${version}; only the first run needs this\n`);
  mkdirSync(dirname(program), { recursive: true });
  const folder = mkdtempSync(join(dirname(program), "building-"));
  try {
    renameSync(build(folder), program);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return program;
}
