import { IamWorkloadIdentityPool } from "@cdktf/provider-google/lib/iam-workload-identity-pool";
import { IamWorkloadIdentityPoolProvider } from "@cdktf/provider-google/lib/iam-workload-identity-pool-provider";
import { ServiceAccountIamMember } from "@cdktf/provider-google/lib/service-account-iam-member";
import { SecretManagerSecretIamMember } from "@cdktf/provider-google/lib/secret-manager-secret-iam-member";
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
  // Sees what the viewer sees, and may have its calls counted against the project, as the API of budgets wants.
  "roles/serviceusage.serviceUsageConsumer",
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

/** What gcloud asks of the machine before it opens a tunnel. */
const checkRoles = ["roles/compute.viewer"];

export interface IGithubFederation {
  /** Reads, for pull requests and the nightly comparison. */
  readonly plan: IServiceIdentity;
  /** Logs in to Kestra, for the nightly comparison of the flows: for main alone, never for a pull request. */
  readonly check: IServiceIdentity;
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
   * GitHub's number of that repository, which no other ever gets: a name is free again once its owner is gone.
   * @default the name alone is believed
   */
  readonly repositoryId?: string;
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
  /** Id of the secret with the password of Kestra's administrator, the only login that Kestra has. */
  readonly adminPasswordSecret: string;
}

/**
 * Lets the workflows of one repository act in the project, without any key.
 *
 * A token of GitHub becomes the plan, the check or the apply identity by what it says of its run; forks get no token at
 * all.
 */
export class GithubFederation extends Construct implements IGithubFederation {
  /** The provider's full name, known without asking for it. */
  static providerOf(projectNumber: string): string {
    return `projects/${projectNumber}/locations/global/workloadIdentityPools/github/providers/github`;
  }

  readonly plan: IServiceIdentity;
  readonly check: IServiceIdentity;
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
    // A repository made or renamed since June 2026 states its ids beside the names, after @ or -: GitHub writes of both.
    const withIds = repository.replaceAll(".", "[.]").replace("/", "[@-][0-9]+/") + "[@-][0-9]+";
    const subject = (run: string) =>
      `(assertion.sub == "repo:${repository}:${run}" || assertion.sub.matches("^repo:${withIds}:${run}$"))`;
    const believed = [
      `assertion.repository == "${repository}"`,
      ...(props.repositoryId ? [`assertion.repository_id == "${props.repositoryId}"`] : []),
    ].join(" && ");
    const onMain = `assertion.ref == "refs/heads/main"`;
    const approved = `${onMain} && ${subject(`environment:${environment}`)}`;
    const merged = `${onMain} && ${subject("ref:refs/heads/main")}`;
    new IamWorkloadIdentityPoolProvider(this, "Provider", {
      project,
      workloadIdentityPoolId: pool.workloadIdentityPoolId,
      workloadIdentityPoolProviderId: "github",
      displayName: "GitHub Actions",
      attributeMapping: {
        "google.subject": "assertion.sub",
        "attribute.access": `${approved} ? "apply" : (${merged} ? "check" : "plan")`,
      },
      attributeCondition: `${believed} && ((${approved}) || (${merged}) || ${subject("pull_request")})`,
      oidc: { issuerUri: "https://token.actions.githubusercontent.com" },
    });
    const account = (
      name: "plan" | "check" | "apply",
      description: string,
      projectRoles: readonly string[],
      runs: readonly string[] = [name],
    ) => {
      const made = new ServiceIdentity(this, name, {
        project,
        accountId: `crime-${name}`,
        description,
        projectRoles,
      });
      for (const run of runs) {
        made.grantFederation({
          id: `github-${run}`,
          member: `principalSet://iam.googleapis.com/${pool.name}/attribute.access/${run}`,
        });
      }
      if (stateBucket) {
        new StorageBucketIamMember(this, `${name}-state`, {
          bucket: stateBucket,
          role: name === "apply" ? "roles/storage.objectUser" : "roles/storage.objectViewer",
          member: made.member,
        });
      }
      return made;
    };
    // Main may plan, too: the nightly comparison, and what an approval is asked for.
    this.plan = account("plan", "Plans; reads only", planRoles, ["plan", "check"]);
    this.check = account("check", "Compares the flows on Kestra with main, every night", checkRoles);
    this.apply = account("apply", "Applies what main holds, behind an approval", [
      ...planRoles,
      ...applyRoles,
    ]);
    new SecretManagerSecretIamMember(this, "check-login", {
      project,
      secretId: props.adminPasswordSecret,
      role: "roles/secretmanager.secretAccessor",
      member: this.check.member,
    });
    new ServiceAccountIamMember(this, "apply-machine", {
      serviceAccountId: `projects/${project}/serviceAccounts/${props.machineAccount}`,
      role: "roles/iam.serviceAccountUser",
      member: this.apply.member,
    });
    this.provider = GithubFederation.providerOf(projectNumber);
  }
}
