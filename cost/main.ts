import { join } from "node:path";
import { messageOf } from "../errors";
import { writeAtomically } from "../pipeline/files";
import { priceList } from "./prices";
import { renderBills, renderCost } from "./render";
import { billsNow } from "./synthesize";

/** `npm run cost`: prints what a month costs, and writes `docs/cost.md`. */
async function main(): Promise<void> {
  const bills = billsNow();
  await writeAtomically(join(__dirname, "..", "docs", "cost.md"), renderCost(bills, priceList));
  process.stdout.write(`${renderBills(bills)}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`error: ${messageOf(error)}\n`);
  process.exitCode = 1;
});
