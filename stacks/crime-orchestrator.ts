import type { Construct } from "constructs";
import { renderBoot } from "../compose/cloud-init";
import { timeZone, type Settings } from "../config";
import { BudgetAlert } from "../constructs/budget-alert";
import { identity } from "../constructs/identity";
import { KestraHost } from "../constructs/kestra-host";
import { MailChannel } from "../constructs/mail-channel";
import { PipelineAlerts } from "../constructs/pipeline-alerts";
import { PrivateNetwork } from "../constructs/private-network";
import { CrimeStack } from "./crime-stack";

/** What runs the pipeline and watches it; it can be destroyed and made again without losing anything. */
export class CrimeOrchestrator extends CrimeStack {
  constructor(scope: Construct, settings: Settings) {
    super(scope, "crime-orchestrator", settings);
    const { projectId: project, projectNumber, kmsKey, alertEmail, billingAccount, monthlyBudget } = settings;
    const { names } = this;

    const network = new PrivateNetwork(this, "Network", {
      project,
      region: settings.location,
      name: "crime",
    });
    const host = new KestraHost(this, "Kestra", {
      project,
      zone: settings.zone,
      name: names.host,
      network,
      serviceAccount: names.pipelineAccount,
      machineType: settings.machineType,
      dataDisk: { path: names.dataDiskPath },
      dataDiskDevice: names.dataDisk,
      boot: renderBoot({ ...settings, dataDisk: names.dataDisk, secrets: names.secrets }),
      ...(settings.schedule === "weekly" && { weekly: hoursAround(settings) }),
      ...(kmsKey && { kmsKey }),
    });
    settings.operators.map(identity).forEach((operator) => host.grantOperate(operator));
    for (const account of settings.githubRepository ? [names.applyAccount, names.checkAccount] : [])
      host.grantTunnel(identity(`serviceAccount:${account}`));

    const mail =
      alertEmail === undefined ? undefined : new MailChannel(this, "Mail", { project, email: alertEmail });
    new PipelineAlerts(this, "Alerts", { project, ...(mail && { mail }) });
    if (billingAccount && monthlyBudget) {
      new BudgetAlert(this, "Budget", {
        billingAccount,
        projectNumber,
        amount: monthlyBudget,
        ...(mail && { mail }),
      });
    }
  }
}

/** Half an hour to boot before the slot, three hours for the run. */
const hoursAround = ({ projectNumber, pipelineHour, pipelineWeekday }: Settings) => ({
  projectNumber,
  timeZone,
  start: `30 ${pipelineHour - 1} * * ${pipelineWeekday}`,
  stop: `0 ${pipelineHour + 3} * * ${pipelineWeekday}`,
});
