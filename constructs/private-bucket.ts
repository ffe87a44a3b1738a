import { StorageBucket, type StorageBucketLifecycleRule } from "@cdktf/provider-google/lib/storage-bucket";
import { StorageBucketIamMember } from "@cdktf/provider-google/lib/storage-bucket-iam-member";
import { Construct } from "constructs";
import type { IIdentity } from "./identity";

export interface IPrivateBucket {
  readonly bucketName: string;
  grantRead(reader: IIdentity): void;
  grantWrite(writer: IIdentity): void;
}

export interface PrivateBucketProps {
  readonly project: string;
  readonly bucketName: string;
  readonly location: string;
  /**
   * Days after which a live object moves to nearline storage.
   * @default it stays in standard storage
   */
  readonly coldAfterDays?: number;
  /**
   * Days that a replaced or deleted object is kept.
   * @default 90
   */
  readonly noncurrentDays?: number;
  /**
   * Days in which Google can bring back even a deleted version, 0 or 7 to 90.
   * @default 7
   */
  readonly softDeleteDays?: number;
  /**
   * Cloud KMS key.
   * @default Google's own key
   */
  readonly kmsKey?: string;
  /**
   * May a destroy delete the objects too?
   * @default false
   */
  readonly forceDestroy?: boolean;
  /**
   * May its objects be granted to everyone? Nothing is granted by this alone.
   * @default false
   */
  readonly allowPublic?: boolean;
  /**
   * Page that the bucket's address shows.
   * @default none
   */
  readonly mainPage?: string;
}

/** A bucket as every bucket here is: one set of rules, closed to the public, nothing lost by a mistake. */
export class PrivateBucket extends Construct implements IPrivateBucket {
  readonly bucketName: string;
  private readonly bucket: StorageBucket;

  constructor(scope: Construct, id: string, props: PrivateBucketProps) {
    super(scope, id);
    this.bucket = new StorageBucket(this, "Resource", {
      project: props.project,
      name: props.bucketName,
      location: props.location.toUpperCase(),
      storageClass: "STANDARD",
      uniformBucketLevelAccess: true,
      publicAccessPrevention: props.allowPublic ? "inherited" : "enforced",
      versioning: { enabled: true },
      softDeletePolicy: { retentionDurationSeconds: (props.softDeleteDays ?? 7) * 86_400 },
      lifecycleRule: rules(props),
      forceDestroy: props.forceDestroy ?? false,
      ...(props.kmsKey && { encryption: { defaultKmsKeyName: props.kmsKey } }),
      ...(props.mainPage && { website: { mainPageSuffix: props.mainPage } }),
    });
    this.bucketName = props.bucketName;
  }

  /** Lets someone read objects and list them. */
  grantRead(reader: IIdentity): void {
    this.grant(reader, "roles/storage.objectViewer");
  }

  /** Lets someone read, write, replace and delete objects; versions keep what was replaced. */
  grantWrite(writer: IIdentity): void {
    this.grant(writer, "roles/storage.objectUser");
  }

  private grant(user: IIdentity, role: string): void {
    new StorageBucketIamMember(this, `${role}-${user.id}`, {
      bucket: this.bucket.name,
      role,
      member: user.member,
    });
  }
}

function rules(props: PrivateBucketProps): StorageBucketLifecycleRule[] {
  return [
    ...(props.coldAfterDays === undefined
      ? []
      : [
          {
            action: { type: "SetStorageClass", storageClass: "NEARLINE" },
            condition: { age: props.coldAfterDays, withState: "LIVE" },
          },
        ]),
    {
      action: { type: "Delete" },
      condition: { daysSinceNoncurrentTime: props.noncurrentDays ?? 90, withState: "ARCHIVED" },
    },
    { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: 7, withState: "ANY" } },
  ];
}
