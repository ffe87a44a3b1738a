import { DataDisk } from "../../constructs/data-disk";
import { synthesize } from "../support/stack";

const props = { project: "p", zone: "northamerica-northeast2-a", name: "crime-data" };

test("is a disk with a snapshot every night, kept in its region even when the disk goes", () => {
  const { one } = synthesize((stack) => {
    expect(new DataDisk(stack, "Disk", props).path).toBe(
      "projects/p/zones/northamerica-northeast2-a/disks/crime-data",
    );
  });
  expect(one("google_compute_disk")).toEqual({
    ...props,
    type: "pd-balanced",
    size: 50,
    description: expect.any(String) as string,
    lifecycle: { prevent_destroy: true, ignore_changes: ["snapshot"] },
  });
  expect(one("google_compute_resource_policy")).toMatchObject({
    region: "northamerica-northeast2",
    snapshot_schedule_policy: {
      schedule: { daily_schedule: { days_in_cycle: 1, start_time: "04:00" } },
      retention_policy: { max_retention_days: 14, on_source_disk_delete: "KEEP_AUTO_SNAPSHOTS" },
      snapshot_properties: { storage_locations: ["northamerica-northeast2"] },
    },
  });
  expect(one("google_compute_disk_resource_policy_attachment")).toEqual({
    project: "p",
    zone: props.zone,
    disk: expect.stringMatching(/^\$\{google_compute_disk\./) as string,
    name: expect.stringMatching(/^\$\{google_compute_resource_policy\./) as string,
  });
});

test("takes each option", () => {
  const { one } = synthesize(
    (stack) =>
      new DataDisk(stack, "Disk", {
        ...props,
        sizeGb: 80,
        snapshotDays: 3,
        kmsKey: "key",
        deletionProtection: false,
      }),
  );
  expect(one("google_compute_disk")).toMatchObject({
    size: 80,
    disk_encryption_key: { kms_key_self_link: "key" },
    lifecycle: { prevent_destroy: false },
  });
  expect(one("google_compute_resource_policy")).toMatchObject({
    snapshot_schedule_policy: { retention_policy: { max_retention_days: 3 } },
  });
});
