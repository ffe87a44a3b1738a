import type { Dataset } from "../datasets";
import { daysBetween } from "./iso-date";

/** How old a dataset is, in days; null where that is not known. */
export interface Ages {
  /** Since the publisher last changed the file. */
  readonly publisher_age_days: number | null;
  /** Since the greatest report date. */
  readonly data_age_days: number | null;
  /** One sentence for each age beyond its limit. */
  readonly warnings: readonly string[];
}

/**
 * Tells a dataset's two ages and which of them is beyond the dataset's limit.
 *
 * @param modified when the publisher last changed the file, YYYY-MM-DD with or without a time
 * @param reported the greatest report date, YYYY-MM-DD
 * @param today YYYY-MM-DD
 */
export function agesOf(
  { cadence, warnAfterDays }: Pick<Dataset, "cadence" | "warnAfterDays">,
  { modified, reported }: { readonly modified?: string | null; readonly reported?: string | null },
  today: string,
): Ages {
  const age = (day: string | null | undefined): number | null => (day ? daysBetween(day, today) : null);
  const [publisher, data] = [age(modified), age(reported)];
  const warnings: string[] = [];
  if (publisher !== null && publisher > warnAfterDays.publisher) {
    warnings.push(`the publisher's file is ${publisher} days old; it is due ${cadence}`);
  }
  if (data !== null && data > warnAfterDays.data) warnings.push(`the last report is ${data} days old`);
  return { publisher_age_days: publisher, data_age_days: data, warnings };
}
