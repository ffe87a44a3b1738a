import { UserError } from "../errors";
import { PORTAL } from "../pipeline/portal";
import type { Outputs } from "../stacks/output-names";
import type { DesiredKv } from "./deployment";
import { parseValue, refuseSecret, type KvValue } from "./values";

/** Outputs without which there is nothing to deploy. */
const NEEDED = [
  "project_id",
  "location",
  "namespace",
  "raw_bucket",
  "processed_bucket",
  "dashboard_bucket",
  "raw_dataset",
  "staging_dataset",
  "audit_dataset",
  "marts_dataset",
  "ops_dataset",
  "docker_host",
  "dbt_image",
  "pipeline_cron",
] as const satisfies readonly (keyof Outputs)[];

/** What the flows need of the infrastructure's outputs. */
export type FlowOutputs = Pick<Outputs, (typeof NEEDED)[number]>;

type Type = KvValue["type"];

interface Entry {
  readonly type: Type;
  readonly description: string;
  readonly value: (outputs: FlowOutputs) => string | number | boolean;
}

const output = (name: keyof FlowOutputs, description: string): Entry => ({
  type: "STRING",
  description,
  value: (outputs) => outputs[name],
});

/** Every KV entry that the flows read: its type, what it is for, and where it comes from. */
export const KV_ENTRIES: Readonly<Record<string, Entry>> = {
  project_id: output("project_id", "Google Cloud project of buckets, datasets and jobs"),
  location: output("location", "The one location of datasets and jobs"),
  raw_bucket: output("raw_bucket", "Bucket of the publisher's files"),
  processed_bucket: output("processed_bucket", "Bucket of what the pipeline makes"),
  dashboard_bucket: output("dashboard_bucket", "Bucket of the page"),
  raw_dataset: output("raw_dataset", "Dataset of the publisher's rows"),
  staging_dataset: output("staging_dataset", "Dataset of typed rows"),
  audit_dataset: output("audit_dataset", "Dataset in which marts are tested"),
  marts_dataset: output("marts_dataset", "Dataset of the published marts"),
  ops_dataset: output("ops_dataset", "Dataset of outcomes and publications"),
  dataset_prefix: {
    type: "STRING",
    description: "What stands before raw, staging, audit, marts and ops in the names of the datasets",
    value: ({ raw_dataset }) => raw_dataset.replace(/raw$/, ""),
  },
  docker_host: output("docker_host", "Docker daemon of script and dbt tasks"),
  dbt_image: output("dbt_image", "Image of dbt tasks, built on the VM"),
  dbt_target: { type: "STRING", description: "Target in dbt_crime/profiles.yml", value: () => "prod" },
  portal_url: { type: "STRING", description: "The City's open data portal", value: () => PORTAL },
  reload_delay: {
    type: "DURATION",
    description: "Pause before a portal is asked again that is reloading its table",
    value: () => "PT20S",
  },
  page_cache_seconds: {
    type: "NUMBER",
    description: "How long browsers may keep the page",
    value: () => 300,
  },
  notify_slack: {
    type: "BOOLEAN",
    description: "Whether failures go to Slack; needs the secret SLACK_WEBHOOK",
    value: () => false,
  },
};

/**
 * Checks that outputs hold what the flows need.
 *
 * @param where where they were read, for the message
 * @throws UserError that names all that is missing
 */
export function checkOutputs(raw: unknown, where: string): FlowOutputs {
  const given = (typeof raw === "object" && raw !== null ? raw : {}) as Record<string, unknown>;
  const missing = NEEDED.filter((name) => typeof given[name] !== "string" || given[name] === "");
  if (missing.length === 0) return given as unknown as FlowOutputs;
  throw new UserError(
    `infrastructure outputs are missing: ${missing.join(", ")}`,
    where,
    "deploy the infrastructure first, or give them with --set NAME=VALUE",
  );
}

/**
 * The KV entries of a deployment.
 *
 * @param overrides `KEY=VALUE`, for the entries above or for further ones
 * @param secrets `KEY=ENVIRONMENT_VARIABLE`, put into KV although everybody on the server can read them
 * @throws UserError for a value of the wrong type and for what looks like a secret
 */
export function kvEntries(
  outputs: FlowOutputs,
  overrides: readonly string[] = [],
  secrets: readonly string[] = [],
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Map<string, DesiredKv> {
  const entries = new Map<string, DesiredKv>();
  for (const [key, { type, description, value }] of Object.entries(KV_ENTRIES)) {
    entries.set(key, { value: { type, value: value(outputs) } as KvValue, description, secret: false });
  }
  for (const text of overrides) {
    const [key, written] = assignment(text, "--set");
    const known = KV_ENTRIES[key];
    const parsed = known?.type === "STRING" ? asText(written) : parseValue(written);
    if (known && parsed.type !== known.type) {
      throw new UserError(`${key} must be a ${known.type}`, `--set ${text}`, known.description);
    }
    entries.set(key, { value: parsed, description: known?.description ?? "Set by hand", secret: false });
  }
  for (const [key, { value }] of entries) refuseSecret(key, value);
  for (const text of secrets) {
    const [key, variable] = assignment(text, "--secret");
    const value = environment[variable];
    if (!value) {
      throw new UserError(`${variable} is not set`, `--secret ${key}=...`, "name an environment variable");
    }
    entries.set(key, {
      value: { type: "STRING", value },
      description: "A secret: readable by every user of this server",
      secret: true,
    });
  }
  return entries;
}

function asText(written: string): KvValue {
  const parsed = parseValue(written);
  return parsed.type === "STRING" ? parsed : { type: "STRING", value: written };
}

function assignment(text: string, option: string): [key: string, value: string] {
  const [, key, value] = /^([A-Za-z0-9][\w.-]*)=(.*)$/s.exec(text) ?? [];
  if (key === undefined || value === undefined) {
    // Of a secret that was written in the wrong place nothing may be shown.
    throw new UserError(
      "not NAME=VALUE",
      option,
      `write for example ${option} portal_url=https://example.com`,
    );
  }
  return [key, value];
}
