import * as fs from "node:fs/promises";
import path from "node:path";
import { exclusively } from "../pipeline/lock";
import { temporaryFolder, writeFile } from "./support/crime";

const real = jest.requireActual<typeof fs>("node:fs/promises");
jest.mock("node:fs/promises", () => {
  const all = jest.requireActual<typeof fs>("node:fs/promises");
  return { ...all, rename: jest.fn(all.rename) };
});

const DEAD = String(2 ** 22 + 1);
const folder = temporaryFolder();
const lockFile = path.join(folder, ".lock");

it("goes over the lock of a process that died", async () => {
  writeFile(folder, ".lock", DEAD);
  const holder = await exclusively(lockFile, "another run", () => fs.readFile(lockFile, "utf8"));
  expect(holder).toBe(String(process.pid));
  expect(await fs.readdir(folder)).toEqual([]);
});

it("leaves the lock to a start that went over the dead one first", async () => {
  writeFile(folder, ".lock", DEAD);
  jest.mocked(fs.rename).mockImplementationOnce(async (from, to) => {
    writeFile(folder, ".lock", String(process.ppid));
    await real.rename(from, to);
  });
  await expect(exclusively(lockFile, "another run", () => Promise.resolve())).rejects.toThrow(
    `another run is going on (process ${process.ppid})`,
  );
  expect(await fs.readFile(lockFile, "utf8")).toBe(String(process.ppid));
});
