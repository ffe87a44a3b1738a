/** The parts of the project in which faults are injected, in the order of the table. */
export const AREAS = [
  "portal",
  "files",
  "disk",
  "warehouse",
  "dbt",
  "lake",
  "page",
  "death",
  "google",
  "bigquery",
  "kestra",
] as const;

export type Area = (typeof AREAS)[number];

/** What the table shows of a fault. */
export interface Declared {
  readonly id: string;
  readonly area: Area;
  /** What is broken and how that is brought about, in one sentence. */
  readonly broken: string;
  /** The line that the user sees, where `…` stands for what differs; nothing when the process was killed. */
  readonly says: string;
  /** How the program ends. */
  readonly exit: number | NodeJS.Signals;
  /** What is there afterwards. @default "as before" */
  readonly leaves?: string;
  /** What was run once the cause was gone. @default "unchanged, the same marts" */
  readonly heals?: string;
}

/** One injected fault. */
export interface Fault extends Declared {
  /** Mostly waits: it goes on while others are proven. */
  readonly waits?: true;
  /** Brings the fault about, and holds what the project does against what is declared. */
  readonly prove: (fault: Fault) => Promise<void>;
}

/** Makes the faults of an area from what differs between them. */
export const inArea =
  (area: Area) =>
  (id: string, rest: Omit<Fault, "id" | "area">): Fault => ({ id: `${area}-${id}`, area, ...rest });
