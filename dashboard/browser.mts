/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { draw } from "./charts.mjs";
import type { Figure, Panel, Section } from "./figure.js";
import type { WhereSection } from "./figures/where.js";
import { csv, figureHead, figureWords, legend, panelHead, ranking, sectionHead, table } from "./html.js";
import type { Model } from "./model.js";
import { paint } from "./paint.mjs";
import { inOrder, sectionsOf } from "./sections.js";
import { showTips } from "./tips.mjs";
import { formatView, parseView, type View } from "./view.js";

const one = <E extends Element>(selector: string, within: ParentNode = document): E =>
  within.querySelector<E>(selector)!;
const all = <E extends Element>(selector: string, within: ParentNode = document): E[] => [
  ...within.querySelectorAll<E>(selector),
];

const model = JSON.parse(one("#model").textContent ?? "") as Model;
let view = parseView(model, location.search);
let shown: Section[] = [];
/** What was last drawn of each figure: a figure is drawn anew only when it differs. */
const drawn = new Map<string, string>();

function show(next: View): void {
  const start = performance.now();
  view = next;
  shown = inOrder(sectionsOf(model, view));
  for (const section of shown) {
    const place = one(`#${section.id}`);
    setMarkup(one('[data-part="head"]', place), sectionHead(section));
    if (section.id === "where") {
      setMarkup(one('[data-part="legend"]', place), legend(section as WhereSection));
      keepFocus(one('[data-part="ranking"]', place), ranking(section as WhereSection));
    }
    for (const figure of section.figures) showFigure(figure);
  }
  for (const control of all<HTMLSelectElement | HTMLInputElement>("[data-sets]")) {
    const value = String(view[control.dataset["sets"] as keyof View]);
    if (control instanceof HTMLInputElement) control.checked = control.value === value;
    else control.value = value;
  }
  performance.measure("redraw", { start });
}

function showFigure(figure: Figure): void {
  const state = JSON.stringify(figure);
  if (drawn.get(figure.id) === state) return;
  drawn.set(figure.id, state);
  const place = one<HTMLElement>(`#figure-${figure.id}`);
  setMarkup(one('[data-part="figure-head"]', place), figureHead(figure));
  const panels = all<HTMLElement>(".panel", place);
  figure.panels.forEach((panel, at) => showPanel(panel, panels[at]!));
  if (one<HTMLDetailsElement>("details", place).open) showTable(figure);
}

function showPanel(panel: Panel, place: HTMLElement): void {
  const head = place.querySelector('[data-part="panel-head"]');
  if (head) setMarkup(head, panelHead(panel));
  const chart = one<HTMLElement>(".chart", place);
  const svg = one<SVGElement>("svg", chart);
  if (panel.chart.kind === "map") paint(panel.chart, svg, panel.label);
  else svg.replaceWith(draw(panel.chart, chart.clientWidth, panel.label, document));
}

/** The numbers of a closed figure are written when it is opened. */
function showTable(figure: Figure): void {
  setMarkup(one('[data-part="table"]', one(`#figure-${figure.id}`)), table(figure.table));
}

function setMarkup(place: Element, markup: string): void {
  if (place.innerHTML !== markup) place.innerHTML = markup;
}

function keepFocus(place: Element, markup: string): void {
  const focused = place.contains(document.activeElement)
    ? (document.activeElement as HTMLElement).dataset["hood"]
    : undefined;
  setMarkup(place, markup);
  if (focused) place.querySelector<HTMLElement>(`[data-hood="${focused}"]`)?.focus();
}

const figureOf = (id: string): Figure =>
  shown.flatMap(({ figures }) => [...figures]).find((figure) => figure.id === id)!;

/** Choices that a single figure answers; the heading of its section says what all others come to. */
const ANSWERED_BY: Partial<Record<keyof View, string>> = { hood: "hood", count: "year", basis: "year" };

/** Takes a choice, draws it, puts it into the address and tells it to those who do not see the page. */
function choose(part: Partial<Record<keyof View, string>>, where: Element): void {
  const asked = new URLSearchParams(formatView(model, view));
  // The years compared follow from the category unless they are chosen for it.
  if (part.driver !== undefined) for (const name of ["base", "compare"]) asked.delete(name);
  for (const [name, value] of Object.entries(part)) asked.set(name, value);
  show(parseView(model, `?${asked}`));
  try {
    history.replaceState(null, "", `${location.pathname}${formatView(model, view)}${location.hash}`);
  } catch {
    // A sandboxed frame may not; the choice still shows.
  }
  const figure = Object.keys(part).flatMap((name) => ANSWERED_BY[name as keyof View] ?? [])[0];
  const section = shown.find(({ id }) => id === where.closest("section")?.id) ?? shown[0]!;
  one("#live").textContent = figure ? figureWords(figureOf(figure)) : `${section.heading}.`;
}

document.addEventListener("change", ({ target }) => {
  const control = (target as Element).closest<HTMLSelectElement | HTMLInputElement>("[data-sets]");
  if (control) choose({ [control.dataset["sets"]!]: control.value }, control);
});

document.addEventListener("click", ({ target }) => {
  const element = target as Element;
  const hood = element.closest<HTMLElement | SVGElement>("[data-hood]");
  if (hood) choose({ hood: hood.dataset["hood"]! }, hood);
  const button = element.closest<HTMLElement>("[data-csv]");
  if (button) download(figureOf(button.dataset["csv"]!));
  if (element.closest("#theme")) setTheme(isDark() ? "light" : "dark");
});

document.addEventListener(
  "toggle",
  ({ target }) => {
    const details = target as HTMLDetailsElement;
    const figure = details.closest("figure");
    if (details.open && figure) showTable(figureOf(figure.id.replace("figure-", "")));
  },
  true,
);

function download(figure: Figure): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([csv(figure.table)], { type: "text/csv" }));
  link.download = `toronto-crime-${figure.id}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function isDark(): boolean {
  const theme = document.documentElement.dataset["theme"];
  return theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function setTheme(theme: "light" | "dark"): void {
  document.documentElement.dataset["theme"] = theme;
  nameThemeButton();
  try {
    localStorage.setItem("theme", theme);
  } catch {
    // A page opened as a file may have no storage.
  }
}

function nameThemeButton(): void {
  one("#theme").textContent = isDark() ? "Light mode" : "Dark mode";
}

/** Draws again what was drawn for another width. */
function fit(): void {
  for (const section of shown) {
    for (const figure of section.figures) {
      const panels = all<HTMLElement>(".panel", one(`#figure-${figure.id}`));
      figure.panels.forEach((panel, at) => {
        const chart = one<HTMLElement>(".chart", panels[at]);
        const width = Number(one("svg", chart).getAttribute("width"));
        if (panel.chart.kind !== "map" && Math.abs(chart.clientWidth - width) > 1)
          showPanel(panel, panels[at]!);
      });
    }
  }
}

if (formatView(model, view) === "") {
  shown = inOrder(sectionsOf(model, view));
  for (const { figures } of shown) for (const figure of figures) drawn.set(figure.id, JSON.stringify(figure));
} else {
  show(view);
}
fit();
new ResizeObserver(fit).observe(one("#main"));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", nameThemeButton);
nameThemeButton();
showTips(one("#tip"));
