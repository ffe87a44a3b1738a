import { UserError } from "../errors";

/** What a finding means: a `fault` keeps something needed from working, a `warning` does not. */
export type Mark = "ok" | "warning" | "fault" | "not needed";

/** Who needs it: everybody, or only who deploys to Google Cloud. */
export type Group = "laptop run" | "cloud";

export interface Verdict {
  readonly mark: Mark;
  readonly found: string;
  /** The command that mends it, or the address that tells how. */
  readonly fix?: string;
}

export interface Finding extends Verdict {
  readonly group: Group;
  readonly what: string;
}

/** One thing to look at. */
export interface Check {
  readonly group: Group;
  readonly what: string;
  /** Names of earlier checks; when one of them is at fault, this one cannot be judged. */
  readonly needs?: readonly string[];
  examine(): Promise<Verdict>;
}

export const ok = (found: string, fix?: string): Verdict => verdict("ok", found, fix);
export const warning = (found: string, fix?: string): Verdict => verdict("warning", found, fix);
export const fault = (found: string, fix?: string): Verdict => verdict("fault", found, fix);
export const notNeeded = (found: string, fix?: string): Verdict => verdict("not needed", found, fix);

const verdict = (mark: Mark, found: string, fix?: string): Verdict => ({
  mark,
  found,
  ...(fix !== undefined && { fix }),
});

/**
 * Looks at everything side by side; only what needs another finding waits for it.
 *
 * @param limitMs longest time for one check
 * @returns the findings in the order of the checks
 */
export async function examine(checks: readonly Check[], limitMs = 30_000): Promise<Finding[]> {
  const begun = new Map<string, Promise<Examined>>();
  for (const check of checks) begun.set(check.what, one(check, begun, limitMs));
  return (await Promise.all(begun.values())).map(({ finding }) => finding);
}

/** Nothing that is needed is at fault. */
export const isHealthy = (findings: readonly Finding[]): boolean =>
  findings.every(({ mark }) => mark !== "fault");

interface Examined {
  readonly finding: Finding;
  /** Whether what builds on it can be judged. */
  readonly stands: boolean;
}

async function one(
  { group, what, needs = [], ...check }: Check,
  begun: ReadonlyMap<string, Promise<Examined>>,
  limitMs: number,
): Promise<Examined> {
  const earlier = await Promise.all(needs.flatMap((name) => begun.get(name) ?? []));
  const missing = earlier.find(({ stands }) => !stands);
  if (missing) {
    const verdict = warning(`not judged: first mend ${missing.finding.what}`);
    return { finding: { group, what, ...verdict }, stands: false };
  }
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Verdict>((resolve) => {
    timer = setTimeout(() => resolve(fault(`no answer within ${limitMs / 1000} s`)), limitMs);
  });
  const seen = check.examine().catch((error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    return fault(`${error.what} (${error.where})`, error.hint);
  });
  const { found, ...rest } = await Promise.race([seen, late]).finally(() => clearTimeout(timer));
  return { finding: { group, what, found: withoutLogins(found), ...rest }, stands: rest.mark !== "fault" };
}

/** One line without the login that an address may carry. */
const withoutLogins = (text: string): string =>
  text.replace(/\/\/[^/@\s]*@/g, "//").replace(/\s*\n\s*/g, " ");
