import { z } from "zod";
import { UserError } from "../errors";
import list from "./prices.json";

const price = z.strictObject({
  what: z.string(),
  usd: z.number().positive(),
  /** Unit; of what lasts, the amount during a month. */
  per: z.enum(["h", "GiB", "TiB", "version", "condition"]),
  /** Units a month that cost nothing, counted over the whole billing account. */
  free: z.number().positive().default(0),
  source: z.string(),
  /** Listed for the region; the same in every region; or taken from elsewhere. */
  confidence: z.enum(["listed", "worldwide", "assumption"]),
  note: z.string().optional(),
});

const schema = z.strictObject({
  currency: z.literal("USD"),
  region: z.string(),
  /** Day on which the sources were looked up. */
  lookedUp: z.iso.date(),
  /** `dated`: the date that a source states of itself. */
  sources: z.record(
    z.string(),
    z.strictObject({ title: z.string(), address: z.url(), dated: z.iso.date().nullable() }),
  ),
  prices: z.record(z.string(), price),
});

export type Price = z.output<typeof price>;
export type PriceList = z.output<typeof schema>;

/** The list prices, checked. */
export const priceList: PriceList = schema.parse(list);

/**
 * The price of that name.
 *
 * @throws UserError when nobody has looked it up
 */
export function priceOf(name: string, { prices, region }: PriceList = priceList): Price {
  const found = prices[name];
  if (found) return found;
  throw new UserError(
    `no price is stated for ${name}`,
    "cost/prices.json",
    `look it up for ${region} and add it with its source`,
  );
}
