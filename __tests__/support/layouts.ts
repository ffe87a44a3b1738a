import { parse } from "csv-parse/sync";
import { hateCrimes, majorCrimes } from "../../datasets";
import { sampleText } from "./crime";

type Row = Record<string, string>;

/** UTC of Toronto's midnight, as the Police portal writes it: 5 AM in winter, 4 AM in summer. */
function hubDate(iso: string): string {
  const local = new Intl.DateTimeFormat("en-CA", {
    timeZone: "America/Toronto",
    hour: "numeric",
    hourCycle: "h23",
  });
  const [year, month, day] = iso.split("-").map(Number);
  return `${month}/${day}/${year} ${5 - Number(local.format(new Date(`${iso}T05:00:00Z`)))}:00:00 AM`;
}

const DATES = ["REPORT_DATE", "OCC_DATE"];
const FLOATS = ["REPORT_HOUR", "OCC_HOUR", "UCR_CODE", "UCR_EXT"];

const cell: Readonly<Record<string, (name: string, row: Row) => string>> = {
  // The City's loader of the time read hours and codes as floats and wrote 0 as null.
  L2: (name, row) => {
    if (!FLOATS.includes(name)) return row[name]!;
    return Number(row[name]) === 0 ? "" : `${row[name]}.0`;
  },
  L3: (name, row) => row[name]!,
  L4: (name, row) => row[name]!,
  T4: (name, row) => {
    if (DATES.includes(name)) return hubDate(row[name]!);
    if (name === "x" || name === "y") return "0.0";
    return row[name] === "None" ? "" : row[name]!;
  },
};

/** The sample's rows as another layout of the publisher's file has them; T4 in another order, with CRLF and a byte order mark. */
export function renderLayout(id: "L2" | "L3" | "L4" | "T4", rows = Infinity): string {
  const sample = parse<Row>(sampleText("major_crimes"), { columns: true }).slice(0, rows);
  const { header } = majorCrimes.layouts.find((layout) => layout.id === id)!;
  const lines = sample.map((row, i) => {
    const known: Row = { ...row, MCI_CATEGORY: row["CSI_CATEGORY"]!, OBJECTID: String(500_000 - i) };
    return line(header.map((name) => cell[id]!(name, known)));
  });
  return id === "T4" ? hubFile(header, lines) : [header.join(","), ...lines].join("\n") + "\n";
}

/** The hate crimes as the Police portal has them: blanks for `None`, UTC times for dates. */
export function renderHateCrimesT4(rows = Infinity): string {
  const published = (parse(sampleText("hate_crimes"), { columns: true }) as Row[]).slice(0, rows);
  const { header } = hateCrimes.layouts.find((layout) => layout.id === "T4")!;
  const lines = published.map((row, i) => {
    const known: Row = { ...row, OBJECTID: String(5_000 - i) };
    return line(
      header.map((name) =>
        name.endsWith("_DATE") ? hubDate(row[name]!) : known[name] === "None" ? "" : known[name]!,
      ),
    );
  });
  return hubFile(header, lines);
}

function line(cells: readonly string[]): string {
  return cells.map((text) => (/[",]/.test(text) ? `"${text}"` : text)).join(",");
}

function hubFile(header: readonly string[], lines: readonly string[]): string {
  return "\uFEFF" + [header.join(","), ...[...lines].reverse()].join("\r\n") + "\r\n";
}
