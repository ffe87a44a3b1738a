import { UserError } from "../errors";
import { volumes, weeks } from "./volumes";

/** A resource of a synthesized stack. */
export interface Resource {
  readonly type: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** An amount of something that has a price. */
export interface Item {
  /** Name in `prices.json`. */
  readonly price: string;
  readonly amount: number;
}

/** How long the VM runs. */
export interface Running {
  /** Hours a month. */
  readonly hours: number;
  /** Days a week. */
  readonly days: number;
}

const monthHours = 730;
const always: Running = { hours: monthHours, days: 7 };

type Charge = (args: Readonly<Record<string, unknown>>, running: Running) => Item[];

interface Disk {
  readonly size: number;
  readonly type: string;
}

const disk = ({ size, type }: Disk): Item => ({ price: type, amount: size });

const bucketGib = { raw: volumes.lake, processed: volumes.processed, dashboard: volumes.page };

/** What costs something, by Terraform type. */
const charges: Readonly<Record<string, Charge>> = {
  google_compute_instance: ({ machine_type, boot_disk }, { hours }) => [
    { price: machine_type as string, amount: hours },
    disk((boot_disk as { initialize_params: Disk }).initialize_params),
  ],
  google_compute_disk: (args) => [disk(args as unknown as Disk)],
  google_compute_resource_policy: ({ snapshot_schedule_policy: snapshots }, { days }) => {
    if (!snapshots) return [];
    const kept = (snapshots as { retention_policy: { max_retention_days: number } }).retention_policy;
    const changed = volumes.snapshotDaily.amount * kept.max_retention_days * (days / 7);
    return [{ price: "snapshot", amount: volumes.snapshotBase.amount + changed }];
  },
  google_compute_router_nat: (_, { hours }) => [
    { price: "nat-gateway", amount: hours },
    { price: "nat-address", amount: monthHours },
    { price: "nat-data", amount: volumes.nat.amount },
    { price: "internet-out", amount: volumes.internetOut.amount },
  ],
  google_compute_subnetwork: (_, { days }) => [
    { price: "network-logs", amount: volumes.networkLogs.amount * (days / 7) },
  ],
  google_storage_bucket: ({ name }) => {
    const kind = /-(raw|processed|dashboard)$/.exec(name as string)?.[1] as
      keyof typeof bucketGib | undefined;
    if (!kind) throw unknown(`a bucket called ${name as string}`);
    return [{ price: "bucket-standard", amount: bucketGib[kind].amount }];
  },
  google_bigquery_dataset: () => [{ price: "bigquery-storage", amount: volumes.dataset.amount }],
  google_secret_manager_secret: () => [{ price: "secret-version", amount: 1 }],
  google_monitoring_alert_policy: ({ conditions }) => [
    { price: "alert-condition", amount: (conditions as unknown[]).length },
  ],
};

/** What costs nothing, by Terraform type, and why. */
export const free: Readonly<Record<string, string>> = {
  google_bigquery_dataset_iam_member: "a grant",
  google_bigquery_table: "counted with its dataset",
  google_billing_budget: "budgets and their messages are free",
  google_compute_disk_resource_policy_attachment: "a link",
  google_compute_firewall: "rules are free; their log lines are counted with the subnetwork",
  google_compute_instance_iam_member: "a grant",
  google_compute_network: "networks are free; traffic is counted with the NAT gateway",
  google_compute_router: "a router is free; its NAT gateway is counted",
  google_iam_workload_identity_pool: "federation is free",
  google_iam_workload_identity_pool_provider: "federation is free",
  google_iap_tunnel_instance_iam_member: "a grant; tunnels of the identity-aware proxy are free",
  google_logging_metric: "one counter: far below the 150 MiB of metric data that are free",
  google_monitoring_notification_channel: "messages by mail are free",
  google_project_iam_custom_role: "a role",
  google_project_iam_member: "a grant",
  google_project_service: "switching an API on is free",
  google_secret_manager_secret_iam_member: "a grant",
  google_service_account: "accounts are free",
  google_service_account_iam_member: "a grant",
  google_storage_bucket_iam_member: "a grant",
  terraform_data: "a note of Terraform's; nothing in the cloud",
};

/** What the whole project uses, whatever resources there are. */
const projectWide = ({ days }: Running): Item[] => [
  { price: "bigquery-scan", amount: volumes.scanned.amount },
  { price: "logs", amount: days === 7 ? volumes.logs.amount : volumes.logs.amount / 10 },
];

const unknown = (what: string): UserError =>
  new UserError(
    `nobody has said what ${what} costs`,
    "cost/charges.ts",
    "add a charge, or say under `free` why it costs nothing",
  );

/** How long the VM runs, as its schedule says; always when there is none. */
export function runningOf(resources: readonly Resource[]): Running {
  const policy = resources
    .map(({ args }) => args["instance_schedule_policy"])
    .find((found) => found !== undefined) as
    { vm_start_schedule: { schedule: string }; vm_stop_schedule: { schedule: string } } | undefined;
  if (!policy) return always;
  const hour = ({ schedule }: { schedule: string }): number => {
    const [minutes, hours] = schedule.split(" ").map(Number);
    return hours! + minutes! / 60;
  };
  return { hours: (hour(policy.vm_stop_schedule) - hour(policy.vm_start_schedule)) * weeks, days: 1 };
}

/**
 * Everything that a month needs and that has a price.
 *
 * @throws UserError naming the first resource of which nobody has said what it costs
 */
export function itemsOf(resources: readonly Resource[]): Item[] {
  const running = runningOf(resources);
  return [
    ...resources.flatMap(({ type, args }) => {
      const charge = charges[type];
      if (charge) return charge(args, running);
      if (free[type] === undefined) throw unknown(type);
      return [];
    }),
    ...projectWide(running),
  ];
}
