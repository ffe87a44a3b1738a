/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import * as Plot from "@observablehq/plot";
import type { Bar, Chart } from "./figure.js";

type Of<K extends Chart["kind"]> = Extract<Chart, { kind: K }>;
/** Every chart but the map, whose shapes are drawn once and only painted anew. */
type DrawnChart = Exclude<Chart, { kind: "map" }>;

const ROW_HEIGHT = 26;
const FONT_SIZE = 12;
/** Upper bound of the width of a character, to leave room for labels. */
const CHARACTER = 6.8;
const MUTED = "var(--muted)";
const GRID = "var(--rule)";

/**
 * Draws a chart in the given width.
 *
 * @param label what a reader who does not see it is told
 * @param document where to make it: the browser's, or one that only knows markup
 */
export function draw(chart: DrawnChart, width: number, label: string, document: Document): SVGElement {
  return clean(drawn(chart, width, document), label);
}

function drawn(chart: DrawnChart, width: number, document: Document): Element {
  switch (chart.kind) {
    case "bars":
      return bars(chart, width, document);
    case "rows":
      return rows(chart, width, document);
    case "line":
      return line(chart, width, document);
    case "heat":
      return heat(chart, width, document);
  }
}

const fillOf = ({ mark }: Bar): string => (mark === "peak" ? "var(--accent)" : "var(--bar)");
const isPale = ({ mark }: Bar): boolean => mark === "doubt" || mark === "partial";
/** Doubtful and partial bars are told by their dashed outline as well as by their tone. */
const pale = { fill: "var(--pale)", stroke: "var(--bar)", strokeDasharray: "3 2", inset: 0.5 } as const;

function bars(chart: Of<"bars">, width: number, document: Document): Element {
  const values = chart.bars.map(({ value }) => value);
  const top = Math.max(...values, chart.average ?? 0, 0);
  const bottom = Math.min(...values, 0);
  const labels = chart.bars.map(({ label }) => label);
  const [left, right] = [32, 2];
  const x = (bar: Bar): string => bar.label;
  const common = { x, y: "value", title: "title" } as const;
  return Plot.plot({
    document,
    width,
    height: chart.height,
    marginLeft: left,
    marginRight: right,
    marginTop: 22,
    marginBottom: 24,
    x: { type: "band", domain: labels, padding: labels.length > 20 ? 0.14 : 0.2 },
    y: { domain: [bottom, top === bottom ? 1 : top] },
    marks: [
      Plot.gridY({ ticks: 3, stroke: GRID, strokeOpacity: 1 }),
      Plot.axisY({ ticks: 3, tickSize: 0, label: null, fill: MUTED, tickFormat: compact }),
      Plot.barY(
        chart.bars.filter((bar) => !isPale(bar)),
        { ...common, fill: fillOf },
      ),
      Plot.barY(chart.bars.filter(isPale), { ...common, ...pale }),
      Plot.barY(
        chart.bars.filter(({ part }) => part !== undefined),
        { x, y: "part", title: "title", fill: "var(--ink)" },
      ),
      Plot.ruleY([0], { stroke: "var(--ink)" }),
      ...(chart.average === undefined
        ? []
        : [Plot.ruleY([chart.average], { stroke: "var(--ink)", strokeDasharray: "2 4" })]),
      Plot.axisX({
        ticks: chart.ticks ?? thinned(labels, width - left - right),
        tickSize: 0,
        label: null,
        fill: MUTED,
        tickFormat: String,
        anchor: "bottom",
      }),
      Plot.text(
        chart.bars.filter(({ text, value }) => text !== undefined && value >= 0),
        { x, y: "value", text: "text", dy: -9, fill: textFill, fontWeight: 650 },
      ),
      Plot.text(
        chart.bars.filter(({ text, value }) => text !== undefined && value < 0),
        { x, y: "value", text: "text", dy: 9, fill: textFill, fontWeight: 650 },
      ),
    ],
  });
}

const textFill = ({ mark }: Bar): string => (mark === "peak" ? "var(--accent)" : "var(--ink)");

function compact(n: number): string {
  const value = Math.abs(n) >= 1000 ? `${n / 1000}k` : String(Math.round(n * 1000) / 1000);
  return value.replace("-", "−");
}

/** As many labels as fit side by side, always with the first. */
function thinned(labels: readonly string[], width: number): string[] {
  const longest = Math.max(...labels.map(({ length }) => length), 1);
  const each = Math.ceil((longest * CHARACTER + 4) / (width / labels.length));
  return labels.filter((_, at) => at % each === 0);
}

function rows(chart: Of<"rows">, width: number, document: Document): Element {
  const values = chart.bars.map(({ value }) => value);
  const [low, high] = [Math.min(...values, 0), Math.max(...values, chart.limit ?? 0, 0)];
  const labelWidth = Math.min(chart.labelWidth, Math.round(width * 0.42));
  const room = (side: (bar: Bar) => boolean): number =>
    Math.max(0, ...chart.bars.filter(side).map(({ text }) => (text?.length ?? 0) * CHARACTER + 8));
  const [before, after] = [room(({ value }) => value < 0), room(({ value }) => value >= 0)];
  const scale = (high - low || 1) / Math.max(40, width - labelWidth - before - after);
  const y = (bar: Bar): string => bar.label;
  const common = { x: "value", y, title: "title" } as const;
  const text = { x: "value", y, text: "text", fill: textFill } as const;
  return Plot.plot({
    document,
    width,
    height: chart.bars.length * ROW_HEIGHT + 4,
    marginLeft: labelWidth,
    marginRight: 0,
    marginTop: 2,
    marginBottom: 2,
    x: { domain: [low - before * scale, high + after * scale], axis: null },
    y: { type: "band", domain: chart.bars.map(y), padding: 0.3, axis: null },
    marks: [
      Plot.barX(
        chart.bars.filter((bar) => !isPale(bar)),
        { ...common, fill: fillOf },
      ),
      Plot.barX(chart.bars.filter(isPale), { ...common, ...pale }),
      Plot.ruleX([0], { stroke: "var(--ink)" }),
      Plot.text(
        chart.bars.filter(({ value }) => value >= 0),
        { ...text, textAnchor: "start", dx: 5 },
      ),
      Plot.text(
        chart.bars.filter(({ value }) => value < 0),
        { ...text, textAnchor: "end", dx: -5 },
      ),
      Plot.text(chart.bars, {
        y,
        text: "label",
        frameAnchor: "left",
        textAnchor: "start",
        dx: -labelWidth,
        fill: "var(--ink)",
        lineWidth: (1.12 * (labelWidth - 8)) / FONT_SIZE,
        textOverflow: "ellipsis",
      }),
    ],
  });
}

function line(chart: Of<"line">, width: number, document: Document): Element {
  const colour = chart.isStory ? "var(--accent)" : "var(--bar-strong)";
  const years = chart.points.map(({ year }) => year);
  const last = years.at(-1)!;
  const told = chart.points.filter(({ year }) => year === last || year === chart.peak);
  const xy = { x: "year", y: "value" } as const;
  const steps = chart.ceiling > 260 ? 100 : 50;
  const levels = Array.from({ length: Math.floor(chart.ceiling / steps) + 1 }, (_, at) => at * steps);
  return Plot.plot({
    document,
    width,
    height: chart.height,
    marginLeft: 30,
    marginRight: 16,
    marginTop: 20,
    marginBottom: 22,
    x: { domain: [years[0]!, last], axis: null },
    y: { domain: [0, chart.ceiling] },
    marks: [
      Plot.gridY(levels, { stroke: GRID, strokeOpacity: 1 }),
      Plot.axisY(levels, { tickSize: 0, label: null, fill: MUTED }),
      Plot.ruleY([100], { stroke: "var(--ink)", strokeDasharray: "2 4" }),
      Plot.areaY(chart.points, { ...xy, fill: colour, fillOpacity: 0.1 }),
      Plot.lineY(chart.points, { ...xy, stroke: colour, strokeWidth: 2 }),
      Plot.dot(chart.points, { ...xy, r: 6, fill: "transparent", title: "title" }),
      Plot.dot(told, { ...xy, r: 3, fill: colour, title: "title" }),
      ...[true, false].map((above) =>
        Plot.text(
          told.filter(({ year }) => (year === chart.peak) === above),
          {
            ...xy,
            text: ({ value }: { value: number }) => value.toFixed(0),
            dy: above ? -11 : 13,
            fill: colour,
            fontWeight: 650,
          },
        ),
      ),
      Plot.axisX([years[0]!, last], { tickSize: 0, label: null, fill: MUTED, tickFormat: String }),
    ],
  });
}

function heat(chart: Of<"heat">, width: number, document: Document): Element {
  const steps = 6;
  const sorted = chart.cells.map(({ value }) => value).sort((a, b) => a - b);
  const limits = Array.from(
    { length: steps - 1 },
    (_, at) => sorted[Math.floor(((at + 1) * sorted.length) / steps)]!,
  );
  const across = chart.columns.length;
  const cells = chart.cells.map((cell, at) => ({
    ...cell,
    column: chart.columns[at % across]!,
    row: chart.rows[Math.floor(at / across)]!,
    step: limits.filter((limit) => cell.value >= limit).length,
  }));
  const place = { x: "column", y: "row" } as const;
  const isNarrow = width < 560;
  return Plot.plot({
    document,
    width,
    height: chart.rows.length * 30 + 28,
    marginLeft: 36,
    marginRight: 1,
    marginTop: 1,
    marginBottom: 24,
    x: { type: "band", domain: [...chart.columns], padding: 0.06 },
    y: { type: "band", domain: [...chart.rows], padding: 0.08 },
    marks: [
      Plot.cell(cells, {
        ...place,
        fill: ({ step }: { step: number }) => `var(--q${step})`,
        title: "title",
      }),
      Plot.cell([cells[chart.best]!], {
        ...place,
        fill: "none",
        stroke: "var(--accent)",
        strokeWidth: 3,
        pointerEvents: "none",
      }),
      Plot.axisX({
        ticks: isNarrow ? chart.columns.filter((_, at) => at % 6 === 0) : chart.columns,
        tickSize: 0,
        label: null,
        fill: MUTED,
        tickFormat: (hour: string) => (hour === "00" || hour === "12" ? `${hour}*` : hour),
      }),
      Plot.axisY({ tickSize: 0, label: null, fill: MUTED }),
    ],
  });
}

/**
 * What Plot adds and this page has no use for: a style element and style attributes, which the page's content
 * policy forbids, and labels on groups, which assistive technology may not read.
 */
export function clean(figure: Element, label: string): SVGElement {
  const svg = (figure.localName === "svg" ? figure : figure.querySelector("svg")) as SVGElement;
  svg.querySelector("style")?.remove();
  for (const element of [svg, ...svg.querySelectorAll<SVGElement>("[style]")]) {
    const style = element.getAttribute("style");
    if (style === null) continue;
    element.removeAttribute("style");
    for (const declaration of style.split(";").filter((part) => part.includes(":"))) {
      const [name, ...value] = declaration.split(":");
      element.setAttribute(name!.trim(), value.join(":").trim());
    }
  }
  for (const group of svg.querySelectorAll("g[aria-label]")) group.removeAttribute("aria-label");
  for (const name of ["class", "font-family"]) svg.removeAttribute(name);
  svg.setAttribute("font-size", String(FONT_SIZE));
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", label);
  return svg;
}
