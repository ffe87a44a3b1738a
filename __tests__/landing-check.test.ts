import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { hateCrimes, majorCrimes } from "../datasets";
import { checkLanding, type LandingContext, type Manifest, type Refusal } from "../pipeline/landing-check";
import { projectDir, sampleText, slice } from "./support/crime";

const context: LandingContext = {
  source: { kind: "file", location: "test.csv" },
  snapshotDate: "2026-11-24",
};

function check(
  content: string | Buffer,
  extra: Partial<LandingContext> = {},
  { dataset = majorCrimes, piece = 1 << 20 } = {},
): Promise<Manifest | Refusal> {
  const bytes = Buffer.from(content as string);
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
    await Promise.resolve();
  }
  return checkLanding(pieces(), dataset, { ...context, ...extra });
}

async function refusal(content: string | Buffer, extra: Partial<LandingContext> = {}): Promise<string> {
  const result = await check(content, extra);
  if (!("refused" in result)) throw new Error("was accepted");
  return result.refused;
}

const small = slice("major_crimes", 50);
const lines = small.trimEnd().split("\n");

describe("a good file", () => {
  it("gives a manifest with hash, counts, columns, layout and the last report date", async () => {
    const text = sampleText("major_crimes");
    const manifest = (await check(text)) as Manifest;
    expect(manifest).toMatchObject({
      dataset: "major_crimes",
      snapshotDate: "2026-11-24",
      sha256: createHash("sha256").update(text).digest("hex"),
      bytes: Buffer.byteLength(text),
      rows: text.trimEnd().split("\n").length - 1,
      layout: "L4",
      maxReportDate: "2026-03-31",
    });
    expect(manifest.columns[0]).toBe("_id");
  });

  it.each([1, 2, 7, 331, 4096])("is read alike in pieces of %i bytes", async (piece) => {
    expect(await check(small, {}, { piece })).toEqual(await check(small));
  });

  it("may carry a byte order mark, CRLF, quoted newlines, blank lines and no last line end", async () => {
    const quoted = lines[1]!.replace("Other", '"Other\n\n(""twice"")"');
    expect(quoted).not.toBe(lines[1]);
    const text = "\uFEFF" + [lines[0], quoted, "", ...lines.slice(2)].join("\r\n");
    expect(await check(text, {}, { piece: 3 })).toMatchObject({
      rows: 50,
      layout: "L4",
      columns: lines[0]!.split(","),
    });
  });

  it("is warned about when it is far from a complete publication, unless it is the sample", async () => {
    expect(await check(small)).toMatchObject({ warnings: [expect.stringContaining("at least 400,000")] });
    expect(await check(small, { source: { kind: "sample", location: "" } })).toMatchObject({ warnings: [] });
  });

  it("names what layout L2 loses", async () => {
    const text = lines.map((line) => line.split(",").slice(0, -2).join(",")).join("\n");
    const l2 = await check(text.replace("CSI_CATEGORY", "MCI_CATEGORY"));
    expect(l2).toMatchObject({ layout: "L2" });
    expect((l2 as Manifest).warnings.join()).toContain("midnight");
  });

  it("may have an unknown column, which is named; a frozen contract refuses it", async () => {
    const text = lines.map((line, i) => `${line},${i === 0 ? "WEAPON" : "none"}`).join("\n");
    expect(await check(text)).toMatchObject({
      layout: "L4",
      warnings: [expect.stringContaining('"WEAPON"'), expect.anything()],
    });
    expect(await refusal(text, { schemaContract: "freeze" })).toContain('unknown column "WEAPON"');
  });
});

describe("a bad file is refused", () => {
  const mangled = lines.map((line) => line.replace("2014-01-01", "1.38855E+12")).join("\n");
  it.each<[string, string | Buffer, string]>([
    [
      "an HTML error page",
      "<!DOCTYPE html><html><title>502 Bad Gateway</title></html>",
      'HTML page ("502 Bad Gateway")',
    ],
    ["a JSON error", '{"success": false, "error": "Not found"}', "JSON document"],
    ["an empty file", "", "empty (0 bytes)"],
    ["a header alone", lines[0]!, "a header and no rows"],
    ["a missing column", small.replace("OFFENCE,", "").replaceAll(/,Assault,/g, ","), '"OFFENCE" is missing'],
    ["a renamed column", small.replace("OFFENCE", "CRIME"), 'column "OFFENCE" is missing and "CRIME" is new'],
    ["a repeated column", small.replace("HOOD_140", "OFFENCE"), 'column "OFFENCE" stands twice'],
    [
      "a ragged row",
      [...lines.slice(0, 9), "1,2,3", ...lines.slice(9)].join("\n"),
      "line 10 has 3 fields where the header has 29",
    ],
    ["a file cut in a row", small.slice(0, -40), "line 51 has"],
    ["a file cut in a quote", `${lines.slice(0, 3).join("\n")}\n3,"GO-1`, "line 4 opens a quote"],
    ["a stray quote", small.replace("2014-01-01,2014", '2014"01,2014'), "has a quote where none may stand"],
    ["Latin-1", Buffer.from(small.replace("York", "Yörk"), "latin1"), "is not UTF-8"],
    ["UTF-16", Buffer.from("\uFEFF" + small, "utf16le"), "line 1 is not UTF-8"],
    ["dates that a spreadsheet has mangled", mangled, '"1.38855E+12" at line 2: a spreadsheet'],
    ["dates that are none", small.replaceAll("2014-01-01", "2014-02-30"), '"2014-02-30" at line 2'],
    ["a blank date", small.replace("2014-01-01", ""), "REPORT_DATE is blank at line 2"],
    ["the portal's word for none", small.replace("2014-01-01", "None"), 'REPORT_DATE is "None" at line 2'],
    ["a US date without its time", small.replace("2014-01-01", "1/1/2014"), '"1/1/2014" at line 2'],
    ["a time of no clock", small.replace("2014-01-01", "1/1/2014 13:00:00 PM"), '13:00:00 PM" at line 2'],
    [
      "a report from the future",
      small.replace("2014-01-01", "2026-11-25"),
      "the last report date 2026-11-25 is after today, 2026-11-24",
    ],
  ])("%s", async (_, content, sentence) => {
    expect(await refusal(content)).toContain(sentence);
  });

  it("finds the line of a byte that is not UTF-8 in any piece", async () => {
    const bytes = Buffer.from(small);
    bytes[bytes.indexOf("\n30,") + 5] = 0xff;
    for (const piece of [64, 5000, 1 << 20]) {
      expect(await check(bytes, {}, { piece })).toEqual({
        refused: expect.stringContaining("line 31 is not UTF-8") as string,
      });
    }
  });

  it("the real file that a spreadsheet has saved, with its two added columns", async () => {
    const file = path.join(projectDir, "__tests__/fixtures/mangled_by_a_spreadsheet.csv");
    expect(await refusal(readFileSync(file))).toContain('REPORT_DATE is "1.38855E+12" at line 2');
  });

  it("at a row cap of the portal's API", async () => {
    const rows = Array.from({ length: 32_000 }, (_, i) => lines[1 + (i % 50)]);
    expect(await refusal([lines[0], ...rows].join("\n"))).toContain("32,000 rows is exactly");
    expect(await check([lines[0], ...rows, lines[1]].join("\n"))).toMatchObject({ rows: 32_001 });
  });

  it("when rows or bytes are not as announced", async () => {
    expect(await refusal(small, { expectedRows: 51 })).toContain(
      "50 rows arrived where the portal counts 51",
    );
    expect(await refusal(small, { expectedBytes: 9 })).toContain("where the server announced 9");
    expect(await check(small, { expectedRows: 50, expectedBytes: Buffer.byteLength(small) })).toMatchObject({
      rows: 50,
    });
  });

  it("when it falls behind the last accepted one, unless a reason is given", async () => {
    const previous = { rows: 51, maxReportDate: "2014-01-01", snapshotDate: "2026-08-01" };
    expect(await check(small, { previous: { ...previous, rows: 51 } })).toMatchObject({ rows: 50 });
    expect(await refusal(small, { previous: { ...previous, rows: 52 } })).toContain(
      "50 rows, more than 2 % fewer than the 52 of 2026-08-01",
    );
    const newer = { ...previous, maxReportDate: "2026-06-30" };
    expect(await refusal(small, { previous: newer })).toMatch(
      /last report date 2014-01-\d\d is older than 2026-06-30/,
    );
    expect(await check(small, { previous: newer, acceptSmaller: "restated" })).toMatchObject({
      acceptedSmaller: "restated",
    });
  });

  it("in memory that does not grow with the file", async () => {
    const endless = Buffer.concat([Buffer.from(`${lines[0]}\n"`), Buffer.alloc(3 << 20, "x")]);
    expect(await check(endless, {}, { piece: 4096 })).toEqual({
      refused: expect.stringContaining("line 2 opens a quote") as string,
    });
  });

  it("of hate crimes too", async () => {
    const text = sampleText("hate_crimes").replace("RACE_BIAS", "RACE");
    expect(await check(text, {}, { dataset: hateCrimes })).toEqual({
      refused: expect.stringContaining(
        'hate_crimes: column "RACE_BIAS" is missing and "RACE" is new',
      ) as string,
    });
  });
});
