import type { Column, Figure, Panel, Section, Table } from "./figure";
import type { HateSection } from "./figures/hate";
import type { WhereSection } from "./figures/where";
import { integer, percent, rate, signed, signedPercent } from "./text";

/** Text as it may stand in markup and in attributes. */
export function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

const FORMATS: Readonly<Record<NonNullable<Column["format"]>, (n: number) => string>> = {
  integer,
  signed,
  rate,
  percent,
  signedPercent,
};

export function sectionHead({ question, heading, intro }: Section): string {
  return (
    `<p class="kicker">${escape(question)}</p><h2>${escape(heading)}</h2>` +
    intro.map((text) => `<p class="intro">${escape(text)}</p>`).join("")
  );
}

export function figureHead({ title, lead, claim, detail }: Figure): string {
  return (
    `<p class="title">${escape(title)}</p>` +
    `<h3><em>${escape(lead)}</em> ${escape(claim)}</h3>` +
    (detail === undefined ? "" : `<p class="detail">${escape(detail)}</p>`)
  );
}

/** A finding as a sentence to be read aloud. */
export function figureWords({ title, lead, claim, detail = "" }: Figure): string {
  return `${title}. ${lead} ${claim}. ${detail}`.trim();
}

export function panelHead({ title, note }: Panel): string {
  return (
    (title === undefined ? "" : `<p class="panel-title">${escape(title)}</p>`) +
    (note === undefined ? "" : `<p class="panel-note">${escape(note)}</p>`)
  );
}

export function table({ caption, columns, rows }: Table): string {
  const cell = (value: string | number | null, { format }: Column): string =>
    value === null ? "–" : typeof value === "string" ? escape(value) : FORMATS[format ?? "integer"](value);
  const kind = (at: number): string => (columns[at]!.format === undefined ? ' class="t"' : "");
  const head = columns.map(({ label }, at) => `<th scope="col"${kind(at)}>${escape(label)}</th>`).join("");
  const body = rows.map((row) => {
    const cells = row.map((value, at) =>
      at === 0
        ? `<th scope="row"${kind(0)}>${cell(value, columns[0]!)}</th>`
        : `<td${kind(at)}>${cell(value, columns[at]!)}</td>`,
    );
    return `<tr>${cells.join("")}</tr>`;
  });
  return `<table><caption>${escape(caption)}</caption><thead><tr>${head}</tr></thead><tbody>${body.join("")}</tbody></table>`;
}

/** RFC 4180, with numbers unrounded. */
export function csv({ columns, rows }: Table): string {
  const cell = (value: string | number | null): string => {
    const text = value === null ? "" : String(value);
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return (
    [columns.map(({ label }) => label), ...rows].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n"
  );
}

export function ranking({ ranking: places, chosen }: WhereSection): string {
  const items = places.map(
    ({ id, name, text }) =>
      `<li><button type="button" data-hood="${id}" aria-pressed="${id === chosen}"><span>${escape(name)}</span><b>${escape(text)}</b></button></li>`,
  );
  return `<ol class="ranking">${items.join("")}</ol>`;
}

export function legend({ legend: limits, legendTitle }: WhereSection): string {
  const steps = [
    `under ${limits[0]}`,
    ...limits.map((limit, at) => (at + 1 < limits.length ? `${limit} – ${limits[at + 1]}` : `${limit}+`)),
  ];
  const items = steps.map((text, step) => `<li><i class="s${step}"></i>${escape(text)}</li>`);
  return `<p class="legend-title">${escape(legendTitle)}</p><ul class="legend">${items.join("")}</ul>`;
}

export function biasGrid({ grid }: HateSection): string {
  const head = grid.years.map((year) => `<th scope="col">${year}</th>`).join("");
  const rows = grid.rows.map(({ value, category, cells, all, arrests }) => {
    const shaded = cells.map(({ n, step }) => `<td class="h${step}">${n}</td>`).join("");
    return `<tr><th scope="row" class="t">${escape(value)}<small>${escape(category)}</small></th>${shaded}<td class="all">${integer(all)}</td><td>${arrests}</td></tr>`;
  });
  return (
    `<div class="scroll" tabindex="0" role="group" aria-label="Bias by year"><table class="grid"><caption class="hidden">Hate crimes by bias and year of report</caption>` +
    `<thead><tr><th scope="col" class="t">Bias</th>${head}<th scope="col">All</th><th scope="col">With an arrest</th></tr></thead><tbody>${rows.join("")}</tbody></table></div>`
  );
}
