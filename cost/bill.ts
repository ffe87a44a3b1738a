import type { Item } from "./charges";
import { priceOf, type Price } from "./prices";

/** What one price adds to a month. */
export interface Line {
  readonly price: Price;
  readonly amount: number;
  readonly usd: number;
}

/** A month's bill: one line a price, the free amounts taken off. */
export interface Bill {
  readonly lines: Readonly<Record<string, Line>>;
  readonly usd: number;
}

/** A month always on and a month with the weekly schedule. */
export interface Bills {
  readonly always: Bill;
  readonly weekly: Bill;
}

/**
 * Adds up what a month needs.
 *
 * @throws UserError when something has no stated price
 */
export function billOf(items: readonly Item[]): Bill {
  const amounts: Record<string, number> = {};
  for (const { price, amount } of items) amounts[price] = (amounts[price] ?? 0) + amount;
  const lines = Object.fromEntries(
    Object.entries(amounts).map(([name, amount]) => {
      const price = priceOf(name);
      return [name, { price, amount, usd: Math.max(0, amount - price.free) * price.usd }];
    }),
  );
  return { lines, usd: Object.values(lines).reduce((sum, line) => sum + line.usd, 0) };
}
