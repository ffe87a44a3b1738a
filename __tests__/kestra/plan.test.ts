import type { Actual, Desired, Owned } from "../../kestra/deployment";
import { sha256 } from "../../kestra/deployment";
import { unifiedDiff } from "../../kestra/diff";
import { driftOf, isEmpty, planDeployment } from "../../kestra/plan";
import { renderPlan } from "../../kestra/render-plan";
import { desire, empty, flowYaml, text } from "./support";

const owned = (kind: Owned["kind"], key: string, content: string): Owned => ({
  kind,
  key,
  sha256: sha256(content),
  deployment: "first",
});
const wanted = desire({
  kv: { a: text("x") },
  files: { "f.sql": "select 1\n" },
  flows: { one: flowYaml("one") },
});
const deployed: Actual = {
  ...empty,
  kv: new Map([["a", { type: "STRING", value: "x" }]]),
  files: new Map([["f.sql", Buffer.from("select 1\n")]]),
  flows: new Map([["one", { source: flowYaml("one"), ours: true }]]),
  manifest: { owned: [owned("kv", "a", 'STRING "x"'), owned("file", "f.sql", "select 1\n")] },
};
const lines = (plan: ReturnType<typeof planDeployment>): string[] =>
  plan.changes.map(
    ({ action, kind, key, drifted }) => `${action} ${kind} ${key}${drifted ? " drifted" : ""}`,
  );

describe("a plan", () => {
  it("creates everything on an empty server", () => {
    expect(lines(planDeployment(wanted, empty))).toEqual([
      "create kv a",
      "create file f.sql",
      "create flow one",
    ]);
  });

  it("is empty when nothing differs, white space at a flow's end included", () => {
    const flows = new Map([["one", { source: flowYaml("one").trimEnd(), ours: true }]]);
    expect(isEmpty(planDeployment(wanted, { ...deployed, flows }))).toBe(true);
  });

  it("tells an edit of the source from one on the server", () => {
    const edited = desire({
      kv: { a: text("y") },
      files: { "f.sql": "select 1\n" },
      flows: { one: flowYaml("one") },
    });
    expect(lines(planDeployment(edited, deployed))[0]).toBe("update kv a");
    const drifted = { ...deployed, kv: new Map([["a", { type: "NUMBER", value: 1 }]]) };
    const plan = planDeployment(wanted, drifted);
    expect(lines(plan)[0]).toBe("update kv a drifted");
    expect(plan.changes[0]!.detail).toBe('1 (NUMBER) -> "x" (STRING)');
    const drift = (wants: Desired, has: Actual) =>
      driftOf(planDeployment(wants, has)).map(({ kind, key }) => `${kind} ${key}`);
    expect(drift(edited, deployed)).toEqual([]);
    expect(drift(wanted, deployed)).toEqual([]);
    const flows = new Map([["one", { source: flowYaml("one", "by hand"), ours: true }]]);
    expect(drift(wanted, { ...drifted, flows, files: new Map() })).toEqual([
      "kv a",
      "file f.sql",
      "flow one",
    ]);
  });

  it.each([
    [{}, []],
    [{ prune: true }, ["delete kv a", "delete file f.sql", "delete flow one"]],
  ])("with %j removes %j of what is gone from the source", (options, expected) => {
    const plan = planDeployment(desire({}), deployed, options);
    expect(lines(plan)).toEqual(expected);
    expect(plan.prunable).toHaveLength(3 - expected.length);
    expect(plan.owned).toHaveLength(expected.length === 0 ? 2 : 0);
  });

  it("never touches what nobody wants and nobody owns", () => {
    const plan = planDeployment(
      desire({}),
      { ...deployed, manifest: { owned: [] }, flows: new Map() },
      { prune: true },
    );
    expect(plan).toMatchObject({ changes: [], prunable: [], foreign: [] });
  });

  it("stops at what was made by hand, unless it may adopt it", () => {
    const byHand = { ...deployed, manifest: { owned: [] } };
    expect(planDeployment(wanted, byHand).foreign.map(({ key }) => key)).toEqual(["a", "f.sql"]);
    const adopting = planDeployment(wanted, byHand, { adopt: true });
    expect(adopting.foreign).toEqual([]);
    expect(adopting.listChanges).toBe(true);
  });

  it("tidies the list of what is owned and gone from both sides", () => {
    const plan = planDeployment(desire({}), { ...empty, manifest: deployed.manifest });
    expect(plan).toMatchObject({ changes: [], listChanges: true, owned: [] });
    expect(renderPlan(plan)).toContain("ownership list tidied");
  });

  it("shows a secret neither in the differences nor in the list", () => {
    const plan = planDeployment(desire({ kv: { a: text("hidden", true) } }), deployed);
    expect(plan.changes[0]!.detail).toBe("another value (not shown)");
    expect(plan.owned).toContainEqual({ kind: "kv", key: "a", sha256: null });
    expect(JSON.stringify(plan)).not.toContain("hidden");
  });

  it("tells bytes that are no text by their size", () => {
    const binary = { ...deployed, files: new Map([["f.sql", Buffer.from([0, 1])]]) };
    expect(planDeployment(wanted, binary).changes[1]!.detail).toBe("2 bytes -> 9 bytes");
  });
});

describe("a diff", () => {
  const numbered = (count: number): string[] => Array.from({ length: count }, (_, i) => `line ${i + 1}`);

  it("shows each place with two lines around it", () => {
    const before = numbered(30);
    const after = [...before];
    after[4] = "changed";
    after.splice(20, 1);
    expect(unifiedDiff(before.join("\n"), after.join("\n"), "f").split("\n")).toEqual([
      "--- f on the server",
      "+++ f in the source",
      "@@ -3,5 +3,5 @@",
      " line 3",
      " line 4",
      "-line 5",
      "+changed",
      " line 6",
      " line 7",
      "@@ -19,5 +19,4 @@",
      " line 19",
      " line 20",
      "-line 21",
      " line 22",
      " line 23",
    ]);
  });

  it("cuts what nobody would read", () => {
    const shown = unifiedDiff(numbered(3000).join("\n"), "x", "f").split("\n");
    expect(shown).toHaveLength(401);
    expect(shown.at(-1)).toMatch(/^\.\.\. \d+ more lines$/);
  });
});
