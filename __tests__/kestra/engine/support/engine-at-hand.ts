import { existsSync } from "node:fs";
import path from "node:path";

/** The engine folder beside the checkout. */
export const SCRIPT = path.join(
  __dirname,
  "..",
  "..",
  "..",
  "..",
  "..",
  "shared",
  "kestra-engine",
  "engine.sh",
);

/** Where the tests of this tier can run: on an engine of their own, or on somebody's server. */
export const serverAtHand = (): "engine" | "url" | undefined =>
  existsSync(SCRIPT) ? "engine" : process.env["KESTRA_URL"] ? "url" : undefined;
