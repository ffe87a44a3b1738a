import type { Settings } from "../config";
import { UserError } from "../errors";
import { stackNames, type CloudStackName } from "./names";

/** One command to run. */
export interface Step {
  /** What the reader is told. */
  readonly title: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Folder below the project's root. @default the root */
  readonly folder?: string;
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Keep what it prints, under this name, instead of showing it. */
  readonly capture?: CloudStackName;
  /** Do not show what it prints; faults are shown all the same. @default false */
  readonly quiet?: boolean;
  /** An exit code besides 0 that means well. */
  readonly alsoWell?: number;
  /** Arguments of a question to the same command: when it ends well, the step is not needed. */
  readonly unless?: readonly string[];
}

export type InfraCommand = "plan" | "deploy" | "destroy" | "outputs" | "bootstrap";

export interface InfraOptions {
  /** Stacks by name. @default all that the settings ask for */
  readonly stacks?: readonly string[];
  /** Do not ask before changing anything. */
  readonly yes?: boolean;
  /** Destroy the data, too. */
  readonly includingData?: boolean;
  /** Plan without a lock on the state, as an identity must that may only read it. */
  readonly withoutLock?: boolean;
  /** Of `plan`: keep each plan in a file. Of `deploy`: apply what was kept so, and nothing else. */
  readonly kept?: boolean;
  /** Of `plan`: what `destroy` would take down. */
  readonly destroying?: boolean;
}

/** Where a plan is kept, in the folder of its stack. */
export const planFile = "crime.tfplan";

/** Exit code of a kept plan that changes something. */
export const differs = 2;

/** Folder of a synthesized stack. */
export const folderOf = (stack: string): string => `cdktf.out/stacks/${stack}`;

const synth = (stacks: readonly string[], keepData = true): Step => ({
  title: "synthesize",
  command: process.execPath,
  args: ["--import", "tsx", "main.ts", ...stacks],
  ...(!keepData && { env: { CRIME_KEEP_DATA: "false" } }),
});

const terraform = (
  stack: string,
  action: string,
  args: readonly string[],
  more: Partial<Step> = {},
): Step => ({
  title: `${action} ${stack}`,
  command: "terraform",
  args: [action, ...args],
  folder: folderOf(stack),
  env: { CHECKPOINT_DISABLE: "1" },
  ...more,
});

const init = (stack: string, more: Partial<Step> = {}): Step =>
  terraform(stack, "init", ["-input=false"], more);

/** The stacks in Google Cloud that the settings ask for, in the order of applying. */
export const cloudStacks = ({ githubRepository }: Pick<Settings, "githubRepository">): CloudStackName[] =>
  stackNames.filter((name) => name !== "crime-delivery" || githubRepository !== undefined);

/**
 * What a command does, step by step; nothing is run here.
 *
 * @throws UserError when a stack is named that the settings do not make
 */
export function stepsOf(command: InfraCommand, settings: Settings, options: InfraOptions = {}): Step[] {
  const all = cloudStacks(settings);
  const stacks = options.stacks?.length ? options.stacks : all;
  const known = [...all, "crime-local"];
  const unknown = stacks.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new UserError(
      `there is no stack "${unknown}" with these settings`,
      "stack name",
      `use ${known.join(", ")}`,
    );
  }
  const approval = options.yes ? ["-input=false", "-auto-approve"] : [];
  switch (command) {
    case "plan":
      return planSteps(options.destroying ? doomedOf(settings, options) : stacks, options);
    case "deploy":
      if (options.kept) {
        return stacks.map((stack) => terraform(stack, "apply", ["-input=false", planFile]));
      }
      return [
        synth(stacks),
        ...stacks.flatMap((stack) => [init(stack), terraform(stack, "apply", approval)]),
      ];
    case "destroy":
      return destroySteps(doomedOf(settings, options), approval, options);
    case "outputs":
      return [
        synth(all),
        ...all.flatMap((stack) => [
          init(stack, { quiet: true }),
          terraform(stack, "output", ["-json"], { capture: stack }),
        ]),
      ];
    case "bootstrap":
      return bootstrapSteps(settings);
  }
}

function planSteps(stacks: readonly string[], options: InfraOptions): Step[] {
  const { withoutLock, kept, destroying = false, includingData = false } = options;
  const args = [
    "-input=false",
    ...(withoutLock ? ["-lock=false"] : []),
    ...(destroying ? ["-destroy"] : []),
    ...(kept ? ["-detailed-exitcode", `-out=${planFile}`] : []),
  ];
  return [
    synth(stacks, !(destroying && includingData)),
    ...stacks.flatMap((stack) => [
      init(stack),
      terraform(stack, "plan", args, kept ? { alsoWell: differs } : {}),
    ]),
  ];
}

/**
 * The stacks that go down, against the order of applying: machines first, data last and only when asked for by name.
 *
 * Without the data the federation stays, too, unless it is named: it costs nothing, and for 30 days after its end Google
 * lets nobody make another under its name.
 *
 * @throws UserError when the data are among those that are named, and are not asked for
 */
export function doomedOf(
  settings: Pick<Settings, "githubRepository">,
  { stacks = [], includingData = false }: InfraOptions,
): string[] {
  if (stacks.includes("crime-data") && !includingData) {
    throw new UserError(
      "crime-data holds the data",
      "destroy",
      "add --including-data if they shall really go",
    );
  }
  if (stacks.length > 0) return [...stacks].reverse();
  return includingData ? cloudStacks(settings).reverse() : ["crime-orchestrator"];
}

/** The locks of the data are taken off before they go. */
function destroySteps(
  stacks: readonly string[],
  approval: readonly string[],
  { includingData = false }: InfraOptions,
): Step[] {
  return [
    synth(stacks, !includingData),
    ...stacks.flatMap((stack) => [
      init(stack),
      ...(stack === "crime-data"
        ? [terraform(stack, "apply", approval, { title: "unlock crime-data" })]
        : []),
      terraform(stack, "destroy", approval),
    ]),
  ];
}

/** A private, versioned bucket for the states; made once, before the first deployment. */
function bootstrapSteps({ projectId, location, stateBucket }: Settings): Step[] {
  if (stateBucket === undefined) {
    throw new UserError(
      "stateBucket is missing",
      "setting stateBucket",
      `write for example ${projectId}-state in cdktf.json, .env or CRIME_STATE_BUCKET`,
    );
  }
  const bucket = `gs://${stateBucket}`;
  const buckets = ["storage", "buckets"];
  return [
    {
      title: `create ${bucket}`,
      command: "gcloud",
      args: [
        ...buckets,
        "create",
        bucket,
        `--project=${projectId}`,
        `--location=${location}`,
        "--uniform-bucket-level-access",
        "--public-access-prevention",
      ],
      unless: [...buckets, "describe", bucket, `--project=${projectId}`],
    },
    {
      title: `keep old versions in ${bucket}`,
      command: "gcloud",
      args: [...buckets, "update", bucket, "--versioning"],
    },
  ];
}
