import { randomUUID } from "node:crypto";
import { messageOf, UserError } from "../errors";
import { KestraError } from "./client";
import { sha256, trimmed, type Actual, type Desired, type Manifest, type Owned } from "./deployment";
import { isEmpty, type Change, type Plan } from "./plan";
import { inParallel, type KestraNamespace } from "./server";
import { holds, type StoredValue } from "./values";

/** What an apply did. */
export interface Applied {
  readonly deployment: string;
  readonly done: readonly Change[];
}

export interface ApplyOptions {
  /** Told of each change as it is made. */
  readonly onChange?: (change: Change) => void;
  /** Names this deployment in the ownership list. */
  readonly deployment?: string;
}

/**
 * Carries out a plan: KV, then files, then flows, callees before callers; reads each back; deletes last.
 * Nothing is asked. A plan without changes sends nothing.
 *
 * @throws UserError for objects that are not ours, and, naming what was done so far, for anything that fails
 */
export async function applyPlan(
  plan: Plan,
  desired: Desired,
  actual: Actual,
  server: KestraNamespace,
  { onChange = () => undefined, deployment = randomUUID() }: ApplyOptions = {},
): Promise<Applied> {
  refuseForeign(plan);
  const done: Change[] = [];
  if (isEmpty(plan)) return { deployment, done };
  const of = (change: Change, ...actions: Change["action"][]): boolean => actions.includes(change.action);
  const writes = plan.changes.filter((change) => of(change, "create", "update"));
  const deletions = plan.changes.filter((change) => of(change, "delete"));

  const record = (change: Change): void => {
    done.push(change);
    onChange(change);
  };
  const write = async (change: Change): Promise<void> => {
    await writeOne(change, desired, server);
    record(change);
  };
  try {
    await refuseMeanwhile(actual.manifest, plan, server);
    const claimed = claim(actual.manifest, plan, deployment);
    if (claimed !== actual.manifest) await server.writeManifest(claimed);

    await inParallel(
      writes.filter(({ kind }) => kind === "kv"),
      write,
    );
    await inParallel(
      writes.filter(({ kind }) => kind === "file"),
      write,
    );
    for (const change of writes.filter(({ kind }) => kind === "flow")) await write(change);
    // Callers go before what they call, and all flows before what they read.
    for (const change of [...deletions].reverse()) {
      await server.delete(change.kind, change.key);
      record(change);
    }
    await refuseMeanwhile(actual.manifest, plan, server);
    if (plan.listChanges) await server.writeManifest(finalList(plan, actual, writes, deployment));
  } catch (error) {
    const told = done.map(({ kind, key }) => `${kind} ${key}`).join(", ") || "nothing";
    const [where, hint] = error instanceof UserError ? [error.where, error.hint] : ["apply", ""];
    const again = `applied so far: ${told}; ${hint ? `${hint}, then ` : ""}run crime kestra apply again, it goes on from there`;
    throw new UserError(error instanceof UserError ? error.what : messageOf(error), where, again);
  }
  return { deployment, done };
}

function refuseForeign({ foreign }: Plan): void {
  if (foreign.length === 0) return;
  throw new UserError(
    `${foreign.map(({ kind, key }) => `${kind} ${key}`).join(", ")}: there already and not made by a deployment`,
    "Kestra",
    "look at crime kestra plan --adopt; --adopt takes over what was made by hand",
  );
}

/** New objects are listed before they are made: an interrupted deployment leaves nothing without an owner. */
function claim(list: Manifest, { changes }: Plan, deployment: string): Manifest {
  const isListed = (kind: string, key: string): boolean =>
    list.owned.some((entry) => entry.kind === kind && entry.key === key);
  const claims = changes.flatMap(({ action, kind, key }): Owned[] =>
    action === "create" && kind !== "flow" && !isListed(kind, key)
      ? [{ kind, key, sha256: null, deployment }]
      : [],
  );
  return claims.length === 0 ? list : { owned: [...list.owned, ...claims] };
}

function finalList(plan: Plan, actual: Actual, writes: readonly Change[], deployment: string): Manifest {
  const written = new Set(writes.map(({ kind, key }) => `${kind} ${key}`));
  const before = new Map(
    actual.manifest.owned.map((entry) => [`${entry.kind} ${entry.key}`, entry.deployment]),
  );
  const owned = plan.owned.map((entry) => {
    const name = `${entry.kind} ${entry.key}`;
    return { ...entry, deployment: written.has(name) ? deployment : (before.get(name) ?? deployment) };
  });
  return { owned };
}

async function writeOne(
  { action, kind, key }: Change,
  desired: Desired,
  server: KestraNamespace,
): Promise<void> {
  try {
    await server.write(kind, key, desired, action === "update");
  } catch (error) {
    // Another deployment was quicker (a conflict, or a server that trips over it), or an answer was lost: fine if what
    // is there is what we want.
    const isThere =
      error instanceof KestraError &&
      (error.status === undefined || error.status === 409 || error.status >= 500);
    if (!isThere || !(await isAsDesired(kind, key, desired, server).catch(() => false))) throw error;
    return;
  }
  if (await isAsDesired(kind, key, desired, server)) return;
  throw new UserError(
    `${kind} ${key} reads back different from what was written`,
    "read-back check",
    "somebody else deploys or edits at the same time",
  );
}

async function isAsDesired(
  kind: Change["kind"],
  key: string,
  desired: Desired,
  server: KestraNamespace,
): Promise<boolean> {
  const found = await server.readOne(kind, key);
  if (found === undefined) return false;
  if (kind === "kv") return holds(desired.kv.get(key)!.value, found as StoredValue);
  if (kind === "file") return sha256(found as Buffer) === sha256(desired.files.get(key)!);
  return trimmed(found as string) === trimmed(desired.flows.get(key)!);
}

/** Two deployments at once that want the same are harmless; otherwise the second one says so and stops. */
async function refuseMeanwhile(known: Manifest, plan: Plan, server: KestraNamespace): Promise<void> {
  const names = ({ owned }: Pick<Plan, "owned">): string[] => owned.map(({ kind, key }) => `${kind} ${key}`);
  const expected = new Set([...names(known), ...names(plan)]);
  const news = names(await server.manifest()).filter((name) => !expected.has(name));
  if (news.length === 0) return;
  throw new UserError(
    `another deployment ran at the same time and made ${news.join(", ")}`,
    `namespace ${server.namespace}`,
    "let it end",
  );
}
