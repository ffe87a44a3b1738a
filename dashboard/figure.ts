/** A bar of a bar chart, upright or lying. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  /** Shown on hover and tap. */
  readonly title: string;
  /** Written at the bar's end. */
  readonly text?: string;
  /** `peak` is what the finding names; `doubt` may be a default value; `partial` is not whole. */
  readonly mark?: "peak" | "doubt" | "partial";
  /** A part of the value, drawn darker. */
  readonly part?: number;
}

/** What is to be drawn; nothing here knows how. */
export type Chart =
  | {
      readonly kind: "bars";
      readonly bars: readonly Bar[];
      /** Labels that stand under the axis; all when left out. */
      readonly ticks?: readonly string[];
      /** Drawn as a dashed line. */
      readonly average?: number;
      readonly height: number;
    }
  | {
      readonly kind: "rows";
      readonly bars: readonly Bar[];
      readonly labelWidth: number;
      /** Greatest value of the axis, when not that of the bars. */
      readonly limit?: number;
    }
  | {
      readonly kind: "line";
      readonly points: readonly { readonly year: number; readonly value: number; readonly title: string }[];
      readonly ceiling: number;
      readonly peak: number;
      readonly isStory: boolean;
      readonly height: number;
    }
  | {
      readonly kind: "heat";
      readonly rows: readonly string[];
      readonly columns: readonly string[];
      /** Row by row. */
      readonly cells: readonly { readonly value: number; readonly title: string }[];
      readonly best: number;
    }
  | {
      readonly kind: "map";
      /** By neighbourhood id. */
      readonly areas: Readonly<Record<string, { readonly step: number; readonly title: string }>>;
      readonly chosen: string;
    };

export interface Column {
  readonly label: string;
  /** How its numbers are written; text without it. */
  readonly format?: "integer" | "signed" | "rate" | "percent" | "signedPercent";
}

/** The numbers behind a chart, unrounded: the page formats them, the CSV has them as they are. */
export interface Table {
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** One chart of a figure; several when they share a finding and a table. */
export interface Panel {
  readonly title?: string;
  readonly note?: string;
  /** What a reader who does not see the chart is told. */
  readonly label: string;
  readonly chart: Chart;
}

export interface Figure {
  readonly id: string;
  readonly title: string;
  /** The finding: its subject, emphasised, and what is said of it. */
  readonly lead: string;
  readonly claim: string;
  readonly detail?: string;
  readonly panels: readonly Panel[];
  readonly table: Table;
  readonly width: "full" | "half" | "third" | "wide" | "narrow";
}

export interface Section {
  readonly id: string;
  readonly question: string;
  /** The question in the list of sections. */
  readonly short: string;
  /** The answer, as a headline. */
  readonly heading: string;
  readonly intro: readonly string[];
  readonly figures: readonly Figure[];
}
