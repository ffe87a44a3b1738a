import { SecretManagerSecret } from "@cdktf/provider-google/lib/secret-manager-secret";
import { SecretManagerSecretIamMember } from "@cdktf/provider-google/lib/secret-manager-secret-iam-member";
import { Construct } from "constructs";
import type { IIdentity } from "./identity";

/** The secret ids of one Kestra. */
export interface SecretIds {
  readonly adminPassword: string;
  readonly databasePassword: string;
  readonly encryptionKey: string;
  /** Name for `secret()` in flows -> secret id. */
  readonly flows: Readonly<Record<string, string>>;
}

export interface IKestraSecrets {
  readonly ids: SecretIds;
  grantBoot(machine: IIdentity): void;
  grantReadAdminPassword(operator: IIdentity): void;
}

export interface KestraSecretsProps {
  readonly project: string;
  readonly location: string;
  readonly ids: SecretIds;
  /**
   * Cloud KMS key.
   * @default Google's own key
   */
  readonly kmsKey?: string;
  /**
   * Refuses a plan that destroys or replaces a secret whose value was generated: nobody else knows it.
   * @default true
   */
  readonly deletionProtection?: boolean;
}

/**
 * Empty secrets and the right to fill and read them. The machine generates the values on its first boot,
 * so that none passes through a plan or a state.
 */
export class KestraSecrets extends Construct implements IKestraSecrets {
  /** The secret ids for a prefix and the names that flows use. */
  static idsOf(prefix: string, flowSecrets: readonly string[]): SecretIds {
    return {
      adminPassword: `${prefix}-admin-password`,
      databasePassword: `${prefix}-database-password`,
      encryptionKey: `${prefix}-encryption-key`,
      flows: Object.fromEntries(
        flowSecrets.map((name) => [name, `${prefix}-flow-${name.toLowerCase().replaceAll("_", "-")}`]),
      ),
    };
  }

  readonly ids: SecretIds;
  private readonly secrets = new Map<string, SecretManagerSecret>();

  constructor(scope: Construct, id: string, props: KestraSecretsProps) {
    super(scope, id);
    this.ids = props.ids;
    for (const secretId of [...this.generated, ...Object.values(props.ids.flows)]) {
      const secret = new SecretManagerSecret(this, secretId, {
        project: props.project,
        secretId,
        replication: {
          userManaged: {
            replicas: [
              {
                location: props.location,
                ...(props.kmsKey && { customerManagedEncryption: { kmsKeyName: props.kmsKey } }),
              },
            ],
          },
        },
        // At the plan already; the provider's own lock would stop an apply half-way.
        ...(this.generated.includes(secretId) && {
          lifecycle: { preventDestroy: props.deletionProtection ?? true },
        }),
      });
      this.secrets.set(secretId, secret);
    }
  }

  /** Lets a machine read every secret, and add a first version to those that it generates itself. */
  grantBoot(machine: IIdentity): void {
    for (const secretId of this.secrets.keys())
      this.grant(secretId, machine, "roles/secretmanager.secretAccessor");
    for (const secretId of this.generated)
      this.grant(secretId, machine, "roles/secretmanager.secretVersionAdder");
  }

  /** Lets someone read the administrator's password. */
  grantReadAdminPassword(operator: IIdentity): void {
    this.grant(this.ids.adminPassword, operator, "roles/secretmanager.secretAccessor");
  }

  private get generated(): readonly string[] {
    return [this.ids.adminPassword, this.ids.databasePassword, this.ids.encryptionKey];
  }

  private grant(secretId: string, user: IIdentity, role: string): void {
    const secret = this.secrets.get(secretId)!;
    new SecretManagerSecretIamMember(this, `${secretId}-${role}-${user.id}`, {
      project: secret.project,
      secretId: secret.secretId,
      role,
      member: user.member,
    });
  }
}
