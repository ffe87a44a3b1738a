/** What a task of a type must and may have. Kestra itself checks more when a flow is deployed. */
interface TaskType {
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

const type = (required: string, optional = ""): TaskType => ({
  required: words(required),
  optional: words(optional),
});
const words = (text: string): string[] => text.split(" ").filter(Boolean);

/** Properties of every task. */
export const COMMON = words(
  "id type description timeout retry allowFailure allowWarning disabled runIf logLevel logToFile",
);

const google = "projectId serviceAccount impersonatedServiceAccount scopes";
const script =
  "env inputFiles outputFiles namespaceFiles beforeCommands failFast outputDirectory interpreter targetOS";
const disposition = "writeDisposition createDisposition";
const query =
  "location fetchType destinationTable labels jobTimeout maximumBytesBilled priority timePartitioningField timePartitioningType clusteringFields retryAuto retryReasons retryMessages";

/**
 * The types that our flows may use. Google's tasks must name their project (with the machine's identity it
 * cannot be inferred) and their location; LoadFromGcs declares nothing as required, yet fails without these.
 */
export const TASK_TYPES: Readonly<Record<string, TaskType>> = {
  "io.kestra.plugin.core.debug.Return": type("format"),
  "io.kestra.plugin.core.log.Log": type("message", "level"),
  "io.kestra.plugin.core.log.PurgeLogs": type("endDate", "startDate namespace flowId executionId logLevels"),
  "io.kestra.plugin.core.execution.Assert": type("conditions", "errorMessage"),
  "io.kestra.plugin.core.execution.Fail": type("", "condition errorMessage"),
  "io.kestra.plugin.core.execution.Labels": type("labels"),
  "io.kestra.plugin.core.execution.PurgeExecutions": type(
    "endDate",
    "startDate namespace flowId states purgeExecution purgeLog purgeMetric purgeStorage batchSize",
  ),
  "io.kestra.plugin.core.flow.If": type("condition then", "else errors finally"),
  "io.kestra.plugin.core.flow.Loop": type(
    "values tasks",
    "concurrencyLimit outputs errors finally fetchType transmitFailed",
  ),
  "io.kestra.plugin.core.flow.Parallel": type("tasks", "concurrent errors finally"),
  "io.kestra.plugin.core.flow.Sequential": type("tasks", "errors finally"),
  "io.kestra.plugin.core.flow.Sleep": type("duration"),
  "io.kestra.plugin.core.flow.Subflow": type(
    "namespace flowId",
    "inputs labels wait transmitFailed inheritLabels revision scheduleDate",
  ),
  "io.kestra.plugin.core.kv.Set": type("key value", "kvType namespace overwrite ttl kvDescription"),
  "io.kestra.plugin.core.kv.Get": type("key", "namespace errorOnMissing"),
  "io.kestra.plugin.core.kv.Delete": type("key", "namespace errorOnMissing"),
  "io.kestra.plugin.core.storage.Write": type("content", "extension"),
  "io.kestra.plugin.dbt.cli.DbtCLI": type(
    "commands taskRunner containerImage",
    `${script} profiles projectDir parseRunResults storeManifest loadManifest logFormat engine`,
  ),
  "io.kestra.plugin.gcp.bigquery.Copy": type(
    "projectId location sourceTables destinationTable",
    `${google} ${disposition} operationType labels jobTimeout`,
  ),
  "io.kestra.plugin.gcp.bigquery.ExtractToGcs": type(
    "projectId location sourceTable destinationUris",
    `${google} format compression fieldDelimiter printHeader labels`,
  ),
  "io.kestra.plugin.gcp.bigquery.LoadFromGcs": type(
    "projectId location from destinationTable format schema writeDisposition",
    `${google} ${disposition} csvOptions autodetect ignoreUnknownValues maxBadRecords`,
  ),
  "io.kestra.plugin.gcp.bigquery.Query": type("projectId location sql", `${google} ${disposition} ${query}`),
  "io.kestra.plugin.gcp.gcs.Copy": type("projectId from to", `${google} delete`),
  "io.kestra.plugin.gcp.gcs.Delete": type("projectId uri", `${google} errorOnMissing`),
  "io.kestra.plugin.gcp.gcs.List": type(
    "projectId from",
    `${google} filter listingType maxFiles regExp allVersions`,
  ),
  "io.kestra.plugin.gcp.gcs.Upload": type(
    "projectId from to",
    `${google} contentType contentEncoding contentDisposition cacheControl validateChecksum expectedMd5 expectedCrc32c`,
  ),
  "io.kestra.plugin.scripts.node.Commands": type("commands taskRunner containerImage", script),
  "io.kestra.plugin.slack.notifications.SlackIncomingWebhook": type("url", "payload messageText options"),
};

/** What 2.0 took away or renamed, wherever it stands: as a key, or as a type. */
export const REMOVED_KEYS: Readonly<Record<string, string>> = {
  pluginDefaults: "gone in 2.0: write the properties into each task",
  taskDefaults: "gone in 2.0: write the properties into each task",
  docker: "gone in 2.0: use taskRunner and containerImage",
  runner: "gone in 2.0: use taskRunner and containerImage",
  readTimeout: "gone in 2.0: use timeout",
  connectTimeout: "gone in 2.0: use timeout",
  maxAttempt: "gone since 0.24: use maxAttempts",
  preconditions: "gone in 2.0: use dependsOn",
};

/** Pattern of a type -> what to use instead. */
export const REMOVED_TYPES: readonly (readonly [RegExp, string])[] = [
  [/^io\.kestra\.core\./, "gone in 2.0: use io.kestra.plugin.core"],
  [
    /\.(ForEach|ForEachItem|EachSequential|EachParallel)$/,
    "gone in 2.0: use io.kestra.plugin.core.flow.Loop",
  ],
  [/\.storage\.(LocalFiles|Purge)$/, "gone in 2.0"],
  [/^io\.kestra\.plugin\.core\.state\./, "gone in 2.0: use io.kestra.plugin.core.kv"],
  [/^BOOLEAN$/, "gone in 2.0: use BOOL"],
  [/^ENUM$/, "gone in 2.0: use SELECT"],
];
