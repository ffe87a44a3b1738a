import type { DatasetId } from "../datasets";
import { CATEGORIES, type BiasCategory, type Category } from "../datasets/terms";
import type { Cube } from "./cube";

export { CATEGORIES, type Category };

/** The dimensions of `crime_by_member` that the page shows; it has neighbourhoods by their ids. */
export const MEMBER_DIMENSIONS = ["offence", "premises_type", "hour"] as const;

export const HOODS = 158;
/** Stands on the neighbourhood axis for an offence outside Toronto or without a recorded neighbourhood. */
export const NO_HOOD = "";

/** What a dataset is in this publication. */
export interface Source {
  readonly rows: number;
  readonly events: number;
  readonly isSample: boolean;
  readonly snapshotDate: string | null;
  readonly sha256: string | null;
  readonly lastReport: string | null;
}

export interface Hood {
  readonly id: string;
  readonly name: string;
  readonly population: number;
}

/** A bias named in hate crimes, with its occurrences by year. */
export interface Bias {
  readonly category: BiasCategory;
  readonly value: string;
  readonly occurrences: readonly number[];
  readonly arrests: number;
}

/** What the page shows: checked, and the same however the rows were ordered or typed. Plain data. */
export interface Model {
  readonly publication: string;
  readonly sources: Readonly<Record<DatasetId, Source>>;
  /** Years that the major crimes cover, the last one perhaps in part; none when there are no major crimes. */
  readonly years: readonly number[];
  readonly completeYears: readonly number[];
  /** Offences that occurred before the first year, or on no recorded date. */
  readonly elsewhen: number;
  /** Events are counted for `All` too, since one event may fall into several categories. */
  readonly events: Cube<"basis" | "year" | "category">;
  readonly byYear: Cube<"basis" | "year" | "category">;
  readonly byMonth: Cube<"year" | "month" | "category">;
  readonly byMonthExclFirsts: Cube<"year" | "month" | "category">;
  /** `first` is 1 for the 1st of a month. */
  readonly byWeekday: Cube<"year" | "weekday" | "first" | "category">;
  readonly byDay: Cube<"year" | "day" | "category">;
  readonly byWeekdayHour: Cube<"year" | "weekday" | "hour" | "category">;
  readonly byMember: Readonly<
    Record<(typeof MEMBER_DIMENSIONS)[number], Cube<"member" | "year" | "category">>
  >;
  readonly hoods: readonly Hood[];
  readonly byHood: Cube<"hood" | "year" | "category">;
  readonly lags: Cube<"bucket" | "category">;
  readonly hate: {
    readonly years: readonly number[];
    readonly completeYears: readonly number[];
    readonly occurrences: readonly number[];
    readonly arrests: readonly number[];
    readonly multipleBias: readonly number[];
    /** Most frequent first. */
    readonly biases: readonly Bias[];
  };
}
