import { ComputeInstance } from "@cdktf/provider-google/lib/compute-instance";
import { ComputeInstanceIamMember } from "@cdktf/provider-google/lib/compute-instance-iam-member";
import { IapTunnelInstanceIamMember } from "@cdktf/provider-google/lib/iap-tunnel-instance-iam-member";
import { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import type { Boot } from "../compose/cloud-init";
import type { IDataDisk } from "./data-disk";
import type { IIdentity } from "./identity";
import type { IPrivateNetwork } from "./private-network";
import { addressOf, terraformText } from "./terraform";
import { WeeklyHours, type WeeklyHoursProps } from "./weekly-hours";

export interface IKestraHost {
  readonly name: string;
  grantTunnel(visitor: IIdentity): void;
  grantOperate(operator: IIdentity): void;
}

export interface KestraHostProps {
  readonly project: string;
  readonly zone: string;
  readonly name: string;
  readonly network: IPrivateNetwork;
  /** E-mail address of the machine's own account. */
  readonly serviceAccount: string;
  readonly dataDisk: IDataDisk;
  /** Name under which the machine finds the disk. */
  readonly dataDiskDevice: string;
  /** What the machine does at boot. A change of it replaces the machine; the disk stays. */
  readonly boot: Boot;
  /**
   * Kestra needs 4 GiB, PostgreSQL and dbt the rest.
   * @default "e2-standard-2"
   */
  readonly machineType?: string;
  /**
   * Family of public images; the newest of it is taken when the machine is made.
   * @default Debian 12
   */
  readonly image?: string;
  /**
   * Size of the boot disk: the system and the images.
   * @default 30
   */
  readonly bootDiskGb?: number;
  /**
   * Cloud KMS key of the boot disk.
   * @default Google's own key
   */
  readonly kmsKey?: string;
  /**
   * Hours of the week in which the machine runs.
   * @default always
   */
  readonly weekly?: Omit<WeeklyHoursProps, "project" | "region" | "name">;
}

/** A shielded machine without external address that boots into Kestra by itself. */
export class KestraHost extends Construct implements IKestraHost {
  readonly name: string;
  private readonly machine: ComputeInstance;

  constructor(scope: Construct, id: string, props: KestraHostProps) {
    super(scope, id);
    const { project, zone, boot, kmsKey } = props;
    this.name = props.name;
    // Not CDKTF's own class for it: that one runs `terraform version` at every synth.
    const version = new TerraformResource(this, "BootVersion", { terraformResourceType: "terraform_data" });
    version.addOverride("input", boot.hash);
    const hours =
      props.weekly &&
      new WeeklyHours(this, "Hours", {
        ...props.weekly,
        project,
        region: zone.replace(/-[a-z]$/, ""),
        name: `${props.name}-hours`,
      });
    this.machine = new ComputeInstance(this, "Resource", {
      project,
      zone,
      name: props.name,
      description: "Kestra and its database",
      machineType: props.machineType ?? "e2-standard-2",
      allowStoppingForUpdate: true,
      tags: [props.network.tunnelTag],
      bootDisk: {
        initializeParams: {
          image: props.image ?? "projects/debian-cloud/global/images/family/debian-12",
          size: props.bootDiskGb ?? 30,
          type: "pd-balanced",
        },
        ...(kmsKey && { kmsKeySelfLink: kmsKey }),
      },
      attachedDisk: [{ source: props.dataDisk.path, deviceName: props.dataDiskDevice }],
      networkInterface: [{ subnetwork: props.network.subnetwork }],
      serviceAccount: { email: props.serviceAccount, scopes: ["cloud-platform"] },
      shieldedInstanceConfig: { enableSecureBoot: true, enableVtpm: true, enableIntegrityMonitoring: true },
      metadata: {
        "enable-oslogin": "TRUE",
        "block-project-ssh-keys": "TRUE",
        "serial-port-enable": "FALSE",
        "user-data": terraformText(boot.userData),
        "startup-script": terraformText(boot.startupScript),
      },
      ...(hours && { resourcePolicies: [hours.policy], dependsOn: hours.permissions }),
      lifecycle: { replaceTriggeredBy: [addressOf(version)] },
    });
  }

  /** Lets someone open a tunnel to Kestra. */
  grantTunnel(visitor: IIdentity): void {
    new IapTunnelInstanceIamMember(this, `Tunnel-${visitor.id}`, {
      ...this.grantee(visitor),
      instance: this.machine.name,
      role: "roles/iap.tunnelResourceAccessor",
    });
  }

  /** Lets someone open a tunnel and log in to the machine, without becoming root. */
  grantOperate(operator: IIdentity): void {
    this.grantTunnel(operator);
    new ComputeInstanceIamMember(this, `Login-${operator.id}`, {
      ...this.grantee(operator),
      instanceName: this.machine.name,
      role: "roles/compute.osLogin",
    });
  }

  /** Grants on a machine vanish with it, so they are made anew with the next one. */
  private grantee({ member }: IIdentity) {
    const { project, zone } = this.machine;
    return {
      project,
      zone,
      member,
      lifecycle: { replaceTriggeredBy: [`${addressOf(this.machine)}.instance_id`] },
    };
  }
}
