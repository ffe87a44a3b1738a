import { ProjectService } from "@cdktf/provider-google/lib/project-service";
import { Aspects, TerraformResource, TerraformStack } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { addressOf } from "./terraform";

/** Which API stands behind a kind of resource. */
const apiOf: readonly (readonly [beginning: string, api: string])[] = [
  ["google_bigquery_", "bigquery"],
  ["google_billing_budget", "billingbudgets"],
  ["google_compute_", "compute"],
  ["google_iam_workload_identity_pool", "iam"],
  ["google_iap_", "iap"],
  ["google_logging_", "logging"],
  ["google_monitoring_", "monitoring"],
  ["google_project_iam_custom_role", "iam"],
  ["google_project_iam_member", "cloudresourcemanager"],
  ["google_secret_manager_", "secretmanager"],
  ["google_service_account", "iam"],
  ["google_storage_", "storage"],
];

export interface IProjectServices {
  /** The APIs switched on here, by short name. */
  readonly services: readonly string[];
}

export interface ProjectServicesProps {
  readonly project: string;
  /** Short names: `bigquery` for bigquery.googleapis.com. */
  readonly services: readonly string[];
}

/**
 * Switches on Google's APIs, and lets every resource of the stack wait for the API it needs.
 *
 * They stay on when the stack is destroyed: something else in the project may use them by then.
 */
export class ProjectServices extends Construct implements IProjectServices {
  readonly services: readonly string[];

  constructor(scope: Construct, id: string, props: ProjectServicesProps) {
    super(scope, id);
    this.services = props.services;
    const byName = new Map(
      props.services.map((name) => [
        name,
        new ProjectService(this, name, {
          project: props.project,
          service: `${name}.googleapis.com`,
          disableOnDestroy: false,
        }),
      ]),
    );
    Aspects.of(TerraformStack.of(this)).add({
      visit(node: IConstruct): void {
        if (!(node instanceof TerraformResource)) return;
        const api = apiOf.find(([beginning]) => node.terraformResourceType.startsWith(beginning))?.[1];
        const service = api && byName.get(api);
        if (service) node.dependsOn = [...(node.dependsOn ?? []), addressOf(service)];
      },
    });
  }
}
