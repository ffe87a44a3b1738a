import { unifiedDiff } from "./diff";
import {
  sha256,
  trimmed,
  type Actual,
  type Desired,
  type DesiredKv,
  type Kind,
  type Owned,
} from "./deployment";
import { encode, holds, type StoredValue } from "./values";

/** One line of a plan. */
export interface Change {
  readonly action: "create" | "update" | "delete" | "keep";
  readonly kind: Kind;
  readonly key: string;
  /** What differs, for a person: a unified diff, or one line. Never a secret. */
  readonly detail?: string;
  /** Somebody else than a deployment has changed or removed it. */
  readonly drifted?: true;
}

/** What a deployment would do, and why it may not. */
export interface Plan {
  readonly changes: readonly Change[];
  /** Objects of the same name that are not ours: they stop an apply unless they are adopted. */
  readonly foreign: readonly Pick<Change, "kind" | "key">[];
  /** Ours and gone from the source, kept because pruning was not asked for. */
  readonly prunable: readonly Pick<Change, "kind" | "key">[];
  /** The ownership list as it shall stand at the end; the deployment id of new entries is still open. */
  readonly owned: readonly Omit<Owned, "deployment">[];
  /** Whether that list differs from the one on the server. */
  readonly listChanges: boolean;
}

export interface PlanOptions {
  readonly prune?: boolean;
  readonly adopt?: boolean;
}

/** Whether an apply would write anything. */
export const isEmpty = (plan: Plan): boolean =>
  !plan.listChanges && plan.changes.every(({ action }) => action === "keep");

/**
 * What somebody else than a deployment has done to the server. An entry or file whose source has changed since is
 * waiting to be deployed and no drift; of a flow only the source is known, so every difference counts.
 */
export const driftOf = ({ changes }: Plan): Change[] =>
  changes.filter(
    ({ action, kind, drifted }) =>
      (drifted ?? kind === "flow") && (action === "create" || action === "update"),
  );

/** Compares what should be with what is. Pure: the same arguments give the same plan. */
export function planDeployment(desired: Desired, actual: Actual, options: PlanOptions = {}): Plan {
  const listed = new Map(actual.manifest.owned.map((entry) => [`${entry.kind} ${entry.key}`, entry]));
  const changes: Change[] = [];
  const foreign: Plan["foreign"][number][] = [];
  const prunable: Plan["prunable"][number][] = [];
  const owned: Omit<Owned, "deployment">[] = [];

  const kinds = [kvKind(desired, actual), fileKind(desired, actual), flowKind(desired, actual)];
  for (const { kind, wanted, present, compare, isOurs } of kinds) {
    const last = (key: string): Owned | undefined => listed.get(`${kind} ${key}`);
    for (const key of wanted) {
      const sum = hashOf(kind, desired, key);
      if (present.has(key) && !isOurs(key) && !options.adopt) {
        foreign.push({ kind, key });
        continue;
      }
      if (kind !== "flow") owned.push({ kind, key, sha256: sum });
      const unchangedSource = sum !== null && last(key)?.sha256 === sum;
      const drifted = unchangedSource ? ({ drifted: true } as const) : {};
      const detail = present.has(key) ? compare(key) : undefined;
      if (!present.has(key)) changes.push({ action: "create", kind, key, ...drifted });
      else if (detail === undefined) changes.push({ action: "keep", kind, key });
      else changes.push({ action: "update", kind, key, detail, ...drifted });
    }
    for (const key of present) {
      if (wanted.includes(key) || !isOurs(key)) continue;
      if (options.prune) changes.push({ action: "delete", kind, key });
      else {
        prunable.push({ kind, key });
        const entry = last(key);
        if (entry && kind !== "flow") owned.push({ kind, key, sha256: entry.sha256 });
      }
    }
  }
  return { changes, foreign, prunable, owned, listChanges: !sameList(owned, actual.manifest.owned) };
}

interface KindOf {
  readonly kind: Kind;
  readonly wanted: readonly string[];
  readonly present: ReadonlySet<string>;
  /** What differs, or `undefined` when nothing does. */
  readonly compare: (key: string) => string | undefined;
  readonly isOurs: (key: string) => boolean;
}

function kvKind(desired: Desired, { kv, manifest }: Actual): KindOf {
  return {
    kind: "kv",
    wanted: [...desired.kv.keys()],
    present: new Set(kv.keys()),
    compare: (key) => compareKv(desired.kv.get(key)!, kv.get(key)!),
    isOurs: listedIn(manifest.owned, "kv"),
  };
}

function fileKind(desired: Desired, { files, manifest }: Actual): KindOf {
  return {
    kind: "file",
    wanted: [...desired.files.keys()],
    present: new Set(files.keys()),
    compare: (key) => compareText(key, files.get(key)!, desired.files.get(key)!),
    isOurs: listedIn(manifest.owned, "file"),
  };
}

function flowKind(desired: Desired, { flows }: Actual): KindOf {
  return {
    kind: "flow",
    wanted: [...desired.flows.keys()],
    present: new Set(flows.keys()),
    compare: (key) => {
      const [before, after] = [trimmed(flows.get(key)!.source), trimmed(desired.flows.get(key)!)];
      return before === after ? undefined : unifiedDiff(before, after, key);
    },
    isOurs: (key) => flows.get(key)?.ours ?? false,
  };
}

function listedIn(owned: readonly Owned[], kind: Kind): (key: string) => boolean {
  const keys = new Set(owned.filter((entry) => entry.kind === kind).map(({ key }) => key));
  return (key) => keys.has(key);
}

function compareKv({ value, secret }: DesiredKv, stored: StoredValue): string | undefined {
  if (holds(value, stored)) return undefined;
  if (secret) return "another value (not shown)";
  const show = (type: string, shown: unknown): string => `${JSON.stringify(shown)} (${type})`;
  return `${show(stored.type, stored.value)} -> ${show(value.type, value.value)}`;
}

function compareText(key: string, before: Buffer, after: Buffer): string | undefined {
  if (before.equals(after)) return undefined;
  const isText = !before.includes(0) && !after.includes(0) && Math.max(before.length, after.length) < 200_000;
  if (!isText) return `${before.length} bytes -> ${after.length} bytes`;
  return unifiedDiff(before.toString("utf8"), after.toString("utf8"), key);
}

function hashOf(kind: Kind, desired: Desired, key: string): string | null {
  if (kind === "file") return sha256(desired.files.get(key)!);
  if (kind === "flow") return sha256(trimmed(desired.flows.get(key)!));
  const { value, secret } = desired.kv.get(key)!;
  return secret ? null : sha256(`${value.type} ${encode(value)}`);
}

function sameList(a: readonly Omit<Owned, "deployment">[], b: readonly Omit<Owned, "deployment">[]): boolean {
  const text = (list: typeof a): string =>
    list
      .map(({ kind, key, sha256 }) => `${kind} ${key} ${sha256}`)
      .sort()
      .join("\n");
  return text(a) === text(b);
}
