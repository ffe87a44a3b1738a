import { IamWorkloadIdentityPool } from "@cdktf/provider-google/lib/iam-workload-identity-pool";
import { IamWorkloadIdentityPoolProvider } from "@cdktf/provider-google/lib/iam-workload-identity-pool-provider";
import { ServiceAccountIamMember } from "@cdktf/provider-google/lib/service-account-iam-member";
import { StorageBucketIamMember } from "@cdktf/provider-google/lib/storage-bucket-iam-member";
import { Construct } from "constructs";
import { ServiceIdentity, type IServiceIdentity } from "./service-identity";

/** Enough to refresh and plan every stack, and nothing that changes or opens anything. */
const planRoles = [
  "roles/bigquery.metadataViewer",
  "roles/compute.viewer",
  "roles/iam.roleViewer",
  "roles/iam.securityReviewer",
  "roles/iam.serviceAccountViewer",
  "roles/iam.workloadIdentityPoolViewer",
  "roles/logging.viewer",
  "roles/monitoring.viewer",
  "roles/secretmanager.viewer",
  "roles/serviceusage.serviceUsageViewer",
  "roles/storage.bucketViewer",
];

/**
 * What an apply needs besides. No role that hands out roles on the project or makes identities: who may do what is
 * changed by a person.
 */
const applyRoles = [
  "roles/bigquery.dataOwner",
  "roles/compute.admin",
  "roles/iap.admin",
  "roles/logging.configWriter",
  "roles/monitoring.editor",
  "roles/secretmanager.admin",
  "roles/serviceusage.serviceUsageAdmin",
  "roles/storage.admin",
];

export interface IGithubFederation {
  /** Reads, for pull requests and the nightly comparison. */
  readonly plan: IServiceIdentity;
  /** Changes, for the main branch behind the environment's approval. */
  readonly apply: IServiceIdentity;
  /** What a workflow states as its `workload_identity_provider`. */
  readonly provider: string;
}

export interface GithubFederationProps {
  readonly project: string;
  readonly projectNumber: string;
  /** `owner/name` of the one repository that is believed. */
  readonly repository: string;
  /**
   * GitHub environment in which an apply runs.
   * @default "production"
   */
  readonly environment?: string;
  /**
   * Bucket of the Terraform state.
   * @default the identities get no access to a state
   */
  readonly stateBucket?: string;
  /** E-mail address of the account that machines run as, which an apply must be able to attach. */
  readonly machineAccount: string;
}

/**
 * Lets the workflows of one repository act in the project, without any key.
 *
 * A token of GitHub becomes the plan or the apply identity by what it says of its run; forks get no token at all.
 */
export class GithubFederation extends Construct implements IGithubFederation {
  /** The provider's full name, known without asking for it. */
  static providerOf(projectNumber: string): string {
    return `projects/${projectNumber}/locations/global/workloadIdentityPools/github/providers/github`;
  }

  readonly plan: IServiceIdentity;
  readonly apply: IServiceIdentity;
  readonly provider: string;

  constructor(scope: Construct, id: string, props: GithubFederationProps) {
    super(scope, id);
    const { project, projectNumber, repository, environment = "production", stateBucket } = props;
    const pool = new IamWorkloadIdentityPool(this, "Resource", {
      project,
      workloadIdentityPoolId: "github",
      displayName: "GitHub",
      description: `Workflows of ${repository}`,
    });
    const subject = (run: string) => `assertion.sub == "repo:${repository}:${run}"`;
    const approved = `assertion.ref == "refs/heads/main" && ${subject(`environment:${environment}`)}`;
    const reading = `${subject("pull_request")} || ${subject("ref:refs/heads/main")}`;
    new IamWorkloadIdentityPoolProvider(this, "Provider", {
      project,
      workloadIdentityPoolId: pool.workloadIdentityPoolId,
      workloadIdentityPoolProviderId: "github",
      displayName: "GitHub Actions",
      attributeMapping: {
        "google.subject": "assertion.sub",
        "attribute.repository": "assertion.repository",
        "attribute.access": `${approved} ? "apply" : "plan"`,
      },
      attributeCondition: `assertion.repository == "${repository}" && (${approved} || ${reading})`,
      oidc: { issuerUri: "https://token.actions.githubusercontent.com" },
    });
    const account = (name: "plan" | "apply", description: string, projectRoles: readonly string[]) => {
      const made = new ServiceIdentity(this, name, {
        project,
        accountId: `crime-${name}`,
        description,
        projectRoles,
      });
      made.grantFederation({
        id: `github-${name}`,
        member: `principalSet://iam.googleapis.com/${pool.name}/attribute.access/${name}`,
      });
      if (stateBucket) {
        new StorageBucketIamMember(this, `${name}-state`, {
          bucket: stateBucket,
          role: name === "plan" ? "roles/storage.objectViewer" : "roles/storage.objectUser",
          member: made.member,
        });
      }
      return made;
    };
    this.plan = account("plan", "Plans on pull requests; reads only", planRoles);
    this.apply = account("apply", "Applies what main holds, behind an approval", [
      ...planRoles,
      ...applyRoles,
    ]);
    new ServiceAccountIamMember(this, "apply-machine", {
      serviceAccountId: `projects/${project}/serviceAccounts/${props.machineAccount}`,
      role: "roles/iam.serviceAccountUser",
      member: this.apply.member,
    });
    this.provider = GithubFederation.providerOf(projectNumber);
  }
}
