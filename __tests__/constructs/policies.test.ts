import { Volume } from "@cdktf/provider-docker/lib/volume";
import { BigqueryDataset } from "@cdktf/provider-google/lib/bigquery-dataset";
import { BigqueryDatasetAccessA } from "@cdktf/provider-google/lib/bigquery-dataset-access";
import { ComputeAddress } from "@cdktf/provider-google/lib/compute-address";
import { ComputeDisk } from "@cdktf/provider-google/lib/compute-disk";
import { ComputeFirewall } from "@cdktf/provider-google/lib/compute-firewall";
import { ComputeInstance, type ComputeInstanceConfig } from "@cdktf/provider-google/lib/compute-instance";
import { ComputeResourcePolicy } from "@cdktf/provider-google/lib/compute-resource-policy";
import { ProjectIamBinding } from "@cdktf/provider-google/lib/project-iam-binding";
import { ProjectIamMember } from "@cdktf/provider-google/lib/project-iam-member";
import { SecretManagerSecret } from "@cdktf/provider-google/lib/secret-manager-secret";
import { ServiceAccountKey } from "@cdktf/provider-google/lib/service-account-key";
import { StorageBucket, type StorageBucketConfig } from "@cdktf/provider-google/lib/storage-bucket";
import { StorageBucketIamMember } from "@cdktf/provider-google/lib/storage-bucket-iam-member";
import { StorageHmacKey } from "@cdktf/provider-google/lib/storage-hmac-key";
import { rmSync } from "node:fs";
import { App, Aspects, type TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { DashboardSite } from "../../constructs/dashboard-site";
import { Labels } from "../../constructs/labels";
import { allPolicies } from "../../constructs/policies";
import { noKey } from "../../constructs/policies/no-key";
import { noPublicMember } from "../../constructs/policies/no-public-member";
import { Policies, suppress } from "../../constructs/policies/policy";
import { emptyStack } from "../support/stack";

const here = "northamerica-northeast2";

/** The complaints about what `build` makes, as `[path] rule: ...` lines; labels are given unless a test is about them. */
function complaints(build: (stack: TerraformStack) => void, labelled = true): string[] {
  const stack = emptyStack();
  build(stack);
  if (labelled) Aspects.of(stack).add(new Labels({ app: "crime", stack: "test" }));
  Aspects.of(stack).add(new Policies(allPolicies(here)));
  try {
    App.of(stack).synth();
    return [];
  } catch (error) {
    return (error as Error).message.split("\n").filter((line) => line.startsWith("["));
  } finally {
    rmSync(App.of(stack).outdir, { recursive: true });
  }
}

const bucket = (more: Partial<StorageBucketConfig>) => (stack: TerraformStack) =>
  void new StorageBucket(stack, "Thing", {
    name: "b",
    location: here,
    uniformBucketLevelAccess: true,
    ...more,
  });

const machine = (more: Partial<ComputeInstanceConfig>) => (stack: TerraformStack) =>
  void new ComputeInstance(stack, "Thing", {
    name: "m",
    machineType: "e2-small",
    zone: `${here}-a`,
    bootDisk: {},
    networkInterface: [{ network: "n" }],
    serviceAccount: { email: "vm@p.iam.gserviceaccount.com", scopes: [] },
    ...more,
  });

const firewall = (more: object) => (stack: TerraformStack) =>
  void new ComputeFirewall(stack, "Thing", {
    name: "f",
    network: "n",
    allow: [{ protocol: "tcp" }],
    ...more,
  });

const bad: [rule: string, why: string, build: (stack: TerraformStack) => void][] = [
  [
    "no-key",
    "service account key",
    (stack) => new ServiceAccountKey(stack, "Thing", { serviceAccountId: "a" }),
  ],
  ["no-key", "HMAC key", (stack) => new StorageHmacKey(stack, "Thing", { serviceAccountEmail: "a" })],
  [
    "no-public-member",
    "member",
    (stack) =>
      new StorageBucketIamMember(stack, "Thing", { bucket: "b", role: "roles/x", member: "allUsers" }),
  ],
  [
    "no-public-member",
    "one of several members",
    (stack) =>
      new ProjectIamBinding(stack, "Thing", {
        project: "p",
        role: "r",
        members: ["user:a", "allAuthenticatedUsers"],
      }),
  ],
  [
    "no-public-member",
    "special group",
    (stack) =>
      new BigqueryDatasetAccessA(stack, "Thing", { datasetId: "d", specialGroup: "allAuthenticatedUsers" }),
  ],
  [
    "no-public-member",
    "access block inside a dataset",
    (stack) =>
      new BigqueryDataset(stack, "Thing", {
        datasetId: "d",
        location: here,
        access: [{ iamMember: "allUsers" }],
      }),
  ],
  [
    "no-basic-role",
    "editor",
    (stack) => new ProjectIamMember(stack, "Thing", { project: "p", role: "roles/editor", member: "user:a" }),
  ],
  [
    "no-basic-role",
    "viewer",
    (stack) => new ProjectIamMember(stack, "Thing", { project: "p", role: "roles/viewer", member: "user:a" }),
  ],
  [
    "no-default-service-account",
    "none given",
    (stack) =>
      new ComputeInstance(stack, "Thing", {
        name: "m",
        machineType: "e2-small",
        zone: `${here}-a`,
        bootDisk: {},
        networkInterface: [{}],
      }),
  ],
  ["no-default-service-account", "no address", machine({ serviceAccount: { scopes: [] } })],
  [
    "no-default-service-account",
    "the default one",
    machine({ serviceAccount: { email: "1-compute@developer.gserviceaccount.com", scopes: [] } }),
  ],
  [
    "no-default-service-account",
    "granted elsewhere",
    (stack) =>
      new ProjectIamMember(stack, "Thing", {
        project: "p",
        role: "roles/x",
        member: "serviceAccount:p@appspot.gserviceaccount.com",
      }),
  ],
  [
    "no-external-address",
    "access config",
    machine({ networkInterface: [{ network: "n", accessConfig: [{}] }] }),
  ],
  [
    "no-external-address",
    "IPv6",
    machine({ networkInterface: [{ network: "n", ipv6AccessConfig: [{ networkTier: "PREMIUM" }] }] }),
  ],
  ["no-external-address", "reserved", (stack) => new ComputeAddress(stack, "Thing", { name: "a" })],
  ["ingress-from-proxy-only", "the world", firewall({ sourceRanges: ["0.0.0.0/0"] })],
  [
    "ingress-from-proxy-only",
    "also another range",
    firewall({ sourceRanges: ["35.235.240.0/20", "10.0.0.0/8"] }),
  ],
  ["ingress-from-proxy-only", "no range", firewall({})],
  [
    "ingress-from-proxy-only",
    "also a tag",
    firewall({ sourceRanges: ["35.235.240.0/20"], sourceTags: ["t"] }),
  ],
  [
    "ingress-from-proxy-only",
    "also an account",
    firewall({ sourceRanges: ["35.235.240.0/20"], sourceServiceAccounts: ["a@p.iam.gserviceaccount.com"] }),
  ],
  ["uniform-bucket", "off", bucket({ uniformBucketLevelAccess: false })],
  ["uniform-bucket", "left out", (stack) => new StorageBucket(stack, "Thing", { name: "b", location: here })],
  ["one-location", "bucket", bucket({ location: "US" })],
  [
    "one-location",
    "dataset",
    (stack) => new BigqueryDataset(stack, "Thing", { datasetId: "d", location: "EU" }),
  ],
  ["one-location", "zone", machine({ zone: "us-central1-a" })],
  [
    "one-location",
    "secret",
    (stack) =>
      new SecretManagerSecret(stack, "Thing", {
        secretId: "s",
        replication: { userManaged: { replicas: [{ location: "us-east1" }] } },
      }),
  ],
  [
    "one-location",
    "snapshots",
    (stack) =>
      new ComputeResourcePolicy(stack, "Thing", {
        name: "r",
        region: here,
        snapshotSchedulePolicy: {
          schedule: { dailySchedule: { daysInCycle: 1, startTime: "04:00" } },
          snapshotProperties: { storageLocations: ["us"] },
        },
      }),
  ],
  [
    "no-deletion-by-age",
    "after a year",
    bucket({ lifecycleRule: [{ action: { type: "Delete" }, condition: { age: 365 } }] }),
  ],
];

test.each(bad)("%s fails the synthesis and names the path: %s", (rule, _why, build) => {
  const found = complaints(build);
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(new RegExp(`^\\[test/Thing\\] ${rule}: .+\\. .+`));
});

const good: [what: string, build: (stack: TerraformStack) => void][] = [
  [
    "a bucket with old versions deleted",
    bucket({ lifecycleRule: [{ action: { type: "Delete" }, condition: { daysSinceNoncurrentTime: 9 } }] }),
  ],
  [
    "a bucket that keeps some versions",
    bucket({ lifecycleRule: [{ action: { type: "Delete" }, condition: { numNewerVersions: 3 } }] }),
  ],
  [
    "a bucket with archived objects deleted",
    bucket({ lifecycleRule: [{ action: { type: "Delete" }, condition: { age: 9, withState: "ARCHIVED" } }] }),
  ],
  ["a machine with its own account", machine({})],
  [
    "an internal address",
    (stack) => new ComputeAddress(stack, "Thing", { name: "a", addressType: "INTERNAL" }),
  ],
  ["the proxy's range", firewall({ sourceRanges: ["35.235.240.0/20"] })],
  ["a way out", firewall({ direction: "EGRESS" })],
  ["a rule that is switched off", firewall({ sourceRanges: ["0.0.0.0/0"], disabled: true })],
  [
    "a denial",
    (stack) => new ComputeFirewall(stack, "Thing", { name: "f", network: "n", deny: [{ protocol: "all" }] }),
  ],
  [
    "a predefined role",
    (stack) =>
      new ProjectIamMember(stack, "Thing", {
        project: "p",
        role: "roles/bigquery.jobUser",
        member: "user:a",
      }),
  ],
  [
    "a zone given by a reference",
    (stack) => {
      const disk = new ComputeDisk(stack, "Disk", { name: "d", zone: `${here}-a` });
      new ComputeDisk(stack, "Thing", { name: "e", zone: disk.zone });
    },
  ],
];

good.push(
  [
    "a snapshot schedule that leaves the place to Google",
    (stack) => {
      const schedule = { dailySchedule: { daysInCycle: 1, startTime: "04:00" } };
      const plain = { name: "r", region: here };
      new ComputeResourcePolicy(stack, "Thing", {
        ...plain,
        snapshotSchedulePolicy: { schedule, snapshotProperties: { guestFlush: false } },
      });
    },
  ],
  ["a volume of Docker", (stack) => new Volume(stack, "Thing", { name: "v" })],
);

test.each(good)("%s is fine", (_what, build) => {
  expect(complaints(build)).toEqual([]);
});

test("labels-everywhere: what can carry labels must carry both", () => {
  expect(complaints(bucket({}), false)).toEqual([
    expect.stringMatching(/^\[test\/Thing\] labels-everywhere: it lacks the label app and stack/),
  ]);
  expect(complaints(bucket({ labels: { app: "a" } }), false)).toEqual([
    expect.stringMatching(/lacks the label stack\./),
  ]);
});

test("a rule is suppressed for one part of the tree, and only for that rule", () => {
  const within = (stack: TerraformStack) => {
    const part = new Construct(stack, "Part");
    new ServiceAccountKey(part, "Key", { serviceAccountId: "a" });
    new StorageBucketIamMember(part, "Open", { bucket: "b", role: "roles/x", member: "allUsers" });
    suppress(part, noKey, "an old system can do nothing else");
    new ServiceAccountKey(stack, "Other", { serviceAccountId: "a" });
  };
  expect(complaints(within).map((line) => line.split(":")[0])).toEqual([
    "[test/Part/Open] no-public-member",
    "[test/Other] no-key",
  ]);
});

test("a suppression without a reason is an error", () => {
  expect(() => suppress(emptyStack(), noPublicMember, "  because  ")).toThrow(
    "no-public-member can be suppressed on test only with a written reason",
  );
});

test("the public page carries its own suppression", () => {
  const props = { project: "p", location: here, bucketName: "page", public: true };
  expect(complaints((stack) => new DashboardSite(stack, "Site", props))).toEqual([]);
});

test("every rule has its own id, a reason and a file", () => {
  const policies = allPolicies(here);
  expect(new Set(policies.map(({ id }) => id)).size).toBe(10);
  for (const { id, reason } of policies) {
    expect(reason.length).toBeGreaterThan(20);
    expect(require.resolve(`../../constructs/policies/${id}`)).toBeTruthy();
  }
});
