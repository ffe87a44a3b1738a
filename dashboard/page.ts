import { createHash } from "node:crypto";
import { controls } from "./controls";
import { explanations, HATE_DEFINITIONS, sourcesHtml } from "./explanations";
import type { Figure, Panel, Section } from "./figure";
import { head, type Notice } from "./figures/headline";
import { biasGrid, escape, figureHead, legend, panelHead, ranking, sectionHead, table } from "./html";
import type { Model } from "./model";
import { inOrder, sectionsOf, type Sections } from "./sections";
import { longDate } from "./text";
import { defaultView } from "./view";

/** What the page is made of besides the model; the bundle has it built in. */
export interface PageParts {
  readonly css: string;
  /** Runs in the head, before anything is painted. */
  readonly early: string;
  /** Runs at the end. */
  readonly script: string;
  /** Identifies the renderer. */
  readonly renderer: string;
  /** The chart of a panel as markup. */
  readonly drawn: (panel: Panel, width: number) => string;
}

const PAGE_WIDTH = 1120;
const GAP = 32;
const PANEL_GAP = 24;
const SPANS = { full: 12, wide: 8, half: 6, narrow: 4, third: 4 } as const;

/** The page as one file that asks for nothing else. */
export function page(model: Model, parts: PageParts): string {
  const view = defaultView(model);
  const sections = sectionsOf(model, view);
  const control: Partial<ReturnType<typeof controls>> = model.years.length > 0 ? controls(model, view) : {};
  const { headline, standfirst, figures, notices } = head(model);
  const list = inOrder(sections);
  const data = JSON.stringify(model).replaceAll("<", "\\u003c");
  const links = [...list.map(({ id, short }) => [id, short] as const), ["read", "How to read this"] as const];
  const main = list.map((section) => sectionHtml(section, sections, control, parts)).join("\n");
  const later = notices.filter(({ after }) => after !== null);
  const policy = [
    "default-src 'none'",
    `style-src ${hashOf(parts.css)}`,
    `script-src ${hashOf(parts.early)} ${hashOf(parts.script)}`,
    "font-src data:",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="en-CA"${later.length > 0 ? ` data-stale-after="${later.map(({ after }) => after).join(" ")}"` : ""}>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="toronto-crime-pipeline ${parts.renderer}">
<meta name="publication" content="${escape(model.publication)}">
<meta name="description" content="${escape(standfirst)}">
<title>${escape(headline)} – Toronto crime, counted</title>
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M2 9h3v5H2zM6.500 2h3v12h-3zM11 6h3v8h-3z' fill='%23c4122f'/%3E%3C/svg%3E">
<style>${parts.css}</style>
<script>${parts.early}</script>
</head>
<body>
<a class="skip" href="#main">Skip to the charts</a>
<header class="masthead">
<div class="brand"><span>Toronto crime, counted</span><button type="button" id="theme" class="needs-script">Dark mode</button></div>
<h1>${escape(headline)}</h1>
<p class="standfirst">${escape(standfirst)}</p>
${notices.map(noticeHtml).join("\n")}
<dl class="status">${figures.map(({ value, label }) => `<div><dt>${escape(label)}</dt><dd>${escape(value)}</dd></div>`).join("")}</dl>
<noscript><p class="hint">Scripts are off: the charts and numbers below show all categories and years; filters need scripts.${later.map(hintOf).join("")}</p></noscript>
</header>
<nav aria-label="Sections"><ul>${links.map(([id, text]) => `<li><a href="#${id}">${escape(text)}</a></li>`).join("")}</ul></nav>
<p id="live" class="hidden" role="status"></p>
<main id="main">
${main}
<section id="read" aria-labelledby="read-h"><div class="head"><p class="kicker">How to read this</p><h2 id="read-h">What the numbers are, and what they are not</h2></div>
<div class="notes">${explanations(model)}</div></section>
</main>
<footer>${sourcesHtml(model)}</footer>
<div id="tip" hidden></div>
<script type="application/json" id="model">${data}</script>
<script>${parts.script}</script>
</body>
</html>
`;
}

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

function noticeHtml({ after, lead, text }: Notice): string {
  const when = after === null ? "" : ` data-after="${after}"`;
  return `<p class="notice${after === null ? "" : " later"}"${when}><strong>${escape(lead)}</strong> ${escape(text)}</p>`;
}

/** A notice whose day has not come, for a page that cannot look at the calendar. */
function hintOf({ after, lead, text }: Notice): string {
  return ` After ${longDate(after!)}: ${escape(lead.toLowerCase())} ${escape(text)}`;
}

function sectionHtml(
  section: Section,
  sections: Partial<Sections>,
  control: Partial<ReturnType<typeof controls>>,
  parts: PageParts,
): string {
  const own =
    section.id === "when" || section.id === "drivers" || section.id === "where"
      ? control[section.id]
      : undefined;
  const inside: Readonly<Record<string, string | undefined>> = {
    year: control.year,
    hood: control.hood,
  };
  const below: Readonly<Record<string, (() => string) | undefined>> = {
    map: () => `<div data-part="legend">${legend(sections.where!)}</div>`,
    hood: () =>
      `<p class="title ranking-title">Highest ten</p><div data-part="ranking">${ranking(sections.where!)}</div>`,
    "hate-year": () => HATE_DEFINITIONS,
    "hate-bias": () => biasGrid(sections.hate!),
  };
  const figures = section.figures.map((figure) =>
    figureHtml(figure, parts, inside[figure.id] ?? "", below[figure.id]?.() ?? ""),
  );
  return `<section id="${section.id}" aria-label="${escape(section.question)}">
<div class="head" data-part="head">${sectionHead(section)}</div>
${own ?? ""}
<div class="figures">${figures.join("\n")}</div>
</section>`;
}

function figureHtml(figure: Figure, parts: PageParts, control: string, below: string): string {
  const span = (SPANS[figure.width] * (PAGE_WIDTH + GAP)) / 12 - GAP;
  // In a pair the chart stands beside one without controls: they follow it.
  const isPair = figure.width === "half";
  const many = figure.panels.length;
  const width = many > 1 ? Math.floor((span - PANEL_GAP * (many - 1)) / many) : span;
  const panels = figure.panels.map((panel) => {
    const said = panelHead(panel);
    return `<div class="panel">${said === "" ? "" : `<div data-part="panel-head">${said}</div>`}<div class="chart" data-kind="${panel.chart.kind}">${parts.drawn(panel, width)}</div></div>`;
  });
  return `<figure id="figure-${figure.id}" class="${figure.width}">
<figcaption data-part="figure-head">${figureHead(figure)}</figcaption>
${isPair ? "" : control}
<div class="panels${many > 1 ? " many" : ""}">${panels.join("")}</div>
${below}
<details><summary>The numbers<span class="hidden">: ${escape(figure.title)}</span></summary><button type="button" class="csv needs-script" data-csv="${figure.id}">Download CSV</button><div class="scroll" data-part="table" tabindex="0" role="group" aria-label="${escape(figure.title)}: the numbers">${table(figure.table)}</div></details>${isPair ? control : ""}
</figure>`;
}
