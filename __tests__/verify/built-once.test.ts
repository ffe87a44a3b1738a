import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { builtOnce } from "../../verify/built-once";
import { temporaryFolder } from "../support/crime";

const cache = temporaryFolder();
const before = process.env["XDG_CACHE_HOME"];
beforeAll(() => {
  process.env["XDG_CACHE_HOME"] = cache;
  jest.spyOn(process.stderr, "write").mockReturnValue(true);
});
afterAll(() => {
  if (before === undefined) delete process.env["XDG_CACHE_HOME"];
  else process.env["XDG_CACHE_HOME"] = before;
  jest.restoreAllMocks();
});

const write = (folder: string): string => {
  writeFileSync(path.join(folder, "made"), "program");
  return path.join(folder, "made");
};

test("a program is built once, and another version beside it", () => {
  const build = jest.fn(write);
  const program = builtOnce("tool", "1.0", build);
  expect(readFileSync(program, "utf8")).toBe("program");
  expect(builtOnce("tool", "1.0", build)).toBe(program);
  expect(builtOnce("tool", "2.0", build)).not.toBe(program);
  expect(build).toHaveBeenCalledTimes(2);
});

test("a build that fails leaves nothing, and is tried again", () => {
  const fail = (folder: string): string => {
    write(folder);
    throw new Error("no compiler");
  };
  expect(() => builtOnce("other", "1.0", fail)).toThrow("no compiler");
  expect(readdirSync(path.join(cache, "toronto-crime-pipeline", "other"))).toEqual([]);
  expect(readFileSync(builtOnce("other", "1.0", write), "utf8")).toBe("program");
});
