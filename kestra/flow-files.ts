import { load } from "js-yaml";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { UserError } from "../errors";

/** The folder of the flows. */
export const FLOWS = path.join(__dirname, "flows");

/** What stands in the flow files for the settings of a deployment. */
export const WRITTEN = { namespace: "toronto.crime", cron: "0 6 * * 1" } as const;

/** One flow as its file has it. */
export interface FlowFile {
  readonly file: string;
  readonly source: string;
  readonly id: string;
  readonly namespace: string;
  readonly flow: Readonly<Record<string, unknown>>;
}

/**
 * Reads every flow of a folder.
 *
 * @throws UserError naming the file and line of what is no YAML
 */
export function readFlows(folder = FLOWS): FlowFile[] {
  const names = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
  return names.sort().map((name) => {
    const file = path.join(folder, name);
    const source = readFileSync(file, "utf8");
    const flow = parseFlow(source, name);
    return { file: name, source, id: String(flow["id"]), namespace: String(flow["namespace"]), flow };
  });
}

/** @throws UserError naming the line */
export function parseFlow(source: string, file: string): Record<string, unknown> {
  try {
    return (load(source) ?? {}) as Record<string, unknown>;
  } catch (error) {
    const { reason = String(error), mark } = error as { reason?: string; mark?: { line: number } };
    throw new UserError(reason, `${file}:${(mark?.line ?? 0) + 1}`, "correct the YAML");
  }
}

/** A flow for another namespace and slot; everything else stays letter for letter. */
export function placed(source: string, namespace: string, cron: string): string {
  return source
    .replace(
      new RegExp(`^(\\s*(?:- )?namespace: )${WRITTEN.namespace.replaceAll(".", "\\.")}$`, "gm"),
      `$1${namespace}`,
    )
    .replace(`cron: "${WRITTEN.cron}"`, `cron: "${cron}"`);
}

/** Puts the flows that others call before their callers. */
export function calleesFirst(flows: readonly FlowFile[]): FlowFile[] {
  const byId = new Map(flows.map((flow) => [flow.id, flow]));
  const ordered = new Set<FlowFile>();
  const visit = (flow: FlowFile, callers: readonly string[]): void => {
    if (ordered.has(flow)) return;
    if (callers.includes(flow.id)) {
      throw new UserError(
        `flows call each other in a circle: ${[...callers, flow.id].join(" -> ")}`,
        flow.file,
        "break it",
      );
    }
    for (const id of subflows(flow.flow)) {
      const callee = byId.get(id);
      if (callee) visit(callee, [...callers, flow.id]);
    }
    ordered.add(flow);
  };
  for (const flow of flows) visit(flow, []);
  return [...ordered];
}

function subflows(part: unknown): string[] {
  if (Array.isArray(part)) return part.flatMap(subflows);
  if (typeof part !== "object" || part === null) return [];
  const { type, flowId } = part as { type?: unknown; flowId?: unknown };
  const own = type === "io.kestra.plugin.core.flow.Subflow" && typeof flowId === "string" ? [flowId] : [];
  return [...own, ...Object.values(part).flatMap(subflows)];
}
