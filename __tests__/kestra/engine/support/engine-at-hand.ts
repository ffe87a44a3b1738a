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

/** Whether the tests of this tier can run. */
export const serverAtHand = (): boolean => existsSync(SCRIPT);
