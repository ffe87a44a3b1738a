/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { Chart } from "./figure.js";

const SVG = "http://www.w3.org/2000/svg";

/** Gives each neighbourhood of a drawn map its class and title, and brings the chosen one to the front. */
export function paint(chart: Extract<Chart, { kind: "map" }>, svg: SVGElement, label: string): void {
  svg.setAttribute("aria-label", label);
  for (const shape of [...svg.querySelectorAll("path")]) {
    const id = shape.getAttribute("data-hood")!;
    const { step, title } = chart.areas[id]!;
    shape.setAttribute("class", id === chart.chosen ? `s${step} chosen` : `s${step}`);
    const told =
      shape.querySelector("title") ?? shape.appendChild(svg.ownerDocument.createElementNS(SVG, "title"));
    told.textContent = title;
    if (id === chart.chosen) shape.parentElement!.append(shape);
  }
}
