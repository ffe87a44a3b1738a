import pc from "picocolors";
import {
  GRAINS,
  type Answers,
  type Busiest,
  type Contributor,
  type Grain,
  type Peak,
  type Rise,
} from "../pipeline/answers";
import { newTable } from "./render-rows";

const GRAIN_NAMES: Readonly<Record<Grain, string>> = {
  year: "year",
  month_of_year: "month",
  weekday: "weekday",
  day_of_month: "day of month",
  hour: "hour",
};

/** The answers as a page of text: each with its figures and its caveat. */
export function renderAnswers(answers: Answers): string {
  const sections = [
    answers.notice ? [pc.yellow(pc.bold(answers.notice))] : [],
    [
      "When is there most crime?",
      busiestTable(answers),
      ...caveats(GRAINS.map((grain) => answers.busiest[grain].caveat)),
    ],
    ["What rises?", risesTable(answers), ...caveats([answers.rises.caveat])],
    ["What accounts for it?", ...drivers(answers), ...caveats([answers.drivers.caveat])],
    ["Hate crimes by bias", hateCrimes(answers), ...caveats([answers.hate_crimes.caveat])],
    ["How fresh, how complete?", ...freshness(answers), ...caveats([answers.completeness.caveat])],
    answers.freshness.map(({ attribution }) => pc.dim(attribution)),
  ];
  const text = sections
    .filter((lines) => lines.length > 0)
    .map(([head, ...rest]) => [rest.length > 1 ? pc.bold(pc.cyan(head)) : head, ...rest].join("\n"));
  return `\n${text.join("\n\n")}\n\n`;
}

function caveats(texts: readonly string[]): string[] {
  return texts.map((text) => pc.dim(`  ${text}`));
}

function indented(text: string): string {
  return text
    .split("\n")
    .map((line) => `  ${line.trimEnd()}`)
    .join("\n");
}

function busiestTable({ busiest }: Answers): string {
  const table = newTable(["", "most offences", "most a day", "most a day, default values set aside"]);
  const peak = (found: Peak | null, of: "offences" | "rate"): string => {
    if (!found) return "no complete year";
    const figure =
      of === "offences" ? integer(found.offences) : `${found.offences_per_day?.toFixed(2) ?? "?"} a day`;
    return `${found.label} (${figure})`;
  };
  for (const grain of GRAINS) {
    const found: Busiest = busiest[grain];
    table.push([
      GRAIN_NAMES[grain],
      peak(found.peak, "offences"),
      peak(found.peak_by_rate, "rate"),
      peak(found.peak_without_defaults, "rate"),
    ]);
  }
  return indented(table.toString());
}

function risesTable({ rises }: Answers): string {
  const table = newTable(["", "what", "from", "to", "change"]);
  const add = (title: string, rise: Rise | null): void => {
    if (!rise) table.push([title, "nothing rose, or too few complete years", "", "", ""]);
    else {
      table.push([
        title,
        rise.name,
        `${integer(rise.base_offences)} in ${rise.base_year}`,
        `${integer(rise.compare_offences)} in ${rise.compare_year}`,
        `${signed(rise.change)}${rise.pct_change === null ? "" : ` (${percent(rise.pct_change, true)})`}`,
      ]);
    }
  };
  for (const kind of ["category", "offence"] as const) {
    for (const [end, most] of [
      ["first to last year", rises[kind].to_last],
      ["first year to peak", rises[kind].to_peak],
    ] as const) {
      add(`${kind}, ${end}, in number`, most.by_count);
      add(`${kind}, ${end}, in percent`, most.by_percent);
    }
  }
  add("auto theft, up to its peak", rises.auto_theft.up);
  add("auto theft, since its peak", rises.auto_theft.down);
  return indented(table.toString());
}

function drivers({ drivers }: Answers): string[] {
  if (drivers.rises.length === 0) return ["  No category rose between complete years."];
  const share = (contribution: number | null): string =>
    contribution === null ? "" : ` (${percent(contribution)})`;
  const said = ({ member, change, contribution }: Contributor): string =>
    `${member} ${signed(change)}${share(contribution)}`;
  return drivers.rises.flatMap(({ of, largest, by_dimension }) => {
    const table = newTable(["by", "largest contributions"]);
    for (const [dimension, members] of Object.entries(by_dimension)) {
      table.push([words(dimension), members.map(said).join(", ")]);
    }
    const first = largest.map((one) => `${words(one.dimension)} ${said(one)}`).join("; ");
    return [
      `  ${of.name}, ${of.base_year} to ${of.compare_year}: ${signed(of.change)}. Largest: ${first}.`,
      indented(table.toString()),
    ];
  });
}

function hateCrimes({ hate_crimes }: Answers): string {
  const table = newTable(["bias", "occurrences", "of all"]);
  for (const [bias, { occurrences, share }] of Object.entries(hate_crimes.by_bias)) {
    table.push([words(bias), integer(occurrences), share === null ? "" : percent(share)]);
  }
  const { occurrences, first_year, last_year, arrests, multiple_bias } = hate_crimes;
  const years = first_year === null ? "" : ` reported ${first_year} to ${last_year}`;
  const total = `${integer(occurrences)} occurrences${years}; arrests in ${integer(arrests)}; several biases in ${integer(multiple_bias)}.`;
  return `  ${total}\n${indented(table.toString())}`;
}

function freshness({ freshness: all, completeness }: Answers): string[] {
  const lines = all.map((one) => {
    const parts = [
      `${integer(one.rows)} rows`,
      one.source_kind === "sample"
        ? "bundled sample"
        : `snapshot of ${one.snapshot_date} (${one.source_kind})`,
      `last report ${one.last_report_date}, ${one.data_age_days} days ago`,
      ...(one.publisher_age_days === null
        ? []
        : [`changed by the publisher ${one.publisher_age_days} days ago`]),
      ...one.warnings.map((warning) => pc.yellow(`! ${warning}`)),
    ];
    return `  ${one.title}: ${one.rows === 0 ? "no data" : parts.join("; ")}`;
  });
  const { offences, events, last_complete_year, reported_within } = completeness;
  const lags = Object.entries(reported_within).slice(0, -1);
  const within = lags.map(([bucket, share]) => `${percent(share)} ${bucket}`).join(", ");
  lines.push(
    `  ${integer(offences)} offences in ${integer(events)} events; last complete year ${last_complete_year ?? "none"}.`,
  );
  if (within) lines.push(`  Reported within: ${within}.`);
  return lines;
}

function words(name: string): string {
  return name.replace("_", " ");
}

function integer(n: number): string {
  return n.toLocaleString("en-CA");
}

function signed(n: number): string {
  return n > 0 ? `+${integer(n)}` : n < 0 ? `−${integer(-n)}` : "0";
}

function percent(share: number, withSign = false): string {
  const text = `${Math.abs(share * 100).toFixed(1)} %`;
  return share < 0 ? `−${text}` : withSign ? `+${text}` : text;
}
