import { createWriteStream } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { once } from "node:events";

/**
 * Writes a major crimes file of any size with the bundled sample's distribution of values: rows drawn
 * with replacement, each under an event id of its own, so that no two are identical by chance alone.
 */
export async function generateMajorCrimes(file: string, rows: number, sample: string): Promise<void> {
  const [header, ...lines] = (await readFile(sample, "utf8")).trimEnd().split("\n");
  await mkdir(path.dirname(file), { recursive: true });
  const out = createWriteStream(file, { highWaterMark: 1 << 20 });
  out.write(`${header}\n`);
  let seed = 1;
  let part = "";
  for (let id = 1; id <= rows; id++) {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    const [, event, ...rest] = lines[seed % lines.length]!.split(",");
    part += `${id},${event!.slice(0, 7)}${id},${rest.join(",")}\n`;
    if (part.length < 1 << 20 && id < rows) continue;
    if (!out.write(part)) await once(out, "drain");
    part = "";
  }
  out.end();
  await once(out, "finish");
}
