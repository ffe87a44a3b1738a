import { readFileSync } from "node:fs";
import { messageOf, UserError } from "../errors";
import type * as infrastructure from "./infrastructure-outputs";
import { load } from "./load";

/**
 * What the infrastructure tells: from a file, from standard input (`-`), else from Terraform.
 *
 * `npm run outputs` prints `{ name: value }`, Terraform itself `{ name: { value } }`: a file may be either.
 *
 * @throws UserError when it cannot be read
 */
export function readOutputs(file: string | undefined): Readonly<Record<string, unknown>> {
  if (file === undefined) {
    const { printedOutputs } = load("./infrastructure-outputs") as typeof infrastructure;
    return printedOutputs();
  }
  try {
    const read = JSON.parse(readFileSync(file === "-" ? 0 : file, "utf8")) as Record<string, unknown>;
    return Object.fromEntries(
      Object.entries(read).map(([name, output]) => [
        name,
        typeof output === "object" && output !== null && "value" in output ? output.value : output,
      ]),
    );
  } catch (error) {
    throw new UserError(
      `the outputs cannot be read: ${messageOf(error)}`,
      file,
      "write them with npm run --silent outputs > FILE",
    );
  }
}
