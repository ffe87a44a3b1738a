import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { hooked } from "./faults/support/hook";
import {
  crime,
  marts,
  sampleText,
  sha256,
  slice,
  startCrime,
  temporaryFolder,
  writeFile,
} from "./support/crime";
import { listen } from "./support/server";

jest.setTimeout(180_000);

const folder = temporaryFolder();
const dataDir = path.join(folder, "data");
const warehouse = path.join(dataDir, "warehouse.duckdb");
const before = writeFile(folder, "before.csv", slice("major_crimes", 2_000));
const after = writeFile(folder, "after.csv", slice("major_crimes", 2_100));
const inTo = (dir: string, file: string): string[] => [
  "run",
  "--major-crimes",
  file,
  "--hate-crimes",
  "sample",
  "--data-dir",
  dir,
];
let expected: Record<string, unknown[]>;
let served: string;

/** Runs until a line of progress, or a moment after it, and kills the process with no chance to tidy up. */
async function killedWhen(args: readonly string[], sign: RegExp, delayMs = 0): Promise<void> {
  const child = startCrime(args);
  let told = "";
  child.stderr!.on("data", (chunk: Buffer) => {
    told += chunk.toString();
    if (sign.test(told)) setTimeout(() => child.kill("SIGKILL"), delayMs);
  });
  const signal = await new Promise((resolve) => child.once("exit", (_, by) => resolve(by)));
  expect({ signal, told }).toMatchObject({ signal: "SIGKILL" });
}

const landedFiles = (): string[] =>
  (readdirSync(path.join(dataDir, "lake"), { recursive: true }) as string[]).filter((name) =>
    /csv|json/.test(name),
  );

beforeAll(async () => {
  const reference = path.join(folder, "reference");
  expect(await crime(inTo(reference, after))).toMatchObject({ code: 0 });
  expected = await marts(reference);
  expect(await crime(inTo(dataDir, before))).toMatchObject({ code: 0 });
  served = sha256(warehouse);
});

it("while landing, leaves nothing that counts as a file", async () => {
  const files = landedFiles();
  const server = await listen((_, response) => {
    response.writeHead(200, { "content-length": 9_999_999 });
    response.write(sampleText("major_crimes").slice(0, 500_000));
  });
  await killedWhen(inTo(dataDir, `${server.url}/slow.csv`), /✔ hate_crimes/, 300);
  await server.stop();
  expect(landedFiles()).toEqual(files);
  expect(sha256(warehouse)).toBe(served);
  expect(await crime(inTo(dataDir, before))).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("unchanged") as string,
  });
});

it.each([
  ["loading", /✔ major_crimes/, 0],
  ["dbt builds", /✔ load major_crimes/, 2_500],
])("while %s, leaves the published file alone", async (_, sign, delayMs) => {
  await killedWhen(inTo(dataDir, after), sign, delayMs);
  expect(sha256(warehouse)).toBe(served);
});

it("while publishing, leaves the published file alone", async () => {
  const killed = await crime(inTo(dataDir, after), hooked("kill", "rename", "warehouse.duckdb"));
  expect(killed).toMatchObject({ code: null, stderr: expect.stringContaining("✔ dbt build") as string });
  expect(sha256(warehouse)).toBe(served);
});

it("is healed by the next run, which lets no other run beside it, to the marts of a run that nobody killed", async () => {
  const healing = startCrime(inTo(dataDir, after));
  const healed = new Promise((resolve) => healing.once("close", resolve));
  await new Promise<void>((resolve) => healing.stderr!.once("data", () => resolve()));
  expect(await crime(inTo(dataDir, before))).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^error: another run is going on/) as string,
  });
  expect(sha256(warehouse)).toBe(served);
  expect(await healed).toBe(0);
  expect(await marts(dataDir)).toEqual(expected);
  expect(existsSync(path.join(dataDir, ".work"))).toBe(false);
  expect(await crime(inTo(dataDir, after))).toMatchObject({
    stdout: expect.stringContaining("unchanged") as string,
  });
});
