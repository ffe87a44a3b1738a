import { StorageBucket } from "@cdktf/provider-google/lib/storage-bucket";
import { ProjectServices } from "../../constructs/project-services";
import { emptyStack, parsed, synthesize } from "../support/stack";
import { Testing } from "cdktf";

test("switches on each API and leaves it on at the end", () => {
  const { all } = synthesize((stack) => {
    const made = new ProjectServices(stack, "Services", { project: "p", services: ["storage", "iam"] });
    expect(made.services).toEqual(["storage", "iam"]);
  });
  expect(all("google_project_service")).toEqual(
    ["iam", "storage"].map((name) => ({
      project: "p",
      service: `${name}.googleapis.com`,
      disable_on_destroy: false,
    })),
  );
});

test("a resource waits for its API, and keeps what it waited for before", () => {
  const stack = emptyStack();
  new ProjectServices(stack, "Services", { project: "p", services: ["storage"] });
  const first = new StorageBucket(stack, "First", { name: "first", location: "X" });
  new StorageBucket(stack, "Second", { name: "second", location: "X", dependsOn: [first] });
  const buckets = parsed(Testing.synth(stack)).all("google_storage_bucket");
  expect(buckets.map((bucket) => bucket["depends_on"])).toEqual([
    [expect.stringMatching(/^google_project_service\.Services_storage_/)],
    ["google_storage_bucket.First", expect.stringMatching(/^google_project_service\.Services_storage_/)],
  ]);
});

test("a resource whose API is another stack's business waits for nothing", () => {
  const { one } = synthesize((stack) => {
    new ProjectServices(stack, "Services", { project: "p", services: ["iam"] });
    new StorageBucket(stack, "Bucket", { name: "b", location: "X" });
  });
  expect(one("google_storage_bucket")).not.toHaveProperty("depends_on");
});
