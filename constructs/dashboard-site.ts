import { Construct } from "constructs";
import { identity, type IIdentity } from "./identity";
import { suppress } from "./policies/policy";
import { noPublicMember } from "./policies/no-public-member";
import { PrivateBucket, type IPrivateBucket, type PrivateBucketProps } from "./private-bucket";

export interface IDashboardSite {
  readonly bucket: IPrivateBucket;
  /** Address of the page. */
  readonly url: string;
  grantPublish(publisher: IIdentity): void;
}

export interface DashboardSiteProps extends Pick<
  PrivateBucketProps,
  "project" | "location" | "bucketName" | "noncurrentDays" | "kmsKey" | "forceDestroy"
> {
  /**
   * Who may open the page.
   * @default nobody but the project's own people
   */
  readonly readers?: readonly IIdentity[];
  /**
   * Puts the page on the open internet.
   * @default false
   */
  readonly public?: boolean;
}

/** The bucket that shows the page: to granted readers after Google's login, or to everyone when that is asked for. */
export class DashboardSite extends Construct implements IDashboardSite {
  /** Where the page of such a bucket is found. */
  static urlOf(bucketName: string, isPublic: boolean): string {
    return `https://storage.${isPublic ? "googleapis" : "cloud.google"}.com/${bucketName}/index.html`;
  }

  readonly bucket: IPrivateBucket;
  readonly url: string;

  constructor(scope: Construct, id: string, props: DashboardSiteProps) {
    super(scope, id);
    const { readers = [], public: isPublic = false, ...rest } = props;
    this.bucket = new PrivateBucket(this, "Bucket", {
      ...rest,
      allowPublic: isPublic,
      mainPage: "index.html",
    });
    this.url = DashboardSite.urlOf(props.bucketName, isPublic);
    for (const reader of readers) this.bucket.grantRead(reader);
    if (isPublic) {
      suppress(
        this,
        noPublicMember,
        "publicDashboard was set: the page shows open data and holds nothing else",
      );
      this.bucket.grantRead(identity("allUsers"));
    }
  }

  /** Lets someone put the page there. */
  grantPublish(publisher: IIdentity): void {
    this.bucket.grantWrite(publisher);
  }
}
