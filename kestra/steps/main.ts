import { messageOf } from "../../errors";
import { decide, publication } from "./decide";
import { land } from "./land";
import { load } from "./load";
import { page } from "./page";
import { summary } from "./summary";

/** The steps of the flows that are code: `node bin/steps.cjs NAME`, everything else in the environment. */
const steps: Readonly<Record<string, () => Promise<void> | void>> = {
  land,
  load,
  decide,
  publication,
  summary,
  page,
};

async function main(): Promise<void> {
  const step = steps[process.argv[2] ?? ""];
  if (!step) throw new Error(`no such step; there are ${Object.keys(steps).join(", ")}`);
  await step();
}

main().catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
});
