import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { load } from "js-yaml";
import { MARTS } from "../../pipeline/marts";
import { calleesFirst, FLOWS, readFlows } from "../../kestra/flow-files";
import { KV_ENTRIES } from "../../kestra/kv-entries";
import { lintFlows } from "../../kestra/lint";
import { temporaryFolder } from "../support/crime";

/** The faults of one of our flows after an edit, with all others beside it. */
function faultsOf(file: string, edit: (source: string) => string): string[] {
  const folder = temporaryFolder();
  for (const flow of readFlows()) {
    const source = flow.file === file ? edit(flow.source) : flow.source;
    if (flow.file === file) expect(source).not.toBe(flow.source);
    writeFileSync(path.join(folder, flow.file), source);
  }
  return lintFlows(folder).map((fault) => `${fault.file}:${fault.line}: ${fault.message}`);
}

const replace = (from: string | RegExp, to: string) => (source: string) => source.replace(from, to);

it("finds nothing in the project's flows", () => expect(lintFlows()).toEqual([]));

it("keeps the names that users know", () => {
  expect(readFlows().map(({ id }) => id)).toEqual([
    "01_gcp_kv",
    "02_gcp_setup",
    "03_gcp_bucket",
    "04_gcp_bigQuery",
    "05_gcp_dbt",
    "06_dashboard",
    "crime_pipeline",
    "housekeeping",
    "report_failure",
  ]);
});

it("deploys callees before callers", () => {
  const ids = calleesFirst(readFlows()).map(({ id }) => id);
  expect(ids.indexOf("crime_pipeline")).toBeGreaterThan(ids.indexOf("06_dashboard"));
});

it("checks the same KV entries in the flow as in the deployment", () => {
  const { variables } = load(readFileSync(path.join(FLOWS, "01_gcp_kv.yml"), "utf8")) as {
    variables: { entries: { key: string; type: string }[] };
  };
  expect(Object.fromEntries(variables.entries.map(({ key, type }) => [key, type]))).toEqual(
    Object.fromEntries(Object.entries(KV_ENTRIES).map(([key, { type }]) => [key, type])),
  );
});

it("publishes every mart in the order of the laptop run", () => {
  const { variables } = load(readFileSync(path.join(FLOWS, "05_gcp_dbt.yml"), "utf8")) as {
    variables: { marts: string[] };
  };
  expect(variables.marts).toEqual(MARTS);
});

it.each<[string, string, (source: string) => string, RegExp]>([
  [
    "a key that 2.0 took away",
    "01_gcp_kv.yml",
    (s) => `${s}pluginDefaults: []\n`,
    /^01_gcp_kv.yml:\d+: pluginDefaults is gone/,
  ],
  [
    "an input type that 2.0 took away",
    "crime_pipeline.yml",
    replace("type: BOOL\n", "type: BOOLEAN\n"),
    /BOOLEAN is gone in 2.0: use BOOL/,
  ],
  [
    "a task that 2.0 took away",
    "05_gcp_dbt.yml",
    replace("core.flow.Loop", "core.flow.ForEach"),
    /ForEach is gone/,
  ],
  [
    "a Schedule condition",
    "housekeeping.yml",
    replace("    cron:", "    conditions: []\n    cron:"),
    /use when/,
  ],
  [
    "an unknown property",
    "03_gcp_bucket.yml",
    replace("contentType: text/csv", "contenttype: text/csv"),
    /no property contenttype/,
  ],
  [
    "a missing property that Kestra would not miss",
    "04_gcp_bigQuery.yml",
    replace(/ +destinationTable:.*\n/, ""),
    /:\d+: landing: destinationTable is missing/,
  ],
  [
    "missing csvOptions",
    "04_gcp_bigQuery.yml",
    replace(/ +csvOptions:\n( {10}.*\n)+/, ""),
    /csvOptions is missing/,
  ],
  [
    "an unknown KV entry",
    "06_dashboard.yml",
    replace("kv('dashboard_bucket')", "kv('dashbord_bucket')"),
    /no KV entry dashbord_bucket/,
  ],
  ["an unknown secret", "report_failure.yml", replace("SLACK_WEBHOOK", "SLACK"), /no secret SLACK$/],
  ["an unknown input", "03_gcp_bucket.yml", replace("inputs.dataset", "inputs.data"), /no input data$/],
  [
    "an output of no task",
    "04_gcp_bigQuery.yml",
    replace("outputs.load.vars.raw", "outputs.lode.vars.raw"),
    /no task lode/,
  ],
  [
    "an output that a subflow has not",
    "crime_pipeline.yml",
    replace("outputs.build.outputs.publication_id", "outputs.build.outputs.id"),
    /05_gcp_dbt has no output id/,
  ],
  [
    "a subflow that is not there",
    "crime_pipeline.yml",
    replace("flowId: 06_dashboard", "flowId: 06_page"),
    /no flow toronto.crime.06_page/,
  ],
  [
    "an input that a subflow has not",
    "crime_pipeline.yml",
    replace("              manifest:", "              path:"),
    /04_gcp_bigQuery has no input path/,
  ],
  [
    "an image that floats",
    "06_dashboard.yml",
    replace(/node:[\d.]+-[\w-]+/, "node:latest"),
    /node:latest is not pinned/,
  ],
  ["a runner without a host", "06_dashboard.yml", replace(/ +host:.*\n/, ""), /must state host/],
  ["a runner without a pull policy", "06_dashboard.yml", replace(/ +pullPolicy:.*\n/, ""), /pullPolicy/],
  [
    "a bare retry",
    "06_dashboard.yml",
    replace(
      "    outputFiles",
      "    retry: {type: constant, interval: PT1S, maxAttempts: 2}\n    outputFiles",
    ),
    /kestra#18909/,
  ],
  [
    "a project that is written down",
    "06_dashboard.yml",
    replace("{{ kv('project_id') }}\"\n        from", 'my-project"\n        from'),
    /projectId must come from KV/,
  ],
  [
    "a flow that nobody would own",
    "housekeeping.yml",
    replace("managed-by:", "owner:"),
    /managed-by: toronto-crime-pipeline is missing/,
  ],
  [
    "two tasks of one name",
    "housekeeping.yml",
    replace("id: logs", "id: executions"),
    /two tasks have the id executions/,
  ],
  [
    "another id than the file's",
    "housekeeping.yml",
    replace("id: housekeeping", "id: cleaning"),
    /the id is cleaning/,
  ],
])("finds %s", (_, file, edit, message) => {
  expect(faultsOf(file, edit)).toEqual(expect.arrayContaining([expect.stringMatching(message)]));
});

it("names the line of what is no YAML", () => {
  expect(() => faultsOf("housekeeping.yml", replace("labels:", "labels: ["))).toThrow(/housekeeping.yml:\d+/);
});
