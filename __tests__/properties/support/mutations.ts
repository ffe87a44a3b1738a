import { gzipSync } from "node:zlib";
import { hateCrimes, majorCrimes, type Dataset } from "../../../datasets";
import { slice } from "../../support/crime";
import { renderHateCrimesT4, renderLayout } from "../../support/layouts";
import { dice, pick, type Roll } from "./dice";

export interface Mutated {
  readonly dataset: Dataset;
  readonly bytes: Buffer;
  /** What was done to a real slice, in order. */
  readonly done: readonly string[];
}

type Change = (text: string, roll: Roll) => string | Buffer;

const TOKENS = [
  ...[
    '"',
    '""',
    '","',
    'a"b',
    '"a"b',
    '"c,d"',
    '"e\nf"',
    '"\r\n"',
    ",",
    ";",
    "\t",
    "\n",
    "\r",
    "\r\n",
    "\n\n",
    "\0",
    "\uFEFF",
    "\u2028",
    "\u202E",
  ],
  ...[
    "None",
    "",
    " ",
    "\\",
    "'",
    "`",
    "é",
    "1.38855E+12",
    "2014-02-30",
    "02/30/2014",
    "<",
    "{",
    "=1+1",
    "NSA",
  ],
  ...["x".repeat(300), "2014-01-01T05:00:00Z", "_id", "OFFENCE"],
];

const place = (text: string, roll: Roll): number => roll(text.length + 1);
const spliced = (text: string, at: number, gone: number, put: string): string =>
  text.slice(0, at) + put + text.slice(at + gone);

/** The text with its lines changed; a line keeps its end. */
function onLines(change: (lines: string[], roll: Roll) => void): Change {
  return (text, roll) => {
    const lines = text.split(/(?<=\n)/);
    change(lines, roll);
    return lines.join("");
  };
}

/** The text with the cells of its header changed. */
function onHeader(change: (cells: string[], roll: Roll) => void): Change {
  return (text, roll) => {
    const end = text.search(/\r?\n/);
    const cells = text.slice(0, end).split(",");
    change(cells, roll);
    return cells.join(",") + text.slice(end);
  };
}

/** Cuts a column out of every line, or out of all but the header. */
const withoutColumn =
  (fromLine: number) =>
  (lines: string[], roll: Roll): void => {
    const at = roll(29);
    lines.forEach((line, i) => {
      if (i >= fromLine) lines[i] = line.split(",").toSpliced(at, 1).join(",");
    });
  };

const CHANGES: Readonly<Record<string, Change>> = {
  "flips a byte": (text, roll) => {
    const bytes = Buffer.from(text);
    if (bytes.length > 0) bytes[roll(bytes.length)]! ^= 1 << roll(8);
    return bytes;
  },
  "writes a random byte": (text, roll) => {
    const bytes = Buffer.from(text);
    if (bytes.length > 0) bytes[roll(bytes.length)] = roll(256);
    return bytes;
  },
  "puts in a token": (text, roll) => spliced(text, place(text, roll), 0, pick(roll, TOKENS)),
  "writes a token over": (text, roll) => spliced(text, place(text, roll), 1 + roll(12), pick(roll, TOKENS)),
  "cuts out a piece": (text, roll) => spliced(text, place(text, roll), 1 + roll(200), ""),
  "repeats a piece": (text, roll) => {
    const at = place(text, roll);
    return spliced(text, at, 0, text.slice(at, at + roll(200)));
  },
  "is cut at its end": (text, roll) => text.slice(0, place(text, roll)),
  "is cut at its start": (text, roll) => text.slice(place(text, roll)),
  "leaves out lines": onLines((lines, roll) => void lines.splice(roll(lines.length), 1 + roll(5))),
  "repeats a line": onLines((lines, roll) => void lines.splice(roll(lines.length), 0, pick(roll, lines))),
  "swaps two lines": onLines((lines, roll) => {
    const [a, b] = [roll(lines.length), roll(lines.length)];
    [lines[a], lines[b]] = [lines[b]!, lines[a]!];
  }),
  "puts a blank line in": onLines(
    (lines, roll) => void lines.splice(roll(lines.length + 1), 0, pick(roll, ["\n", "\r\n", " \n", "\r"])),
  ),
  "leaves out a column": onLines(withoutColumn(0)),
  "leaves out a column of the rows": onLines(withoutColumn(1)),
  "renames a column": onHeader((cells, roll) => void (cells[roll(cells.length)] = pick(roll, TOKENS))),
  "swaps two names": onHeader((cells, roll) => {
    const [a, b] = [roll(cells.length), roll(cells.length)];
    [cells[a], cells[b]] = [cells[b]!, cells[a]!];
  }),
  "repeats a name": onHeader((cells, roll) => void (cells[roll(cells.length)] = pick(roll, cells))),
  "writes the header small": (text) => text.replace(/^.*/, (header) => header.toLowerCase()),
  "mangles every date of a day": (text, roll) => {
    const dates = text.match(/\d{4}-\d\d-\d\d/g) ?? [];
    if (dates.length === 0) return text;
    const wrong = ["1.38855E+12", "14-Jan-01", "2014-13-01", "41640", "", "None"];
    wrong.push(...["1/1/2014 5:00:00 AM", "1/1/2014", "1/1/2014 13:00:00 PM", "9999-12-31"]);
    return text.replaceAll(pick(roll, dates), pick(roll, wrong));
  },
  "has semicolons": (text) => text.replaceAll(",", ";"),
  "has CRLF": (text) => text.replace(/\r?\n/g, "\r\n"),
  "has mixed line ends": (text, roll) => text.replace(/\r?\n/g, () => (roll(2) ? "\n" : "\r\n")),
  "has old line ends": (text) => text.replace(/\r?\n/g, "\r"),
  "is quoted throughout": (text) => text.replace(/[^",\r\n]+(?=,|\r?\n)/g, (cell) => `"${cell}"`),
  "stands twice": (text) => text + text,
  "starts with a page": (text) => `<html>${text}`,
  "is UTF-16": (text) => Buffer.from(text, "utf16le"),
  "is Latin-1": (text) => Buffer.from(text.replace("York", "Yörk"), "latin1"),
  "is compressed": (text) => gzipSync(text, { level: 1 }),
  "ends in NUL bytes": (text, roll) => text + "\0".repeat(1 + roll(600)),
};

let slices: readonly (readonly [Dataset, string])[] | undefined;

/** A mutation of a real slice; the same for the same seed. */
export function mutated(seed: number): Mutated {
  slices ??= [
    [majorCrimes, slice("major_crimes", 40)],
    [hateCrimes, slice("hate_crimes", 40)],
    [majorCrimes, renderLayout("L2", 30)],
    [majorCrimes, renderLayout("T4", 30)],
    [hateCrimes, renderHateCrimesT4(30)],
  ];
  const roll = dice(seed);
  const [dataset, start] = pick(roll, slices);
  const done: string[] = [];
  let bytes = Buffer.from(start);
  for (let changes = 1 + roll(3); changes > 0; changes--) {
    const name = pick(roll, Object.keys(CHANGES));
    done.push(name);
    bytes = Buffer.from(CHANGES[name]!(bytes.toString("utf8"), roll) as string);
  }
  return { dataset, bytes, done };
}
