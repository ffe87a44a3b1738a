const CONTEXT = 2;
const LINES_SHOWN = 400;

/** A unified diff of two texts, with two lines of context. */
export function unifiedDiff(before: string, after: string, name: string): string {
  const [a, b] = [lines(before), lines(after)];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const edits = [
    ...a.slice(0, start).map((line) => [" ", line] as const),
    ...script(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...a.slice(a.length - end).map((line) => [" ", line] as const),
  ];
  const shown = [`--- ${name} on the server`, `+++ ${name} in the source`, ...hunks(edits)];
  return shown.length <= LINES_SHOWN
    ? shown.join("\n")
    : [...shown.slice(0, LINES_SHOWN), `... ${shown.length - LINES_SHOWN} more lines`].join("\n");
}

type Edit = readonly [sign: " " | "-" | "+", line: string];

const lines = (text: string): string[] => text.replace(/\n$/, "").split("\n");

/** Longest common subsequence, by the plain table: flows and scripts are small. */
function script(a: readonly string[], b: readonly string[]): Edit[] {
  if (a.length * b.length > 4_000_000) {
    return [...a.map((line): Edit => ["-", line]), ...b.map((line): Edit => ["+", line])];
  }
  const width = b.length + 1;
  const table = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      table[i * width + j] =
        a[i] === b[j]
          ? table[(i + 1) * width + j + 1]! + 1
          : Math.max(table[(i + 1) * width + j]!, table[i * width + j + 1]!);
    }
  }
  const edits: Edit[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      edits.push([" ", a[i]!]);
      i++;
      j++;
    } else if (j >= b.length || (i < a.length && table[(i + 1) * width + j]! >= table[i * width + j + 1]!)) {
      edits.push(["-", a[i++]!]);
    } else {
      edits.push(["+", b[j++]!]);
    }
  }
  return edits;
}

function hunks(edits: readonly Edit[]): string[] {
  const changed = edits.flatMap(([sign], at) => (sign === " " ? [] : [at]));
  const shown: string[] = [];
  let from = 0;
  for (let n = 0; n < changed.length; n++) {
    if (n + 1 < changed.length && changed[n + 1]! - changed[n]! <= 2 * CONTEXT + 1) continue;
    const [first, last] = [
      Math.max(0, changed[from]! - CONTEXT),
      Math.min(edits.length, changed[n]! + CONTEXT + 1),
    ];
    const part = edits.slice(first, last);
    const count = (signs: string, within: readonly Edit[]): number =>
      within.filter(([sign]) => signs.includes(sign)).length;
    const before = edits.slice(0, first);
    shown.push(
      `@@ -${count(" -", before) + 1},${count(" -", part)} +${count(" +", before) + 1},${count(" +", part)} @@`,
      ...part.map(([sign, line]) => sign + line),
    );
    from = n + 1;
  }
  return shown;
}
