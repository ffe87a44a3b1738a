import type { Settings } from "../config";
import { UserError } from "../errors";
import { namesOf } from "../stacks/names";
import { stepsOf, type Step } from "../stacks/steps";
import { PARENT } from "./kestra-server";

/** What can be done in a stage; each has one hand that does it. */
export type Work =
  | "doctor"
  | "bootstrap"
  | "plan"
  | "ask"
  | "deploy"
  | "wait"
  | "push"
  | "run"
  | "address"
  | "announce"
  | "preview"
  | "destroy"
  | "left over";

/** One stage of `crime up` or `crime down`. */
export interface Stage {
  readonly work: Work;
  /** What it does, a line each, for who only wants to see it. */
  readonly does: readonly string[];
  /** Commands that it runs, where it runs any. */
  readonly steps: readonly Step[];
}

const telling = (work: Work, ...does: string[]): Stage => ({ work, does, steps: [] });

const running = (work: Work, steps: readonly Step[], ...does: string[]): Stage => ({
  work,
  steps,
  does: [...does, ...steps.map(commandOf)],
});

/** A step as a command that could be typed. */
function commandOf({ command, args, folder, env = {} }: Step): string {
  const set = Object.entries(env)
    .filter(([name]) => name.startsWith("CRIME_"))
    .map(([name, value]) => `${name}=${value} `);
  const program = command === process.execPath ? "node" : command;
  return `${folder ? `${folder}: ` : ""}${set.join("")}${program} ${args.join(" ")}`;
}

/**
 * The whole way from settings to a page, in order.
 *
 * @throws UserError when the settings ask for nothing in Google Cloud
 */
export function upStages(settings: Settings): Stage[] {
  refuseLocal(settings);
  const { host } = namesOf(settings);
  return [
    telling("doctor", "crime doctor --cloud; a fault stops here, Kestra is judged later"),
    ...(settings.stateBucket === undefined ? [] : [running("bootstrap", stepsOf("bootstrap", settings))]),
    running("plan", stepsOf("plan", settings, { kept: true })),
    telling("ask", "yes or no, once, for all that follows; --yes leaves the question out"),
    running(
      "deploy",
      stepsOf("deploy", settings, { kept: true }),
      "only the stacks whose plan has changes, exactly as planned",
    ),
    telling("wait", `until Kestra on ${host} answers through the tunnel`),
    telling("push", "KV entries, files and flows, as crime kestra apply does"),
    telling("run", `${PARENT}, followed to its end; a run that is going on is followed instead`),
    telling("address", "of the page"),
  ];
}

/**
 * The way back: machines first, the data only when asked for by name.
 *
 * @throws UserError when the settings ask for nothing in Google Cloud
 */
export function downStages(settings: Settings, includingData: boolean): Stage[] {
  refuseLocal(settings);
  const options = { includingData };
  return [
    telling("announce", "what goes and what stays"),
    running("preview", stepsOf("plan", settings, { ...options, destroying: true })),
    telling(
      "ask",
      includingData
        ? "for the project's id, since the data go; --yes leaves the question out"
        : "yes or no; --yes leaves the question out",
    ),
    running("destroy", stepsOf("destroy", settings, { ...options, yes: true })),
    telling("left over", "what is still there, what it costs, how it is removed"),
  ];
}

function refuseLocal({ stacks }: Settings): void {
  if (stacks.join() !== "crime-local") return;
  throw new UserError(
    "the settings ask for crime-local alone",
    "setting stacks",
    "npm run deploy -- crime-local, or take CRIME_STACKS away",
  );
}

/** The stages for who only wants to see them. */
export function renderStages(stages: readonly Stage[]): string {
  return stages
    .flatMap(({ work, does }, at) => [`${at + 1}. ${work}`, ...does.map((line) => `   ${line}`)])
    .map((line) => `${line}\n`)
    .join("");
}
