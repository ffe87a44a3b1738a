import { BillingBudget } from "@cdktf/provider-google/lib/billing-budget";
import { Construct } from "constructs";
import type { IMailChannel } from "./mail-channel";

export interface IBudgetAlert {
  /** Full name of the budget. */
  readonly name: string;
}

export interface BudgetAlertProps {
  readonly billingAccount: string;
  readonly projectNumber: string;
  /** Whole units of the billing account's currency, a month. */
  readonly amount: number;
  /**
   * Who is told besides the billing administrators.
   * @default nobody
   */
  readonly mail?: IMailChannel;
}

/** Says so when a month costs half, nine tenths or all of what was meant, or is about to. */
export class BudgetAlert extends Construct implements IBudgetAlert {
  readonly name: string;

  constructor(scope: Construct, id: string, props: BudgetAlertProps) {
    super(scope, id);
    this.name = new BillingBudget(this, "Resource", {
      billingAccount: props.billingAccount,
      displayName: "Toronto crime pipeline",
      budgetFilter: { projects: [`projects/${props.projectNumber}`] },
      amount: { specifiedAmount: { units: String(props.amount) } },
      thresholdRules: [
        { thresholdPercent: 0.5 },
        { thresholdPercent: 0.9 },
        { thresholdPercent: 1 },
        { thresholdPercent: 1, spendBasis: "FORECASTED_SPEND" },
      ],
      ...(props.mail && { allUpdatesRule: { monitoringNotificationChannels: [props.mail.channel] } }),
    }).name;
  }
}
