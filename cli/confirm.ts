import { createInterface } from "node:readline/promises";
import { Declined } from "../operate/perform";

/**
 * Asks a person on the terminal.
 *
 * @param expected must be typed instead of yes, where yes is said too easily
 * @throws Declined when the answer is no, or when there is nobody to ask
 */
export async function confirm(question: string, where: string, expected?: string): Promise<void> {
  refuseWithoutTerminal(where);
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const how = expected === undefined ? "[y/N]" : `Type ${expected} to go on:`;
  const answer = (await lines.question(`${question} ${how} `)).trim();
  lines.close();
  const isYes = expected === undefined ? /^y(es)?$/i.test(answer) : answer === expected;
  if (!isYes) throw new Declined("nothing was changed", where, "as you said");
}

/** @throws Declined when nobody sits at the terminal */
export function refuseWithoutTerminal(where: string): void {
  if (!process.stdin.isTTY) throw new Declined("there is nobody to ask", where, "say --yes");
}
