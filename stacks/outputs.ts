import { timeZone, type Settings } from "../config";
import { dbtImage } from "../compose/dbt-image";
import { dockerHost, kestraPort } from "../compose/kestra";
import { DashboardSite } from "../constructs/dashboard-site";
import { GithubFederation } from "../constructs/github-federation";
import { layers } from "../constructs/warehouse";
import { UserError } from "../errors";
import { namesOf, stackNames, type CloudStackName } from "./names";
import { described, type NamesIn, type Outputs } from "./output-names";

/** The weekly slot as a cron expression. */
export const pipelineCron = ({ pipelineHour, pipelineWeekday }: Settings): string =>
  `0 ${pipelineHour} * * ${pipelineWeekday}`;

/** The outputs that the settings give, by stack: the same values that a deployment writes into its states. */
export function outputsOf(settings: Settings): { [S in CloudStackName]: Record<NamesIn<S>, string> } {
  const names = namesOf(settings);
  const dataset = Object.fromEntries(
    layers.map((layer) => [`${layer}_dataset`, names.datasets[layer]]),
  ) as Record<`${(typeof layers)[number]}_dataset`, string>;
  return {
    "crime-data": {
      project_id: settings.projectId,
      location: settings.location,
      namespace: settings.namespace,
      raw_bucket: names.rawBucket,
      processed_bucket: names.processedBucket,
      dashboard_bucket: names.dashboardBucket,
      dashboard_url: DashboardSite.urlOf(names.dashboardBucket, settings.publicDashboard),
      ...dataset,
      pipeline_account: names.pipelineAccount,
      admin_password_secret: names.secrets.adminPassword,
      admin_email: settings.adminEmail,
    },
    "crime-orchestrator": {
      host_name: names.host,
      host_zone: settings.zone,
      kestra_port: String(kestraPort),
      docker_host: dockerHost,
      dbt_image: dbtImage().name,
      pipeline_cron: pipelineCron(settings),
      time_zone: timeZone,
    },
    "crime-delivery": {
      federation_provider: GithubFederation.providerOf(settings.projectNumber),
      plan_account: names.planAccount,
      check_account: names.checkAccount,
      apply_account: names.applyAccount,
    },
  };
}

/** What an output of a stack is. */
export const descriptionOf = (stack: CloudStackName, name: string): string =>
  (described[stack] as Record<string, string>)[name]!;

/**
 * Joins what `terraform output -json` printed for each stack.
 *
 * @throws UserError naming the first output that a deployed stack should have and has not
 */
export function readOutputs(printed: Partial<Record<CloudStackName, string>>): Outputs {
  const found: Record<string, string> = {};
  for (const stack of stackNames) {
    const text = printed[stack];
    if (text === undefined && stack === "crime-delivery") continue;
    const values = JSON.parse(text ?? "{}") as Record<string, { value: string }>;
    for (const name of Object.keys(described[stack])) {
      const value = values[name]?.value;
      if (value === undefined) {
        throw new UserError(`output ${name} is missing`, `stack ${stack}`, "deploy it first: npm run deploy");
      }
      found[name] = value;
    }
  }
  return found as Outputs;
}
