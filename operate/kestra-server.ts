import { UserError } from "../errors";
import type { Connection, KestraClient } from "../kestra/client";
import { withServer } from "../kestra/deploy";
import { loginFor, throughTunnel, type LoginPlace, type TunnelPlace } from "../kestra/gcloud";
import type { FlowOutputs } from "../kestra/kv-entries";
import { lastRuns } from "../kestra/run";
import { KestraNamespace } from "../kestra/server";

/** What the infrastructure tells of the flows, of Kestra's login and, when there is a VM, of the way to it. */
export type ServerOutputs = FlowOutputs & LoginPlace & Partial<TunnelPlace>;

/** The flow that runs the others. */
export const PARENT = "crime_pipeline";

/**
 * Logs in to Kestra, asks first for its version, and works with it.
 *
 * @param url address of the server; `undefined` for the VM's, through a tunnel
 * @param patienceMs how long the tunnel may take to open
 * @throws UserError when there is no login or no way, and for a server that is too old
 */
export async function onServer<T>(
  outputs: ServerOutputs,
  url: string | undefined,
  work: (client: KestraClient, version: string) => Promise<T>,
  connection: Partial<Connection> = {},
  patienceMs?: number,
): Promise<T> {
  const login = await loginFor(outputs);
  const on = (address: string): Promise<T> =>
    withServer({ url: address, ...login, ...connection }, async (client) =>
      work(client, await new KestraNamespace(client, outputs.namespace).version()),
    );
  return url === undefined ? throughTunnel(tunnelPlace(outputs), on, patienceMs) : on(url);
}

/** @throws UserError when the outputs name no VM */
export function tunnelPlace({ host_name, host_zone, project_id, kestra_port }: ServerOutputs): TunnelPlace {
  if (host_name && host_zone && kestra_port) return { host_name, host_zone, project_id, kestra_port };
  throw new UserError("the outputs name no VM", "--tunnel", "deploy crime-orchestrator first");
}

/**
 * Asks Kestra once whether it works: its web server, the login and the database behind it.
 *
 * @returns its version
 * @throws UserError with the reason why it does not
 */
export function askHealth(
  outputs: ServerOutputs,
  url: string | undefined,
  patienceMs?: number,
): Promise<string> {
  return onServer(
    outputs,
    url,
    async (client, version) => {
      await lastRuns(client, outputs.namespace, PARENT, 1);
      return version;
    },
    { tries: 1, timeoutMs: 10_000 },
    patienceMs,
  );
}
