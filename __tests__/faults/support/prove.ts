import { writeFileSync } from "node:fs";
import path from "node:path";
import type { Ended } from "../../support/crime";
import type { Declared, Fault } from "./fault";
import { ground } from "./ground";

const LONGEST_MS = 240_000;

/** Proves the faults of an area, and notes each for the table. */
export function proveAll(faults: readonly Fault[]): void {
  jest.setTimeout(LONGEST_MS);
  const { proven } = ground();
  const note = (name: string, content: unknown): void =>
    writeFileSync(path.join(proven, name), JSON.stringify(content));
  note(
    `${faults[0]!.area}.ids`,
    faults.map(({ id }) => id),
  );
  const waiting = new Map<string, Promise<unknown>>();
  beforeAll(() => {
    for (const fault of faults.filter(({ waits }) => waits)) {
      waiting.set(
        fault.id,
        fault.prove(fault).catch((error: unknown) => error ?? "failed"),
      );
    }
  });
  const order = [...faults].sort((a, b) => Number(a.waits ?? false) - Number(b.waits ?? false));
  it.each(order.map((fault) => [fault.id, fault] as const))("%s", async (_, fault) => {
    const failure = waiting.has(fault.id) ? await waiting.get(fault.id) : await fault.prove(fault);
    if (failure !== undefined) throw failure as Error;
    const { id, area, broken, says, exit, leaves, heals } = fault;
    const row: Declared = {
      id,
      area,
      broken,
      says,
      exit,
      ...(leaves && { leaves }),
      ...(heals && { heals }),
    };
    note(`${id}.json`, row);
  });
}

const STACK =
  /^\s+at .+(:\d+|\))|--debug shows where|Traceback|UnhandledPromise|node:internal|\[object|undefined/m;

/** Holds what a program said and how it ended against what is declared. */
export function judge({ says, exit }: Declared, { code, signal, stdout, stderr }: Ended): void {
  const last = stdout.trimEnd().split("\n").at(-1)!;
  expect({ exit: signal ?? code, stderr, last }).toEqual({ exit, stderr, last });
  expect(stderr).not.toMatch(STACK);
  const lines = [...stderr.split("\n"), last];
  expect(lines.filter((line) => line.startsWith("error:")).length).toBe(
    exit === 1 && says.startsWith("error:") ? 1 : 0,
  );
  if (says === "") return;
  const wanted = new RegExp(`^${says.split("…").map(escaped).join(".*")}$`);
  if (!lines.some((line) => wanted.test(line))) {
    throw new Error(`nobody said ${says}\n${stderr}${last}`);
  }
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
