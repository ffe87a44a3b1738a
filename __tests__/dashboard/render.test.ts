import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { ensureRenderer, type Renderer } from "../../dashboard/bundle";
import type { Row } from "../../dashboard/rows";
import {
  aggregatesOf,
  madeUp,
  sampleHateCrimes,
  sampleOffences,
  type Made,
  type Offence,
} from "./support/aggregates";

jest.setTimeout(60_000);

const folder = mkdtempSync(path.join(tmpdir(), "crime-page-"));
const bare = path.join(folder, "render.cjs");
let renderer: Renderer;
beforeAll(async () => {
  renderer = await ensureRenderer(path.join(__dirname, "..", ".."));
  copyFileSync(renderer.file, bare);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Renders as a flow does: the bundle alone in a folder, on bare Node. */
function render(made: Made, name: string): string {
  const from = path.join(folder, name);
  mkdirSync(from, { recursive: true });
  for (const [aggregate, rows] of Object.entries(made)) {
    writeFileSync(path.join(from, `${aggregate}.json`), JSON.stringify(rows));
  }
  const page = path.join(folder, `${name}.html`);
  execFileSync(process.execPath, [bare, from, page], { cwd: folder, env: {}, stdio: "pipe" });
  return readFileSync(page, "utf8");
}

const offences = sampleOffences();
const hateCrimes = sampleHateCrimes();
const made = aggregatesOf(offences, hateCrimes, "sample");
/** What a reader sees, with the texts of charts, without scripts and style. */
const words = (page: string): string =>
  page
    .replace(/<(style|script)[^>]*>[^]*?<\/\1>/g, " ")
    .replace(/<[^>]+>/g, " ")
    .replace(/\s+/g, " ");

it("gives the same bytes from text as from numbers, in any order", () => {
  const asText = (rows: Row[]): Row[] =>
    [...rows]
      .reverse()
      .map((row) =>
        Object.fromEntries(
          Object.entries(row).map(([column, value]) => [
            column,
            typeof value === "number" ? String(value) : value,
          ]),
        ),
      );
  const other = Object.fromEntries(Object.entries(made).map(([name, rows]) => [name, asText(rows)])) as Made;
  expect(render(other, "text") === render(made, "numbers")).toBe(true);
});

// How long it takes is told by the bench, which has the machine to itself.
it("renders a large publication on bare Node, within the budget", () => {
  const page = render(madeUp(50_000), "large");
  expect(Buffer.byteLength(page)).toBeLessThan(700_000);
  expect(gzipSync(page).length).toBeLessThan(230_000);
});

describe("the page, as text", () => {
  let markup: string;
  beforeAll(() => (markup = render(made, "page")));
  const page = (): string => markup;

  it("asks for nothing: no address but links to click and names of formats", () => {
    const addresses = [
      ...page().matchAll(/(?<!<a )\b(?:src|href|url|srcset|action|data)=["']?(https?:)?\/\//g),
    ];
    expect(addresses).toEqual([]);
    expect(page()).toContain("default-src 'none'");
    expect(page()).not.toMatch(/unsafe-inline|unsafe-eval/);
  });

  it("has no style attribute, which the policy forbids", () => {
    expect(page().replace(/<script[^]*?<\/script>/g, "")).not.toMatch(/\sstyle="/);
  });

  it("names sources, licences and attributions", () => {
    for (const text of [
      "Contains information licensed under the Open Government Licence – Toronto: Hate Crimes Open Data",
      "Contains information licensed under the Open Government Licence – Ontario",
      "The first after the Annual Hate Crime Statistical Reports of the Toronto Police Service",
      "Publication 0123456789abcdef",
    ]) {
      expect(words(page())).toContain(text);
    }
  });

  it("says what it is made of: rows, events, last reports and source", () => {
    const status = /<dl class="status">.*<\/dl>/.exec(page())![0];
    expect(
      [...status.matchAll(/<dt>(.+?)<\/dt><dd>(.+?)<\/dd>/g)].map(([, label, value]) => [label, value]),
    ).toEqual([
      ["offences, one row each", "10,000"],
      ["events they belong to", "9,972"],
      ["hate crimes", "1,350"],
      ["last report of a major crime", "31 March 2026"],
      ["last report of a hate crime", "30 December 2023"],
      ["source, through City of Toronto Open Data", "Toronto Police Service"],
    ]);
  });

  it("tells without scripts from which day it is out of date", () => {
    const kept = render(aggregatesOf(offences, hateCrimes), "kept");
    const hint = words(/<noscript>.*<\/noscript>/.exec(kept)![0]);
    expect(hint).toContain("After 27 October 2026: out of date. The last report in Community Safety");
    expect(hint).toContain("After 30 September 2025: out of date. The last report in Hate Crimes Open Data");
    expect(page()).toMatch(/filters need scripts\.<\/p>/);
  });

  it("has a finding, a drawn chart and a table for every figure, without scripts", () => {
    const figures = page().match(/<figure[^]*?<\/figure>/g)!;
    expect(figures.length).toBe(17);
    for (const figure of figures) {
      expect(figure).toMatch(/<h3><em>[^<]+<\/em> [^<]+<\/h3>/);
      expect(figure).toMatch(/<svg[^>]*role="img"|<table class="grid"/);
      expect(figure).toMatch(/<details>[^]*<table><caption>[^<]+<\/caption>/);
    }
  });

  it("calls shares of arrests shares, and counts counts", () => {
    const [grid, counts] = page()
      .match(/<figure id="figure-hate-bias"[^]*?<\/figure>/)![0]
      .split("<details>");
    expect(grid).toContain("With an arrest</th>");
    expect(counts).toContain("Arrests</th>");
  });

  it("draws all 158 neighbourhoods", () => {
    expect(page().match(/data-hood="\d{3}" d="|d="[^"]+"[^>]*data-hood/g)?.length).toBe(158);
  });
});

describe("odd publications", () => {
  const within = (from: string, to: string) => (one: Offence) => one.reported >= from && one.reported <= to;

  it.each<[string, Offence[], typeof hateCrimes, RegExp]>([
    ["hate crimes alone", [], hateCrimes, /1,350 hate crimes reported to Toronto police/],
    ["major crimes alone", offences, [], /Hate Crimes Open Data : not in this publication/],
    [
      "one category",
      offences.filter(({ category }) => category === "Robbery"),
      hateCrimes,
      /Robbery is up|none of the five kinds rose|obbery peaked/,
    ],
    [
      "one whole year",
      offences.filter(within("2014-01-01", "2014-12-31")),
      hateCrimes,
      /Dark mode 687 major crime offences reported to Toronto police Five kinds .* when they happen, and where\./,
    ],
    ["a few weeks", offences.filter(within("2014-01-01", "2014-02-20")), [], /No whole year/],
    ["one offence", offences.slice(0, 1), [], /No whole year/],
  ])("renders %s", (name, some, hates, wanted) => {
    const text = words(render(aggregatesOf(some, hates), name.replaceAll(" ", "-")));
    expect(text).toMatch(wanted);
    expect(text).not.toMatch(/NaN|undefined|Infinity|\bnull\b|\[object/);
    expect(text).not.toMatch(/(\b\d{4}) to \1\b/);
  });

  it.each([
    ["one whole year", "2014-12-31", false],
    ["two whole years", "2015-12-31", true],
  ])("compare years when there are two: %s", (name, end, compared) => {
    const some = offences.filter(within("2014-01-01", end));
    const page = render(aggregatesOf(some, []), name.replaceAll(" ", "-"));
    for (const id of ["rising", "drivers"]) {
      expect(page.includes(`<section id="${id}"`)).toBe(compared);
      expect(page.includes(`href="#${id}"`)).toBe(compared);
    }
  });
});

describe("as a program", () => {
  it.each([
    [[], /two arguments are needed/],
    [[path.join(tmpdir(), "no-such-folder"), "x.html"], /cannot read an aggregate/],
  ])("refuses %j in one line", (args, message) => {
    const { status, stderr } = spawnSync(process.execPath, [bare, ...args], { encoding: "utf8" });
    expect(status).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });
});

it("is bundled once, and again only when its sources changed", async () => {
  const before = statSync(renderer.file).mtimeMs;
  await ensureRenderer(path.join(__dirname, "..", ".."));
  expect(statSync(renderer.file).mtimeMs).toBe(before);
});
