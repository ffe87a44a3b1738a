import { OWNER } from "./deployment";
import { FLOWS, readFlows, WRITTEN, type FlowFile } from "./flow-files";
import { KV_ENTRIES } from "./kv-entries";
import { lintReferences } from "./lint-references";
import { at, tasksOf, type Fault, type Task } from "./lint-tasks";
import { COMMON, REMOVED_KEYS, REMOVED_TYPES, TASK_TYPES } from "./task-types";

const FLOW_KEYS =
  "id namespace description labels inputs outputs variables tasks errors finally afterExecution triggers concurrency sla checks retry disabled".split(
    " ",
  );
const TYPE_OF_SEQUENTIAL = "io.kestra.plugin.core.flow.Sequential";

/** Checks every flow of a folder, offline: what Kestra would refuse, and what it would let pass and should not. */
export function lintFlows(folder = FLOWS): Fault[] {
  const flows = readFlows(folder);
  return flows.flatMap((flow) => [...lintFlow(flow), ...lintReferences(flow, flows)]);
}

function lintFlow(file: FlowFile): Fault[] {
  const { flow, id } = file;
  const faults: Fault[] = [];
  const fault = (message: string, near: string): void => void faults.push(at(file, message, near));
  if (`${id}.yml` !== file.file) fault(`the id is ${id}, the file ${file.file}`, "id:");
  if (file.namespace !== WRITTEN.namespace)
    fault(`write namespace ${WRITTEN.namespace}; a deployment puts in its own`, "namespace:");
  if ((flow["labels"] as Record<string, unknown> | undefined)?.[OWNER.key] !== OWNER.value) {
    fault(`the label ${OWNER.key}: ${OWNER.value} is missing, by which a deployment knows its flows`, "id:");
  }
  for (const key of Object.keys(flow)) {
    if (!FLOW_KEYS.includes(key) && !(key in REMOVED_KEYS))
      fault(`unknown property ${key} of a flow`, `${key}:`);
  }
  removed(flow, fault);

  const tasks = tasksOf(flow);
  const ids = tasks.map((task) => task.id);
  const twice = ids.find((task, n) => ids.indexOf(task) !== n);
  if (twice) fault(`two tasks have the id ${twice}`, `id: ${twice}`);
  for (const task of tasks)
    lintTask(task, (message, near = `id: ${task.id}`) => fault(`${task.id}: ${message}`, near));
  return faults;
}

type Tell = (message: string, near?: string) => void;

function lintTask({ type, task, parent, isFirst }: Task, fault: Tell): void {
  const known = TASK_TYPES[type];
  if (!known) {
    if (!REMOVED_TYPES.some(([pattern]) => pattern.test(type)))
      fault(`type ${type} is not in kestra/task-types.ts`);
    return;
  }
  for (const name of known.required) if (!(name in task)) fault(`${name} is missing`);
  for (const name of Object.keys(task)) {
    if (![...COMMON, ...known.required, ...known.optional].includes(name))
      fault(`${type} has no property ${name}`);
  }
  if (task["format"] === "CSV" && type.endsWith("LoadFromGcs") && !("csvOptions" in task))
    fault("csvOptions is missing");
  if ("retry" in task && !(parent === TYPE_OF_SEQUENTIAL && isFirst)) {
    fault("a task with retry must be the first of its own Sequential, or 2.0 runs it twice (kestra#18909)");
  }
  if ("containerImage" in task) lintContainer(task, fault);
  for (const name of ["projectId", "location"]) {
    if (name in task && task[name] !== `{{ kv('${name === "projectId" ? "project_id" : name}') }}`) {
      fault(`${name} must come from KV`);
    }
  }
}

function lintContainer(task: Readonly<Record<string, unknown>>, fault: Tell): void {
  const image = String(task["containerImage"]);
  const fromKv = /^\{\{ kv\('(\w+)'\) \}\}$/.exec(image)?.[1];
  if (fromKv ? !(fromKv in KV_ENTRIES) : !/:[^:]*\d+\.\d+[^:]*$|@sha256:/.test(image)) {
    fault(`image ${image} is not pinned to a version`);
  }
  const runner = (task["taskRunner"] ?? {}) as Record<string, unknown>;
  if (runner["type"] !== "io.kestra.plugin.scripts.runner.docker.Docker")
    fault("the task runner must be Docker");
  if (runner["host"] !== "{{ kv('docker_host') }}")
    fault("the task runner must state host: kv('docker_host')");
  if (!("pullPolicy" in runner)) fault("the task runner must state a pullPolicy");
}

function removed(part: unknown, fault: (message: string, near: string) => void): void {
  if (Array.isArray(part)) return part.forEach((item) => removed(item, fault));
  if (typeof part !== "object" || part === null) return;
  for (const [key, value] of Object.entries(part)) {
    const gone = REMOVED_KEYS[key];
    if (gone) fault(`${key} is ${gone}`, `${key}:`);
    if (key === "variables") continue;
    if (key === "type" && typeof value === "string") {
      const found = REMOVED_TYPES.find(([pattern]) => pattern.test(value));
      if (found) fault(`${value} is ${found[1]}`, value);
      if (/Schedule$/.test(value) && "conditions" in part)
        fault("conditions is gone in 2.0: use when", "conditions:");
    }
    removed(value, fault);
  }
}
