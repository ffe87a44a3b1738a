import { link, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../errors";

/** Within so many milliseconds a new lock has got the name of its holder. */
const NAMING_MS = 200;

/**
 * Does `work` while no other process does the same. The lock of a process that died does not count.
 *
 * @param lockFile where the holder's process id stands
 * @param what named in the error, such as "another run"
 * @throws UserError when another process holds the lock
 */
export async function exclusively<T>(lockFile: string, what: string, work: () => Promise<T>): Promise<T> {
  await mkdir(path.dirname(lockFile), { recursive: true });
  for (let attempt = 1; !(await taken(lockFile)); attempt++) {
    const holder = await holderOf(lockFile);
    if (attempt > 1 || isAlive(holder)) {
      throw new UserError(
        `${what} is going on (process ${holder})`,
        lockFile,
        "wait until it is done; delete the file if you know there is none",
      );
    }
    await breakLock(lockFile, holder);
  }
  try {
    return await work();
  } finally {
    await rm(lockFile, { force: true });
  }
}

/** Takes a dead process's lock away; if another start has done so first, its own lock is put back. */
async function breakLock(lockFile: string, dead: number): Promise<void> {
  const aside = `${lockFile}.${process.pid}`;
  await rename(lockFile, aside).catch(() => undefined);
  if ((await nameIn(aside)) !== dead) await link(aside, lockFile).catch(() => undefined);
  await rm(aside, { force: true });
}

/** Who holds the lock. A lock without a name is either a moment old or left by a process that was killed. */
async function holderOf(lockFile: string): Promise<number> {
  const holder = await nameIn(lockFile);
  if (holder > 0) return holder;
  await sleep(NAMING_MS);
  return nameIn(lockFile);
}

async function nameIn(lockFile: string): Promise<number> {
  return Number(await readFile(lockFile, "utf8").catch(() => ""));
}

async function taken(lockFile: string): Promise<boolean> {
  try {
    const handle = await open(lockFile, "wx");
    await handle.writeFile(String(process.pid));
    await handle.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
