import fc from "./support/fast-check";
import { applyPlan } from "../../kestra/apply";
import {
  MANIFEST,
  OWNER,
  type Actual,
  type ActualFlow,
  type Desired,
  type Kind,
  type Manifest,
} from "../../kestra/deployment";
import { isEmpty, planDeployment, type PlanOptions } from "../../kestra/plan";
import type { KestraNamespace } from "../../kestra/server";
import type { StoredValue } from "../../kestra/values";
import { flowYaml, text } from "../kestra/support";

const KEYS = ["a", "b", "c", "d"];
const content = fc.constantFrom("one", "two", "three");
const some = <T>(
  values: fc.Arbitrary<T>,
  name = (key: string): string => key,
): fc.Arbitrary<Map<string, T>> =>
  fc
    .tuple(...KEYS.map((key) => fc.option(values.map((value) => [name(key), value] as const))))
    .map((entries) => new Map(entries.filter((entry) => entry !== null)));

const desired: fc.Arbitrary<Desired> = fc.record({
  namespace: fc.constant("toronto.crime"),
  kv: some(fc.tuple(content, fc.boolean()).map(([value, secret]) => text(value, secret))),
  files: some(
    content.map((words) => Buffer.from(words)),
    (key) => `sql/${key}`,
  ),
  flows: some(content).map(
    (flows) => new Map([...flows].map(([id, words]) => [id, flowYaml(id, words)] as const)),
  ),
});

const labelled = (id: string, words: string, ours: boolean): string =>
  ours ? flowYaml(id, words) : flowYaml(id, words).replace(OWNER.value, "somebody-else");

/** A server that others use too: some objects are ours, some are not, and the list may name what is gone. */
const actual: fc.Arbitrary<Actual> = fc
  .record({
    kv: some(content),
    files: some(content, (key) => `sql/${key}`),
    flows: some(fc.tuple(content, fc.boolean())),
    listed: fc.subarray(KEYS.flatMap((key) => [`kv ${key}`, `file sql/${key}`])),
  })
  .map(({ kv, files, flows, listed }) => ({
    kv: new Map([...kv].map(([key, value]) => [key, { type: "STRING", value }])),
    files: new Map([...files].map(([key, words]) => [key, Buffer.from(words)])),
    flows: new Map(
      [...flows].map(([id, [words, ours]]) => [id, { source: labelled(id, words, ours), ours }] as const),
    ),
    manifest: {
      owned: listed.map((entry) => {
        const [kind, key] = entry.split(" ") as ["kv" | "file", string];
        return { kind, key, sha256: null, deployment: "earlier" };
      }),
    },
  }));

const options: fc.Arbitrary<PlanOptions> = fc.record({ prune: fc.boolean(), adopt: fc.boolean() });

/** What a deployment asks of a namespace, kept in memory; tells its calls and can break off. */
class NamespaceStandIn {
  readonly calls: string[] = [];
  readonly namespace = "toronto.crime";
  private readonly kv: Map<string, StoredValue>;
  private readonly files: Map<string, Buffer>;
  private readonly flows: Map<string, ActualFlow>;
  private list: Manifest;

  constructor(
    before: Actual,
    private readonly breaksAt = Infinity,
  ) {
    this.kv = new Map(before.kv);
    this.files = new Map(before.files);
    this.flows = new Map(before.flows);
    this.list = before.manifest;
  }

  get now(): Actual {
    const { kv, files, flows, list } = this;
    return {
      kv: new Map(kv),
      files: new Map(files),
      flows: new Map(flows),
      manifest: list,
    };
  }

  manifest(): Promise<Manifest> {
    return Promise.resolve(this.list);
  }

  async writeManifest(manifest: Manifest): Promise<void> {
    await this.called(`list ${MANIFEST}`);
    this.list = manifest;
  }

  async write(kind: Kind, key: string, wanted: Desired, exists: boolean): Promise<void> {
    await this.called(`${exists ? "update" : "create"} ${kind} ${key}`);
    if (kind === "kv") this.kv.set(key, wanted.kv.get(key)!.value);
    else if (kind === "file") this.files.set(key, wanted.files.get(key)!);
    else
      this.flows.set(key, {
        source: wanted.flows.get(key)!,
        ours: wanted.flows.get(key)!.includes(OWNER.value),
      });
  }

  async delete(kind: Kind, key: string): Promise<void> {
    await this.called(`delete ${kind} ${key}`);
    ({ kv: this.kv, file: this.files, flow: this.flows })[kind].delete(key);
  }

  readOne(kind: Kind, key: string): Promise<StoredValue | Buffer | string | undefined> {
    const found = { kv: this.kv.get(key), file: this.files.get(key), flow: this.flows.get(key)?.source };
    return Promise.resolve(found[kind]);
  }

  private called(call: string): Promise<void> {
    if (this.calls.length >= this.breaksAt) return Promise.reject(new Error("the connection broke"));
    this.calls.push(call);
    return Promise.resolve();
  }
}

async function applied(
  wanted: Desired,
  before: Actual,
  how: PlanOptions,
  breaksAt?: number,
): Promise<NamespaceStandIn> {
  const server = new NamespaceStandIn(before, breaksAt);
  const plan = planDeployment(wanted, before, how);
  await applyPlan(plan, wanted, before, server as unknown as KestraNamespace);
  return server;
}

const ours = ({ manifest, flows }: Actual): Set<string> =>
  new Set([
    ...manifest.owned.map(({ kind, key }) => `${kind} ${key}`),
    ...[...flows].flatMap(([id, flow]) => (flow.ours ? [`flow ${id}`] : [])),
  ]);

it("is the same for the same arguments, and changes none of them", () => {
  fc.assert(
    fc.property(desired, actual, options, (wanted, before, how) => {
      const kept = JSON.stringify([[...wanted.kv], [...before.kv], [...before.flows], before.manifest]);
      expect(planDeployment(wanted, before, how)).toEqual(planDeployment(wanted, before, how));
      expect(JSON.stringify([[...wanted.kv], [...before.kv], [...before.flows], before.manifest])).toBe(kept);
    }),
    { numRuns: 300 },
  );
});

it("of what an apply has made is empty, and a second apply sends nothing", async () => {
  await fc.assert(
    fc.asyncProperty(desired, actual, fc.boolean(), async (wanted, before, prune) => {
      const after = (await applied(wanted, before, { prune, adopt: true })).now;
      const again = planDeployment(wanted, after, { prune });
      expect(again.foreign).toEqual([]);
      expect(isEmpty(again)).toBe(true);
      expect((await applied(wanted, after, { prune })).calls).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

it("removes only with prune, and only what is ours", () => {
  fc.assert(
    fc.property(desired, actual, options, (wanted, before, how) => {
      const plan = planDeployment(wanted, before, how);
      const removed = plan.changes.filter(({ action }) => action === "delete");
      if (!how.prune) expect(removed).toEqual([]);
      const mine = ours(before);
      for (const { kind, key } of [...removed, ...plan.prunable]) {
        expect(mine).toContain(`${kind} ${key}`);
        const isWanted = { kv: wanted.kv, file: wanted.files, flow: wanted.flows }[kind].has(key);
        expect(isWanted).toBe(false);
      }
    }),
    { numRuns: 500 },
  );
});

it("touches nothing when a foreign object is in the way and may not be adopted", async () => {
  await fc.assert(
    fc.asyncProperty(desired, actual, fc.boolean(), async (wanted, before, prune) => {
      const plan = planDeployment(wanted, before, { prune });
      const mine = ours(before);
      for (const { kind, key } of plan.foreign) expect(mine).not.toContain(`${kind} ${key}`);
      for (const { action, kind, key } of plan.changes) {
        if (action === "update" || action === "delete") expect(mine).toContain(`${kind} ${key}`);
      }
      fc.pre(plan.foreign.length > 0);
      const server = new NamespaceStandIn(before);
      const trying = applyPlan(plan, wanted, before, server as unknown as KestraNamespace);
      await expect(trying).rejects.toThrow(/not made by a deployment/);
      expect(server.calls).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

it("is carried out in order: the list, KV, files, flows, removals, the list", async () => {
  const rank = (call: string, at: number): number => {
    const [action, kind] = call.split(" ");
    if (action === "list") return at === 0 ? 0 : 5;
    return action === "delete" ? 4 : { kv: 1, file: 2, flow: 3 }[kind as Kind];
  };
  await fc.assert(
    fc.asyncProperty(desired, actual, fc.boolean(), async (wanted, before, prune) => {
      const { calls } = await applied(wanted, before, { prune, adopt: true });
      const ranks = calls.map(rank);
      expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
      const flows = calls.flatMap((call) => /^(?:create|update) flow (.+)/.exec(call)?.[1] ?? []);
      expect(flows).toEqual([...wanted.flows.keys()].filter((id) => flows.includes(id)));
    }),
    { numRuns: 300 },
  );
});

it("that broke off anywhere is ended by running it again, and never forgot what it owns", async () => {
  await fc.assert(
    fc.asyncProperty(desired, actual, fc.nat(14), async (wanted, before, breaksAt) => {
      const how = { prune: true, adopt: true };
      const whole = (await applied(wanted, before, how)).now;
      const server = new NamespaceStandIn(before, breaksAt);
      const plan = planDeployment(wanted, before, how);
      const broke = await applyPlan(plan, wanted, before, server as unknown as KestraNamespace).then(
        () => "",
        (error: Error) => error.message,
      );
      if (broke !== "")
        expect(broke).toMatch(/the connection broke.*applied so far: .*it goes on from there/s);
      const { now: half } = server;
      // Whatever we made is ours: without --adopt nothing new is in the way.
      const foreign = planDeployment(wanted, before, { prune: true }).foreign;
      const known = new Set(foreign.map(({ kind, key }) => `${kind} ${key}`));
      for (const { kind, key } of planDeployment(wanted, half, { prune: true }).foreign) {
        expect(known).toContain(`${kind} ${key}`);
      }
      const { now: ended } = await applied(wanted, half, how);
      const state = ({ kv, files, flows, manifest }: Actual): unknown => [
        [...kv].sort(),
        [...files].sort(),
        [...flows].sort(),
        manifest.owned.map(({ kind, key, sha256 }) => `${kind} ${key} ${sha256}`).sort(),
      ];
      expect(JSON.stringify(state(ended))).toBe(JSON.stringify(state(whole)));
    }),
    { numRuns: 500 },
  );
});
