import { readFileSync } from "node:fs";
import { join } from "node:path";
import { billOf } from "../../cost/bill";
import { free, itemsOf, runningOf, type Resource } from "../../cost/charges";
import { priceList, priceOf } from "../../cost/prices";
import { renderCost } from "../../cost/render";
import { billsNow, resourcesWith } from "../../cost/synthesize";
import { volumes } from "../../cost/volumes";

const read = (file: string): string => readFileSync(join(__dirname, "..", "..", file), "utf8");
const bills = billsNow();

test("docs/cost.md is what npm run cost writes", () => {
  expect(read("docs/cost.md")).toBe(renderCost(bills, priceList));
});

test("the README's sums are those of the bills", () => {
  const sums = /about US\$ (\d+) a month .* about US\$ (\d+) with/s.exec(read("README.md"));
  expect(sums?.slice(1).map(Number)).toEqual([Math.round(bills.always.usd), Math.round(bills.weekly.usd)]);
});

test("every type of resource has a price or a reason to be free, and no reason is idle", () => {
  const resources = resourcesWith("weekly");
  expect(() => itemsOf(resources)).not.toThrow();
  const types = new Set(resources.map(({ type }) => type));
  expect(Object.keys(free).filter((type) => !types.has(type))).toEqual([]);
  expect(() => itemsOf([{ type: "google_redis_instance", args: {} }])).toThrow(
    "nobody has said what google_redis_instance costs (cost/charges.ts)",
  );
  const bucket: Resource = { type: "google_storage_bucket", args: { name: "p-crime-new" } };
  expect(() => itemsOf([bucket])).toThrow("nobody has said what a bucket called p-crime-new costs");
});

test("a machine or disk without a stated price is refused", () => {
  const disk: Resource = { type: "google_compute_disk", args: { size: 50, type: "pd-extreme" } };
  expect(() => billOf(itemsOf([disk]))).toThrow(
    "no price is stated for pd-extreme (cost/prices.json): look it up for northamerica-northeast2",
  );
});

test("the VM is paid for the hours of its schedule", () => {
  const hours = (schedule: "always" | "weekly") => runningOf(resourcesWith(schedule)).hours;
  expect(hours("always")).toBe(730);
  // From half past five to nine, 52.18 times a year.
  expect(hours("weekly")).toBeCloseTo((3.5 * 52.18) / 12, 2);
  expect(bills.always.lines["e2-standard-2"]!.usd).toBeCloseTo(53.85, 2);
  expect(bills.weekly.lines["e2-standard-2"]!.usd).toBeCloseTo(1.12, 2);
});

test("both disks are paid whole, whether the VM runs or not", () => {
  for (const bill of [bills.always, bills.weekly]) expect(bill.lines["pd-balanced"]!.amount).toBe(30 + 50);
});

test("what is free a month is taken off, and only that", () => {
  const { free: allowance, usd } = priceOf("secret-version");
  const versions = (amount: number) => billOf([{ price: "secret-version", amount }]).usd;
  expect([versions(allowance - 1), versions(allowance)]).toEqual([0, 0]);
  expect(versions(allowance + 2)).toBeCloseTo(2 * usd, 10);
});

test("every price names a source that is there, and every assumption says what it assumes", () => {
  const { prices, sources } = priceList;
  const named = new Set(Object.values(prices).map(({ source }) => source));
  expect([...named].sort()).toEqual(Object.keys(sources).sort());
  for (const { confidence, note } of Object.values(prices)) {
    if (confidence === "assumption") expect(note).toBeDefined();
  }
});

test("the size of the publisher's file is the one of docs/performance.md", () => {
  expect(read("docs/performance.md")).toContain("| 490,000 | 141 |");
  expect(volumes.lake.because).toContain("141 MB (490,000 rows, docs/performance.md)");
  expect(read("datasets/samples/hate_crimes.csv").length / 1e6).toBeLessThan(0.4);
});
