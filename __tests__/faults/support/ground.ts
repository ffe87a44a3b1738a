import path from "node:path";

/** What every fault starts from; made once, before the tests. */
export interface Ground {
  readonly folder: string;
  /** A data folder in which `files` are published. */
  readonly base: string;
  /** One in which `next` was published after them. */
  readonly next: string;
  readonly files: { readonly major: string; readonly hate: string; readonly next: string };
  /** Where each proven fault leaves its line of the table. */
  readonly proven: string;
  /** The steps of the flows, bundled as they are deployed. */
  readonly steps: string;
}

export const VARIABLE = "CRIME_FAULTS_GROUND";

export function groundIn(folder: string): Ground {
  const at = (name: string): string => path.join(folder, name);
  return {
    folder,
    base: at("base"),
    next: at("next"),
    files: { major: at("major.csv"), hate: at("hate.csv"), next: at("next.csv") },
    proven: at("proven"),
    steps: at("steps.cjs"),
  };
}

/** The ground of this run. */
export function ground(): Ground {
  const folder = process.env[VARIABLE];
  if (folder === undefined) throw new Error("run this with npm run test:faults");
  return groundIn(folder);
}
