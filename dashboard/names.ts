import type { Choice } from "./view";

const PROSE: Readonly<Record<Choice, string>> = {
  All: "major crime",
  Assault: "assault",
  "Auto Theft": "auto theft",
  "Break and Enter": "break and enter",
  Robbery: "robbery",
  "Theft Over": "theft over $5,000",
};

/** A category within a sentence. */
export function inProse(choice: Choice): string {
  return PROSE[choice];
}

/** A category as a label. */
export function asLabel(choice: Choice): string {
  return choice === "All" ? "All five" : choice === "Theft Over" ? "Theft over $5,000" : choice;
}

export const BIAS_NAMES = {
  race: "Race",
  ethnicity: "Ethnicity",
  language: "Language",
  religion: "Religion",
  sexual_orientation: "Sexual orientation",
  gender: "Gender",
  disability: "Disability",
  age: "Age",
} as const;
