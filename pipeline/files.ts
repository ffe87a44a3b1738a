import { createHash } from "node:crypto";
import { existsSync, openSync, fsyncSync, closeSync } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";

/**
 * Writes a whole file so that a reader sees the old one or the new one, never a part; survives a killed process.
 * Two processes may not write the same file at once.
 */
export async function writeAtomically(file: string, content: string | Uint8Array): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  // One name, so that what a killed process has left is replaced by the next one.
  const partial = `${file}.partial`;
  try {
    const handle = await open(partial, "w");
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Puts a finished file in its place, durably. Both must be on one file system. */
export async function moveIntoPlace(from: string, to: string): Promise<void> {
  await mkdir(path.dirname(to), { recursive: true });
  flush(from);
  await rename(from, to);
  flush(path.dirname(to));
}

function flush(fileOrFolder: string): void {
  const descriptor = openSync(fileOrFolder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** An empty folder, whatever stood there before. */
export async function freshFolder(folder: string): Promise<string> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  return folder;
}

/** Reads JSON; `undefined` when there is no such file. */
export async function readJson<T>(file: string): Promise<T | undefined> {
  return existsSync(file) ? (JSON.parse(await readFile(file, "utf8")) as T) : undefined;
}

/** A place in the user's folder for what can be made again. */
export const userCache = (...names: readonly string[]): string =>
  path.join(
    process.env["XDG_CACHE_HOME"] ?? path.join(homedir(), ".cache"),
    "toronto-crime-pipeline",
    ...names,
  );

/** What dbt and Python leave in `dbt_crime`: neither part of what is deployed nor of what is built. */
export const DBT_LEFT_OVERS: readonly string[] = [
  "target",
  "logs",
  "dbt_packages",
  "__pycache__",
  ".user.yml",
];

/** SHA-256 over names and contents of all files below a folder, save those under the names to skip. */
export async function folderHash(folder: string, skip: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  const names = (await readdir(folder, { recursive: true })).sort();
  for (const name of names) {
    if (name.split(path.sep).some((part) => skip.includes(part))) continue;
    const file = path.join(folder, name);
    if (!(await stat(file)).isFile()) continue;
    hash
      .update(`${name}\0`)
      .update(await readFile(file))
      .update("\0");
  }
  return hash.digest("hex");
}
