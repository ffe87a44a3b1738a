import { Construct } from "constructs";
import type { IIdentity } from "./identity";
import { PrivateBucket, type IPrivateBucket, type PrivateBucketProps } from "./private-bucket";

export interface IDataLake {
  /** The publisher's files, byte by byte. */
  readonly raw: IPrivateBucket;
  /** What the pipeline makes of them. */
  readonly processed: IPrivateBucket;
  grantRead(reader: IIdentity): void;
  grantWrite(writer: IIdentity): void;
}

export interface DataLakeProps extends Pick<
  PrivateBucketProps,
  "project" | "location" | "noncurrentDays" | "softDeleteDays" | "kmsKey" | "forceDestroy"
> {
  readonly rawBucketName: string;
  readonly processedBucketName: string;
  /**
   * Days after which a raw file moves to nearline storage: it is read again only to restore a past state.
   * @default 30
   */
  readonly coldAfterDays?: number;
}

/** Two buckets: what came in, and what was made of it. Objects change their storage class, age never deletes one. */
export class DataLake extends Construct implements IDataLake {
  readonly raw: IPrivateBucket;
  readonly processed: IPrivateBucket;

  constructor(scope: Construct, id: string, props: DataLakeProps) {
    super(scope, id);
    const { rawBucketName, processedBucketName, coldAfterDays, ...common } = props;
    this.raw = new PrivateBucket(this, "Raw", {
      ...common,
      bucketName: rawBucketName,
      coldAfterDays: coldAfterDays ?? 30,
    });
    this.processed = new PrivateBucket(this, "Processed", { ...common, bucketName: processedBucketName });
  }

  /** Lets someone read both buckets. */
  grantRead(reader: IIdentity): void {
    this.raw.grantRead(reader);
    this.processed.grantRead(reader);
  }

  /** Lets someone write into both buckets. */
  grantWrite(writer: IIdentity): void {
    this.raw.grantWrite(writer);
    this.processed.grantWrite(writer);
  }
}
