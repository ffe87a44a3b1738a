import { ProjectIamMember } from "@cdktf/provider-google/lib/project-iam-member";
import { ServiceAccount } from "@cdktf/provider-google/lib/service-account";
import { ServiceAccountIamMember } from "@cdktf/provider-google/lib/service-account-iam-member";
import { Construct } from "constructs";
import type { IIdentity } from "./identity";

export interface IServiceIdentity extends IIdentity {
  readonly email: string;
}

export interface ServiceIdentityProps {
  readonly project: string;
  /** Account id, the part of the e-mail address before the @. */
  readonly accountId: string;
  /** What the account is for, shown in the console. */
  readonly description: string;
  /**
   * Roles on the whole project.
   * @default none
   */
  readonly projectRoles?: readonly string[];
}

/** A service account. It has no key and there is no way to give it one: machines and workflows borrow it. */
export class ServiceIdentity extends Construct implements IServiceIdentity {
  /** The e-mail address of an account, which other stacks know without asking. */
  static emailOf(project: string, accountId: string): string {
    return `${accountId}@${project}.iam.gserviceaccount.com`;
  }

  readonly email: string;
  readonly member: string;
  readonly id: string;
  private readonly account: ServiceAccount;

  constructor(scope: Construct, id: string, props: ServiceIdentityProps) {
    super(scope, id);
    this.account = new ServiceAccount(this, "Resource", {
      project: props.project,
      accountId: props.accountId,
      displayName: props.accountId,
      description: props.description,
    });
    this.email = ServiceIdentity.emailOf(props.project, props.accountId);
    this.member = this.account.member;
    this.id = props.accountId;
    for (const role of props.projectRoles ?? []) {
      new ProjectIamMember(this, `Project-${role}`, { project: props.project, role, member: this.member });
    }
  }

  /** Lets someone attach this account to a machine, or log in to a machine that carries it. */
  grantUse(user: IIdentity): void {
    this.grant(user, "roles/iam.serviceAccountUser");
  }

  /** Lets a federated identity act as this account. */
  grantFederation(user: IIdentity): void {
    this.grant(user, "roles/iam.workloadIdentityUser");
  }

  private grant(user: IIdentity, role: string): void {
    new ServiceAccountIamMember(this, `${role}-${user.id}`, {
      serviceAccountId: this.account.name,
      role,
      member: user.member,
    });
  }
}
