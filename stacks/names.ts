import { DataDisk } from "../constructs/data-disk";
import { KestraSecrets, type SecretIds } from "../constructs/kestra-secrets";
import { ServiceIdentity } from "../constructs/service-identity";
import { Warehouse, type Layer } from "../constructs/warehouse";
import type { Settings } from "../config";

/** Every stack of the app, in the order in which they are applied. */
export const stackNames = ["crime-data", "crime-delivery", "crime-orchestrator"] as const;
export type CloudStackName = (typeof stackNames)[number];

/** Names that more than one stack knows. They follow from the settings, so no stack reads another one's state. */
export interface Names {
  readonly rawBucket: string;
  readonly processedBucket: string;
  readonly dashboardBucket: string;
  readonly datasets: Readonly<Record<Layer, string>>;
  readonly pipelineAccountId: string;
  readonly pipelineAccount: string;
  readonly planAccount: string;
  readonly checkAccount: string;
  readonly applyAccount: string;
  readonly host: string;
  readonly dataDisk: string;
  readonly dataDiskPath: string;
  readonly secrets: SecretIds;
}

/** The names that the settings give. */
export function namesOf(settings: Settings): Names {
  const { projectId: project } = settings;
  const dataDisk = "crime-data";
  const pipelineAccountId = "crime-pipeline";
  return {
    rawBucket: `${project}-crime-raw`,
    processedBucket: `${project}-crime-processed`,
    dashboardBucket: `${project}-crime-dashboard`,
    datasets: Warehouse.idsOf(settings.datasetPrefix),
    pipelineAccountId,
    pipelineAccount: ServiceIdentity.emailOf(project, pipelineAccountId),
    planAccount: ServiceIdentity.emailOf(project, "crime-plan"),
    checkAccount: ServiceIdentity.emailOf(project, "crime-check"),
    applyAccount: ServiceIdentity.emailOf(project, "crime-apply"),
    host: "crime-kestra",
    dataDisk,
    dataDiskPath: DataDisk.pathOf(project, settings.zone, dataDisk),
    secrets: KestraSecrets.idsOf("crime", settings.kestraSecrets),
  };
}
