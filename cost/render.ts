import type { Bills } from "./bill";
import { free } from "./charges";
import type { PriceList } from "./prices";
import { volumes, type Volume } from "./volumes";

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

const money = (usd: number): string => usd.toFixed(2);
const amount = (value: number): string => String(Number(value.toPrecision(3)));

/** The month, line by line; an assumed price carries a star. */
export function renderBills({ always, weekly }: Bills): string {
  const rows = Object.entries(always.lines).map(([name, line]) => {
    const { price } = line;
    const other = weekly.lines[name]!;
    const both =
      line.amount === other.amount
        ? amount(line.amount)
        : `${amount(line.amount)} or ${amount(other.amount)}`;
    const star = price.confidence === "assumption" ? " \\*" : "";
    const allowance = price.free > 0 ? `, ${price.free} free` : "";
    return [
      price.what,
      `${both} ${price.per}${allowance}`,
      `${price.usd}${star}`,
      money(line.usd),
      money(other.usd),
    ];
  });
  return table(
    ["what", "a month", "USD each", "always on", "weekly VM"],
    [...rows, ["**sum, USD**", "", "", `**${money(always.usd)}**`, `**${money(weekly.usd)}**`]],
  );
}

/** `docs/cost.md`: bill, prices, volumes, and what is free or left out. */
export function renderCost(bills: Bills, { prices, sources, region, lookedUp }: PriceList): string {
  const priceRows = Object.values(prices).map((price) => {
    const source = sources[price.source]!;
    return [
      price.what,
      `${price.usd} / ${price.per}`,
      price.confidence + (price.note === undefined ? "" : `: ${price.note}`),
      `[${source.title}](${source.address})`,
      source.dated ?? "undated copy",
    ];
  });
  const volumeRows = Object.values<Volume>(volumes).map((volume) => [
    volume.what,
    `${amount(volume.amount)} ${volume.unit}`,
    volume.because,
  ]);
  return `# What a month costs

Written by \`npm run cost\`: computed from the Terraform JSON that \`main.ts\` writes for the default settings in
${region}, with list prices in US dollars looked up on ${lookedUp}. No invoice has been seen. Taxes, discounts and
other currencies are left out. The left column is \`schedule: always\`, the right one \`schedule: weekly\`, in which the VM
runs ${amount(bills.weekly.lines["nat-gateway"]!.amount)} hours a month around the pipeline's slot.

${renderBills(bills)}

\\* assumed, see the next table. A star on something that stays below its free amount does not change the sum. Free
amounts count over the whole billing account: who uses them up elsewhere pays the list price here.

A laptop run costs nothing.

## Prices

*listed*: stated for ${region}. *worldwide*: one price for all regions. *assumption*: not found for this region.

${table(["what", "USD", "confidence", "source", "dated"], priceRows)}

## Volumes

${table(["what", "a month", "because"], volumeRows)}

## What is free, and why

${table(
  ["resource", "because"],
  Object.entries(free).map(([type, because]) => [`\`${type}\``, because]),
)}

## What is not counted

- Single requests to buckets and secrets: a few hundred a run, cents a year.
- The bucket of the Terraform state (\`npm run bootstrap\`): kilobytes.
- The cheaper class to which files of the raw bucket move after 30 days: all are counted as standard storage.
- A Cloud KMS key of one's own (\`kmsKey\`): it is not made here.
- Questions to the marts by people and by Looker Studio: each scans what it reads.

## Keeping it there

\`CRIME_BILLING_ACCOUNT\` and \`CRIME_MONTHLY_BUDGET\` make a budget that tells at half, nine tenths and all of it, and
when the forecast passes it ([runbook](runbook.md#the-budget-alert)). Everything carries the labels
\`app: toronto-crime-pipeline\` and \`stack\`, and BigQuery's jobs and tables \`pipeline: toronto-crime\`: the billing
report can be filtered by them.
`;
}
