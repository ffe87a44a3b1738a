import path from "node:path";

/** Dies, or finds the disk full, at a call of node:fs: at once, or when half is written. */
export type Action = "kill" | "full" | "killHalf" | "fullHalf";

/** Variables that make a program meet a fault at one call of node:fs on a path that holds `part`. */
export const hooked = (action: Action, call: string, part: string): NodeJS.ProcessEnv => ({
  NODE_OPTIONS: `--require ${JSON.stringify(path.join(__dirname, "preload.js"))}`,
  CRIME_FAULT: `${action} ${call} ${part}`,
});
