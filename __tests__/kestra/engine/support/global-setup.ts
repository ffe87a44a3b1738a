import prepareWarehouse from "../../../warehouse/support/global-setup";
import { serverAtHand } from "./at-hand";

/** Prepares dbt and the emulators; says once, and visibly, what of this tier cannot run. */
export default async function setup(): Promise<void> {
  const kind = serverAtHand();
  if (kind === "engine") return prepareWarehouse();
  const what = kind ? "the scenarios of the whole pipeline" : "the Kestra tier";
  const others = kind ? "" : ", no Docker, and no server at KESTRA_URL";
  process.stderr.write(`${what} did not run: there is no engine beside the checkout${others}\n`);
}
