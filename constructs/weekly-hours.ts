import { ComputeResourcePolicy } from "@cdktf/provider-google/lib/compute-resource-policy";
import { ProjectIamCustomRole } from "@cdktf/provider-google/lib/project-iam-custom-role";
import { ProjectIamMember } from "@cdktf/provider-google/lib/project-iam-member";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";

export interface IWeeklyHours {
  /** Self link of the schedule, for a machine's resource policies. */
  readonly policy: string;
  /** What must be there before a machine can take the schedule. */
  readonly permissions: ITerraformDependable[];
}

export interface WeeklyHoursProps {
  readonly project: string;
  /** Google starts and stops machines as an account that carries this number. */
  readonly projectNumber: string;
  readonly region: string;
  readonly name: string;
  /** Cron expressions. */
  readonly start: string;
  readonly stop: string;
  readonly timeZone: string;
}

/** A schedule that starts and stops machines, and Google's right to do so: these two permissions and no more. */
export class WeeklyHours extends Construct implements IWeeklyHours {
  readonly policy: string;
  readonly permissions: ITerraformDependable[];

  constructor(scope: Construct, id: string, props: WeeklyHoursProps) {
    super(scope, id);
    const { project, region, name, timeZone } = props;
    const schedule = new ComputeResourcePolicy(this, "Resource", {
      project,
      region,
      name,
      description: "Runs the machine around the pipeline's slot",
      instanceSchedulePolicy: {
        timeZone,
        vmStartSchedule: { schedule: props.start },
        vmStopSchedule: { schedule: props.stop },
      },
    });
    const role = new ProjectIamCustomRole(this, "Role", {
      project,
      roleId: `${name.replaceAll("-", "_")}_scheduler`,
      title: "Start and stop machines on schedule",
      permissions: ["compute.instances.start", "compute.instances.stop"],
    });
    const grant = new ProjectIamMember(this, "Scheduler", {
      project,
      role: role.name,
      member: `serviceAccount:service-${props.projectNumber}@compute-system.iam.gserviceaccount.com`,
    });
    this.policy = schedule.selfLink;
    this.permissions = [grant];
  }
}
