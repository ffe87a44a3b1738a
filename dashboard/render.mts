/// <reference lib="dom" />
import { parseHTML } from "linkedom";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Topology } from "topojson-specification";
import script from "page:browser.mts";
import early from "page:early.mts";
import css from "page:style.css";
import { UserError } from "../errors.js";
import { AGGREGATES } from "./aggregates.js";
import { draw } from "./charts.mjs";
import type { Panel } from "./figure.js";
import topology from "./map/neighbourhoods.topo.json";
import { drawShapes, hoodsOf } from "./map.mjs";
import type { Aggregates } from "./aggregates.js";
import { buildModel } from "./build-model.js";
import type { Model } from "./model.js";
import { page } from "./page.js";
import { paint } from "./paint.mjs";
import { refusal } from "./rows.js";

const boundaries = topology as unknown as Topology;

/**
 * The page of a model.
 *
 * @throws UserError when its neighbourhoods are not those of the map
 */
export function renderPage(model: Model): string {
  const { document } = parseHTML("<html></html>") as unknown as { document: Document };
  const ids = new Set(hoodsOf(boundaries));
  const unknown = model.hoods.find(({ id }) => !ids.has(id));
  if (unknown) throw refusal(`neighbourhood ${unknown.id} is not on the map`, "neighbourhoods");
  const drawn = ({ chart, label }: Panel, width: number): string => {
    if (chart.kind !== "map") return rounded(draw(chart, width, label, document).outerHTML);
    const svg = drawShapes(boundaries, document);
    paint(chart, svg, label);
    return rounded(svg.outerHTML);
  };
  return page(model, { css, early, script, renderer: RENDERER, drawn });
}

/** Coordinates to a tenth of a pixel: smaller, and the same on every machine. */
function rounded(svg: string): string {
  return svg.replace(
    / (d|x|y|x1|x2|y1|y2|cx|cy|width|height|transform|points)="([^"]*)"/g,
    (_, name: string, value: string) =>
      ` ${name}="${value.replace(/-?\d+\.\d+/g, (number) => String(Math.round(Number(number) * 10) / 10))}"`,
  );
}

/** `node render.cjs FOLDER FILE`: reads the aggregates of a folder and writes the page. */
export function main([folder, file]: readonly string[]): void {
  try {
    if (!folder || !file) {
      throw new UserError(
        "two arguments are needed",
        "render.cjs",
        "node render.cjs AGGREGATES_FOLDER PAGE_FILE",
      );
    }
    writeWhole(file, renderPage(buildModel(readFolder(folder))));
  } catch (error) {
    process.stderr.write(`error: ${(error as Error).message.replace(/\s*\n\s*/g, " ")}\n`);
    process.exitCode = error instanceof UserError ? error.exitCode : 1;
  }
}

/** A reader sees the old page or the new one, never a part. */
function writeWhole(file: string, text: string): void {
  const partial = `${file}.partial`;
  try {
    writeFileSync(partial, text);
    renameSync(partial, file);
  } catch (error) {
    rmSync(partial, { force: true });
    throw new UserError(
      `cannot write the page: ${(error as Error).message}`,
      file,
      "mend that and run again",
    );
  }
}

function readFolder(folder: string): Partial<Aggregates> {
  const read = (name: string): unknown => {
    const file = path.join(folder, `${name}.json`);
    try {
      return JSON.parse(readFileSync(file, "utf8"));
    } catch (error) {
      throw new UserError(`cannot read an aggregate: ${(error as Error).message}`, file, "make it again");
    }
  };
  return Object.fromEntries(AGGREGATES.map(({ name }) => [name, read(name)]));
}
