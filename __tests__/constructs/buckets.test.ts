import { DashboardSite } from "../../constructs/dashboard-site";
import { DataLake } from "../../constructs/data-lake";
import { identity } from "../../constructs/identity";
import { PrivateBucket } from "../../constructs/private-bucket";
import { synthesize } from "../support/stack";

const place = { project: "p", location: "northamerica-northeast2" };
const ada = identity("user:ada@example.com");

const abandonedUploads = {
  action: { type: "AbortIncompleteMultipartUpload" },
  condition: { age: 7, with_state: "ANY" },
};
const oldVersionsAfter = (days: number) => ({
  action: { type: "Delete" },
  condition: { days_since_noncurrent_time: days, with_state: "ARCHIVED" },
});

describe("PrivateBucket", () => {
  test("is closed, versioned and recoverable by default", () => {
    const { one, counts } = synthesize(
      (stack) => new PrivateBucket(stack, "Bucket", { ...place, bucketName: "b" }),
    );
    expect(counts).toEqual({ google_storage_bucket: 1 });
    expect(one("google_storage_bucket")).toEqual({
      project: "p",
      name: "b",
      location: "NORTHAMERICA-NORTHEAST2",
      storage_class: "STANDARD",
      uniform_bucket_level_access: true,
      public_access_prevention: "enforced",
      versioning: { enabled: true },
      soft_delete_policy: { retention_duration_seconds: 604_800 },
      lifecycle_rule: [oldVersionsAfter(90), abandonedUploads],
      force_destroy: false,
    });
  });

  test("takes each option", () => {
    const { one } = synthesize(
      (stack) =>
        new PrivateBucket(stack, "Bucket", {
          ...place,
          bucketName: "b",
          coldAfterDays: 10,
          noncurrentDays: 20,
          softDeleteDays: 30,
          kmsKey: "key",
          forceDestroy: true,
          allowPublic: true,
          mainPage: "index.html",
        }),
    );
    expect(one("google_storage_bucket")).toMatchObject({
      public_access_prevention: "inherited",
      soft_delete_policy: { retention_duration_seconds: 2_592_000 },
      lifecycle_rule: [
        {
          action: { type: "SetStorageClass", storage_class: "NEARLINE" },
          condition: { age: 10, with_state: "LIVE" },
        },
        oldVersionsAfter(20),
        abandonedUploads,
      ],
      encryption: { default_kms_key_name: "key" },
      force_destroy: true,
      website: { main_page_suffix: "index.html" },
    });
  });

  test("grants reading and writing on the bucket alone", () => {
    const { all } = synthesize((stack) => {
      const bucket = new PrivateBucket(stack, "Bucket", { ...place, bucketName: "b" });
      bucket.grantRead(ada);
      bucket.grantWrite(ada);
    });
    expect(all("google_storage_bucket_iam_member")).toEqual(
      ["roles/storage.objectUser", "roles/storage.objectViewer"].map((role) => ({
        bucket: expect.stringMatching(/^\$\{google_storage_bucket\..*\.name\}$/) as string,
        role,
        member: "user:ada@example.com",
      })),
    );
  });
});

describe("DataLake", () => {
  const props = { ...place, rawBucketName: "raw", processedBucketName: "processed" };
  const rulesOf = (bucket: Record<string, unknown>) =>
    bucket["lifecycle_rule"] as { action: { type: string } }[];

  test("raw files grow cold, and no live object is ever deleted", () => {
    const { all } = synthesize((stack) => new DataLake(stack, "Lake", props));
    const [processed, raw] = all("google_storage_bucket");
    expect([raw!["name"], processed!["name"]]).toEqual(["raw", "processed"]);
    expect(rulesOf(raw!)).toEqual([
      {
        action: { type: "SetStorageClass", storage_class: "NEARLINE" },
        condition: { age: 30, with_state: "LIVE" },
      },
      oldVersionsAfter(90),
      abandonedUploads,
    ]);
    expect(rulesOf(processed!)).toEqual([oldVersionsAfter(90), abandonedUploads]);
  });

  test("hands its options to both buckets", () => {
    const { all } = synthesize(
      (stack) =>
        new DataLake(stack, "Lake", {
          ...props,
          coldAfterDays: 5,
          noncurrentDays: 6,
          kmsKey: "key",
          forceDestroy: true,
        }),
    );
    for (const bucket of all("google_storage_bucket")) {
      expect(bucket).toMatchObject({ force_destroy: true, encryption: { default_kms_key_name: "key" } });
      expect(rulesOf(bucket)).toContainEqual(oldVersionsAfter(6));
    }
    expect(rulesOf(all("google_storage_bucket")[1]!)[0]).toMatchObject({ condition: { age: 5 } });
  });

  test("a grant counts for both buckets", () => {
    const { all } = synthesize((stack) => {
      const lake = new DataLake(stack, "Lake", props);
      lake.grantRead(ada);
      lake.grantWrite(ada);
    });
    expect(
      all("google_storage_bucket_iam_member")
        .map(({ role }) => role)
        .sort(),
    ).toEqual([
      "roles/storage.objectUser",
      "roles/storage.objectUser",
      "roles/storage.objectViewer",
      "roles/storage.objectViewer",
    ]);
  });
});

describe("DashboardSite", () => {
  const props = { ...place, bucketName: "page" };

  test("is private, with the address that asks for a login", () => {
    const { one, counts } = synthesize((stack) => {
      expect(new DashboardSite(stack, "Site", props).url).toBe(
        "https://storage.cloud.google.com/page/index.html",
      );
    });
    expect(counts).toEqual({ google_storage_bucket: 1 });
    expect(one("google_storage_bucket")).toMatchObject({
      public_access_prevention: "enforced",
      website: { main_page_suffix: "index.html" },
    });
  });

  test("readers may read, a publisher may write", () => {
    const { all } = synthesize((stack) => {
      new DashboardSite(stack, "Site", { ...props, readers: [identity("domain:example.com")] }).grantPublish(
        ada,
      );
    });
    expect(all("google_storage_bucket_iam_member").map(({ role, member }) => [role, member])).toEqual([
      ["roles/storage.objectUser", "user:ada@example.com"],
      ["roles/storage.objectViewer", "domain:example.com"],
    ]);
  });

  test("is public only when that is asked for", () => {
    const { one } = synthesize((stack) => {
      expect(new DashboardSite(stack, "Site", { ...props, public: true }).url).toBe(
        "https://storage.googleapis.com/page/index.html",
      );
    });
    expect(one("google_storage_bucket")["public_access_prevention"]).toBe("inherited");
    expect(one("google_storage_bucket_iam_member")).toMatchObject({
      role: "roles/storage.objectViewer",
      member: "allUsers",
    });
  });
});
