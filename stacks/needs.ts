import type { Settings } from "../config";
import type { CloudStackName } from "./names";

/** Oldest Terraform that knows everything the stacks use. */
export const oldestTerraform = "1.9.0";

/** Google's APIs that each stack needs, by their short names: `bigquery` for bigquery.googleapis.com. */
export function servicesOf({
  billingAccount,
}: Pick<Settings, "billingAccount">): Record<CloudStackName, readonly string[]> {
  return {
    "crime-data": ["bigquery", "cloudresourcemanager", "compute", "iam", "secretmanager", "storage"],
    "crime-delivery": ["iamcredentials", "sts"],
    "crime-orchestrator": [
      "iap",
      "logging",
      "monitoring",
      "oslogin",
      ...(billingAccount ? ["billingbudgets"] : []),
    ],
  };
}
