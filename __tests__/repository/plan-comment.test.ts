import { hasChanges, marker, planComment, type StackPlan } from "../../scripts/plan-comment";

const changes = (...list: [address: string, ...actions: string[]][]) => ({
  resource_changes: list.map(([address, ...actions]) => ({ address, change: { actions } })),
});
const plan = (stack: string, json: object, text = `Plan of ${stack}`): StackPlan => ({ stack, json, text });

const several = [
  plan(
    "crime-data",
    changes(
      ["google_storage_bucket.new", "create"],
      ["google_storage_bucket.read", "read"],
      ["google_storage_bucket.same", "no-op"],
      ["google_bigquery_table.ops", "delete"],
    ),
  ),
  plan(
    "crime-orchestrator",
    changes(
      ["google_compute_instance.vm", "delete", "create"],
      ["google_compute_disk.disk", "create", "delete"],
      ["google_compute_network.net", "update"],
      ["google_secret.old", "forget"],
    ),
  ),
];

test("what goes stands before everything else: deletions, then replacements, then what is let go", () => {
  const text = planComment(several);
  expect(
    text.startsWith(`${marker}\n\n## Plan: 1 to forget, 1 to delete, 2 to replace, 1 to change, 1 to create`),
  ).toBe(true);
  const caution = text.slice(text.indexOf("[!CAUTION]"), text.indexOf("| stack"));
  expect([...caution.matchAll(/`([\w.]+)`: (.+)/g)].map(([, address, fate]) => [address, fate])).toEqual([
    ["google_bigquery_table.ops", "deleted"],
    ["google_compute_instance.vm", "deleted and made anew"],
    ["google_compute_disk.disk", "deleted and made anew"],
    ["google_secret.old", "left to itself: Terraform manages it no longer"],
  ]);
  expect(text.indexOf("google_bigquery_table.ops")).toBeLessThan(text.indexOf("<details>"));
});

test("each stack is counted and its plan folded up below", () => {
  const text = planComment(several, { runUrl: "https://example.com/run/1", commit: "abc" });
  expect(text).toContain("| crime-data | 1 | 0 | 0 | 1 | 0 | 0 |");
  expect(text).toContain("| crime-orchestrator | 0 | 1 | 2 | 0 | 1 | 0 |");
  expect(text).toContain("```text\nPlan of crime-data\n```");
  expect(text).toContain(
    "Planned from abc without a lock on the state. [Whole log](https://example.com/run/1)",
  );
});

test("nothing to do is told in one line, and nothing is folded up", () => {
  const text = planComment([plan("crime-data", changes(["a.b", "no-op"]), "No changes.")]);
  expect(text).toContain("## Plan: no changes");
  expect(text).not.toContain("<details>");
  expect(text).not.toContain("CAUTION");
});

test("outputs alone are a change, too", () => {
  const outputs = plan("crime-data", {
    output_changes: { a: { actions: ["update"] }, b: { actions: ["no-op"] } },
  });
  expect(hasChanges(outputs)).toBe(true);
  expect(planComment([outputs])).toContain("## Plan: outputs alone change");
  expect(planComment([outputs])).toContain("| crime-data | 0 | 0 | 0 | 0 | 0 | 1 |");
});

test("a plan that failed is told with its message, not left out", () => {
  const failed: StackPlan = { stack: "crime-data", failure: "Error: 403" };
  const text = planComment([failed, several[1]!]);
  expect(text).toContain("## Plan: failed for crime-data");
  expect(text).toContain("Error: 403");
  expect(text).toContain("google_compute_instance.vm");
  expect(hasChanges(failed)).toBe(false);
});

test("the comment keeps within its limit; a short plan stays whole beside a long one", () => {
  const long = "  + a line of a plan that goes on and on\n".repeat(20_000);
  const text = planComment([
    plan("crime-data", changes(["a.b", "create"]), long),
    plan("crime-delivery", changes(["c.d", "create"]), "the short plan, whole"),
    plan("crime-orchestrator", changes(["e.f", "delete"]), long),
  ]);
  expect(text.length).toBeLessThanOrEqual(65_536);
  expect(text.length).toBeGreaterThan(60_000);
  expect(text).toContain("the short plan, whole");
  expect(text.match(/\[cut here/g)).toHaveLength(2);
  expect(text.match(/<details>/g)).toHaveLength(text.match(/<\/details>/g)!.length);
  expect(text.indexOf("crime-data: the plan")).toBeLessThan(text.indexOf("crime-orchestrator: the plan"));
  for (const limit of [600, 1_000, 5_000]) {
    const short = planComment([plan("crime-data", changes(["a.b", "delete"]), long)], { limit });
    expect(short.length).toBeLessThanOrEqual(limit);
    expect(short).toContain("`a.b`: deleted");
  }
});

test("a flood of deletions is cut after fifty, with the number of the rest", () => {
  const many = Array.from({ length: 400 }, (_, i): [string, string] => [`google_x.n${i}`, "delete"]);
  const text = planComment([plan("crime-data", changes(...many))]);
  expect(text.match(/`google_x\.n\d+`: deleted/g)).toHaveLength(50);
  expect(text).toContain("> - and 350 more, in the plans below");
});

test("a plan that holds a fence of its own does not break out of the comment's", () => {
  const text = planComment([
    plan("crime-data", changes(["a.b", "create"]), "before\n````\n# out\n````\nafter"),
  ]);
  expect(text).toContain("`````text\nbefore\n````\n");
});
