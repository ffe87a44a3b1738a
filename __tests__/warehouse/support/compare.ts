/** A row with its columns in order, each value as printed text. */
export type TextRow = Readonly<Record<string, string | null>>;

const SHOWN = 5;

/**
 * What distinguishes two sets of rows, as lines to read; none when they hold the same rows, whatever
 * their order. Rows that differ are shown beside the row that they are most like.
 */
export function differences(left: readonly TextRow[], right: readonly TextRow[], names: [string, string]): string[] {
  const columns = [left, right].map((rows) => Object.keys(rows[0] ?? {}).join(", "));
  if (columns[0] !== columns[1]) return [`columns of ${names[0]}: ${columns[0]}`, `columns of ${names[1]}: ${columns[1]}`];
  const onlyLeft = minus(left, right);
  const onlyRight = minus(right, left);
  const pairs = onlyLeft.slice(0, SHOWN).map((row) => beside(row, onlyRight, names));
  const unpaired = onlyLeft.length === 0 ? onlyRight.slice(0, SHOWN).map((row) => `only in ${names[1]}: ${text(row)}`) : [];
  const lines = [...pairs, ...unpaired];
  if (lines.length === 0) return [];
  return [
    `${names[0]} has ${left.length} rows, ${names[1]} ${right.length}; ` +
      `${onlyLeft.length} are only in ${names[0]}, ${onlyRight.length} only in ${names[1]}`,
    ...lines,
  ];
}

const text = (row: TextRow): string => JSON.stringify(row);

/** Rows of `rows` that `others` does not hold, counting repeats. */
function minus(rows: readonly TextRow[], others: readonly TextRow[]): TextRow[] {
  const counts = new Map<string, number>();
  for (const row of others) counts.set(text(row), (counts.get(text(row)) ?? 0) + 1);
  return rows.filter((row) => {
    const count = counts.get(text(row)) ?? 0;
    counts.set(text(row), count - 1);
    return count <= 0;
  });
}

function beside(row: TextRow, candidates: readonly TextRow[], [left, right]: [string, string]): string {
  const differing = (other: TextRow): string[] => Object.keys(row).filter((name) => row[name] !== other[name]);
  const [nearest] = [...candidates].sort((a, b) => differing(a).length - differing(b).length);
  if (!nearest) return `only in ${left}: ${text(row)}`;
  const different = differing(nearest).map(
    (name) => `${name} is ${row[name]} in ${left}, ${nearest[name]} in ${right}`,
  );
  const same = Object.fromEntries(Object.entries(row).filter(([name, value]) => nearest[name] === value));
  return `${different.join("; ")}; where ${text(same)}`;
}
