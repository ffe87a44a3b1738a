import { ComputeDisk } from "@cdktf/provider-google/lib/compute-disk";
import { ComputeDiskResourcePolicyAttachment } from "@cdktf/provider-google/lib/compute-disk-resource-policy-attachment";
import { ComputeResourcePolicy } from "@cdktf/provider-google/lib/compute-resource-policy";
import { Construct } from "constructs";

export interface IDataDisk {
  /** Path under which a machine of another stack attaches the disk. */
  readonly path: string;
}

export interface DataDiskProps {
  readonly project: string;
  readonly zone: string;
  readonly name: string;
  /**
   * It can grow later, never shrink.
   * @default 50
   */
  readonly sizeGb?: number;
  /**
   * Days that a daily snapshot is kept.
   * @default 14
   */
  readonly snapshotDays?: number;
  /**
   * Cloud KMS key.
   * @default Google's own key
   */
  readonly kmsKey?: string;
  /**
   * Refuses a plan that destroys or replaces it: a smaller size, another zone, another key.
   * @default true
   */
  readonly deletionProtection?: boolean;
}

/** The disk that outlives every machine: Kestra's history and database, with a snapshot every night. */
export class DataDisk extends Construct implements IDataDisk {
  /** The path of a disk, known without asking for it. */
  static pathOf(project: string, zone: string, name: string): string {
    return `projects/${project}/zones/${zone}/disks/${name}`;
  }

  readonly path: string;

  constructor(scope: Construct, id: string, props: DataDiskProps) {
    super(scope, id);
    const { project, zone, name } = props;
    const region = zone.replace(/-[a-z]$/, "");
    const disk = new ComputeDisk(this, "Resource", {
      project,
      zone,
      name,
      type: "pd-balanced",
      size: props.sizeGb ?? 50,
      description: "Kestra's history and database",
      ...(props.kmsKey && { diskEncryptionKey: { kmsKeySelfLink: props.kmsKey } }),
      lifecycle: {
        preventDestroy: props.deletionProtection ?? true,
        // A disk that was made anew from a snapshot and imported (docs/runbook.md) names it.
        ignoreChanges: ["snapshot"],
      },
    });
    const nightly = new ComputeResourcePolicy(this, "Snapshots", {
      project,
      region,
      name: `${name}-nightly`,
      description: "A snapshot every night",
      snapshotSchedulePolicy: {
        schedule: { dailySchedule: { daysInCycle: 1, startTime: "04:00" } },
        retentionPolicy: {
          maxRetentionDays: props.snapshotDays ?? 14,
          onSourceDiskDelete: "KEEP_AUTO_SNAPSHOTS",
        },
        snapshotProperties: { storageLocations: [region] },
      },
    });
    new ComputeDiskResourcePolicyAttachment(this, "SnapshotsOfDisk", {
      project,
      zone,
      disk: disk.name,
      name: nightly.name,
    });
    this.path = DataDisk.pathOf(project, zone, name);
  }
}
