/**
 * The lines that alerts look for in the logs. Each is one word followed by JSON on one line, for example
 * `crime_outcome {"flow":"crime_pipeline","outcome":"failed","reason":"..."}`.
 */
export const logLines = {
  /** Printed at the end of a run of the parent flow. `outcome`: success, unchanged, partial, refused or failed. */
  outcome: "crime_outcome",
  /** Printed by the parent flow for a dataset that is older than its limit. */
  stale: "crime_stale",
  /** Printed by a timer of the VM. `used_percent`: 0 to 100. */
  disk: "crime_disk",
} as const;

/** Days without a success after which somebody should look: a weekly pipeline and one day of grace. */
export const silentDays = 8;
