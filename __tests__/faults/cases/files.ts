import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { inArea, type Fault } from "../support/fault";
import { laptop } from "../support/laptop";

const fault = inArea("files");

type Change = (good: string) => string | Buffer;

/** A run on what became of the good file of major crimes. */
const changed = (change: Change) =>
  laptop((world) => {
    const bad = path.join(world.folder, "bad.csv");
    writeFileSync(bad, change(readFileSync(world.files.major, "utf8")));
    return { meet: () => world.run(world.args(bad)) };
  });
const refused = (id: string, broken: string, reason: string, change: Change): Fault =>
  fault(id, { broken, says: `! major_crimes: ${reason}`, exit: 2, prove: changed(change) });

const DAMAGED = "the file is damaged or was cut; fetch it again";
const onLines =
  (change: (lines: string[]) => string[]): Change =>
  (good) =>
    change(good.split("\n")).join("\n");

export const FILES: readonly Fault[] = [
  refused(
    "page",
    "an error page in place of the file",
    'an HTML page ("502 Bad Gateway") came instead of a CSV file; …',
    () => "<!DOCTYPE html>\n<html><title>502 Bad Gateway</title></html>",
  ),
  refused(
    "json",
    "an error as JSON in place of the file",
    "a JSON document (…) came instead of a CSV file; …",
    () => '{"success": false}',
  ),
  refused("empty", "no byte", "the file is empty (0 bytes); fetch it again", () => ""),
  refused(
    "header-only",
    "a header and no rows",
    "the file holds a header and no rows; fetch it again",
    (good) => good.slice(0, good.indexOf("\n") + 1),
  ),
  refused(
    "cut",
    "cut in the middle of a record",
    `line 1001 has … fields where the header has 29; ${DAMAGED}`,
    (good) => good.split("\n").slice(0, 1001).join("\n").slice(0, -60),
  ),
  refused(
    "cut-at-end-of-record",
    "cut behind a record",
    "1,000 rows, more than 2 % fewer than the 2,000 of …; …",
    (good) => good.split("\n").slice(0, 1001).join("\n"),
  ),
  refused(
    "renamed",
    "a column has another name",
    'column "OFFENCE" is missing and "CRIME" is new: it was probably renamed; …',
    (good) => good.replace("OFFENCE", "CRIME"),
  ),
  refused(
    "missing",
    "two columns are gone",
    'required column "DIVISION", "LOCATION_TYPE" is missing (line 1); check that this is the right file',
    onLines((lines) => lines.map((line) => (line === "" ? "" : line.split(",").toSpliced(16, 2).join(",")))),
  ),
  refused("repeated", "a column stands twice", 'column "OFFENCE" stands twice (line 1); …', (good) =>
    good.replace("HOOD_140", "OFFENCE"),
  ),
  refused(
    "fewer-rows",
    "3 % of the rows are gone",
    "1,940 rows, more than 2 % fewer than the 2,000 of …; if that is right, run again with --accept-smaller REASON",
    onLines((lines) => lines.slice(0, 1941)),
  ),
  refused(
    "older",
    "the last reports are gone",
    "the last report date … is older than …, that of …; if that is right, …",
    (good) => {
      const [header, ...rows] = good.trimEnd().split("\n");
      const last = rows
        .map((row) => row.split(",")[2]!)
        .sort()
        .at(-30)!;
      return [header, ...rows.filter((row) => row.split(",")[2]! < last)].join("\n");
    },
  ),
  refused(
    "mangled-dates",
    "a spreadsheet has mangled the dates",
    'REPORT_DATE is "1.38855E+12" at line …: a spreadsheet has mangled the dates; …',
    (good) => good.replaceAll(/,2014-01-0\d,/g, ",1.38855E+12,"),
  ),
  refused("impossible-dates", "30 February", 'REPORT_DATE is "2014-02-30" at line …; …', (good) =>
    good.replaceAll("2014-02-2", "2014-02-3"),
  ),
  refused("blank-date", "a date is blank", "REPORT_DATE is blank at line …; …", (good) =>
    good.replace(/,2014-01-\d\d,/, ",,"),
  ),
  refused(
    "future",
    "a report from the year 9999",
    "the last report date 9999-01-01 is after today, …; …",
    (good) => good.replace(/,2014-01-\d\d,/, ",9999-01-01,"),
  ),
  refused("latin-1", "written in Latin-1", "line … is not UTF-8; …", (good) =>
    Buffer.from(good.replaceAll("York", "Yörk"), "latin1"),
  ),
  refused("utf-16", "written in UTF-16", "line 1 holds a NUL byte; …", (good) =>
    Buffer.from(good, "utf16le"),
  ),
  refused("nul-bytes", "NUL bytes within cells", `line 2 holds a NUL byte; ${DAMAGED}`, (good) =>
    good.replaceAll("Assault", "Assa\0lt"),
  ),
  refused(
    "hole",
    "a hole of NUL bytes, as a crash leaves it",
    `line 315 has a quote where none may stand; ${DAMAGED}`,
    (good) =>
      Buffer.concat([
        Buffer.from(good.slice(0, 90_000)),
        Buffer.alloc(8192),
        Buffer.from(good.slice(98_192)),
      ]),
  ),
  refused(
    "unclosed-quote",
    "a quote that is never closed",
    `line … opens a quote that is never closed; ${DAMAGED}`,
    (good) => good.replace(/"([^"]*)"(?![\s\S]*")/, '"$1'),
  ),
  refused(
    "stray-quote",
    "a quote within a cell",
    `line 2 has a quote where none may stand; ${DAMAGED}`,
    (good) => good.replace("GO-", 'GO"-'),
  ),
  refused(
    "old-line-ends",
    "carriage returns end the lines",
    "line 1 has a carriage return without a line feed; …",
    (good) => good.replaceAll("\n", "\r") + "\n",
  ),
  refused(
    "semicolons",
    "semicolons between the cells",
    "required column … is missing (line 1); unknown: …",
    (good) => good.replaceAll(",", ";"),
  ),
  refused(
    "twice",
    "the file stands twice in itself",
    'REPORT_DATE is "REPORT_DATE" at line 2002; …',
    (good) => good + good,
  ),
  refused("compressed", "compressed", "a compressed file came; unpack it first", (good) => gzipSync(good)),
  refused(
    "capped",
    "cut by the portal's API at 32,000 rows",
    "32,000 rows is exactly where the portal's API cuts its answers; …",
    onLines(([header, ...rows]) => [
      header!,
      ...Array.from({ length: 16 }, () => rows.slice(0, 2_000)).flat(),
    ]),
  ),
  fault("new-column-frozen", {
    broken: "a column that nothing knows, and the schema contract is freeze",
    says: '! major_crimes: unknown column "WEAPON" and the schema contract is "freeze"; …',
    exit: 2,
    prove: laptop((world) => {
      const bad = path.join(world.folder, "bad.csv");
      const lines = readFileSync(world.files.major, "utf8").trimEnd().split("\n");
      writeFileSync(bad, lines.map((line, at) => `${line},${at === 0 ? "WEAPON" : "none"}`).join("\n"));
      return { meet: () => world.run([...world.args(bad), "--schema-contract", "freeze"]) };
    }),
  }),
  fault("line-ends-and-mark", {
    broken: "CRLF, a byte order mark and a column without a name",
    says: "published: marts in …",
    exit: 0,
    leaves: "accepted: the same rows are published",
    heals: "published, the same marts",
    prove: laptop((world) => {
      const odd = path.join(world.folder, "odd.csv");
      const lines = readFileSync(world.files.major, "utf8").trimEnd().split("\n");
      writeFileSync(odd, "\uFEFF" + lines.map((line) => `${line},\r\n`).join(""));
      return { meet: () => world.run(world.args(odd)), changes: ["marts", "lake", "page"] };
    }),
  }),
  fault("both", {
    broken: "both files are error pages",
    says: "! hate_crimes: an HTML page came instead of a CSV file; …",
    exit: 2,
    prove: laptop((world) => {
      const bad = path.join(world.folder, "bad.csv");
      writeFileSync(bad, "<html>");
      return { meet: () => world.run(world.args(bad, bad)) };
    }),
  }),
  fault("absent", {
    broken: "there is no such file",
    says: "error: no such file (…): give a path, an http(s) address, or one of auto, portal, sample",
    exit: 1,
    prove: laptop((world) => ({ meet: () => world.run(world.args("no/such.csv")) })),
  }),
  fault("folder", {
    broken: "a folder in place of the file",
    says: "error: no such file (…): give a path, an http(s) address, or one of auto, portal, sample",
    exit: 1,
    prove: laptop((world) => ({ meet: () => world.run(world.args(world.folder)) })),
  }),
];
