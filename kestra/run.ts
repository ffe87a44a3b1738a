import { setTimeout as sleep } from "node:timers/promises";
import type { Ages } from "../pipeline/freshness";
import { garbled, type KestraClient } from "./client";

/** A run of a flow, as far as it is shown. */
export interface Execution {
  readonly id: string;
  readonly flowId: string;
  readonly url?: string;
  /** `LOOP` for one pass of a loop. */
  readonly kind?: string;
  readonly state: { readonly current: string; readonly startDate?: string; readonly duration?: unknown };
  readonly labels?: readonly { readonly key: string; readonly value: string }[];
  readonly taskRunList?: readonly {
    readonly id: string;
    readonly taskId: string;
    readonly value?: string;
    readonly state: { readonly current: string };
  }[];
}

export interface LogLine {
  readonly level: string;
  readonly taskId?: string;
  readonly message: string;
}

const FINAL = new Set(["SUCCESS", "WARNING", "FAILED", "KILLED", "CANCELLED", "SKIPPED", "RETRIED"]);

/** Whether a run has come to an end. */
export const isOver = ({ state }: Pick<Execution, "state">): boolean => FINAL.has(state.current);

/** Labels of runs that ended with the last good data served. */
const REFUSED = new Set(["partial", "refused"]);

/** 0 for a good end, 2 when data were refused and the last good ones are served, 1 for everything else. */
export function exitCodeOf({ state, labels = [] }: Execution): 0 | 1 | 2 {
  if (state.current === "SUCCESS" || state.current === "WARNING") return 0;
  return labels.some(({ key, value }) => key === "outcome" && REFUSED.has(value)) ? 2 : 1;
}

/** Starts a flow. */
export async function start(
  client: KestraClient,
  namespace: string,
  flow: string,
  inputs: Readonly<Record<string, string>> = {},
): Promise<Execution> {
  const begun = await client.call<Execution | undefined>("execute", {
    path: { namespace, id: flow },
    form: inputs,
  });
  if (typeof begun?.id !== "string") throw garbled(`POST /executions/${namespace}/${flow}`);
  return begun;
}

/**
 * Watches a run to its end. It asks again and again rather than holding a stream: a tunnel may break meanwhile.
 *
 * @param onState told of each task whenever its state changes
 */
export async function follow(
  client: KestraClient,
  id: string,
  onState: (task: string, state: string) => void = () => undefined,
  everyMs = 1000,
): Promise<Execution> {
  const seen = new Map<string, string>();
  for (let final = false; ;) {
    const execution = await client.call<Execution>("readExecution", { path: { id } });
    if (typeof execution?.state?.current !== "string") throw garbled(`GET /executions/${id}`);
    for (const { id: run, taskId, value, state } of execution.taskRunList ?? []) {
      if (seen.get(run) === state.current) continue;
      seen.set(run, state.current);
      onState(value === undefined ? taskId : `${taskId} ${value}`, state.current);
    }
    // A terminal state is read once more: a retry may stand between the two.
    if (isOver(execution)) {
      if (final) return execution;
      final = true;
      await sleep(Math.min(everyMs, 200));
      continue;
    }
    final = false;
    await sleep(everyMs);
  }
}

/** What the tasks of a run have said at a level or above. */
export async function logs(client: KestraClient, id: string, minLevel = "WARN"): Promise<LogLine[]> {
  return (await client.call<LogLine[]>("readLogs", { path: { id }, query: { minLevel } })) ?? [];
}

/** The last runs of a flow, newest first. */
export async function lastRuns(
  client: KestraClient,
  namespace: string,
  flow: string,
  count = 5,
): Promise<Execution[]> {
  const reply = await client.call<{ results?: Execution[] }>("searchExecutions", {
    query: {
      "filters[namespace][EQUALS]": namespace,
      "filters[flowId][EQUALS]": flow,
      // A pass of a loop is an execution of the same flow; a run of the pipeline has a few of them.
      size: String(20 * count),
      sort: "state.startDate:desc",
    },
  });
  if (!Array.isArray(reply?.results)) throw garbled("GET /executions/search");
  return reply.results.filter(({ kind }) => kind !== "LOOP").slice(0, count);
}

/** What a run gave as its outputs. */
export async function outputs(client: KestraClient, id: string): Promise<Record<string, unknown>> {
  return (await client.find<Record<string, unknown>>("readOutputs", { path: { id } })) ?? {};
}

/** How old the data were at a run, by dataset. */
export interface AgesKnown {
  readonly run: Execution;
  readonly ages: Readonly<Record<string, Ages>>;
}

/** The ages that the newest of these runs tells which knows them: a refused one does, one that broke early does not. */
export async function lastAges(
  client: KestraClient,
  newestFirst: readonly Execution[],
): Promise<AgesKnown | undefined> {
  for (const run of newestFirst.filter(isOver)) {
    const { freshness } = await outputs(client, run.id);
    const ages = JSON.parse((freshness as string | undefined) || "{}") as AgesKnown["ages"];
    if (Object.keys(ages).length > 0) return { run, ages };
  }
  return undefined;
}
