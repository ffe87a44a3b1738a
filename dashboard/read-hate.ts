import type { Aggregates } from "./aggregates";
import { BIAS_CATEGORIES } from "../datasets/terms";
import type { Bias, Model } from "./model";
import { byCodePoint, Reader, refusal } from "./rows";

/** The hate crimes of the model. */
export function readHate(rows: Aggregates): Model["hate"] {
  const reader = new Reader("hate_by_year");
  const byYear = rows.hate_by_year
    .map((row) => ({
      year: reader.integer(row, "reported_year"),
      occurrences: reader.integer(row, "occurrences"),
      arrests: reader.integer(row, "arrests"),
      multipleBias: reader.integer(row, "multiple_bias_occurrences"),
      isComplete: reader.flag(row, "is_complete_year"),
    }))
    .sort((a, b) => a.year - b.year);
  const years = byYear.map(({ year }) => year);

  const biasReader = new Reader("hate_by_bias");
  const biases = new Map<string, { -readonly [K in keyof Bias]: Bias[K] } & { occurrences: number[] }>();
  for (const row of rows.hate_by_bias) {
    const category = biasReader.oneOf(row, "bias_category", BIAS_CATEGORIES);
    const value = biasReader.text(row, "bias_value");
    const at = years.indexOf(biasReader.integer(row, "reported_year"));
    if (at < 0) throw refusal(`year ${String(row["reported_year"])} is not in hate_by_year`, "hate_by_bias");
    const key = `${category}|${value}`;
    const bias = biases.get(key) ?? { category, value, occurrences: years.map(() => 0), arrests: 0 };
    bias.occurrences[at] = biasReader.integer(row, "occurrences");
    bias.arrests += biasReader.integer(row, "arrests");
    biases.set(key, bias);
  }
  const all = ({ occurrences }: Bias): number => occurrences.reduce((total, n) => total + n, 0);
  return {
    years,
    completeYears: byYear.filter(({ isComplete }) => isComplete).map(({ year }) => year),
    occurrences: byYear.map(({ occurrences }) => occurrences),
    arrests: byYear.map(({ arrests }) => arrests),
    multipleBias: byYear.map(({ multipleBias }) => multipleBias),
    biases: [...biases.values()].sort(
      (a, b) => all(b) - all(a) || byCodePoint(a.category + a.value, b.category + b.value),
    ),
  };
}
