import type { FlowFile } from "./flow-files";
import { KV_ENTRIES } from "./kv-entries";
import { at, tasksOf, type Fault } from "./lint-tasks";

/** Secrets that a flow may read; the infrastructure makes them when they are named in its settings. */
const SECRETS = ["SLACK_WEBHOOK"];

const SUBFLOW = "io.kestra.plugin.core.flow.Subflow";

interface Named {
  readonly id: string;
  readonly required?: boolean;
  readonly defaults?: unknown;
}

const named = ({ flow }: FlowFile, list: "inputs" | "outputs"): readonly Named[] =>
  (flow[list] as Named[] | undefined) ?? [];

/** Checks that every kv(), secret(), input, variable, output and subflow that a flow names is there. */
export function lintReferences(file: FlowFile, flows: readonly FlowFile[]): Fault[] {
  const faults: Fault[] = [];
  const tasks = tasksOf(file.flow);
  const written = new Set([...Object.keys(KV_ENTRIES), ...flows.flatMap(keysSet)]);
  const places: readonly (readonly [RegExp, ReadonlySet<string>, string])[] = [
    [/\bkv\('([^']+)'/g, written, "KV entry"],
    [/\bsecret\('([^']+)'/g, new Set(SECRETS), "secret"],
    [/\binputs\.(\w+)/g, new Set(named(file, "inputs").map(({ id }) => id)), "input"],
    [/\bvars\.(\w+)/g, new Set(Object.keys(file.flow["variables"] ?? {})), "variable"],
    [/\boutputs\.(\w+)/g, new Set(tasks.map(({ id }) => id)), "task"],
  ];
  file.source.split("\n").forEach((line, index) => {
    // What a task gives is called vars and outputs too: only what begins a path is looked up.
    const heads = line.replace(/\.(vars|outputs|inputs)\b/g, ".its");
    for (const [pattern, there, what] of places) {
      for (const [, name] of heads.matchAll(pattern)) {
        if (!there.has(name!))
          faults.push({ file: file.file, line: index + 1, message: `there is no ${what} ${name}` });
      }
    }
    for (const [, task, output] of line.matchAll(/\boutputs\.(\w+)\.outputs\.(\w+)/g)) {
      const callee = flows.find(({ id }) => id === tasks.find(({ id }) => id === task)?.task["flowId"]);
      if (callee && !named(callee, "outputs").some(({ id }) => id === output)) {
        faults.push({ file: file.file, line: index + 1, message: `${callee.id} has no output ${output}` });
      }
    }
  });
  for (const { id, type, task } of tasks) {
    if (type === SUBFLOW) faults.push(...lintCall(file, id, task, flows));
  }
  return faults;
}

function lintCall(
  file: FlowFile,
  id: string,
  { namespace, flowId, inputs }: Readonly<Record<string, unknown>>,
  flows: readonly FlowFile[],
): Fault[] {
  const callee = flows.find((flow) => flow.id === flowId && flow.namespace === namespace);
  if (!callee)
    return [
      at(file, `${id}: there is no flow ${String(namespace)}.${String(flowId)}`, `flowId: ${String(flowId)}`),
    ];
  const given = Object.keys(inputs ?? {});
  const known = named(callee, "inputs");
  const unknown = given.filter((name) => !known.some((input) => input.id === name));
  const missing = known.filter(
    ({ id: name, required, defaults }) =>
      required !== false && defaults === undefined && !given.includes(name),
  );
  return [
    ...unknown.map((name) => at(file, `${id}: ${callee.id} has no input ${name}`, `id: ${id}`)),
    ...missing.map(({ id: name }) =>
      at(file, `${id}: input ${name} of ${callee.id} is missing`, `id: ${id}`),
    ),
  ];
}

function keysSet({ flow }: FlowFile): string[] {
  return tasksOf(flow)
    .filter(({ type }) => type === "io.kestra.plugin.core.kv.Set")
    .map(({ task }) => String(task["key"]));
}
