import type { Construct } from "constructs";
import type { Settings } from "../config";
import { DashboardSite } from "../constructs/dashboard-site";
import { DataDisk } from "../constructs/data-disk";
import { DataLake } from "../constructs/data-lake";
import { identity } from "../constructs/identity";
import { KestraSecrets } from "../constructs/kestra-secrets";
import { ServiceIdentity } from "../constructs/service-identity";
import { Warehouse } from "../constructs/warehouse";
import { CrimeStack } from "./crime-stack";

/** What must outlive every machine: data, the disk, secrets, and the identity that may touch them. */
export class CrimeData extends CrimeStack {
  constructor(scope: Construct, settings: Settings) {
    super(scope, "crime-data", settings);
    const { location, kmsKey, keepData, noncurrentDays } = settings;
    const { names } = this;
    const common = { project: settings.projectId, location, ...(kmsKey && { kmsKey }) };
    const bucket = { ...common, noncurrentDays, forceDestroy: !keepData };

    const pipeline = new ServiceIdentity(this, "Pipeline", {
      project: settings.projectId,
      accountId: names.pipelineAccountId,
      description: "Kestra and its flows",
      projectRoles: ["roles/bigquery.jobUser", "roles/logging.logWriter", "roles/monitoring.metricWriter"],
    });
    const lake = new DataLake(this, "Lake", {
      ...bucket,
      rawBucketName: names.rawBucket,
      processedBucketName: names.processedBucket,
    });
    const site = new DashboardSite(this, "Dashboard", {
      ...bucket,
      bucketName: names.dashboardBucket,
      readers: settings.readers.map(identity),
      public: settings.publicDashboard,
    });
    const warehouse = new Warehouse(this, "Warehouse", {
      ...common,
      datasetPrefix: settings.datasetPrefix,
      deletionProtection: keepData,
    });
    new DataDisk(this, "Disk", {
      ...common,
      zone: settings.zone,
      name: names.dataDisk,
      sizeGb: settings.dataDiskGb,
      deletionProtection: keepData,
    });
    const secrets = new KestraSecrets(this, "Secrets", {
      ...common,
      ids: names.secrets,
      deletionProtection: keepData,
    });

    lake.grantWrite(pipeline);
    site.grantPublish(pipeline);
    warehouse.grantBuild(pipeline);
    secrets.grantBoot(pipeline);
    for (const operator of settings.operators.map(identity)) {
      pipeline.grantUse(operator);
      secrets.grantReadAdminPassword(operator);
    }
  }
}
