import type { Dataset, DatasetId } from "./dataset";
import { hateCrimes } from "./hate-crimes";
import { majorCrimes } from "./major-crimes";

export * from "./dataset";
export { hateCrimes, majorCrimes };

/** Every dataset, in the order in which it is landed and reported. */
export const datasets: readonly Dataset[] = [majorCrimes, hateCrimes];

export const datasetById: Readonly<Record<DatasetId, Dataset>> = {
  major_crimes: majorCrimes,
  hate_crimes: hateCrimes,
};
