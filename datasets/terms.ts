/** The categories of major crimes. */
export const CATEGORIES = ["Assault", "Auto Theft", "Break and Enter", "Robbery", "Theft Over"] as const;
export type Category = (typeof CATEGORIES)[number];

/** How long after its occurrence an offence was reported, shortest first. */
export const LAG_BUCKETS = [
  "same day",
  "1 day",
  "2-7 days",
  "8-30 days",
  "31-90 days",
  "91-365 days",
  "over a year",
] as const;
export type LagBucket = (typeof LAG_BUCKETS)[number];

/** What a hate crime can be biased against. */
export const BIAS_CATEGORIES = [
  "race",
  "ethnicity",
  "language",
  "religion",
  "sexual_orientation",
  "gender",
  "disability",
  "age",
] as const;
export type BiasCategory = (typeof BIAS_CATEGORIES)[number];
