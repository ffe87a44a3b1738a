/** What `terraform show -json` says of a plan, as far as it is told here. */
export interface PlanJson {
  readonly resource_changes?: readonly {
    readonly address: string;
    readonly change: { readonly actions: readonly string[] };
  }[];
  readonly output_changes?: Readonly<Record<string, { readonly actions: readonly string[] }>>;
}

/** The plan of one stack, or why there is none. */
export type StackPlan =
  | { readonly stack: string; readonly json: PlanJson; readonly text: string }
  | { readonly stack: string; readonly failure: string };

export interface CommentOptions {
  /** Longest comment, in characters. @default what GitHub accepts, with some room */
  readonly limit?: number;
  /** Where the whole log is. */
  readonly runUrl?: string;
  /** What was planned. */
  readonly commit?: string;
}

/** First line of every comment, by which the next run finds it. */
export const marker = "<!-- crime-plan -->";

/** GitHub refuses a comment of more than 65,536 characters. */
const commentLimit = 65_000;

/** Deletions that are named one by one. */
const namedDeletions = 50;

const kinds = ["create", "change", "replace", "delete", "forget"] as const;
type Kind = (typeof kinds)[number];

/** What goes comes first, and says what becomes of it. */
const losses: Partial<Record<Kind, string>> = {
  delete: "deleted",
  replace: "deleted and made anew",
  forget: "left to itself: Terraform manages it no longer",
};

interface Change {
  readonly stack: string;
  readonly address: string;
  readonly kind: Kind;
}

/**
 * Renders plans as the markdown of one comment: what goes on top, then a count of each stack, then the plans
 * themselves as far as there is room.
 *
 * @returns text of at most `limit` characters that begins with the marker
 */
export function planComment(plans: readonly StackPlan[], options: CommentOptions = {}): string {
  const { limit = commentLimit, runUrl, commit } = options;
  const changes = plans.flatMap(changesOf);
  const tail = `Planned ${commit ? `from ${commit} ` : ""}without a lock on the state.${runUrl ? ` [Whole log](${runUrl})` : ""}\n`;
  const head = [marker, title(plans, changes), ...lossesOf(changes), table(plans, changes)].join("\n\n");
  const details = fitted(plans.map(detailOf), limit - head.length - tail.length - 4, runUrl);
  return [head, ...details, tail].join("\n\n").slice(0, limit);
}

/** Whether a plan would do anything, to objects or to outputs. */
export const hasChanges = (plan: StackPlan): boolean =>
  changesOf(plan).length > 0 || outputsOf(plan).length > 0;

function changesOf(plan: StackPlan): Change[] {
  if ("failure" in plan) return [];
  return (plan.json.resource_changes ?? []).flatMap(({ address, change }) => {
    const kind = kindOf(change.actions);
    return kind ? [{ stack: plan.stack, address, kind }] : [];
  });
}

function kindOf(actions: readonly string[]): Kind | undefined {
  if (actions.includes("delete")) return actions.includes("create") ? "replace" : "delete";
  // Made anew, while the old one is only let go.
  if (actions.includes("forget")) return "forget";
  if (actions.includes("create")) return "create";
  return actions.includes("update") ? "change" : undefined;
}

function outputsOf(plan: StackPlan): string[] {
  if ("failure" in plan) return [];
  return Object.entries(plan.json.output_changes ?? {}).flatMap(([name, { actions }]) =>
    actions.every((action) => action === "no-op") ? [] : [name],
  );
}

const counted = (changes: readonly Change[], kind: Kind): number =>
  changes.filter((change) => change.kind === kind).length;

function title(plans: readonly StackPlan[], changes: readonly Change[]): string {
  const failed = plans.flatMap((plan) => ("failure" in plan ? [plan.stack] : []));
  if (failed.length > 0) return `## Plan: failed for ${failed.join(", ")}`;
  if (!plans.some(hasChanges)) return "## Plan: no changes";
  const words = [...kinds].reverse().flatMap((kind) => {
    const count = counted(changes, kind);
    return count > 0 ? [`${count} to ${kind}`] : [];
  });
  return `## Plan: ${words.join(", ") || "outputs alone change"}`;
}

function lossesOf(changes: readonly Change[]): string[] {
  const order: readonly Kind[] = ["delete", "replace", "forget"];
  const lost = order.flatMap((kind) => changes.filter((change) => change.kind === kind));
  if (lost.length === 0) return [];
  const named = lost
    .slice(0, namedDeletions)
    .map(({ stack, address, kind }) => `> - \`${stack}\` \`${address}\`: ${losses[kind]}`);
  const rest = lost.length - named.length;
  return [
    [
      "> [!CAUTION]",
      "> **These objects go:**",
      ...named,
      ...(rest > 0 ? [`> - and ${rest} more, in the plans below`] : []),
    ].join("\n"),
  ];
}

function table(plans: readonly StackPlan[], changes: readonly Change[]): string {
  const row = (cells: readonly (string | number)[]): string => `| ${cells.join(" | ")} |`;
  return [
    row(["stack", ...kinds, "outputs"]),
    row(["---", ...kinds.map(() => "---:"), "---:"]),
    ...plans.map((plan) => {
      if ("failure" in plan) return row([plan.stack, ...kinds.map(() => ""), "failed"]);
      const mine = changes.filter(({ stack }) => stack === plan.stack);
      return row([plan.stack, ...kinds.map((kind) => counted(mine, kind)), outputsOf(plan).length]);
    }),
  ].join("\n");
}

interface Detail {
  readonly summary: string;
  readonly text: string;
}

function detailOf(plan: StackPlan): Detail | undefined {
  if ("failure" in plan) return { summary: `${plan.stack}: failed`, text: plan.failure.trim() };
  return hasChanges(plan) ? { summary: `${plan.stack}: the plan`, text: plan.text.trim() } : undefined;
}

/** The plans in the order of the stacks; short ones whole, and the long ones share what is left of the room. */
function fitted(details: readonly (Detail | undefined)[], room: number, runUrl?: string): string[] {
  const found = details.filter((detail) => detail !== undefined);
  const rendered = new Map<Detail, string>();
  let [left, open] = [room, found.length];
  for (const detail of [...found].sort((a, b) => a.text.length - b.text.length)) {
    const part = folded(detail, Math.floor(left / open) - 2, runUrl);
    rendered.set(detail, part);
    left -= part.length + 2;
    open -= 1;
  }
  return found.map((detail) => rendered.get(detail)!).filter(Boolean);
}

function folded({ summary, text }: Detail, room: number, runUrl?: string): string {
  // A fence longer than any run of backticks inside it.
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const around = (inner: string): string =>
    `<details><summary>${summary}</summary>\n\n${fence}text\n${inner}\n${fence}\n\n</details>`;
  if (around(text).length <= room) return around(text);
  const note = `[cut here: the whole plan is in ${runUrl ? "the log linked below" : "the run's log"}]`;
  const kept = room - around(`\n${note}`).length;
  if (kept <= 0) return "";
  const shown = text.slice(0, kept);
  return around(`${shown.slice(0, shown.lastIndexOf("\n") + 1) || `${shown}\n`}${note}`);
}
