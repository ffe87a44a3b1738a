import { LoggingMetric } from "@cdktf/provider-google/lib/logging-metric";
import {
  MonitoringAlertPolicy,
  type MonitoringAlertPolicyConditions,
} from "@cdktf/provider-google/lib/monitoring-alert-policy";
import { Construct } from "constructs";
import { logLines, silentDays } from "../compose/log-lines";
import type { IMailChannel } from "./mail-channel";
import { addressOf } from "./terraform";

export interface IPipelineAlerts {
  /** Log-based metric that counts successes. */
  readonly successMetric: string;
}

export interface PipelineAlertsProps {
  readonly project: string;
  /**
   * Who is told.
   * @default incidents show in the console only
   */
  readonly mail?: IMailChannel;
  /**
   * Use of the fuller disk, in percent, that is too much.
   * @default 85
   */
  readonly diskPercent?: number;
  /**
   * Days without a success after which the silence itself is an incident.
   * @default 8
   */
  readonly silentDays?: number;
}

/** Watches the pipeline through the lines it prints, and through their absence: a dead machine says nothing. */
export class PipelineAlerts extends Construct implements IPipelineAlerts {
  readonly successMetric = "crime_success";

  constructor(scope: Construct, id: string, props: PipelineAlertsProps) {
    super(scope, id);
    const { project, mail, diskPercent = 85, silentDays: days = silentDays } = props;
    const lines = (word: string, ...patterns: string[]) =>
      [
        `logName="projects/${project}/logs/gcplogs-docker-driver"`,
        `jsonPayload.message:"${word} {"`,
        ...patterns.map((pattern) => `jsonPayload.message=~"${pattern}"`),
      ].join(" AND ");
    const outcome = (...values: string[]) =>
      lines(logLines.outcome, `\\"outcome\\":\\"(${values.join("|")})\\"`);

    const alert = (name: string, displayName: string, content: string, condition: Condition) =>
      new MonitoringAlertPolicy(this, name, {
        project,
        displayName: `Toronto crime: ${displayName}`,
        combiner: "OR",
        conditions: [{ displayName, ...condition.of }],
        documentation: { content, mimeType: "text/markdown" },
        alertStrategy: {
          autoClose: "604800s",
          ...(condition.onLogs && { notificationRateLimit: { period: "3600s" } }),
        },
        ...(mail && { notificationChannels: [mail.channel] }),
      });
    const onLogs = (filter: string): Condition => ({ onLogs: true, of: { conditionMatchedLog: { filter } } });

    alert(
      "Failed",
      "a run failed or was only partly done",
      "The last good marts are still served. The line names the reason; the execution in Kestra has the rest.",
      onLogs(outcome("failed", "partial", "refused")),
    );
    alert(
      "Stale",
      "data are older than their limit",
      "The publisher is late, or the pipeline no longer sees its new files.",
      onLogs(lines(logLines.stale)),
    );
    alert(
      "Disk",
      `a disk of the machine is more than ${diskPercent} % full`,
      "Let the flow `housekeeping` run, or raise `dataDiskGb`: the disk grows on the next boot.",
      onLogs(lines(logLines.disk, `\\"used_percent\\":${atLeast(diskPercent)}`)),
    );

    const metric = new LoggingMetric(this, "Success", {
      project,
      name: this.successMetric,
      description: "Runs that ended well, with new data or without",
      filter: outcome("success", "unchanged"),
      metricDescriptor: { metricKind: "DELTA", valueType: "INT64" },
    });
    const silence = alert(
      "Silent",
      `no success for ${days} days`,
      "Nothing failed loudly: look whether the machine runs, whether the schedule is on and whether Kestra is healthy.",
      {
        onLogs: false,
        of: {
          conditionPrometheusQueryLanguage: {
            // A condition on the metric's absence reaches back 23.5 hours at most; this query reaches back days.
            query: `absent_over_time(logging_googleapis_com:user_${this.successMetric}{monitored_resource="gce_instance"}[${days}d])`,
            duration: "3600s",
            evaluationInterval: "3600s",
            disableMetricValidation: true,
          },
        },
      },
    );
    silence.dependsOn = [addressOf(metric)];
  }
}

interface Condition {
  readonly of: Omit<MonitoringAlertPolicyConditions, "displayName">;
  /** Google wants a rate limit on alerts that match log lines, and refuses one on all others. */
  readonly onLogs: boolean;
}

/** Regular expression for the whole numbers from `low` (10 to 99) to 100. */
function atLeast(low: number): string {
  const [tens, units] = [Math.floor(low / 10), low % 10];
  const higherTens = tens < 9 ? `[${tens + 1}-9][0-9]|` : "";
  return `(${tens}[${units}-9]|${higherTens}100)\\\\b`;
}
