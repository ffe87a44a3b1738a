/** The deployment as a library: it never asks and never prints. */
import { UserError } from "../errors";
import { applyPlan, type Applied, type ApplyOptions } from "./apply";
import { KestraClient, type Connection } from "./client";
import type { Actual, Desired } from "./deployment";
import { planDeployment, type Plan, type PlanOptions } from "./plan";
import { KestraNamespace } from "./server";

/** A plan, and what it was made from. */
export interface Prepared {
  readonly plan: Plan;
  readonly actual: Actual;
  readonly server: KestraNamespace;
  /** What the server says against new flows. */
  readonly faults: readonly string[];
}

/** Works with a server, and closes the connections afterwards. */
export async function withServer<T>(
  connection: Connection,
  work: (client: KestraClient) => Promise<T>,
): Promise<T> {
  const client = new KestraClient(connection);
  try {
    return await work(client);
  } finally {
    client.close();
  }
}

/** Reads the server, plans, and lets the server judge the flows that would change. */
export async function prepare(
  client: KestraClient,
  desired: Desired,
  options: PlanOptions & { readonly validate?: boolean } = {},
): Promise<Prepared> {
  const server = new KestraNamespace(client, desired.namespace);
  const actual = await server.read(desired);
  const plan = planDeployment(desired, actual, options);
  const news = plan.changes.filter(
    ({ kind, action }) => kind === "flow" && (action === "create" || action === "update"),
  );
  const faults =
    options.validate === false
      ? []
      : await server.validate(news.map(({ key }) => [key, desired.flows.get(key)!] as const));
  return { plan, actual, server, faults };
}

/** Carries out what was prepared. */
export function apply(
  { plan, actual, server, faults }: Prepared,
  desired: Desired,
  options?: ApplyOptions,
): Promise<Applied> {
  if (faults.length > 0) throw refusedFlows(faults);
  return applyPlan(plan, desired, actual, server, options);
}

export const refusedFlows = (faults: readonly string[]): UserError =>
  new UserError(`Kestra refuses ${faults.join("; ")}`, "validation", "correct the flow; nothing was changed");
