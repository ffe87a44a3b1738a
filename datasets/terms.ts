/** The categories of major crimes. */
export const CATEGORIES = ["Assault", "Auto Theft", "Break and Enter", "Robbery", "Theft Over"] as const;
export type Category = (typeof CATEGORIES)[number];

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
