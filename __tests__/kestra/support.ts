import type { Actual, Desired, DesiredKv } from "../../kestra/deployment";
import type { FlowOutputs } from "../../kestra/kv-entries";
import { OWNER } from "../../kestra/deployment";

export const outputs: FlowOutputs = {
  project_id: "crime-emulated",
  location: "northamerica-northeast2",
  namespace: "toronto.crime",
  raw_bucket: "crime-raw",
  processed_bucket: "crime-processed",
  dashboard_bucket: "crime-dashboard",
  raw_dataset: "crime_raw",
  staging_dataset: "crime_staging",
  audit_dataset: "crime_audit",
  marts_dataset: "crime_marts",
  ops_dataset: "crime_ops",
  docker_host: "tcp://socket-proxy:2375",
  dbt_image: "crime-dbt:000000000000",
  pipeline_cron: "0 6 * * 1",
};

/** A flow that logs one line and carries our label. */
export const flowYaml = (id: string, message = "hello", namespace = "toronto.crime"): string =>
  `id: ${id}
namespace: ${namespace}
labels:
  ${OWNER.key}: ${OWNER.value}
tasks:
  - id: say
    type: io.kestra.plugin.core.log.Log
    message: ${message}
`;

export const text = (value: string, secret = false): DesiredKv => ({
  value: { type: "STRING", value },
  description: "for a test",
  secret,
});

export function desire(parts: {
  kv?: Record<string, DesiredKv>;
  files?: Record<string, string>;
  flows?: Record<string, string>;
}): Desired {
  return {
    namespace: "toronto.crime",
    kv: new Map(Object.entries(parts.kv ?? {})),
    files: new Map(Object.entries(parts.files ?? {}).map(([name, content]) => [name, Buffer.from(content)])),
    flows: new Map(Object.entries(parts.flows ?? {})),
  };
}

export const empty: Actual = {
  kv: new Map(),
  files: new Map(),
  flows: new Map(),
  manifest: { owned: [] },
};
