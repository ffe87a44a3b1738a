import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface Finished {
  readonly code: number;
  /** The signal that ended it, when it did not end by itself. */
  readonly signal?: NodeJS.Signals;
  /** The last lines of standard error and output, for an error message. */
  readonly tail: string;
}

/**
 * Runs a program to its end.
 *
 * @param onLine called for each line of standard output
 * @throws the error of `spawn`, such as ENOENT when there is no such program
 */
export async function run(
  command: string,
  args: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string } = {},
  onLine: (line: string) => void = () => undefined,
): Promise<Finished> {
  const child = spawn(command, args, { env: process.env, ...options, stdio: ["ignore", "pipe", "pipe"] });
  const last: string[] = [];
  const keep = (line: string): void => {
    if (line.trim() === "") return;
    last.push(line);
    if (last.length > 12) last.shift();
  };
  createInterface(child.stderr).on("line", keep);
  createInterface(child.stdout).on("line", (line) => {
    keep(line);
    onLine(line);
  });
  const [code, signal] = await new Promise<[number, NodeJS.Signals | null]>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status, by) => resolve([status ?? 1, by]));
  });
  return { code, tail: last.join("\n"), ...(signal && { signal }) };
}

/** First line that a program prints, or `undefined` when it is not there or fails. */
export async function firstLine(command: string, ...args: string[]): Promise<string | undefined> {
  let line: string | undefined;
  try {
    const { code } = await run(command, args, {}, (text) => (line ??= text));
    return code === 0 ? line : undefined;
  } catch {
    return undefined;
  }
}
