import type { CloudStackName } from "./names";

/** Output name -> what it is; a name is written here and nowhere else. */
export const described = {
  "crime-data": {
    project_id: "Project that holds everything",
    location: "The one location of buckets, datasets, load jobs and the VM",
    namespace: "Kestra namespace of the flows",
    raw_bucket: "Bucket of the publisher's files",
    processed_bucket: "Bucket of what the pipeline makes",
    dashboard_bucket: "Bucket of the page",
    dashboard_url: "Address of the page",
    raw_dataset: "Dataset of the publisher's rows",
    staging_dataset: "Dataset of typed rows",
    audit_dataset: "Dataset in which marts are tested",
    marts_dataset: "Dataset of the published marts",
    ops_dataset: "Dataset of outcomes and publications",
    pipeline_account: "Service account of the pipeline",
    admin_password_secret: "Secret that holds the password of Kestra's administrator",
    admin_email: "Login name of Kestra's administrator",
  },
  "crime-orchestrator": {
    host_name: "Name of the VM",
    host_zone: "Zone of the VM",
    kestra_port: "Port on which Kestra answers, through a tunnel",
    docker_host: "What flows state as host of their Docker task runner",
    dbt_image: "Image of dbt tasks, built on the VM",
    pipeline_cron: "Weekly slot of the pipeline, as a cron expression",
    time_zone: "Time zone of that slot",
  },
  "crime-delivery": {
    federation_provider: "What a workflow states as its workload identity provider",
    plan_account: "Service account of pull requests and plans",
    check_account: "Service account of the nightly check of the flows",
    apply_account: "Service account of main",
  },
} as const satisfies Record<CloudStackName, Record<string, string>>;

export type NamesIn<S extends CloudStackName> = keyof (typeof described)[S];

/** Everything that the infrastructure tells the rest of the project; the delivery part only when it is deployed. */
export type Outputs = Readonly<
  Record<NamesIn<"crime-data"> | NamesIn<"crime-orchestrator">, string> &
    Partial<Record<NamesIn<"crime-delivery">, string>>
>;

/** Whether the infrastructure tells something under that name. */
export const isOutput = (name: string): boolean =>
  Object.values(described).some((names) => Object.hasOwn(names, name));
