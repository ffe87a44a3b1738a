import { datasetById, type DatasetId } from "../../datasets";
import { CATEGORIES, type Model } from "../model";
import { inProse } from "../names";
import { capital, integer, longDate, percent } from "../text";
import { rankedYears } from "../view";
import { storyOf } from "./rising";

/** A rise and a fall that a headline may speak of. */
const TELLING = { rise: 0.25, fall: 0.1 };

export interface Notice {
  /** Shown always, or only once the day has passed. */
  readonly after: string | null;
  readonly lead: string;
  readonly text: string;
}

export interface Head {
  readonly headline: string;
  readonly standfirst: string;
  readonly figures: readonly { readonly value: string; readonly label: string }[];
  readonly notices: readonly Notice[];
}

/** What the page says before its first section; all of it follows from the data. */
export function head(model: Model): Head {
  const { sources, years } = model;
  const major = sources.major_crimes;
  const hate = sources.hate_crimes;
  const [publisher, channel] = datasetById.major_crimes.publisher.split(", ");
  return {
    headline:
      years.length > 0 ? headline(model) : `${integer(hate.rows)} hate crimes reported to Toronto police`,
    standfirst:
      years.length > 0
        ? `Five kinds of major crime reported to Toronto police from ${years[0]} to ${longDate(major.lastReport!)}: when they happen, ${rankedYears(model).length > 1 ? "which are rising, what the rise is made of, " : ""}and where.${hate.rows > 0 ? " Hate crimes have a section of their own." : ""}`
        : "This publication holds hate crimes only; major crimes are missing from it.",
    figures: [
      { value: integer(major.rows), label: "offences, one row each" },
      { value: integer(major.events), label: "events they belong to" },
      { value: integer(hate.rows), label: "hate crimes" },
      ...(major.lastReport
        ? [{ value: longDate(major.lastReport), label: "last report of a major crime" }]
        : []),
      ...(hate.lastReport
        ? [{ value: longDate(hate.lastReport), label: "last report of a hate crime" }]
        : []),
      ...(major.snapshotDate && !major.isSample
        ? [{ value: longDate(major.snapshotDate), label: "snapshot of the City’s file" }]
        : []),
      { value: publisher!, label: `source, ${channel}` },
    ],
    notices: notices(model),
  };
}

function headline(model: Model): string {
  const stories = CATEGORIES.map((category) => storyOf(model, category));
  const turned = stories
    .filter(
      ({ first, peak, last }) =>
        peak.year !== first.year &&
        peak.offences >= first.offences * (1 + TELLING.rise) &&
        last.offences <= peak.offences * (1 - TELLING.fall),
    )
    .sort((a, b) => b.peak.offences - b.first.offences - (a.peak.offences - a.first.offences))[0];
  const risen = stories
    .filter(
      (story) => story !== turned && story.last.offences > story.first.offences && story.first.offences > 0,
    )
    .sort((a, b) => b.last.offences - b.first.offences - (a.last.offences - a.first.offences))[0];
  const clauses = [
    ...(turned
      ? [
          `${inProse(turned.category)} peaked in ${turned.peak.year} and has fallen ${percent(1 - turned.last.offences / turned.peak.offences)} since`,
        ]
      : []),
    ...(risen
      ? [
          `${inProse(risen.category)} is up ${percent(risen.last.offences / risen.first.offences - 1)} ${turned ? "on" : "from"} ${risen.first.year}${turned ? "" : ` to ${risen.last.year}`}`,
        ]
      : []),
  ];
  const count = `${integer(model.sources.major_crimes.rows)} major crime offences`;
  const text =
    rankedYears(model).length < 2
      ? `${count} reported to Toronto police`
      : clauses.length > 0
        ? clauses.join("; ")
        : `${count}, and none of the five kinds rose`;
  return model.sources.major_crimes.isSample ? `In this sample, ${text}` : capital(text);
}

function notices({ sources, completeYears, years }: Model): Notice[] {
  const ids = (Object.keys(sources) as DatasetId[]).filter((id) => sources[id].rows > 0);
  const samples = ids.filter((id) => sources[id].isSample);
  const stale = ids
    .filter((id) => !sources[id].isSample)
    .flatMap((id): Notice[] => {
      const { lastReport } = sources[id];
      if (lastReport === null) return [];
      const { title, cadence, warnAfterDays } = datasetById[id];
      const due = new Date(Date.parse(lastReport) + warnAfterDays.data * 86_400_000);
      return [
        {
          after: due.toISOString().slice(0, 10),
          lead: "Out of date.",
          text: `The last report in ${title} is of ${longDate(lastReport)}; a new file is due ${cadence}.`,
        },
      ];
    });
  return [
    ...(samples.length > 0
      ? [
          {
            after: null,
            lead: "Sample data: these are not Toronto’s totals. Do not quote them.",
            text: `${samples.map((id) => `${datasetById[id].title}: ${datasetById[id].sample.description}`).join(". ")}. Small groups are noise.`,
          },
        ]
      : []),
    ...(years.length > 0 && completeYears.length === 0
      ? [
          {
            after: null,
            lead: "No whole year.",
            text: "The data cover no year from its first day to its last, so years do not compare.",
          },
        ]
      : []),
    ...stale,
  ];
}
