import { MonitoringNotificationChannel } from "@cdktf/provider-google/lib/monitoring-notification-channel";
import { Construct } from "constructs";

export interface IMailChannel {
  /** Name of the channel, for policies and budgets. */
  readonly channel: string;
}

export interface MailChannelProps {
  readonly project: string;
  readonly email: string;
}

/** A mail address that alerts and budgets write to. */
export class MailChannel extends Construct implements IMailChannel {
  readonly channel: string;

  constructor(scope: Construct, id: string, props: MailChannelProps) {
    super(scope, id);
    this.channel = new MonitoringNotificationChannel(this, "Resource", {
      project: props.project,
      type: "email",
      displayName: "Toronto crime pipeline",
      labels: { email_address: props.email },
    }).name;
  }
}
