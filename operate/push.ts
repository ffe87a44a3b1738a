import type { KestraClient } from "../kestra/client";
import { apply, prepare, refusedFlows } from "../kestra/deploy";
import type { Desired } from "../kestra/deployment";
import { isEmpty, type Plan, type PlanOptions } from "../kestra/plan";
import { changeLine } from "../kestra/render-plan";
import { exitCodeOf, follow, logs, outputs, type Execution, type LogLine } from "../kestra/run";

export interface PushOptions extends PlanOptions {
  /** Shown the plan before anything is done. */
  readonly show: (plan: Plan) => void;
  /** Asked before anything is changed; throws when the answer is no. */
  readonly agree?: () => Promise<void>;
  /** Told of each change. */
  readonly tell: (line: string) => void;
}

/**
 * Makes a server like the source: plan, question, apply.
 *
 * @returns how many changes were made
 * @throws UserError when Kestra refuses a flow, or objects stand there that others have made
 */
export async function push(
  client: KestraClient,
  wanted: Desired,
  { show, agree, tell, ...options }: PushOptions,
): Promise<number> {
  const prepared = await prepare(client, wanted, options);
  const { plan, faults } = prepared;
  show(plan);
  if (faults.length > 0) throw refusedFlows(faults);
  if (isEmpty(plan) && plan.foreign.length === 0) return 0;
  if (plan.foreign.length === 0) await agree?.();
  const { done } = await apply(prepared, wanted, { onChange: (change) => tell(changeLine(change)) });
  return done.length;
}

/** A run that has come to its end, and what it said. */
export interface Ended {
  readonly execution: Execution;
  readonly outputs: Readonly<Record<string, string>>;
  /** Warnings and errors of a run that did not end well. */
  readonly complaints: readonly LogLine[];
}

/** Follows a run to its end. */
export async function followToEnd(
  client: KestraClient,
  id: string,
  tell: (line: string) => void,
): Promise<Ended> {
  const execution = await follow(client, id, (task, state) => tell(`${state.padEnd(9)} ${task}`));
  const given = Object.entries(await outputs(client, id));
  return {
    execution,
    outputs: Object.fromEntries(
      given.map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]),
    ),
    complaints: exitCodeOf(execution) === 0 ? [] : await logs(client, id),
  };
}
