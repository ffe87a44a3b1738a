export type DatasetId = "major_crimes" | "hate_crimes";

/** A column that the raw table keeps, as text. */
export interface Column {
  /** Name in the raw table. */
  readonly name: string;
  /** Names the publisher has used for it over the years, newest first; matched without regard to case. */
  readonly published: readonly string[];
  /** A file without it is refused. */
  readonly required: boolean;
}

/** One shape of the publisher's file, as it was served during some years. */
export interface Layout {
  readonly id: string;
  readonly served: string;
  readonly header: readonly string[];
  /** What this layout is known to lose; named in the outcome of a load. */
  readonly defects: readonly string[];
}

/** All that is known of one dataset. The landing check, the load, dbt, the page and the flows read it here. */
export interface Dataset {
  readonly id: DatasetId;
  readonly title: string;
  /** Package id on the City's open data portal. */
  readonly portalPackage: string;
  readonly portalPage: string;
  readonly publisher: string;
  readonly licence: { readonly name: string; readonly url: string };
  readonly attribution: string;
  readonly cadence: "quarterly" | "yearly";
  readonly columns: readonly Column[];
  /** Names of the publisher's own row id. It is renumbered with every publication: never part of a key. */
  readonly rowId: readonly string[];
  /** Columns that the files carry and raw does not keep, because they follow from the kept ones. */
  readonly derived: readonly string[];
  /** Kept columns that hold dates (raw names). */
  readonly dateColumns: readonly string[];
  /** The date column whose greatest value tells the age of the data (raw name). */
  readonly reportDate: string;
  readonly layouts: readonly Layout[];
  readonly plausible: {
    /** A complete publication has at least so many rows; fewer is worth a warning. */
    readonly minimumRows: number;
    /** Row counts at which the portal's API cuts its answers. */
    readonly rowCaps: readonly number[];
  };
  /** Ages in days from which a warning is due. */
  readonly warnAfterDays: {
    /** Since the portal's `last_modified`. */
    readonly publisher: number;
    /** Since the greatest report date. */
    readonly data: number;
  };
  /** The real rows bundled with the project. */
  readonly sample: { readonly file: string; readonly description: string };
}

const folded = (name: string): string => name.trim().toUpperCase();

/** Position in `header` of the first of `names` that it holds, or -1. */
export function findColumn(header: readonly string[], names: readonly string[]): number {
  const wanted = names.map(folded);
  for (const name of wanted) {
    const at = header.findIndex((column) => folded(column) === name);
    if (at >= 0) return at;
  }
  return -1;
}

/** Names in `header` that nothing here knows. */
export function unknownColumns(dataset: Dataset, header: readonly string[]): string[] {
  const known = new Set(
    [...dataset.columns.flatMap((column) => column.published), ...dataset.rowId, ...dataset.derived].map(
      folded,
    ),
  );
  return header.filter((name) => !known.has(folded(name)));
}

/** Required columns that `header` lacks under every name they have had. */
export function missingColumns(dataset: Dataset, header: readonly string[]): Column[] {
  return dataset.columns.filter((column) => column.required && findColumn(header, column.published) < 0);
}

/** The layout of a file: the widest one that `header` holds whole, or `undefined`. */
export function layoutOf(dataset: Dataset, header: readonly string[]): Layout | undefined {
  const present = new Set(header.map(folded));
  return dataset.layouts
    .filter((layout) => layout.header.every((name) => present.has(folded(name))))
    .sort((a, b) => b.header.length - a.header.length)[0];
}

/**
 * Checks a definition against itself and returns it.
 *
 * @throws Error when a name stands twice, a layout lacks a required column or carries an unknown one,
 * or a date column is not kept: each a mistake of whoever edits the definition.
 */
export function defineDataset(dataset: Dataset): Dataset {
  const fail = (what: string): never => {
    throw new Error(`datasets: ${dataset.id}: ${what}`);
  };
  const names = [...dataset.columns.flatMap((c) => c.published), ...dataset.rowId, ...dataset.derived].map(
    folded,
  );
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice) fail(`${twice} stands for two columns`);
  for (const layout of dataset.layouts) {
    const missing = missingColumns(dataset, layout.header)[0];
    if (missing) fail(`layout ${layout.id} lacks ${missing.name}`);
    const unknown = unknownColumns(dataset, layout.header)[0];
    if (unknown) fail(`layout ${layout.id} has the unknown column ${unknown}`);
  }
  const kept = new Set(dataset.columns.map((column) => column.name));
  for (const name of [...dataset.dateColumns, dataset.reportDate]) {
    if (!kept.has(name)) fail(`${name} is not a kept column`);
  }
  return dataset;
}
