import { datasets } from "../datasets";
import { escape } from "./html";
import type { Model } from "./model";
import { integer, longDate, percent } from "./text";

/** What a reader must know before quoting a number, each under its own title. */
export function explanations(model: Model): string {
  const { major_crimes: major, hate_crimes: hate } = model.sources;
  const apart = major.events === 0 ? 0 : major.rows / major.events - 1;
  const notes: readonly (readonly [string, string])[] = [
    [
      "A row is not an event",
      `Police publish one row per offence and per victim. ${integer(major.rows)} rows describe ${integer(major.events)} events, ${percent(apart)} more rows than events. Charts count rows, called offences here; the yearly totals can be switched to events.`,
    ],
    [
      "Occurrence, not report",
      "Major crimes are placed at the time they happened. Tables of the police use the year of report, so their yearly totals differ by a few percent. Hate crimes are counted by the year of report.",
    ],
    [
      "The last year is partial",
      `${major.lastReport ? `The data end on ${longDate(major.lastReport)}. ` : ""}A year in part is drawn dashed, compared per day and never ranked. Recent months rise later, as crimes are reported.`,
    ],
    [
      "Probable default values",
      "Far more offences are dated the 1st of a month, 00:00 or 12:00 than their neighbours: probably entered when the true day or hour is not known. That is an inference from the heaping; the publisher does not mark them. The page names the peak with and without them.",
    ],
    [
      "Per day, not totals",
      "Months have 28 to 31 days and only some have a 31st. Bars divide by the days that the data cover, so February and the 31st are not always lowest.",
    ],
    [
      "A rate is no risk",
      "Rates divide by residents of 2023. Where many people pass through, few residents share many offences; the rate says nothing of the risk of living there.",
    ],
    [
      "A contribution is no cause",
      "The section on what accounts for a change divides a difference into parts. It tells where the numbers moved. Why they moved, these data cannot tell.",
    ],
    [
      "What is missing",
      "Five categories only: no sexual offences, homicides, shootings or thefts of $5,000 and less. Crimes that nobody reports are in no data. Offences outside Toronto or without a neighbourhood are not on the map.",
    ],
    [
      "Hate crimes differ",
      `One row is one occurrence that investigators classed as a hate crime, ${integer(hate.rows)} in all. Biases overlap. The publisher’s own mark for several biases is unreliable from 2024, so it is derived from the biases themselves.`,
    ],
    [
      "Numbers change",
      "Every publication restates old years: offences are reported late, moved to another neighbourhood or classed anew. This page is made from one publication as a whole.",
    ],
  ];
  return notes.map(([title, text]) => `<div><h3>${escape(title)}</h3><p>${escape(text)}</p></div>`).join("");
}

const REPORTS =
  "https://www.tps.ca/media-centre/news-releases/the-toronto-police-service-releases-annual-hate-cr/";

export const HATE_DEFINITIONS = `<div class="notes definitions"><div><h3>Hate crime</h3><p>A criminal offence against a person or property that is motivated by bias, prejudice or hate based on race, national or ethnic origin, language, colour, religion, sex, age, mental or physical disability, sexual orientation, gender identity or expression, or another similar factor.</p></div><div><h3>Hate incident</h3><p>A hateful act or remark with the same motive that does not reach the level of a criminal offence. Hate incidents are not in these data: the publication holds hate crimes only.</p></div><div><p>The first after the Annual Hate Crime Statistical Reports of the Toronto Police Service, from which <a href="${REPORTS}">the Service says</a> the data are taken; the second in words of this page.</p></div></div>`;

/** Where the data come from, under which licence, and which bytes were read. */
export function sourcesHtml({ sources, publication }: Model): string {
  const entries = datasets.map(({ id, title, portalPage, publisher, licence, attribution }) => {
    const { rows, isSample, snapshotDate, sha256, lastReport } = sources[id];
    const link = `<a href="${escape(portalPage)}">${escape(title)}</a>`;
    if (rows === 0) return `<li>${link}: not in this publication.</li>`;
    const facts = [
      `${integer(rows)} rows`,
      isSample ? "the bundled sample" : snapshotDate ? `snapshot of ${longDate(snapshotDate)}` : "",
      lastReport ? `last report ${longDate(lastReport)}` : "",
    ].filter(Boolean);
    return (
      `<li>${link}, ${escape(publisher)}: ${escape(facts.join(", "))}. ` +
      `Licence: <a href="${escape(licence.url)}">${escape(licence.name)}</a>. ${escape(attribution)}` +
      `${sha256 ? ` <span class="hash">SHA-256 ${escape(sha256)}</span>` : ""}</li>`
    );
  });
  return (
    `<h2>Sources and licences</h2><ul>${entries.join("")}` +
    `<li>Neighbourhood boundaries and population of 2023: Toronto Police Service, Neighbourhood Crime Rates Open Data, simplified. Contains information licensed under the Open Government Licence – Ontario.</li></ul>` +
    `<p>Publication ${escape(publication)}. Not an official publication of, nor endorsed by, the Toronto Police Service or the City of Toronto. Made with Toronto Crime Pipeline; charts by Observable Plot and D3 (ISC licence), type Libre Franklin (OFL 1.1).</p>`
  );
}
