import pc from "picocolors";
import type { Change, Plan } from "./plan";

const marks = { create: "+", update: "~", delete: "-", keep: "=" } as const;
const paints = { create: pc.green, update: pc.yellow, delete: pc.red, keep: pc.dim } as const;

/** One change as one line. */
export function changeLine({ action, kind, key, drifted }: Change): string {
  const note = drifted ? "  (changed on the server since the last deployment)" : "";
  return paints[action](`${marks[action]} ${kind.padEnd(4)} ${key}`) + note;
}

/** A plan for a person: what changes with its differences, what is foreign, what pruning would remove, a sum. */
export function renderPlan(plan: Plan): string {
  const lines: string[] = [];
  for (const change of plan.changes) {
    if (change.action === "keep") continue;
    lines.push(changeLine(change));
    if (change.detail) lines.push(...change.detail.split("\n").map((line) => `    ${paintLine(line)}`));
  }
  for (const { kind, key } of plan.foreign) {
    lines.push(
      pc.red(`! ${kind.padEnd(4)} ${key}  is there and was not made by a deployment: --adopt takes it over`),
    );
  }
  for (const { kind, key } of plan.prunable) {
    lines.push(pc.dim(`  ${kind.padEnd(4)} ${key}  is ours and gone from the source: --prune removes it`));
  }
  const count = (action: Change["action"]): number =>
    plan.changes.filter((change) => change.action === action).length;
  const list =
    plan.listChanges && count("create") + count("update") + count("delete") === 0
      ? ", ownership list tidied"
      : "";
  lines.push(
    `+ ${count("create")} new, ~ ${count("update")} changed, - ${count("delete")} removed, = ${count("keep")} unchanged${list}`,
  );
  return lines.join("\n") + "\n";
}

function paintLine(line: string): string {
  return line.startsWith("+") ? pc.green(line) : line.startsWith("-") ? pc.red(line) : line;
}
