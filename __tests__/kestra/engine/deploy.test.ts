import { KestraClient } from "../../../kestra/client";
import { MANIFEST, type Desired, type Manifest } from "../../../kestra/deployment";
import { apply, prepare } from "../../../kestra/deploy";
import { isEmpty, type PlanOptions } from "../../../kestra/plan";
import { desire, flowYaml, text } from "../support";
import { serverAtHand } from "./support/at-hand";
import { startServer, type Server } from "./support/server";

const kind = serverAtHand();
const here = kind ? describe : describe.skip;

here("a deployment", () => {
  let server: Server;
  let client: KestraClient;
  beforeAll(async () => (server = await startServer(kind!)), 600_000);
  beforeEach(() => (client = new KestraClient(server.connection)));
  afterEach(() => client.close());
  afterAll(() => server.stop());

  let number = 0;
  const run = Date.now().toString(36);
  /** A namespace that nothing is in, also on a server that others use. */
  const fresh = (parts: Parameters<typeof desire>[0]): Desired => {
    const namespace = `toronto.test_${run}_${++number}`;
    const flows = Object.entries(parts.flows ?? {}).map(([id, source]) => [
      id,
      source.replaceAll("toronto.crime", namespace),
    ]);
    return { ...desire({ ...parts, flows: Object.fromEntries(flows) as Record<string, string> }), namespace };
  };
  const some = (): Desired =>
    fresh({
      kv: { region: text("north america  1"), code: text("123") },
      files: { "sql/a.sql": "select 1\n", "sql/b.bin": "\u0000\u0001" },
      flows: { callee: flowYaml("callee"), caller: flowYaml("caller") },
    });
  const deploy = async (desired: Desired, options: PlanOptions = {}) => {
    const prepared = await prepare(client, desired, options);
    return { prepared, ...(await apply(prepared, desired)) };
  };
  const plan = async (desired: Desired, options: PlanOptions = {}) =>
    (await prepare(client, desired, options)).plan;
  const actions = (changes: readonly { action: string; kind: string; key: string }[]) =>
    changes
      .filter(({ action }) => action !== "keep")
      .map(({ action, kind, key }) => `${action} ${kind} ${key}`);
  const writes = () => client.sent.PUT + client.sent.POST + client.sent.DELETE;
  const manifest = async ({ namespace }: Desired) => {
    const bytes = await client.call<Buffer>("readFile", {
      path: { namespace },
      query: { path: `/${MANIFEST}` },
    });
    return JSON.parse(bytes.toString()) as Manifest;
  };

  it("fills an empty server, and a second time writes nothing", async () => {
    const desired = some();
    const { done } = await deploy(desired);
    expect(actions(done).sort()).toEqual([
      "create file sql/a.sql",
      "create file sql/b.bin",
      "create flow callee",
      "create flow caller",
      "create kv code",
      "create kv region",
    ]);
    const before = writes();
    const again = await deploy(desired);
    expect(again.done).toEqual([]);
    expect(isEmpty(again.prepared.plan)).toBe(true);
    expect(writes()).toBe(before);
    const flow = await client.call<{ revision: number }>("readFlow", {
      path: { namespace: desired.namespace, id: "caller" },
    });
    expect(flow.revision).toBe(1);
  });

  it("keeps the types of KV values", async () => {
    const desired = fresh({
      kv: {
        text: text("true"),
        day: text("2026-01-01"),
        number: { value: { type: "NUMBER", value: 1.5 }, description: "", secret: false },
        flag: { value: { type: "BOOLEAN", value: false }, description: "", secret: false },
        pause: { value: { type: "DURATION", value: "PT1M30S" }, description: "", secret: false },
        list: { value: { type: "JSON", value: { a: [1, "two words"] } }, description: "", secret: false },
      },
    });
    await deploy(desired);
    for (const [key, { value }] of desired.kv) {
      const stored = await client.call<{ type: string }>("readKv", {
        path: { namespace: desired.namespace, key },
      });
      expect([key, stored.type]).toEqual([key, value.type]);
    }
    expect(isEmpty(await plan(desired))).toBe(true);
  });

  it("shows an edit as a diff and drift as drift, and makes both right", async () => {
    const desired = some();
    await deploy(desired);
    const { namespace } = desired;
    await client.call("writeKv", { path: { namespace, key: "region" }, body: '"elsewhere"' });
    await client.call("deleteFile", { path: { namespace }, query: { path: "/sql/a.sql" } });
    const edited = { ...desired, flows: new Map(desired.flows) };
    edited.flows.set("callee", desired.flows.get("callee")!.replace("hello", "good day"));
    const { changes } = await plan(edited);
    expect(actions(changes)).toEqual(["update kv region", "create file sql/a.sql", "update flow callee"]);
    expect(changes.filter(({ drifted }) => drifted).map(({ key }) => key)).toEqual(["region", "sql/a.sql"]);
    expect(changes.find(({ key }) => key === "callee")!.detail).toContain(
      "-    message: hello\n+    message: good day",
    );
    await deploy(edited);
    expect(isEmpty(await plan(edited))).toBe(true);
  });

  it("prunes only what is ours, and only when asked", async () => {
    const desired = some();
    const { namespace } = desired;
    await deploy(desired);
    await client.call("writeKv", { path: { namespace, key: "by_hand" }, body: "1" });
    await client.call("writeFile", {
      path: { namespace },
      query: { path: "/by_hand.txt" },
      form: { fileContent: Buffer.from("x") },
    });
    await client.call("createFlow", {
      body: `id: by_hand\nnamespace: ${namespace}\ntasks:\n  - {id: l, type: io.kestra.plugin.core.log.Log, message: x}\n`,
    });
    const less: Desired = { ...desired, kv: new Map(), files: new Map(), flows: new Map() };
    const kept = await deploy(less);
    expect(kept.done).toEqual([]);
    expect(kept.prepared.plan.prunable).toHaveLength(6);
    const { done } = await deploy(less, { prune: true });
    expect(actions(done)).toHaveLength(6);
    expect((await manifest(desired)).owned).toEqual([]);
    const { results } = await client.call<{ results: { key: string }[] }>("listKv", {
      query: { "filters[namespace][EQUALS]": namespace },
    });
    expect(results.map(({ key }) => key)).toEqual(["by_hand"]);
    expect(await client.find("readFlow", { path: { namespace, id: "by_hand" } })).toBeDefined();
    expect(isEmpty(await plan(less, { prune: true }))).toBe(true);
  });

  it("leaves alone what was made by hand until it may adopt it", async () => {
    const desired = some();
    const { namespace } = desired;
    await client.call("writeKv", { path: { namespace, key: "region" }, body: '"mine"' });
    await client.call("createFlow", {
      body: desired.flows.get("caller")!.replace(/labels:\n.*\n/, ""),
    });
    await expect(deploy(desired)).rejects.toThrow(/kv region, flow caller: there already/);
    expect(await client.call("readKv", { path: { namespace, key: "region" } })).toMatchObject({
      value: "mine",
    });
    await deploy(desired, { adopt: true });
    expect(isEmpty(await plan(desired))).toBe(true);
    expect((await manifest(desired)).owned.map(({ key }) => key).sort()).toEqual([
      "code",
      "region",
      "sql/a.sql",
      "sql/b.bin",
    ]);
  });

  it("shows what the server says against a flow, and changes nothing", async () => {
    const desired = some();
    const bad = flowYaml("bad", "x", desired.namespace).replace("message:", "massage:");
    const wanted = { ...desired, flows: new Map([...desired.flows, ["bad", bad] as const]) };
    await expect(deploy(wanted)).rejects.toThrow(/Kestra refuses bad: .*massage/);
    expect(
      (
        await client.call<{ total: number }>("listKv", {
          query: { "filters[namespace][EQUALS]": desired.namespace },
        })
      ).total,
    ).toBe(0);
  });

  it("goes on where an interrupted one has stopped", async () => {
    const desired = some();
    const prepared = await prepare(client, desired);
    let left = 3;
    const stop = (): void => {
      if (--left === 0) throw new Error("power cut");
    };
    await expect(apply(prepared, desired, { onChange: stop })).rejects.toThrow(
      /power cut.*applied so far: kv \w+, kv \w+, file/,
    );
    const { done, prepared: second } = await deploy(desired);
    expect(second.plan.foreign).toEqual([]);
    expect(actions(done).filter((line) => line.includes(" kv "))).toEqual([]);
    expect(isEmpty(await plan(desired))).toBe(true);
  });

  it("is harmless twice at once, and says so when the two want different things", async () => {
    const desired = some();
    await Promise.all([deploy(desired), deploy(desired)]);
    expect(isEmpty(await plan(desired))).toBe(true);

    const other = { ...desired, kv: new Map([...desired.kv, ["third", text("3")] as const]) };
    const slow = await prepare(client, { ...desired, files: new Map([["sql/c.sql", Buffer.from("c")]]) });
    await deploy(other);
    await expect(
      apply(slow, { ...desired, files: new Map([["sql/c.sql", Buffer.from("c")]]) }),
    ).rejects.toThrow(/another deployment ran at the same time/);
  });

  it("finds more than one page", async () => {
    const kv = Object.fromEntries(Array.from({ length: 120 }, (_, n) => [`key_${n}`, text(String(n))]));
    const desired = fresh({ kv });
    await deploy(desired);
    expect((await plan(desired)).changes.filter(({ action }) => action === "keep")).toHaveLength(120);
  });

  it("never shows a secret", async () => {
    const desired = fresh({ kv: { hook: text("first-secret", true) } });
    await deploy(desired);
    const changed = { ...desired, kv: new Map([["hook", text("second-secret", true)]]) };
    const shown = JSON.stringify(await plan(changed)) + JSON.stringify(await manifest(desired));
    expect(shown).not.toContain("secret-");
    expect(shown).not.toMatch(/(first|second)-secret/);
    await deploy(changed);
    expect(
      await client.call("readKv", { path: { namespace: desired.namespace, key: "hook" } }),
    ).toMatchObject({
      value: "second-secret",
    });
  });
});
